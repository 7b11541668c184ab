"""A till that differs is counted twice."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T14:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "till, second part"


async def forwards() -> MigrationManager:
    """Keep the first count of a till and what was said of it."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "till_2").glob("*.sql")))

    manager.add_raw(run)
    return manager
