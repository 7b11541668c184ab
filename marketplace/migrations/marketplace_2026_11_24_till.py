"""Cash between till, safe and bank, and what members buy on trust."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "till"


async def forwards() -> MigrationManager:
    """Add moves of a till, hand-overs between cashiers, deposits and tabs."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "till").glob("*.sql")))

    manager.add_raw(run)
    return manager
