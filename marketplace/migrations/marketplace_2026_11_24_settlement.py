"""Terms of suppliers, holds of lines, settlement runs and numbered payments."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T11:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "settlement"


async def forwards() -> MigrationManager:
    """Add what suppliers are paid by."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "settlement").glob("*.sql")))

    manager.add_raw(run)
    return manager
