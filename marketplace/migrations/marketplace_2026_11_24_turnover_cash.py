"""How much of a day's turnover was cash."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T15:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "turnover_cash"


async def forwards() -> MigrationManager:
    """Count cash apart."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "turnover_cash").glob("*.sql")))

    manager.add_raw(run)
    return manager
