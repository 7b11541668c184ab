"""Returns of goods that were paid by card."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T13:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "cards"


async def forwards() -> MigrationManager:
    """Let money of returns go back to cards."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "cards").glob("*.sql")))

    manager.add_raw(run)
    return manager
