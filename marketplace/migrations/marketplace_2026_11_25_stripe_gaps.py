"""Credit notes of refunds made at the gateway, remittances by their name, and messages that leave."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-25T08:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stripe gaps"


async def forwards() -> MigrationManager:
    """Change what papers are called."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "stripe_gaps").glob("*.sql")))

    manager.add_raw(run)
    return manager
