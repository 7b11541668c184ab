"""The real application behind granian, with floors beside it: handlers that give fixed bytes and touch nothing."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import MediaType, Response, get

from benchmarks.client import Connection
from benchmarks.client import get as get_request


@get("/floor/{size:int}", opt={"policy": None}, media_type=MediaType.JSON)
async def floor(size: int) -> Response[bytes]:
    """As many bytes as asked for, by a bare Litestar handler."""
    return Response(b"x" * size, media_type=MediaType.JSON)


def create() -> Any:
    """The application of the benchmark server (granian factory)."""
    from marketplace import app as real

    # Not the plain class: it would take in what the application leaves out, and the worker's memory is measured.
    bare = real.LeanLitestar([floor], openapi_config=None)
    application = real.create_app()
    # As `lumbung serve` does.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 1_000)

    async def either(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/floor/"):
            await bare(scope, receive, send)
        else:
            await application(scope, receive, send)

    return either


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running server: its port, seconds to its first answer, and what its worker process takes."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        """Remember both."""
        self.port = port
        self.process = process
        self.start_seconds = 0.0

    def _worker(self) -> Path:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        # The last is the worker; the one before it, if any, is Python's resource tracker.
        return Path("/proc") / children[-1]

    def cpu_seconds(self) -> float:
        """Processor time that the worker has used."""
        fields = (self._worker() / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Memory that the worker holds."""
        pages = int((self._worker() / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@asynccontextmanager
async def serving(database_url: str, **environment: str) -> AsyncIterator[int]:
    """As `running_server`, for those who need its port alone."""
    async with running_server(database_url, **environment) as server:
        yield server.port


@asynccontextmanager
async def running_server(database_url: str, **environment: str) -> AsyncIterator[Server]:
    """One granian worker on a free port, once it answers."""
    port = free_port()
    start = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--factory",
            "--workers",
            "1",
            "--port",
            str(port),
            "--no-ws",
            "--log-level",
            "error",
            "--loop",
            "uvloop",
            "benchmarks.server:create",
        ],
        # As installed: with the bytecode written (by the first start), whatever this shell prefers.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "DATABASE_URL": database_url, **environment},
    )
    server = Server(port, process)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                status, _ = await Connection(port).ask(get_request("/health"))
            except OSError:
                await asyncio.sleep(0.01)
                continue
            if status == 200:
                server.start_seconds = time.perf_counter() - start
                break
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)
