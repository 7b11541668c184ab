"""A wire to PostgreSQL that can be cut: after the n-th statement was done, before its answer arrives.

So a statement counts as done by the server and as lost by us, a COMMIT too: what a process or a network that dies at
the worst moment leaves behind. Speaks just enough of the protocol to tell statements apart (simple queries, and Execute
followed by Sync); see https://www.postgresql.org/docs/current/protocol-message-formats.html.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

_HEAD = 5


class Wire:
    """What runs through it: `statements` are those done since it was armed, `url` leads through it."""

    def __init__(self, target_url: str, directory: Path) -> None:
        """Lead to where `target_url` does; the socket stands in `directory`."""
        parts = urlsplit(target_url)
        place = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
        self._target = (place, parts.port or 5432)
        self._directory = directory
        head = target_url.partition("?")[0]
        user = parts.netloc.rpartition("@")[0]
        self.url = f"{parts.scheme}://{user}@/{head.rsplit('/', 1)[1]}?host={directory}&port=5432"
        self.statements: list[str] = []
        self.is_cut = False
        self._cut_at: int | None = None
        self._is_armed = False
        self._open: set[asyncio.StreamWriter] = set()
        self._lines: set[asyncio.Task[Any]] = set()
        self._is_open = asyncio.Event()
        self._is_open.set()

    def arm(self, cut_at: int | None = None) -> None:
        """Count from here on, and cut after so many statements (None: never)."""
        self.statements, self.is_cut, self._cut_at, self._is_armed = [], False, cut_at, True

    def disarm(self) -> None:
        """Count no more."""
        self._is_armed = False

    def hang_up(self) -> None:
        """End every connection that is open, and keep new ones waiting (a pool opens them by itself) until `let_in`."""
        self._is_open.clear()
        for writer in list(self._open):
            writer.transport.abort()

    def let_in(self) -> None:
        """Let connections through again."""
        self._is_open.set()

    async def ended(self) -> None:
        """Wait until every line has ended, after hanging up."""
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def serve(self) -> asyncio.Server:
        """Listen."""
        return await asyncio.start_unix_server(self._connected, str(self._directory / ".s.PGSQL.5432"))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._lines.add(task)
            task.add_done_callback(self._lines.discard)
        await self._is_open.wait()
        place, port = self._target
        if place.startswith("/"):
            back_reader, back_writer = await asyncio.open_unix_connection(f"{place}/.s.PGSQL.{port}")
        else:
            back_reader, back_writer = await asyncio.open_connection(place, port)
        line = _Line(self, writer, back_writer)
        self._open |= {writer, back_writer}
        pumps = [
            asyncio.ensure_future(line.forward(reader)),
            asyncio.ensure_future(line.back(back_reader)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for end in (writer, back_writer):
            self._open.discard(end)
            end.transport.abort()

    def done(self, statement: str) -> bool:
        """Note a statement that the server has done; whether the wire is cut here."""
        if not self._is_armed:
            return False
        self.statements.append(statement)
        self.is_cut = self.is_cut or len(self.statements) == self._cut_at
        return len(self.statements) == self._cut_at


class _Line:
    """One connection through the wire."""

    def __init__(self, wire: Wire, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.wire, self.client, self.server = wire, client, server
        # What the client has asked for and waits to be answered.
        self.asked: str | None = None

    async def forward(self, reader: asyncio.StreamReader) -> None:
        """From us to the server; the first message has no type."""
        try:
            length = await reader.readexactly(4)
            self.server.write(length + await reader.readexactly(int.from_bytes(length, "big") - 4))
            while True:
                head, body = await _message(reader)
                if head[:1] == b"Q":
                    self.asked = body[:-1].decode()
                elif head[:1] == b"E":
                    self.asked = self.asked or "execute"
                self.server.write(head + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    async def back(self, reader: asyncio.StreamReader) -> None:
        """From the server to us; the answer to a statement is kept back until all of it is there."""
        kept = bytearray()
        try:
            while True:
                head, body = await _message(reader)
                kept += head + body
                if self.asked is not None and head[:1] != b"Z":
                    continue
                if self.asked is not None:
                    asked, self.asked = self.asked, None
                    if self.wire.done(asked):
                        return
                self.client.write(bytes(kept))
                kept.clear()
        except (asyncio.IncompleteReadError, ConnectionError):
            if kept:
                self.client.write(bytes(kept))


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(_HEAD)
    return head, await reader.readexactly(int.from_bytes(head[1:], "big") - 4)


@asynccontextmanager
async def wire_to(target_url: str) -> AsyncIterator[Wire]:
    """A wire to the database at `target_url`."""
    directory = Path(tempfile.mkdtemp(prefix="wire-"))
    wire = Wire(target_url, directory)
    server = await wire.serve()
    try:
        yield wire
    finally:
        server.close()
        wire.hang_up()
        wire.let_in()
        await wire.ended()
        shutil.rmtree(directory, ignore_errors=True)
