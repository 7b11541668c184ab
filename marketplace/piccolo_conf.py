"""Where Piccolo finds its engine and its apps. The running service does not use this engine: see database.py."""

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine

from marketplace.settings import current_settings


class QuietEngine(PostgresEngine):
    """An engine that connects when it is used, not when it is imported: `migrate()` sets the address afterwards."""

    async def check_version(self) -> None:
        """Ask nothing; `lumbung doctor` looks at the version."""


DB = QuietEngine(config={"dsn": current_settings().database_url or ""}, extensions=(), log_queries=False)

APP_REGISTRY = AppRegistry(apps=["payments.piccolo_app", "marketplace.piccolo_app"])
