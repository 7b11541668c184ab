"""Accounts of what members are given of the earnings."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-24T15:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "patronage"


async def forwards() -> MigrationManager:
    """Add the accounts of shared earnings."""
    manager = MigrationManager(migration_id=ID, app_name="payments", description=DESCRIPTION)

    async def run() -> None:
        transaction = engine_finder().current_transaction.get()  # type: ignore[union-attr]
        for path in sorted((Path(__file__).parent / "patronage").glob("*.sql")):
            await transaction.connection.execute(path.read_text())  # type: ignore[union-attr]

    manager.add_raw(run)
    return manager
