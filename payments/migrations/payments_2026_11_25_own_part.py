"""The cooperative's own part of card payments at its own account."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-25T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "own part"


async def forwards() -> MigrationManager:
    """Add the kind of account, and what is known of own parts."""
    manager = MigrationManager(migration_id=ID, app_name="payments", description=DESCRIPTION)

    async def run() -> None:
        transaction = engine_finder().current_transaction.get()  # type: ignore[union-attr]
        for path in sorted((Path(__file__).parent / "own_part").glob("*.sql")):
            await transaction.connection.execute(path.read_text())  # type: ignore[union-attr]

    manager.add_raw(run)
    return manager
