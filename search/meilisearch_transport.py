"""Talking to Meilisearch: an own pooled connection for what is hot, the official client for what is not.

The official client is blocking and opens a connection for each call, so searches go through aiohttp. They must not ask
for gzip: with `Accept-Encoding: gzip` Meilisearch answers in two packets, and each search waits 40 ms for a delayed
acknowledgement.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import msgspec

from search.errors import IndexMissing, SearchUnavailable

if TYPE_CHECKING:
    from meilisearch import Client

SEARCH_TIMEOUT_SECONDS = 1.5
"""Ten times what the slowest queries take at a million documents: who waits is then better served from behind."""
CLIENT_TIMEOUT_SECONDS = 10
MAX_CONNECTIONS = 32
_FIRST_ERROR_STATUS = 400
_FIRST_POLL_SECONDS = 0.003
_SLOWEST_POLL_SECONDS = 0.25
_R = TypeVar("_R")


class _ApiError(msgspec.Struct):
    message: str = ""
    code: str = ""


class _Task(msgspec.Struct):
    status: str
    error: _ApiError | None = None


def _refused(error: _ApiError) -> SearchUnavailable:
    message = f"Meilisearch refused: {error.code} {error.message}"
    return IndexMissing(message) if error.code == "index_not_found" else SearchUnavailable(message)


def unreadable() -> SearchUnavailable:
    """Return the error for an answer that is none of Meilisearch's."""
    return SearchUnavailable("Meilisearch answered what cannot be read")


class MeilisearchTransport:
    """Connections to one Meilisearch. Every failure is raised as `SearchUnavailable`."""

    def __init__(self, url: str, key: str | None) -> None:
        """Remember where it is; nothing is opened yet."""
        self._url = url.rstrip("/")
        self._key = key or None
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="meilisearch")
        self._local = threading.local()

    def _open_session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
            if self._key is not None:
                headers["Authorization"] = f"Bearer {self._key}"
            self._session = aiohttp.ClientSession(
                headers=headers,
                connector=aiohttp.TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=60),
                timeout=aiohttp.ClientTimeout(total=CLIENT_TIMEOUT_SECONDS),
            )
            self._loop = loop
        return self._session

    async def search(self, path: str, body: object) -> bytes:
        """Send one search, in time for somebody who waits, and return the body of a good answer."""
        return await self.request("POST", path, body, timeout_seconds=SEARCH_TIMEOUT_SECONDS)

    async def request(
        self, method: str, path: str, body: object = None, *, timeout_seconds: float = CLIENT_TIMEOUT_SECONDS
    ) -> bytes:
        """Send one request and return the body of a good answer."""
        data = None if body is None else msgspec.json.encode(body)
        try:
            async with asyncio.timeout(timeout_seconds):
                try:
                    status, answer = await self._send(method, path, data)
                except aiohttp.ServerDisconnectedError:
                    # A kept connection that the server's restart has closed; all that is sent here may be sent twice.
                    status, answer = await self._send(method, path, data)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            message = f"Meilisearch does not answer: {type(error).__name__}"
            raise SearchUnavailable(message) from error
        if status < _FIRST_ERROR_STATUS:
            return answer
        try:
            problem = msgspec.json.decode(answer, type=_ApiError)
        except msgspec.MsgspecError:
            problem = _ApiError(code=str(status))
        raise _refused(problem)

    async def _send(self, method: str, path: str, data: bytes | None) -> tuple[int, bytes]:
        async with self._open_session().request(method, self._url + path, data=data) as response:
            return response.status, await response.read()

    async def read(self, path: str, kind: type[_R]) -> _R:
        """Get what is at `path`; an answer of another shape is a failure too."""
        answer = await self.request("GET", path)
        try:
            return msgspec.json.decode(answer, type=kind)
        except msgspec.MsgspecError as error:
            raise unreadable() from error

    async def wait_for(self, task_uid: int, timeout_seconds: float) -> None:
        """Wait until a task is done; raises `SearchUnavailable` if it failed or takes longer than the timeout."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        pause = _FIRST_POLL_SECONDS
        while True:
            task = await self.read(f"/tasks/{task_uid}", _Task)
            if task.status == "succeeded":
                return
            if task.status in {"failed", "canceled"}:
                raise _refused(task.error or _ApiError(code=task.status))
            if asyncio.get_running_loop().time() > deadline:
                message = f"Meilisearch has not finished task {task_uid} after {timeout_seconds} seconds"
                raise SearchUnavailable(message)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _SLOWEST_POLL_SECONDS)

    async def call(self, action: "Callable[[Client], _R]") -> _R:
        """Run `action` with an official client in a thread. Clients are not shared: they keep headers per call."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self._call, action))

    def _call(self, action: "Callable[[Client], _R]") -> _R:
        # Imported here because it costs a quarter of a second, also for those who use no Meilisearch.
        from meilisearch import Client  # noqa: PLC0415
        from meilisearch.errors import MeilisearchApiError, MeilisearchError  # noqa: PLC0415 - as above

        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = Client(self._url, self._key, timeout=CLIENT_TIMEOUT_SECONDS)
        try:
            return action(client)
        except MeilisearchApiError as error:
            raise _refused(_ApiError(error.message, error.code or str(error.status_code))) from error
        except (MeilisearchError, OSError) as error:
            message = f"Meilisearch does not answer: {type(error).__name__}"
            raise SearchUnavailable(message) from error

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None and self._loop is asyncio.get_running_loop():
            await self._session.close()
        self._session = None
        self._threads.shutdown(wait=True)
