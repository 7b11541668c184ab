"""Starting to pay by card: the attempt and the call for its page are written down together, the call comes after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from payments.attempts.attempt import find_open_attempt, start_attempt
from payments.calls.calls import want_call
from payments.calls.store import count_stuck as count_stuck_of
from payments.calls.store import list_ended_here
from payments.errors import WayNotOpen
from payments.gateway import GATEWAYS
from payments.stripe import store
from payments.stripe.amounts import CURRENCY, to_minor

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

    from payments.connection import Connection
    from payments.facts import Attempt
    from payments.money import Money

PROVIDER: Final = "stripe"
METHOD: Final = "stripe"
# Webhooks come within seconds; asking is for the one that never comes.
FIRST_LOOK: Final = timedelta(seconds=60)
_LONGEST_PAGE: Final = timedelta(days=2)


class ReturnAddresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where Stripe sends the buyer's browser back to. Coming back proves nothing."""

    after_paying: str
    after_leaving: str


def checkout_key(payment_id: int) -> str:
    """Name of the call that makes an attempt's page; one attempt has one page."""
    return f"checkout:{payment_id}:1"


async def start_card(
    connection: Connection,
    *,
    payable: str,
    book: str,
    amount: Money,
    label: str,
    addresses: ReturnAddresses,
    key: str,
    at: datetime,
    author: str,
) -> Attempt:
    """Start an attempt whose page has yet to be made; one that waits already for the payable is answered instead.

    `label` is what the buyer reads at Stripe: no name, no goods. `addresses` may hold `{payment_id}`. Raises WayNotOpen
    where the store takes no cards, AlreadyPaid, KeyReused.
    """
    waiting = await find_open_attempt(connection, payable=payable, method=METHOD)
    if waiting is not None:
        return waiting
    if await store.find_store(connection, book=book) is None:
        raise WayNotOpen(method=METHOD)
    seconds = GATEWAYS[METHOD].capability.expires_after_seconds
    expires_at = at + timedelta(seconds=seconds or 0)
    attempt = await start_attempt(
        connection,
        payable=payable,
        book=book,
        method=METHOD,
        amount=amount,
        key=key,
        at=at,
        author=author,
        expires_at=expires_at,
        is_pending=True,
    )
    assert attempt is not None  # noqa: S101 - only transfers compete for an amount
    if not attempt.is_new:
        return attempt
    parameters: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": to_minor(amount),
                    "product_data": {"name": label},
                },
                "quantity": 1,
            }
        ],
        "client_reference_id": str(attempt.payment_id),
        "metadata": {"lumbung_key": key},
        "payment_intent_data": {
            "description": label,
            "metadata": {"lumbung_key": key},
            "transfer_group": f"payment:{attempt.payment_id}",
        },
        "success_url": addresses.after_paying.replace("{payment_id}", str(attempt.payment_id)),
        "cancel_url": addresses.after_leaving.replace("{payment_id}", str(attempt.payment_id)),
        "expires_at": int(expires_at.timestamp()),
    }
    await want_call(
        connection,
        provider=PROVIDER,
        key=checkout_key(attempt.payment_id),
        purpose="checkout",
        payment_id=attempt.payment_id,
        input_=parameters,
        at=at,
    )
    return attempt


async def want_look(connection: Connection, *, payment_id: int, page_id: str, at: datetime) -> None:
    """Ask after a page from time to time until it has ended, for the event that never comes."""
    await want_call(
        connection,
        provider=PROVIDER,
        key=f"look:{payment_id}:1",
        purpose="look",
        payment_id=payment_id,
        input_={"page_id": page_id},
        at=at,
        after=FIRST_LOOK,
    )


async def want_expiry(connection: Connection, *, payment_id: int, page_id: str, at: datetime) -> None:
    """Close a page whose attempt has ended here: ending it here alone means nothing at Stripe."""
    await want_call(
        connection,
        provider=PROVIDER,
        key=f"expire:{payment_id}:1",
        purpose="expire",
        payment_id=payment_id,
        input_={"page_id": page_id},
        at=at,
    )


async def list_pages_to_close(connection: Connection, *, now: datetime, limit: int) -> list[tuple[int, str]]:
    """List attempts that were cancelled here while their page may still be paid on: id and page."""
    return await list_ended_here(connection, since=now - _LONGEST_PAGE, limit=limit)


async def count_stuck(connection: Connection) -> tuple[int, int]:
    """Count calls and events that a person has to look at."""
    return await count_stuck_of(connection, provider=PROVIDER)
