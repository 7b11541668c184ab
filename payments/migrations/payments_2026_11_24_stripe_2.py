"""Stripe: transfers that pay settlement entries, and what its balance moved."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-24T13:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stripe 2"


async def forwards() -> MigrationManager:
    """Add what paying suppliers and comparing with Stripe needs."""
    manager = MigrationManager(migration_id=ID, app_name="payments", description=DESCRIPTION)

    async def run() -> None:
        transaction = engine_finder().current_transaction.get()  # type: ignore[union-attr]
        for path in sorted((Path(__file__).parent / "stripe_2").glob("*.sql")):
            await transaction.connection.execute(path.read_text())  # type: ignore[union-attr]

    manager.add_raw(run)
    return manager
