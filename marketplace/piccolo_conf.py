"""Where Piccolo finds its engine and its apps. Queries of the running service do not use this engine: see database.py."""

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine

from marketplace.settings import current_settings

DB = PostgresEngine(config={"dsn": current_settings().database_url or ""}, log_queries=False)

APP_REGISTRY = AppRegistry(apps=["payments.piccolo_app", "marketplace.piccolo_app"])
