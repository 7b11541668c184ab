"""`lumbung demo` as a newcomer meets it: starts, says where, survives a restart, leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # comes with the embedded PostgreSQL
import pytest

pytestmark = pytest.mark.timeout(240)


def _environment(data: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LUMBUNG_", "DATABASE_", "MEILI_"))
    }
    return {**kept, "LUMBUNG_DATA": str(data), "PYTHONUNBUFFERED": "1"}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "marketplace.cli", *arguments]


@contextmanager
def _demo(data: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        _command("demo", "--no-open", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(data),
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


def _read_until_ready(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Ready after"):
            return said
    message = f"the demo ended before it was ready:\n{said}"
    raise AssertionError(message)


def _address(said: str) -> str:
    found = re.search(r"Open\s+(http://\S+)", said)
    assert found, said
    return found.group(1)


def _status(address: str) -> int:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
        status: int = answer.status
        return status


def _left_behind(data: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(process.info["cmdline"] or [])
        environment = process.info["environ"] or {}
        is_ours = str(data) in words or (environment.get("LUMBUNG_DATA") == str(data) and "marketplace" in words)
        if is_ours and process.status() != psutil.STATUS_ZOMBIE:
            found.append(words)
    return found


def _wait_until_gone(data: Path) -> list[str]:
    deadline = time.monotonic() + 30
    while (left := _left_behind(data)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


def test_demo_from_nothing_to_restart_leaves_nothing_running(tmp_path: Path) -> None:
    data = tmp_path / "a folder with spaces"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with _demo(data, "--port", str(port)) as first:
            said = _read_until_ready(first)
            address = _address(said)
            assert f"Port {port} is taken by another program; using" in said
            assert address != f"http://127.0.0.1:{port}"
            assert _status(f"{address}/health/ready") == 200

            second = subprocess.run(
                _command("demo", "--no-open"), check=False, capture_output=True, text=True, env=_environment(data)
            )
            assert second.returncode == 0
            assert f"is running already: {address}" in second.stdout

            reset = subprocess.run(
                _command("demo", "--reset"), check=False, capture_output=True, text=True, env=_environment(data)
            )
            assert reset.returncode == 1
            assert "Stop it first" in reset.stderr

            first.send_signal(signal.SIGINT)
            assert first.stdout is not None
            assert "Nothing is left running" in first.stdout.read()
            assert first.wait(60) == 0
    assert _left_behind(data) == []

    with _demo(data, "--port", str(port)) as again:
        said = _read_until_ready(again)
        assert "Database schema: up to date" in said
        assert _address(said) == f"http://127.0.0.1:{port}"
        # Killed without a chance to clean up: its children see to the rest.
        again.kill()
        again.wait()
    assert _wait_until_gone(data) == []


def test_reset_of_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        _command("demo", "--reset"),
        check=False,
        capture_output=True,
        text=True,
        env={**_environment(tmp_path), "DATABASE_URL": "postgresql://127.0.0.1:1/theirs"},
    )
    assert done.returncode == 1
    assert "that database is yours" in done.stderr


def test_demo_in_production_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        _command("demo"),
        check=False,
        capture_output=True,
        text=True,
        env={
            **_environment(tmp_path),
            "LUMBUNG_ENV": "production",
            "LUMBUNG_SECRET": "x" * 40,
            "LUMBUNG_SEALING_KEYS": "y" * 40,
        },
    )
    assert done.returncode == 1
    assert "does not run with LUMBUNG_ENV=production" in done.stderr
    assert list(tmp_path.iterdir()) == []
