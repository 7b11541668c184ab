"""The embedded PostgreSQL: joined by many, stopped by the last, started again after a crash, in any folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from marketplace.embedded import EmbeddedPostgres, PostgresStartError, database_url, start_postgres


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return a folder with a name that shells trip over."""
    return tmp_path / 'it\'s a "folder", $HOME' / "postgres"


def _is_running(server: EmbeddedPostgres) -> bool:
    return (server.directory / "postmaster.pid").exists()


async def test_two_users_of_one_server_last_one_stops_it(directory: Path) -> None:
    first = start_postgres(directory)
    second = start_postgres(directory)
    url = database_url(first)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT 'É' ~* 'é'") is True
    await connection.close()

    first.stop()
    assert second.psql("SELECT 40 + 2", "lumbung").strip() == "42"
    second.stop()
    assert not _is_running(second)


def test_restart_keeps_the_data(directory: Path) -> None:
    server = start_postgres(directory)
    server.psql("CREATE TABLE kept AS SELECT 7 AS it")
    server.stop()

    again = start_postgres(directory)
    assert again.psql("SELECT it FROM kept").strip() == "7"
    again.stop()


def test_path_longer_than_a_socket_may_be_starts(tmp_path: Path) -> None:
    server = start_postgres(tmp_path / ("x" * 100) / ("y" * 100) / "postgres")
    assert server.psql("SELECT 1").strip() == "1"
    assert len(str(server.socket_directory)) < 60
    server.stop()


def test_user_killed_next_user_stops_the_server(directory: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from marketplace.embedded import start_postgres;"
        "start_postgres(Path(sys.argv[1])); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline().strip() == "up"
        user.kill()
    survivor = start_postgres(directory)
    assert survivor.psql("SELECT 1").strip() == "1"
    survivor.stop()
    assert not _is_running(survivor)


def test_pid_file_of_a_crashed_server_with_a_reused_pid_is_set_aside(directory: Path) -> None:
    server = start_postgres(directory)
    pid_file = directory / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    # Our own process id: alive, and not a PostgreSQL.
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    again = start_postgres(directory)
    assert again.psql("SELECT 1").strip() == "1"
    again.stop()


def test_server_that_crashed_recovers(directory: Path) -> None:
    server = start_postgres(directory)
    server.psql("CREATE TABLE kept AS SELECT 7 AS it")
    pid = int((directory / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    server.stop()

    again = start_postgres(directory)
    assert again.psql("SELECT it FROM kept").strip() == "7"
    again.stop()


def test_broken_configuration_says_why(directory: Path) -> None:
    server = start_postgres(directory)
    server.stop()
    with (directory / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_buffers = 'plenty'\n")
    with pytest.raises(PostgresStartError, match="shared_buffers"):
        start_postgres(directory)
    assert not (directory / "postmaster.pid").exists()
