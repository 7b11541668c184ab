"""Callbacks of providers: who may tell what; kept at once, handled later, each once whatever is repeated or lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import asyncpg
import msgspec

from payments.connection import require_transaction
from payments.errors import PaymentsError
from payments.snap import store
from payments.snap.sign import read_public_key

if TYPE_CHECKING:
    from payments.connection import Connection

LARGEST_BODY: Final = 64 * 1024
MOST_ATTEMPTS: Final = 8
_PREFIX: Final = "snap_"
_LEASE: Final = timedelta(minutes=2)
_FIRST_WAIT: Final = timedelta(seconds=10)
_PROVIDER: Final = re.compile(r"[a-z][a-z0-9]{1,20}")
_PARTNER: Final = re.compile(r"[A-Za-z0-9_-]{3,36}")
_LEAST_SECRET: Final = 16
_LARGEST_SECRET: Final = 200


class BadProvider(PaymentsError):
    """A provider's settings cannot be right. `field` is provider, partner_id, secret or public_key."""

    code = "bad_provider"
    message = "{problem}"

    def __init__(self, *, field: str, problem: str) -> None:
        """Keep which field is wrong, and the Indonesian sentence."""
        super().__init__(problem=problem)
        self.field = field
        self.problem = problem


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider that is listened to for a book; `secret_sealed` is for the caller to open."""

    book: str
    provider: str
    partner_id: str
    scheme: str
    secret_sealed: bytes
    public_key: str


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """A callback that waits to be handled; `attempts` counts this one."""

    event_id: int
    book: str
    body: str
    received_at: datetime
    attempts: int


def check_provider(*, provider: str, partner_id: str, secret: str, public_key: str) -> Literal["hmac", "rsa"]:
    """Check settings before they are kept; return the way of signing they are for. Raises BadProvider."""
    if not _PROVIDER.fullmatch(provider):
        problem = "Tulis nama singkat penyedia dengan huruf kecil dan angka, misalnya contohpay."
        raise BadProvider(field="provider", problem=problem)
    if not _PARTNER.fullmatch(partner_id):
        problem = "Tulis X-PARTNER-ID dari penyedia: 3 sampai 36 huruf, angka, garis."
        raise BadProvider(field="partner_id", problem=problem)
    if bool(secret) == bool(public_key):
        problem = "Isi salah satu: kunci rahasia (HMAC-SHA512) atau kunci publik penyedia (RSA)."
        raise BadProvider(field="secret", problem=problem)
    if secret:
        if not _LEAST_SECRET <= len(secret) <= _LARGEST_SECRET:
            problem = "Kunci rahasia paling sedikit 16 dan paling banyak 200 karakter."
            raise BadProvider(field="secret", problem=problem)
        return "hmac"
    try:
        read_public_key(public_key)
    except ValueError as error:
        problem = "Kunci publik harus RSA 2048 bit atau lebih dalam bentuk PEM (-----BEGIN PUBLIC KEY-----)."
        raise BadProvider(field="public_key", problem=problem) from error
    return "rsa"


async def register_provider(connection: Connection, *, made: Provider, at: datetime, author: str) -> None:
    """Listen to a provider for a book from now on, to nobody else. Raises BadProvider for another store's number."""
    require_transaction(connection)
    try:
        await store.replace_provider(
            connection,
            book=made.book,
            provider=made.provider,
            partner_id=made.partner_id,
            scheme=made.scheme,
            secret_sealed=made.secret_sealed,
            public_key=made.public_key,
            at=at,
            author=author,
        )
    except asyncpg.UniqueViolationError as error:
        problem = "X-PARTNER-ID ini sudah dipakai gerai lain."
        raise BadProvider(field="partner_id", problem=problem) from error


async def stop_provider(connection: Connection, *, book: str) -> None:
    """Listen to nobody for a book; what was told before is still handled."""
    require_transaction(connection)
    await store.stop_provider(connection, book=book)


async def find_provider(connection: Connection, *, provider: str, partner_id: str) -> Provider | None:
    """Find who says to be calling."""
    row = await store.find_provider(connection, provider=provider, partner_id=partner_id)
    return None if row is None else _provider(row)


async def find_provider_of(connection: Connection, *, book: str) -> Provider | None:
    """Find who is listened to for a book."""
    row = await store.find_provider_of(connection, book=book)
    return None if row is None else _provider(row)


async def keep_callback(
    connection: Connection, *, made: Provider, external_id: str, day: str, body: str, at: datetime
) -> bool:
    """Keep a callback whose signature is right; false where its number came that day with another body."""
    require_transaction(connection)
    earlier = await store.insert_event(
        connection,
        provider=f"{_PREFIX}{made.provider}",
        event_id=f"{made.partner_id}:{day}:{external_id}",
        book=made.book,
        body=body,
        at=at,
    )
    return earlier is None or earlier == body


async def claim_callback(connection: Connection, *, now: datetime) -> Callback | None:
    """Claim the next callback for two minutes; whoever dies with it leaves it to be claimed again."""
    require_transaction(connection)
    row = await store.claim_event(connection, provider_prefix=_PREFIX, now=now, again_at=now + _LEASE)
    if row is None:
        return None
    return Callback(
        event_id=row["id"],
        book=row["object_id"],
        body=row["body"],
        received_at=row["received_at"],
        attempts=row["attempts"],
    )


async def finish_callback(connection: Connection, *, event_id: int, at: datetime, outcome: str) -> None:
    """Say what a callback led to."""
    await store.finish_event(connection, event_id=event_id, at=at, outcome=outcome[:500])


async def fail_callback(connection: Connection, *, callback: Callback, at: datetime, why: str) -> bool:
    """Try a callback again later, each time twice as late; false where it is given up."""
    require_transaction(connection)
    if callback.attempts >= MOST_ATTEMPTS:
        await store.finish_event(connection, event_id=callback.event_id, at=at, outcome=f"given up: {why}"[:500])
        return False
    again_at = at + _FIRST_WAIT * 2**callback.attempts
    await store.postpone_event(connection, event_id=callback.event_id, again_at=again_at, outcome=why[:500])
    return True


async def list_given_up(connection: Connection, *, book: str, limit: int) -> list[tuple[int, datetime, str]]:
    """List callbacks of a book that nothing could be made of: id, when they came, why."""
    rows = await store.list_given_up(connection, book=book, limit=limit)
    return [(row["id"], row["received_at"], row["outcome"]) for row in rows]


def _provider(row: asyncpg.Record) -> Provider:
    return Provider(
        book=row["book"],
        provider=row["provider"],
        partner_id=row["partner_id"],
        scheme=row["scheme"],
        secret_sealed=bytes(row["secret_sealed"]),
        public_key=row["public_key"],
    )
