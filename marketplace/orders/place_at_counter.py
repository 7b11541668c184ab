"""A walk-in sale that is not paid in cash: the goods are set aside while the buyer scans, then paid and handed over."""

from datetime import timedelta
from typing import Final

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import payable_of
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId
from marketplace.inventory import OutOfStockError, reserve
from marketplace.orders import counter_store, store
from marketplace.orders.counter_lines import CounterLine, read_counter_basket, short_goods
from marketplace.orders.start_payment import StartedPayment, opened, start
from marketplace.outbox import mark_search_dirty

# Nobody stands at a counter longer; then the goods go back to the shelf.
_HOLD: Final = timedelta(hours=1)


class PlaceAtCounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command; as selling for cash, with the way to pay (qris, transfer or stripe)."""

    lines: list[CounterLine]
    expected_rupiah: int
    method: str
    member_phone: str = ""


class PlacedAtCounter(msgspec.Struct, frozen=True, kw_only=True):
    """The order that waits for its money, and what to pay it by."""

    code: str
    payment: StartedPayment


async def place_at_counter(command: PlaceAtCounter, *, actor: Actor, once: Once) -> PlacedAtCounter:
    """Set the goods of a walk-in buyer aside and begin the payment; for a card make the page to pay on.

    Raises as `_place`. Where Stripe refuses the payment the order stands, and can be paid otherwise.
    """
    placed = await _place(command, actor=actor, once=once)
    return PlacedAtCounter(code=placed.code, payment=await opened(placed.payment))


@database.retry_on_conflict
async def _place(command: PlaceAtCounter, *, actor: Actor, once: Once) -> PlacedAtCounter:
    """Set the goods aside and begin the payment.

    Raises:
        InvalidError: no goods, unknown goods, quantity or member, another total.
        NotServedError: less in stock than asked.
        PriceAboveCeilingError: goods may not be sold at their price any more.
        WayNotOpenError: the store does not take this way, or not this much.

    """
    store_id, now = actor.require_store(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, PlacedAtCounter)) is not None:
            return answer
        basket = await read_counter_basket(
            connection,
            command.lines,
            expected_rupiah=command.expected_rupiah,
            member_phone=command.member_phone,
            actor=actor,
        )
        order_id = await counter_store.insert_counter_order(
            connection, basket.head, basket.lines, hold_until=now + _HOLD
        )
        emptied: list[ListingId] = []
        try:
            if basket.stocked:
                emptied = await reserve(connection, store_id=store_id, order_id=order_id, quantities=basket.stocked)
        except OutOfStockError as error:
            raise short_goods(error, basket) from error
        await mark_search_dirty(connection, "listings", emptied)
        order = await store.lock_order(connection, code=basket.head["code"], store_id=store_id)
        assert order is not None  # noqa: S101 - written above
        payment = await start(connection, order, command.method, actor=actor, once=once)
        await record_audit(
            connection,
            actor=actor,
            action="order.placed_at_counter",
            subject=payable_of(order_id),
            detail={"code": basket.head["code"], "amount": basket.total_rupiah, "method": command.method},
        )
        answer = PlacedAtCounter(code=str(basket.head["code"]), payment=payment)
        await once.keep_answer(connection, answer)
        return answer
