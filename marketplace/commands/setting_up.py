"""What the commands share: settings with a clear message, the database they work on, and steps that show their time."""

import asyncio
import os
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from marketplace.embedded import PostgresStartError, database_url, start_postgres
from marketplace.logs import set_up_logs
from marketplace.settings import Settings, SettingsError, load_settings

T = TypeVar("T")

# Set for the children of `demo` and `serve`: they use this server too, so it must outlive them.
EMBEDDED_VARIABLE = "LUMBUNG_EMBEDDED"


def read_settings() -> Settings:
    """Return the settings, or end the program with the reason."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    set_up_logs(is_development=settings.is_development)
    return settings


@contextmanager
def database_in_use(settings: Settings) -> Iterator[str]:
    """Yield the DSN of the database: the given one, or the embedded PostgreSQL's, which runs as long as it is used.

    The DSN is put into DATABASE_URL, so that every later reader of the settings and every child finds it.
    """
    if settings.database_url is not None and not os.environ.get(EMBEDDED_VARIABLE):
        yield settings.database_url
        return
    try:
        server = start_postgres(settings.postgres_directory)
    except PostgresStartError as error:
        raise click.ClickException(str(error)) from error
    try:
        url = database_url(server)
        os.environ["DATABASE_URL"] = url
        os.environ[EMBEDDED_VARIABLE] = "1"
        yield url
    finally:
        server.stop()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on the event loop that serving uses."""
    if sys.platform == "win32":
        return asyncio.run(coroutine)
    import uvloop  # noqa: PLC0415 - not for help texts

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


@contextmanager
def step(text: str) -> Iterator[list[str]]:
    """Show a line while something is done, and how long it took; what is put into the list is shown behind it."""
    started = time.monotonic()
    facts: list[str] = []
    is_terminal = sys.stdout.isatty()
    if is_terminal:
        click.echo(f"  … {text}", nl=False)
    yield facts
    seconds = time.monotonic() - started
    line = f"  {click.style('✓', fg='green')} {text}{': ' if facts else ''}{', '.join(facts)}"
    click.echo(("\r" if is_terminal else "") + f"{line:<68} {seconds:6.1f} s")
