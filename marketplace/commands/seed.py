"""`lumbung seed`, and the same steps for `lumbung demo`."""

from pathlib import Path

import click

from marketplace.commands.setting_up import database_in_use, read_settings, run, step
from marketplace.settings import load_settings


@click.group()
def seed() -> None:
    """Load the regions, or the demo's data, or build the search index."""


@seed.command("regions")
@click.option(
    "--positions",
    "positions_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV table (code,latitude,longitude) of where regions lie; LUMBUNG_POSITIONS names one for every load.",
)
def seed_regions(positions_path: Path | None) -> None:
    """Load all provinces, regencies, districts and villages; what is there already is brought up to date.

    Without a table of positions only Bekasi's villages have one, an approximate one; elsewhere the nearest stores are
    those of the same district and regency. A table such as one derived from official data makes it exact.
    """
    with database_in_use(read_settings()) as url:
        load_regions(url, positions_path)


@seed.command("demo")
def seed_demo_data() -> None:
    """Load made-up cooperatives, sellers, goods, offers and orders of Bekasi; a loaded demo is left as it is."""
    settings = read_settings()
    if not settings.is_development:
        message = "The demo's data comes with public passwords: it is not loaded with LUMBUNG_ENV=production."
        raise click.ClickException(message)
    with database_in_use(settings) as url:
        load_regions(url)
        load_demo(url)
        rebuild_search(url)


def load_regions(url: str, positions_path: Path | None = None) -> None:
    """Load the regions and the reference data of goods (categories, units, price rules) with a line of progress.

    Positions come from the given table, else from the one in the settings.
    """
    from marketplace.regions import PositionsFileError  # noqa: PLC0415 - not for help texts

    with step("Regions and reference data") as facts:
        try:
            facts.append(run(_load_regions(url, positions_path or read_settings().positions_path)))
        except PositionsFileError as error:
            raise click.ClickException(str(error)) from error


async def _load_regions(url: str, positions_path: Path | None) -> str:
    from marketplace import catalog, database, regions  # noqa: PLC0415 - not for help texts

    await database.open_pool(url, size=1)
    try:
        async with database.transaction() as connection:
            changed = await regions.load_regions(connection, positions=positions_path)
            await catalog.load_reference(connection)
    finally:
        await database.close_pool()
    return f"{changed:,} regions".replace(",", ".") if changed else "up to date"


def load_demo(url: str) -> None:
    """Load the demo's data with a line of progress; what is there already stays as it is."""
    with step("Demo data") as facts:
        facts.append(run(_load_demo(url)))


async def _load_demo(url: str) -> str:
    from marketplace import database  # noqa: PLC0415 - not for help texts
    from marketplace.seeding.seed_demo import seed_demo  # noqa: PLC0415

    await database.open_pool(url, size=1)
    try:
        seeded = await seed_demo()
    finally:
        await database.close_pool()
    if not seeded.is_new:
        return "there already"
    counts = f"{seeded.products:,} products, {seeded.orders:,} orders"
    return counts.replace(",", ".").replace(". ", ", ")


@seed.command("search")
def seed_search() -> None:
    """Build the search indexes anew from the tables; searching goes on meanwhile."""
    with database_in_use(read_settings()) as url:
        rebuild_search(url, is_forced=True)


def rebuild_search(url: str, *, is_forced: bool = False) -> None:
    """Build the search indexes with a line of progress, if they are missing or of another version, or if forced."""
    with step("Search index") as facts:
        built = run(_build_search(url, is_forced=is_forced))
        facts.append(f"{built:,} documents".replace(",", ".") if built else "up to date")


async def _build_search(url: str, *, is_forced: bool) -> int:
    from marketplace import database, discovery  # noqa: PLC0415 - not for help texts
    from search import Index  # noqa: PLC0415

    await database.open_pool(url, size=2)
    discovery.open_search(load_settings())
    try:
        if is_forced:
            return sum([await discovery.rebuild_search(index) for index in Index])
        return await discovery.prepare_search()
    finally:
        await discovery.close_search()
        await database.close_pool()


# Whose key in the demo's cast, what they are, and where their work begins.
_SIGN_INS = (
    ("warga", "resident", "buys, follows an order"),
    ("anggota", "member of a cooperative", "buys at the member's price"),
    ("kasir", "cashier", "/kasir: shift, orders, cash, receipts"),
    ("kepala", "store manager", "/koperasi: orders, listings, stock"),
    ("pengurus", "cooperative's board", "/koperasi: reports, partnerships, members"),
    ("pengawas", "cooperative's supervisor", "/koperasi: sees all, changes nothing"),
    ("penjual", "UMKM seller", "/umkm: goods, prices, photos"),
    ("bumd", "BUMD partner", "/bumd: offers, applications"),
    ("dinas", "agency (Dinas Kota Bekasi)", "/dinas: coverage, orders, turnover"),
    ("dinaskab", "agency (Kabupaten Bekasi)", "/dinas: the same for its 187 villages"),
    ("operator", "platform operator", "/operator: approvals, people"),
    ("serba", "one person, several roles", "/akun: switch hats"),
)


def show_sign_ins(address: str) -> None:
    """Print where to look, how to sign in as each kind of user, and which ways to pay there are."""
    from marketplace.seeding.people import MAIL_DOMAIN, PASSWORD  # noqa: PLC0415 - not for help texts

    click.echo(f"\n  Open  {click.style(address, bold=True)}\n")
    click.echo(f"  Sign in at {address}/masuk; the password is always: {click.style(PASSWORD, bold=True)}\n")
    for key, role, place in _SIGN_INS:
        click.echo(f"    {f'{key}@{MAIL_DOMAIN}':<22} {role:<27} {place}")
    cards = "on" if load_settings().stripe_key else "off, as no LUMBUNG_STRIPE_KEY is set"
    click.echo(f"\n  Ways to pay at the pilot's store: cash, QRIS, transfer, tab; cards (Stripe) are {cards}.")
