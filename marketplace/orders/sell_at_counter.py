"""A walk-in sale in cash or on a member's tab: goods, money and receipt in one press, in the books as any order."""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, payable_of
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, OrderId, ShiftId
from marketplace.inventory import OutOfStockError, sell_direct
from marketplace.orders import counter_store
from marketplace.orders.counter_lines import CounterBasket, CounterLine, read_counter_basket, short_goods
from marketplace.orders.freeze_taxes import freeze_taxes
from marketplace.orders.postings import post_sale
from marketplace.orders.settle_order import landing_account, write_receipt
from marketplace.orders.shifts import taking_cash
from marketplace.orders.tab import record_tab
from marketplace.orders.take_payment import record_cash
from marketplace.outbox import mark_search_dirty
from payments import ZERO, Money, PaymentSucceeded


class SellAtCounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command. `member_phone` finds a member for the member price; empty for anybody else.

    `expected_rupiah` is the total on the cashier's screen: another total is refused, not silently charged.
    With `is_on_tab` the member owes it instead of paying: no cash is tendered.
    """

    lines: list[CounterLine]
    tendered_rupiah: int
    expected_rupiah: int
    member_phone: str = ""
    is_on_tab: bool = False


class SoldAtCounter(msgspec.Struct, frozen=True, kw_only=True):
    """The sale's code, receipt number and change."""

    code: str
    receipt_number: int
    total_rupiah: int
    change_rupiah: int
    is_member: bool


@database.retry_on_conflict
async def sell_at_counter(command: SellAtCounter, *, actor: Actor, once: Once) -> SoldAtCounter:
    """Sell to whoever stands at the counter, in the actor's open shift.

    Raises:
        InvalidError: no goods, unknown goods, quantity or unit, unknown member, or too little money.
        UnitChangedError: a unit holds another number of goods than the cashier saw.
        LicenceExpiredError: a licence of the goods has run out.
        NotServedError: less in stock than asked.
        PriceAboveCeilingError: goods may not be sold at their price any more.
        NoOpenShiftError: the cashier has no shift open.
        TillOfferedError: the till waits for the next cashier.
        TabLimitError: on a tab, and more than the member may owe.

    """
    store_id, cashier_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, SoldAtCounter)) is not None:
            return answer
        shift = taking_cash(await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        number = await counter_store.take_receipt_number(connection, store_id)
        basket = await read_counter_basket(
            connection,
            command.lines,
            expected_rupiah=command.expected_rupiah,
            member_phone=command.member_phone,
            actor=actor,
        )
        order_id = await _hand_out(connection, basket, actor=actor)
        payment = await _record_payment(
            connection,
            command,
            order_id,
            Money(basket.total_rupiah),
            shift_id=shift["id"],
            actor=actor,
            once=once,
        )
        await _book(connection, order_id, payment, number=number, shift_id=shift["id"], actor=actor)
        answer = SoldAtCounter(
            code=str(basket.head["code"]),
            receipt_number=number,
            total_rupiah=basket.total_rupiah,
            change_rupiah=payment.change.rupiah if payment.change is not None else 0,
            is_member=basket.is_member,
        )
        await once.keep_answer(connection, answer)
        return answer


async def _hand_out(connection: database.Connection, basket: CounterBasket, *, actor: Actor) -> OrderId:
    """Write the order, which is over as it begins, and take its goods off the shelf."""
    order_id = await counter_store.insert_counter_order(connection, basket.head, basket.lines)
    await freeze_taxes(connection, store_id=actor.require_store(), order_id=order_id, at=clock.now())
    emptied: list[ListingId] = []
    try:
        if basket.stocked:
            emptied = await sell_direct(
                connection,
                store_id=actor.require_store(),
                order_id=order_id,
                quantities=basket.stocked,
                author_id=actor.require_person(),
            )
    except OutOfStockError as error:
        raise short_goods(error, basket) from error
    await mark_search_dirty(connection, "listings", emptied)
    return order_id


async def _record_payment(
    connection: database.Connection,
    command: SellAtCounter,
    order_id: OrderId,
    total: Money,
    *,
    shift_id: ShiftId,
    actor: Actor,
    once: Once,
) -> PaymentSucceeded:
    store_id, now = actor.require_store(), clock.now()
    if command.is_on_tab:
        return await record_tab(
            connection,
            store_id=store_id,
            order_id=order_id,
            amount=total,
            member_phone=command.member_phone,
            key=once.key,
            at=now,
            actor=actor,
        )
    return await record_cash(
        connection,
        store_id=store_id,
        order_id=order_id,
        shift_id=shift_id,
        amount=total,
        tendered_rupiah=command.tendered_rupiah,
        key=once.key,
        at=now,
        actor=actor,
    )


async def _book(
    connection: database.Connection,
    order_id: OrderId,
    payment: PaymentSucceeded,
    *,
    number: int,
    shift_id: ShiftId,
    actor: Actor,
) -> None:
    """Write what is left of the sale: receipt, ledger, audit trail."""
    store_id, cashier_id = actor.require_store(), actor.require_person()
    await write_receipt(
        connection,
        payment,
        store_id=store_id,
        number=number,
        order_id=order_id,
        shift_id=shift_id,
        author_id=cashier_id,
    )
    await post_sale(
        connection,
        store_id=store_id,
        order_id=order_id,
        lines=await counter_store.list_order_lines(connection, order_id),
        delivery_rupiah=0,
        author=author_of(cashier_id),
        at=payment.succeeded_at,
        paid_now=(landing_account(payment), payment.amount, ZERO, ZERO),
    )
    await record_audit(
        connection,
        actor=actor,
        action="order.sold_at_counter",
        subject=payable_of(order_id),
        detail={"receipt": number, "amount": payment.amount.rupiah},
    )
