"""How often one may try.

Sign-in attempts are counted in the database, for they must hold across workers and restarts; ordinary writes in the
process's memory, which costs no statement and is exact enough.
"""

import time
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from marketplace import clock
from marketplace.database import Connection
from marketplace.errors import TooManyRequestsError
from marketplace.settings import current_settings

_WRITES_PER_MINUTE = 120
_SIGNED_PER_MINUTE = 3_000
_LOOKUPS_PER_MINUTE = 30
_MOST_BUCKETS = 50_000
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_NETWORK_BITS = 64
_LONGEST_ADDRESS = 64
_buckets: dict[str, tuple[float, float]] = {}


def client_address(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Address of the client, for IPv6 its network; X-Forwarded-For counts only as far as trusted proxies wrote it.

    Each proxy appends whom it was asked by, so the list is read from its end. Of IPv6 one household has a whole /64 to
    choose addresses from.
    """
    client = request.client.host if request.client else "unknown"
    trusted = current_settings().trusted_proxies
    if client in trusted:
        hops = [hop.strip() for line in request.headers.getall("x-forwarded-for", []) for hop in line.split(",")]
        client = next((hop for hop in reversed(hops) if hop and hop not in trusted), client)
    try:
        address = ip_address(client)
    except ValueError:
        return client[:_LONGEST_ADDRESS]
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), _NETWORK_BITS), strict=False))


async def limit_attempts(connection: Connection, bucket: str, *, most: int, window: timedelta) -> None:
    """Count one attempt; `bucket` must hold no personal data (use a fingerprint).

    Raises:
        TooManyRequestsError: more than `most` in this window.

    """
    seconds = int(window.total_seconds())
    now = clock.now()
    start = now - timedelta(seconds=now.timestamp() % seconds)
    hits = await connection.fetchval(
        "INSERT INTO rate_limit (bucket, window_start, hits) VALUES ($1, $2, 1)"
        " ON CONFLICT (bucket, window_start) DO UPDATE SET hits = rate_limit.hits + 1 RETURNING hits",
        bucket,
        start.replace(microsecond=0),
    )
    if hits > most:
        raise TooManyRequestsError(retry_after_seconds=seconds - int(now.timestamp() % seconds))


def limit_commands(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Litestar guard of the whole app: every request that is no reading is a write, whatever its handler does.

    What is signed by somebody we share a secret with (`is_signed`) tells of many people's payments at once and has a
    much larger measure of its own.
    """
    if connection.scope.get("method", "GET") in _READING:
        return
    if handler.opt.get("is_signed"):
        _take(f"signed:{client_address(connection)}", _SIGNED_PER_MINUTE)
    else:
        limit_writes(connection)


def limit_writes(request: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Token bucket per person or address for commands, and for readings that cost as much, such as a call to Stripe.

    Commands are counted before their handler by `limit_commands`.

    Raises:
        TooManyRequestsError: the bucket is empty.

    """
    actor = request.scope["state"]["actor"]
    _take(f"p{actor.person_id}" if actor.is_signed_in else client_address(request), _WRITES_PER_MINUTE)


def limit_lookups(request: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Token bucket per address for what could be guessed by asking often, such as the codes of documents.

    Raises:
        TooManyRequestsError: the bucket is empty.

    """
    _take(f"lookup:{client_address(request)}", _LOOKUPS_PER_MINUTE)


def _take(bucket: str, per_minute: int) -> None:
    now = time.monotonic()
    tokens, seen = _buckets.get(bucket, (float(per_minute), now))
    tokens = min(per_minute, tokens + (now - seen) * per_minute / 60)
    if tokens < 1:
        raise TooManyRequestsError(retry_after_seconds=1)
    if len(_buckets) >= _MOST_BUCKETS:
        _buckets.clear()
    _buckets[bucket] = (tokens - 1, now)


def forget() -> None:
    """Empty the buckets of this process; for tests, whose people never write that fast."""
    _buckets.clear()
