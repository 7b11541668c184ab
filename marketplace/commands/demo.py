"""`lumbung demo`: everything on one machine, from nothing to the open page, and stopped as one."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

import click

from marketplace.commands.seed import load_demo, load_regions, rebuild_search, show_sign_ins
from marketplace.commands.setting_up import database_in_use, read_settings, run, step
from marketplace.processes import PARENT_VARIABLE, StopAsked, find_free_port
from marketplace.settings import Settings

_READY_SECONDS = 60
_STOP_SECONDS = 25
_MOST_WORKER_RESTARTS = 5


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for the network.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Wanted port.")
@click.option("--reset", "is_reset", is_flag=True, help="Throw the demo's data away and start anew.")
@click.option("--no-open", "is_quiet", is_flag=True, help="Do not open a browser.")
def demo(host: str, port: int, *, is_reset: bool, is_quiet: bool) -> None:
    """Start everything on this machine with made-up data, and show where to sign in.

    PostgreSQL and the search engine run embedded, their files stand in .lumbung (LUMBUNG_DATA), and what you change
    is there again at the next start. DATABASE_URL and MEILI_URL are used where they are set. Ctrl-C stops everything.
    """
    started = time.monotonic()
    settings = read_settings()
    if not settings.is_development:
        message = "The demo makes public passwords: it does not run with LUMBUNG_ENV=production."
        raise click.ClickException(message)
    stop = StopAsked()
    with ExitStack() as parts:
        note = parts.enter_context(_only_demo(settings.data_directory, is_reset=is_reset))
        if is_reset:
            _remove_data(settings)
        click.echo(f"Lumbung demo, data in {settings.data_directory}")
        address = _choose_address(host, port)
        os.environ["LUMBUNG_URL"] = address
        with step("PostgreSQL"):
            url = parts.enter_context(database_in_use(settings))
        _prepare(url, stop)
        if stop.is_set:
            return
        children = _Children(settings.data_directory, host, address)
        parts.callback(children.stop)
        with step("Web server and worker"):
            children.start()
            children.wait_until_ready(stop)
        if stop.is_set:
            return
        _write_note(note, {"address": address, "process": os.getpid()})
        show_sign_ins(address)
        click.echo(f"\nReady after {time.monotonic() - started:.1f} s. Ctrl-C stops everything; the data stays.")
        if not is_quiet:
            _open_browser(address)
        children.watch(stop)
        click.echo("\nStopping …")
    click.echo("Stopped. Nothing is left running.")


def _prepare(url: str, stop: StopAsked) -> None:
    from marketplace.migrate import migrate  # noqa: PLC0415 - Piccolo loads slowly

    with step("Database schema") as facts:
        applied = run(migrate(url))
        facts.append(f"{len(applied)} migrations applied" if applied else "up to date")
    for part in (load_regions, load_demo, rebuild_search):
        if stop.is_set:
            return
        part(url)


@contextmanager
def _only_demo(data_directory: Path, *, is_reset: bool) -> Iterator[IO[str]]:
    """Hold the folder for one demo; a second one is told where the first is."""
    data_directory.mkdir(parents=True, exist_ok=True)
    with (data_directory / "demo.lock").open("a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note.seek(0)
            running = json.loads(note.read() or "{}")
            where = running.get("address", "an address it will print soon")
            message = f"The demo of this folder is running already: {where} (process {running.get('process', '?')})."
            if is_reset:
                message += " Stop it first, then reset."
                raise click.ClickException(message) from None
            click.echo(message)
            raise SystemExit(0) from None
        _write_note(note, {"process": os.getpid()})
        yield note
        note.truncate(0)


def _write_note(note: IO[str], facts: dict[str, str | int]) -> None:
    note.seek(0)
    note.truncate(0)
    note.write(json.dumps(facts))
    note.flush()


def _remove_data(settings: Settings) -> None:
    if settings.database_url is not None:
        message = "--reset removes the embedded database only; DATABASE_URL is set, and that database is yours."
        raise click.ClickException(message)
    with (settings.data_directory / "postgres.users").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = "Another lumbung process uses this database. Stop it first, then reset."
            raise click.ClickException(message) from None
        for directory in (settings.postgres_directory, settings.search_directory):
            shutil.rmtree(directory, ignore_errors=True)
    click.echo("The demo's data was removed.")


def _choose_address(host: str, wanted: int) -> str:
    port = find_free_port(host, wanted)
    if port != wanted:
        click.echo(f"  Port {wanted} is taken by another program; using {port} instead.")
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


class _Children:
    """The web server and the worker, as processes of their own."""

    def __init__(self, data_directory: Path, host: str, address: str) -> None:
        """Remember what they are started with."""
        self._host = host
        self._address = address
        self._port = address.rsplit(":", 1)[1]
        self._logs = data_directory / "logs"
        self._server: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._worker_restarts = 0

    def start(self) -> None:
        """Start both."""
        self._logs.mkdir(exist_ok=True)
        self._server = self._spawn("serve", "--host", self._host, "--port", self._port)
        self._worker = self._spawn("worker")

    def _spawn(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._logs / f"{command}.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "marketplace.cli", command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of their own: Ctrl-C reaches this process alone, which stops them in order.
                process_group=0,
                env={**os.environ, PARENT_VARIABLE: str(os.getpid())},
            )

    def wait_until_ready(self, stop: StopAsked) -> None:
        """Return once the server answers.

        Raises:
            ClickException: it ended, or does not answer within a minute.

        """
        deadline = time.monotonic() + _READY_SECONDS
        while not stop.is_set:
            if _answers(f"{self._address}/health/ready"):
                return
            if self._server is None or self._server.poll() is not None or time.monotonic() > deadline:
                raise click.ClickException("The web server did not start.\n" + self._tail("serve"))
            stop.wait(0.1)

    def watch(self, stop: StopAsked) -> None:
        """Return when a stop is asked for; a worker that died is started again.

        Raises:
            ClickException: the server ended by itself, or the worker again and again.

        """
        while not stop.wait(0.5):
            if self._server is not None and self._server.poll() is not None:
                raise click.ClickException("The web server ended unexpectedly.\n" + self._tail("serve"))
            if self._worker is not None and self._worker.poll() is not None:
                self._worker_restarts += 1
                if self._worker_restarts > _MOST_WORKER_RESTARTS:
                    raise click.ClickException("The worker ends again and again.\n" + self._tail("worker"))
                click.echo(f"The worker ended (status {self._worker.returncode}); starting it again.")
                self._worker = self._spawn("worker")

    def stop(self) -> None:
        """Ask both to finish, wait, and kill what does not listen."""
        running = [child for child in (self._server, self._worker) if child is not None]
        for child in running:
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for child in running:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # Its own children are in its group and end with it.
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def _tail(self, command: str) -> str:
        path = self._logs / f"{command}.log"
        text = path.read_text(errors="replace") if path.exists() else ""
        return f"The end of {path}:\n{text[-3000:]}"


def _answers(address: str) -> bool:
    # Proxies of the environment must not be asked for our own address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=2) as answer:
            is_ready: bool = answer.status == 200  # noqa: PLR2004 - HTTP's "OK"
            return is_ready
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _open_browser(address: str) -> None:
    """Open the page where there is a desktop; a text browser would take over the terminal."""
    is_desktop = sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if is_desktop and sys.stdout.isatty():
        with suppress(webbrowser.Error):
            webbrowser.open(address)
