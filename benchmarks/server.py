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
    from litestar import Litestar

    from marketplace import app as real

    bare = Litestar([floor], openapi_config=None)
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


@asynccontextmanager
async def serving(database_url: str, **environment: str) -> AsyncIterator[int]:
    """One granian worker on a free port; yields the port when it answers."""
    port = free_port()
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
        env={**os.environ, "DATABASE_URL": database_url, **environment},
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                status, _ = await Connection(port).ask(get_request("/health"))
            except OSError:
                await asyncio.sleep(0.1)
                continue
            if status == 200:
                break
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)
