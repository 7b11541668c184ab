"""What got stuck between us and Stripe, for the operator: the list, and looking at one of them now.

What was given up is looked at: Stripe says whether it was done, and it is booked as done or ends as not done (owed
again, may be asked for again). No call that moves money is made a second time. What Stripe refused is owed again
already; it leaves the list once somebody has seen it.
"""

import re
from datetime import datetime
from typing import Final

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import order_of, store_of
from marketplace.errors import ConflictError, NotFoundError
from marketplace.ids import StoreId
from marketplace.orders import payment_store
from marketplace.orders.gateway_calls import make_call
from marketplace.orders.gateway_events import handle_event
from marketplace.orders.stripe_access import configured_stripe
from payments.stripe import Call, Looked, Stuck, WaitingEvent, list_stuck, look_up, note_seen, take_stuck

MOST_SHOWN: Final = 100
_KEY: Final = re.compile(r"[A-Za-z0-9_:.-]{3,200}")


class StuckThing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person has to look at. `store_id` and `order_code` are of a payment's call, else None and ''."""

    key: str
    purpose: str
    state: str
    outcome: str
    since: datetime
    store_id: int | None
    order_code: str
    amount_rupiah: int


class NoKeysError(ConflictError):
    """There is no Stripe to look at."""

    code = "stripe_is_not_used"
    default_message = "LUMBUNG_STRIPE_KEY belum diisi."


async def show_stuck() -> list[StuckThing]:
    """What got stuck: calls and then events, of each the oldest first, at most a hundred."""
    async with database.connection() as connection:
        found = await list_stuck(connection, limit=MOST_SHOWN)
        return [await _told(connection, one) for one in found]


async def _told(connection: database.Connection, one: Stuck) -> StuckThing:
    store_id, code = None, ""
    if one.book:
        store_id, order_id = store_of(one.book), order_of(one.payable)
        codes = await payment_store.list_codes(connection, store_id=StoreId(store_id), order_ids=[order_id])
        code = codes.get(order_id, "")
    return StuckThing(
        key=one.key,
        purpose=one.purpose,
        state=one.state,
        outcome=one.outcome,
        since=one.since,
        store_id=store_id,
        order_code=code,
        amount_rupiah=one.amount_rupiah,
    )


async def resolve_stuck(key: str, *, actor: Actor) -> Looked:
    """Look at something that got stuck; how it stands afterwards. Pressed twice, it is looked at once.

    Raises:
        NotFoundError: there is no such call or event.
        NoKeysError: it was given up, and this process has no keys to ask Stripe with.

    """
    if not _KEY.fullmatch(key):
        raise NotFoundError
    taken = await _take(key, actor=actor)
    if isinstance(taken, Call):
        await make_call(taken)
    elif taken is not None:
        await handle_event(taken)
    async with database.connection() as connection:
        looked = await look_up(connection, key=key)
    if looked is None:
        raise NotFoundError
    return looked


@database.retry_on_conflict
async def _take(key: str, *, actor: Actor) -> Call | WaitingEvent | None:
    now = clock.now()
    async with database.transaction() as connection:
        if await note_seen(connection, key=key, at=now):
            await record_audit(connection, actor=actor, action="stripe.seen", subject=f"stripe_call:{key}")
            return None
        taken = await take_stuck(connection, key=key, now=now)
        if taken is not None:
            if configured_stripe() is None:
                raise NoKeysError
            await record_audit(connection, actor=actor, action="stripe.looked_at", subject=f"stripe_call:{key}")
    return taken
