"""Callbacks of QRIS providers: kept as they came once their signature is right, and handled later by the worker.

A callback is a statement of one line: it is kept once by its number, matched like any other, and listed where it fits
nothing. Whoever dies on the way leaves everything to be done again, which adds nothing.
"""

from datetime import datetime

import structlog

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import store_of
from marketplace.formats.dates import WIB, day_of
from marketplace.reconciliation.match_lines import match_lines
from marketplace.reconciliation.providers import SECRET_PURPOSE
from marketplace.sealing import current_sealer
from payments import (
    QRIS_ACCOUNT,
    Callback,
    Provider,
    claim_callback,
    fail_callback,
    find_provider,
    finish_callback,
    is_in_time,
    is_signed_hmac,
    is_signed_rsa,
    keep_callback,
    keep_statement,
    read_notification,
)

log = structlog.get_logger()

BATCH = 50
_SYSTEM = Actor()


class CallbackHeaders:
    """What a callback says of itself."""

    def __init__(self, *, partner_id: str, external_id: str, timestamp: str, signature: str, token: str) -> None:
        """Take the headers as they came; empty where one is missing."""
        self.partner_id = partner_id
        self.external_id = external_id
        self.timestamp = timestamp
        self.signature = signature
        self.token = token


async def receive_callback(provider: str, headers: CallbackHeaders, *, path: str, body: bytes) -> int:
    """Keep a signed callback and say which status to answer: 200, 400 (incomplete), 401 (not the provider), 409.

    409: its number came before that day with another body. The same again is 200 and changes nothing.
    """
    now = clock.now()
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return 400
    if not (1 <= len(headers.external_id) <= 100 and headers.external_id.isprintable()) or "\0" in text:  # noqa: PLR2004 - SNAP has 36
        return 400
    async with database.connection() as connection:
        made = await find_provider(connection, provider=provider, partner_id=headers.partner_id)
    if made is None or not is_in_time(headers.timestamp, now=now) or not _is_signed(made, headers, path, body):
        return 401
    day = day_of(datetime.fromisoformat(headers.timestamp), WIB).isoformat()
    async with database.transaction() as connection:
        is_kept = await keep_callback(
            connection, made=made, external_id=headers.external_id, day=day, body=text, at=now
        )
    return 200 if is_kept else 409


def _is_signed(made: Provider, headers: CallbackHeaders, path: str, body: bytes) -> bool:
    if made.scheme == "rsa":
        return is_signed_rsa(
            headers.signature,
            public_key=made.public_key,
            method="POST",
            path=path,
            body=body,
            timestamp=headers.timestamp,
        )
    return is_signed_hmac(
        headers.signature,
        secret=current_sealer().open_sealed(made.secret_sealed, purpose=SECRET_PURPOSE),
        method="POST",
        path=path,
        token=headers.token,
        body=body,
        timestamp=headers.timestamp,
    )


async def handle_callbacks() -> int:
    """Handle callbacks that wait, at most a batch; return how many. For the worker; again is harmless."""
    for done in range(BATCH):
        async with database.transaction() as connection:
            callback = await claim_callback(connection, now=clock.now())
        if callback is None:
            return done
        try:
            outcome = await _handle(callback)
        except Exception as error:
            # Whatever it was: this one waits, the others go on.
            log.exception("callback_failed", event_id=callback.event_id, attempts=callback.attempts)
            async with database.transaction() as connection:
                await fail_callback(connection, callback=callback, at=clock.now(), why=repr(error))
        else:
            async with database.transaction() as connection:
                await finish_callback(connection, event_id=callback.event_id, at=clock.now(), outcome=outcome)
    return BATCH


async def _handle(callback: Callback) -> str:
    try:
        line = read_notification(callback.body, received_at=callback.received_at)
    except ValueError as error:
        return f"given up: {error}"
    if line is None:
        return "no money came"
    async with database.transaction() as connection:
        kept = await keep_statement(
            connection,
            book=callback.book,
            kind="qris",
            account_reference=QRIS_ACCOUNT,
            lines=[line],
            at=clock.now(),
            author="system",
            source="callback",
            file_name=f"callback:{callback.event_id}",
        )
    await match_lines(store_of(callback.book), actor=_SYSTEM)
    return "line kept" if kept.new_count else "line known"
