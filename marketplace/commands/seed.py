"""`lumbung seed`, and the same steps for `lumbung demo`."""

from pathlib import Path

import click

from marketplace.commands.setting_up import database_in_use, read_settings, run, step


@click.group()
def seed() -> None:
    """Load the regions, or the demo's data."""


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


def load_demo(_url: str) -> None:
    """Load the demo's data with a line of progress."""
    with step("Demo data") as facts:
        facts.append("not part of this version yet")


def rebuild_search(_url: str) -> None:
    """Bring the search index up to date with a line of progress."""
    with step("Search") as facts:
        facts.append("not part of this version yet")


def show_sign_ins(address: str) -> None:
    """Print where to look and how to sign in as each kind of user."""
    click.echo(f"\n  Open  {click.style(address, bold=True)}\n")
