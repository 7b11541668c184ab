"""`lumbung ledger check` and `lumbung stock check`: prove what should always hold; change nothing."""

import click

from marketplace.commands.setting_up import database_in_use, read_settings, run

# They read everything: seconds for 83.762 stores with a few movements each, longer as the years pass.
_LIMIT_SECONDS = 4 * 3600.0


@click.group()
def ledger() -> None:
    """Prove that the books balance."""


@click.group()
def stock() -> None:
    """Prove that stock equals the sum of its movements."""


@ledger.command("check")
@click.option("--book", help="One book only, such as store:17.")
def check_ledger(*, book: str | None) -> None:
    """Compute every balance anew from the transfers and name what differs; exits with 1 if anything does.

    The inventory of each book must also be what the store's own stock cost, and the lines of what each supplier is owed
    must add up to its balance.
    """
    with database_in_use(read_settings()) as url:
        _report(run(_ledger_findings(url, book)), sound="The ledger is sound.")


@stock.command("check")
def check_stock() -> None:
    """Compare every balance with its movements and reservations; exits with 1 if anything differs."""
    with database_in_use(read_settings()) as url:
        _report(run(_stock_findings(url)), sound="Stock is sound.")


def _report(findings: list[str], *, sound: str) -> None:
    for finding in findings:
        click.echo(finding)
    if findings:
        raise SystemExit(1)
    click.echo(sound)


async def _ledger_findings(url: str, book: str | None) -> list[str]:
    import payments  # noqa: PLC0415 - not for help texts
    from marketplace import database, inventory  # noqa: PLC0415

    await database.open_pool(url, size=1, limit_seconds=_LIMIT_SECONDS)
    try:
        # One snapshot for all: a sale between two statements is not a finding.
        async with database.connection() as connection, connection.transaction(isolation="repeatable_read"):
            found = await payments.check(connection, book=book)
            found += [one for one in await payments.check_payables(connection) if book in (None, one.book)]
            differing = [one for one in await inventory.check_books(connection) if book in (None, one.book)]
    finally:
        await database.close_pool()
    return [
        *(
            f"inventory_differs: book {one.book}, ledger {one.ledger_rupiah}, stock {one.stock_rupiah}"
            for one in differing
        ),
        *(
            f"{finding.rule}: book {finding.book}, account {finding.account_id}, transfer {finding.transfer_id}:"
            f" {finding.particulars}"
            for finding in found
        ),
    ]


async def _stock_findings(url: str) -> list[str]:
    from marketplace import database, inventory  # noqa: PLC0415 - not for help texts

    await database.open_pool(url, size=1, limit_seconds=_LIMIT_SECONDS)
    try:
        async with database.connection() as connection:
            found = await inventory.check_stock(connection)
    finally:
        await database.close_pool()
    return [
        f"{finding.problem}: listing {finding.listing_id} of store {finding.store_id},"
        f" expected {finding.expected}, found {finding.found}"
        for finding in found
    ]
