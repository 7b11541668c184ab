"""Entries of settlement runs that are paid by a transfer at Stripe."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T13:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "suppliers by stripe"


async def forwards() -> MigrationManager:
    """Add transfers under way."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "suppliers_by_stripe").glob("*.sql")))

    manager.add_raw(run)
    return manager
