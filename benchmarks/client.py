"""A lean HTTP/1.1 client over plain sockets: the two cores are shared with what is measured, so it must cost little."""

import asyncio
import time
from collections.abc import Callable
from statistics import quantiles

import msgspec

Request = bytes


class Answers(msgspec.Struct):
    """What a burst gave: milliseconds of each request, counts by status, seconds in all."""

    milliseconds: list[float]
    statuses: dict[int, int]
    seconds: float
    bodies: list[bytes]

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    def percentile(self, hundredth: int) -> float:
        """The p-th percentile in milliseconds."""
        if len(self.milliseconds) < 2:
            return self.milliseconds[0] if self.milliseconds else 0.0
        return quantiles(self.milliseconds, n=100, method="inclusive")[hundredth - 1]

    def spread(self) -> str:
        """The p50, p95 and p99 as text."""
        return f"p50 {self.percentile(50):.2f} p95 {self.percentile(95):.2f} p99 {self.percentile(99):.2f} ms"


def get(path: str, **headers: str) -> Request:
    """Bytes of a GET."""
    headers = {"accept_encoding": "identity", **headers}
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{extra}\r\n".encode()


def post(path: str, body: object, **headers: str) -> Request:
    """Bytes of a POST with a JSON body."""
    payload = msgspec.json.encode(body)
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(payload)}\r\n{extra}\r\n"
    )
    return head.encode() + payload


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        """Remember where to connect."""
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, request: Request) -> tuple[int, bytes]:
        """Send one request; status and body."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        lower = head.lower()
        start = lower.find(b"content-length:")
        if start < 0:
            body = b""
            if b"transfer-encoding: chunked" in lower:
                while size := int((await self.reader.readline()).strip(), 16):
                    body += await self.reader.readexactly(size)
                    await self.reader.readexactly(2)
                await self.reader.readline()
            return status, body
        length = int(lower[start + 15 : lower.find(b"\r\n", start)])
        return status, await self.reader.readexactly(length)

    async def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            self.writer.close()


async def burst(
    port: int, make: Callable[[int], Request], *, clients: int, seconds: float = 0.0, count: int = 0
) -> Answers:
    """Let `clients` send what `make(number)` gives, for so many seconds or so many requests in all."""
    answers = Answers(milliseconds=[], statuses={}, seconds=0.0, bodies=[])
    numbers = iter(range(count or 10**9))
    start = time.perf_counter()

    async def one() -> None:
        connection = Connection(port)
        for number in numbers:
            before = time.perf_counter()
            if seconds and before - start > seconds:
                break
            status, body = await connection.ask(make(number))
            answers.milliseconds.append((time.perf_counter() - before) * 1000)
            answers.statuses[status] = answers.statuses.get(status, 0) + 1
            if status >= 400 and len(answers.bodies) < 3:
                answers.bodies.append(body)
        await connection.close()

    await asyncio.gather(*(one() for _ in range(clients)))
    answers.seconds = time.perf_counter() - start
    return answers
