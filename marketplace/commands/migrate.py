"""`lumbung migrate`."""

import click

from marketplace.commands.setting_up import database_in_use, read_settings, run


@click.command()
@click.option("--check", "is_check", is_flag=True, help="Change nothing; exit with 1 if something is pending.")
def migrate(*, is_check: bool) -> None:
    """Bring the database to this version's schema.

    All of it happens in one transaction under a lock: it stands or nothing has changed, and several processes may
    start at once. Serving does not migrate by itself; run this first when you deploy.
    """
    from marketplace import migrate as migrations  # noqa: PLC0415 - Piccolo loads slowly

    with database_in_use(read_settings()) as url:
        if is_check:
            pending = run(migrations.pending_migrations(url))
            for name in pending:
                click.echo(f"pending: {name}")
            if pending:
                raise SystemExit(1)
            click.echo("The schema is up to date.")
            return
        applied = run(migrations.migrate(url))
        for name in applied:
            click.echo(f"applied: {name}")
        if not applied:
            click.echo("The schema is up to date.")
