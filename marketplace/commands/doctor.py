"""`lumbung doctor`: shows the findings of marketplace/doctor.py."""

import click

from marketplace.commands.setting_up import database_in_use, read_settings, run
from marketplace.doctor import Finding, Verdict, examine

_MARKS = {
    Verdict.OK: click.style("✓", fg="green"),
    Verdict.NOTE: click.style("•", fg="yellow"),
    Verdict.WRONG: click.style("✗", fg="red"),
}


@click.command()
def doctor() -> None:
    """Look for what is wrong and say what to do; exits with 1 if anything is.

    Looks at the secrets, the public address, the disk, payments, Stripe where it is used (keys, one call,
    what got stuck), the database (version, encoding, schema, clock, connections, distance) and search. Changes nothing.
    """
    settings = read_settings()
    with database_in_use(settings) as url:
        findings = run(examine(settings, url))
    for finding in findings:
        _show(finding)
    wrong = sum(finding.verdict is Verdict.WRONG for finding in findings)
    if wrong:
        click.echo(f"\n{wrong} to put right.")
        raise SystemExit(1)
    click.echo("\nAll is well.")


def _show(finding: Finding) -> None:
    click.echo(f"  {_MARKS[finding.verdict]} {finding.subject:<12} {finding.seen}")
    if finding.advice:
        click.echo(f"    {'':<12} → {finding.advice}")
