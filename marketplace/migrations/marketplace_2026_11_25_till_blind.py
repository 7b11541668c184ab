"""How often a cashier asked for more cash than the till held."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-25T08:41:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "till, counted blind"


async def forwards() -> MigrationManager:
    """Count refusals of a till in its shift."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts([Path(__file__).parent / "till_blind.sql"])

    manager.add_raw(run)
    return manager
