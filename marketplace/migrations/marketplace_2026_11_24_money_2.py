"""Papers of surplus, apart from those of returns."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T14:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "money, second part"


async def forwards() -> MigrationManager:
    """Take surplus that went back out of turnover, and bind papers to their payments."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "money_2").glob("*.sql")))

    manager.add_raw(run)
    return manager
