"""What can be wrong with an installation, and what to do about each; shown by `lumbung doctor`."""

import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum

import asyncpg
import msgspec

from marketplace.migrate import missing_migrations
from marketplace.settings import Settings

OLDEST_POSTGRES = 15
_LARGEST_SKEW_SECONDS = 2.0
_LEAST_FREE_BYTES = 1_000_000_000
_ROOM_FOR_POOLS = 10
_SHORTEST_SECRET = 32
_SLOW_ANSWER_MS = 20.0


class Verdict(StrEnum):
    """How a check went."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at. `advice` says what to do; empty when there is nothing to do."""

    subject: str
    verdict: Verdict
    seen: str
    advice: str = ""


async def examine(settings: Settings, database_url: str) -> list[Finding]:
    """Look at everything; a check that fails to run is a finding, not the end."""
    findings = [check_secrets(settings), check_address(settings), check_disk(settings), check_payments()]
    findings.append(await check_cards(settings))
    findings += await check_database(settings, database_url)
    findings.append(await check_search(settings))
    return findings


def check_secrets(settings: Settings) -> Finding:
    """Secrets: given in production, long enough, not the same."""
    if settings.secret_key == settings.sealing_keys:
        return _wrong("secrets", "LUMBUNG_SECRET and LUMBUNG_SEALING_KEYS are equal", "Give each its own value.")
    if len(settings.secret_key) < _SHORTEST_SECRET:
        return _wrong(
            "secrets",
            f"LUMBUNG_SECRET has {len(settings.secret_key)} characters",
            f"Use {_SHORTEST_SECRET} or more: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    if settings.is_development:
        return Finding(
            subject="secrets",
            verdict=Verdict.NOTE,
            seen=f"development: made once and kept in {settings.data_directory}",
            advice="For production set LUMBUNG_ENV=production, LUMBUNG_SECRET and LUMBUNG_SEALING_KEYS.",
        )
    return _ok("secrets", "set")


def check_address(settings: Settings) -> Finding:
    """The public address: https in production, for cookies are only then Secure."""
    if not settings.is_secure and not settings.is_development:
        return _wrong(
            "address",
            f"LUMBUNG_URL is {settings.public_url}",
            "Set it to the https address that people type; sessions are not safe over http.",
        )
    return _ok("address", settings.public_url)


def check_disk(settings: Settings) -> Finding:
    """Room for the embedded database and search index."""
    place = settings.data_directory
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    seen = f"{free / 1e9:.1f} GB free at {settings.data_directory}"
    if free < _LEAST_FREE_BYTES:
        return _wrong("disk", seen, "Make room, or point LUMBUNG_DATA to a larger disk; PostgreSQL stops when full.")
    return _ok("disk", seen)


def check_payments() -> Finding:
    """Ways to pay. Cash, QRIS and transfers need no settings of the installation; Stripe's are looked at apart."""
    from payments import Money, offered_for  # noqa: PLC0415 - so that a broken package is found here, not at the start

    ways = ", ".join(way.method for way in offered_for(Money(15_000)))
    if not ways:
        return _wrong("payments", "no way to pay is registered", "Without one no order can be completed.")
    return _ok("payments", ways)


async def check_cards(settings: Settings) -> Finding:
    """Stripe, where it is used: the keys, and one call."""
    from marketplace.orders import check_stripe  # noqa: PLC0415 - as above

    report = await check_stripe(settings)
    if report.advice:
        return _wrong("stripe", report.seen, "; ".join(report.advice))
    return _ok("stripe", report.seen)


async def check_database(settings: Settings, database_url: str) -> list[Finding]:
    """Reachability, version, schema, clock, connections."""
    try:
        connection = await asyncpg.connect(database_url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError, ValueError) as error:
        return [
            _wrong(
                "database",
                f"no connection: {type(error).__name__}: {error}",
                "Is it running, and is DATABASE_URL right (postgresql://user:password@host:5432/name)?",
            )
        ]
    checks: tuple[Callable[[Settings, asyncpg.Connection], Awaitable[Finding]], ...] = (
        _check_version,
        _check_encoding,
        _check_schema,
        _check_clock,
        _check_connections,
        _check_distance,
        _check_stuck,
    )
    try:
        return [await check(settings, connection) for check in checks]
    finally:
        await connection.close()


async def _check_version(settings: Settings, connection: asyncpg.Connection) -> Finding:
    major = connection.get_server_version().major
    where = "embedded" if settings.database_url is None else "DATABASE_URL"
    if major < OLDEST_POSTGRES:
        return _wrong("database", f"PostgreSQL {major}", f"PostgreSQL {OLDEST_POSTGRES} or later is needed.")
    return _ok("database", f"PostgreSQL {major} ({where})")


async def _check_encoding(_settings: Settings, connection: asyncpg.Connection) -> Finding:
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        return _wrong("encoding", encoding, "Create the database with ENCODING 'UTF8'; others lose letters.")
    return _ok("encoding", encoding)


async def _check_schema(_settings: Settings, connection: asyncpg.Connection) -> Finding:
    missing = await missing_migrations(connection)
    if missing:
        return _wrong("schema", f"pending: {', '.join(missing)}", "Run `lumbung migrate`.")
    return _ok("schema", "up to date")


async def _check_clock(_settings: Settings, connection: asyncpg.Connection) -> Finding:
    before = time.time()
    there: datetime = await connection.fetchval("SELECT clock_timestamp()")
    here = datetime.fromtimestamp((before + time.time()) / 2, UTC)
    skew = abs((there - here).total_seconds())
    seen = f"{skew:.1f} s between this machine and the database"
    if skew > _LARGEST_SKEW_SECONDS:
        return _wrong("clock", seen, "Let both follow a time server (NTP); holds and sessions end at the wrong time.")
    return _ok("clock", seen)


async def _check_connections(settings: Settings, connection: asyncpg.Connection) -> Finding:
    most = int(await connection.fetchval("SHOW max_connections"))
    seen = f"{most} allowed, {settings.pool_size} a process"
    if most < settings.pool_size + _ROOM_FOR_POOLS:
        return _wrong("connections", seen, "Raise max_connections, or lower LUMBUNG_POOL_SIZE.")
    return _ok("connections", seen)


async def _check_distance(_settings: Settings, connection: asyncpg.Connection) -> Finding:
    started = time.perf_counter()
    for _ in range(5):
        await connection.fetchval("SELECT 1")
    milliseconds = (time.perf_counter() - started) * 1000 / 5
    seen = f"{milliseconds:.1f} ms a statement"
    if milliseconds > _SLOW_ANSWER_MS:
        return _wrong("distance", seen, "Put the database nearer: a page needs several statements.")
    return _ok("distance", seen)


async def _check_stuck(_settings: Settings, connection: asyncpg.Connection) -> Finding:
    from marketplace.orders import check_stuck_calls  # noqa: PLC0415 - as above

    if await missing_migrations(connection):
        return _ok("calls", "not looked at: the schema is old")
    report = await check_stuck_calls(connection)
    return _wrong("calls", report.seen, report.advice[0]) if report.advice else _ok("calls", report.seen)


async def check_search(settings: Settings) -> Finding:
    """Which engine, and whether it answers."""
    import search  # noqa: PLC0415 - loads tantivy, which only this check needs

    engine = search.open_engine(settings.meili_url, settings.meili_key, settings.search_directory)
    try:
        health = await engine.health()
    finally:
        await engine.close()
    if not health.is_healthy:
        advice = (
            "Run `lumbung seed search`." if settings.meili_url is None else "Is it running? See MEILI_URL, MEILI_KEY."
        )
        return _wrong("search", f"{health.engine}: {health.detail}", advice)
    return _ok("search", health.engine)


def _ok(subject: str, seen: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.OK, seen=seen)


def _wrong(subject: str, seen: str, advice: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.WRONG, seen=seen, advice=advice)
