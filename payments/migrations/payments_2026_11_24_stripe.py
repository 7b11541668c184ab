"""Stripe behind the boundary: calls kept before they are made, stores that allow it, disputes, connected accounts."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-24T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stripe"


async def forwards() -> MigrationManager:
    """Add what paying by a gateway over the network needs."""
    manager = MigrationManager(migration_id=ID, app_name="payments", description=DESCRIPTION)

    async def run() -> None:
        transaction = engine_finder().current_transaction.get()  # type: ignore[union-attr]
        for path in sorted((Path(__file__).parent / "stripe").glob("*.sql")):
            await transaction.connection.execute(path.read_text())  # type: ignore[union-attr]

    manager.add_raw(run)
    return manager
