"""The marketplace as a Piccolo app: its tables and migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="marketplace",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(
        modules=[
            f"marketplace.{area}.tables"
            for area in (
                "http",
                "regions",
                "accounts",
                "organisations",
                "catalog",
                "stores",
                "inventory",
                "partnerships",
                "taxes",
                "documents",
                "cart",
                "orders",
                "reconciliation",
                "settlement",
                "oversight",
                "discovery",
            )
        ]
    ),
    migration_dependencies=["payments.piccolo_app"],
)
