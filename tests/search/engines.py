"""The engines that the contract is held against, and a Meilisearch started for the tests where there is one."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHY_LEFT_OUT = "meilisearch is not on PATH and MEILI_URL is not set"


def is_meilisearch_at_hand() -> bool:
    """Tell whether a Meilisearch can be reached or started."""
    return bool(os.environ.get("MEILI_URL")) or shutil.which("meilisearch") is not None


def engine_names() -> list[str]:
    """Return the engines that the contract is run against on this machine."""
    return ["embedded", "meilisearch"] if is_meilisearch_at_hand() else ["embedded"]


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running_meilisearch() -> Iterator[tuple[str, str]]:
    """Give the address and the key of a Meilisearch: the one in MEILI_URL, or one started for as long as this lasts."""
    if url := os.environ.get("MEILI_URL"):
        yield url, os.environ.get("MEILI_KEY", "")
        return
    directory = Path(tempfile.mkdtemp(prefix="lumbung-meili-"))
    url, key = f"http://127.0.0.1:{free_port()}", secrets.token_urlsafe(32)
    command = ["meilisearch", "--no-analytics", "--http-addr", url.removeprefix("http://"), "--db-path", "data"]
    environment = {"PATH": os.environ.get("PATH", ""), "MEILI_MASTER_KEY": key, "MEILI_LOG_LEVEL": "ERROR"}
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_healthy(url, process, directory / "log")
        yield url, key
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(directory, ignore_errors=True)


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    message = f"Meilisearch did not start: {log.read_text()}"
    raise RuntimeError(message)
