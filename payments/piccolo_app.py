"""Payments as a Piccolo app: its tables and migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="payments",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(
        modules=[
            "payments.ledger.tables",
            "payments.attempts.tables",
            "payments.channels.tables",
            "payments.inbox.tables",
            "payments.calls.tables",
            "payments.stripe.tables",
            "payments.payables.tables",
            "payments.statements.tables",
            "payments.snap.tables",
        ]
    ),
    migration_dependencies=[],
)
