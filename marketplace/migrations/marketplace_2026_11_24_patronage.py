"""What members are given of past years' earnings (SHU), and what became of it."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T15:25:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "patronage"


async def forwards() -> MigrationManager:
    """Add decisions about members' shares, paying them out, and tabs repaid from them."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "patronage").glob("*.sql")))

    manager.add_raw(run)
    return manager
