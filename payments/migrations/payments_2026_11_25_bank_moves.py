"""Statement lines that are what the book had booked already, and which lines are open."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-25T10:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "bank moves"


async def forwards() -> MigrationManager:
    """Let a line be a deposit or money that was sent; keep the open lines."""
    manager = MigrationManager(migration_id=ID, app_name="payments", description=DESCRIPTION)

    async def run() -> None:
        transaction = engine_finder().current_transaction.get()  # type: ignore[union-attr]
        for path in sorted((Path(__file__).parent / "bank_moves").glob("*.sql")):
            await transaction.connection.execute(path.read_text())  # type: ignore[union-attr]

    manager.add_raw(run)
    return manager
