"""Documents that can be checked by their code, invoices and credit notes, and taxes by dated settings."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "documents"


async def forwards() -> MigrationManager:
    """Register every paper there is, and what comes from now on."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "documents").glob("*.sql")))

    manager.add_raw(run)
    return manager
