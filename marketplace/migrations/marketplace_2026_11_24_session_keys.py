"""Keys of signing in are looked through by age, apart from the others: they leave after a day (ADR 0012)."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T11:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "session keys"


async def forwards() -> MigrationManager:
    """Add the index that the worker removes them by."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts([Path(__file__).parent / "session_keys.sql"])

    manager.add_raw(run)
    return manager
