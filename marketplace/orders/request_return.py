"""Give money back: for some or all goods of a paid order, or money that came twice. Above the store's limit it waits.

Before the hand-over goods are taken off the order; after it they come back. Up to the store's limit for one order the
cashier gives the money out at once; above it a second person approves first (`decide_return.py`), and always where card
money leaves by another way because Stripe could not bring it back.
"""

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import book_of, payable_of
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, OrderId, PersonId, StoreId
from marketplace.orders import counter_store, payment_store, return_store, store
from marketplace.orders.card_refund import check_card_way, check_undisputed, find_owed_of_card, is_card
from marketplace.orders.confirm_payment import read_reference
from marketplace.orders.give_back import give_back
from marketplace.orders.refund_limit import may_give_back_alone
from marketplace.orders.return_lines import ReturnKind, ReturnPlan, plan_return
from marketplace.orders.shifts import taking_cash
from marketplace.orders.states import OPEN_STATES, check_step
from marketplace.orders.tab import check_return_way
from payments import ZERO, Money, PaymentSucceeded, find_payment, find_success

LONGEST_REASON = 300
METHODS = ("cash", "transfer", "tab", "stripe")


class ReturnWaitsError(ConflictError):
    """The order has a return that waits for approval or for its money."""

    code = "return_waits"
    default_message = "Masih ada pengembalian pesanan ini yang menunggu. Selesaikan atau tolak dulu."


class ReturnLine(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Units of one listing that go back."""

    listing_id: ListingId
    quantity: int


class ReturnRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The command. Without `lines` all that is left goes back; with `payment_id` surplus money does, and no goods.

    `payment_id` also names card money that Stripe could not bring back: to the card once more, or by two persons in
    cash or by transfer.
    `method` is how the buyer gets the money: cash from one's open shift, a transfer, whose number is `reference`, tab,
    which makes the debt of goods bought on trust smaller, or stripe for what was paid by card, back to that card.
    `is_resaleable` is false for spoilt goods: they do not go back on the shelf.
    """

    reason: str
    lines: list[ReturnLine] | None = None
    payment_id: int | None = None
    method: str = "cash"
    reference: str = ""
    is_resaleable: bool = True
    includes_delivery: bool = False


class ReturnAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands. `return_state` is done or requested; without money given out there is no receipt yet."""

    code: str
    state: str
    return_id: int
    return_state: str
    receipt_number: int | None
    refunded_rupiah: int


@database.retry_on_conflict
async def request_return(code: str, command: ReturnRequest, *, actor: Actor, once: Once) -> ReturnAnswer:
    """Give money of a paid order of the actor's store back, or ask a second person to allow it.

    Locks shift (shared), store, order, payment, stock, ledger accounts.

    Raises:
        InvalidError: no reason, unknown lines or way, more than is left, no number of a transfer.
        NotFoundError: no such order here.
        ConflictError: it is not paid.
        BackToCardError, NotByCardError: card money goes back to the card, no other does.
        DisputedError: the buyer's bank took it back.
        ReturnWaitsError: another return of it waits.
        NoOpenShiftError: cash, and no shift is open.
        TillOfferedError: cash, and the till waits for the next cashier.
        TillTooLowError: not enough cash.

    """
    _check(command)
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ReturnAnswer)) is not None:
            return answer
        shift = await counter_store.share_open_shift(connection, cashier_id=person_id, store_id=store_id)
        await payment_store.lock_receipts(connection, store_id)
        order = await store.lock_order(connection, code=code, store_id=store_id)
        if order is None:
            raise NotFoundError
        kind, payment, plan = await _plan(connection, order, command)
        made = await _write(connection, order, command, kind, payment, plan, requested_by=person_id)
        number, state, return_state = None, str(order["state"]), "requested"
        if await _may_alone(connection, made, payment):
            number, state = await give_back(
                connection,
                order,
                made,
                shift_id=taking_cash(shift)["id"] if command.method == "cash" else None,
                reference=read_reference(command.reference) if command.method == "transfer" else "",
                author_id=person_id,
            )
            return_state = "done"
        await record_audit(
            connection,
            actor=actor,
            action="return.done" if return_state == "done" else "return.requested",
            subject=payable_of(order["id"]),
            detail={"code": code, "kind": kind, "amount": plan.amount.rupiah, "reason": command.reason.strip()},
        )
        answer = ReturnAnswer(
            code=code,
            state=state,
            return_id=made["id"],
            return_state=return_state,
            receipt_number=number,
            refunded_rupiah=plan.amount.rupiah if number is not None else 0,
        )
        await once.keep_answer(connection, answer)
        return answer


async def _write(
    connection: database.Connection,
    order: asyncpg.Record,
    command: ReturnRequest,
    kind: ReturnKind,
    payment: PaymentSucceeded,
    plan: ReturnPlan,
    *,
    requested_by: PersonId,
) -> asyncpg.Record:
    """Write the return down, locked; no money leaves by it."""
    if kind != "surplus" or not is_card(payment.method):
        check_card_way(payment, method=command.method)
    elif not is_card(command.method):
        await check_undisputed(connection, payment.payment_id)
    await check_return_way(connection, payment, method=command.method, amount=plan.amount)
    return_id = await return_store.insert_return(
        connection,
        store_id=StoreId(order["store_id"]),
        order_id=OrderId(order["id"]),
        payment_id=payment.payment_id,
        kind=kind,
        method=command.method,
        is_resaleable=command.is_resaleable,
        plan=plan,
        reason=command.reason.strip(),
        requested_by=requested_by,
        requested_at=clock.now(),
    )
    made = None if return_id is None else await return_store.lock_return(connection, return_id=return_id)
    if made is None:
        raise ReturnWaitsError
    return made


async def _may_alone(connection: database.Connection, made: asyncpg.Record, payment: PaymentSucceeded) -> bool:
    if is_card(payment.method) and not is_card(made["method"]):
        return False
    return await may_give_back_alone(
        connection,
        store_id=StoreId(made["store_id"]),
        order_id=OrderId(made["order_id"]),
        amount_rupiah=made["amount_rupiah"],
    )


def _check(command: ReturnRequest) -> None:
    fields: dict[str, str | tuple[str, dict[str, object]]] = {}
    if not command.reason.strip():
        fields["reason"] = "Tulis alasan pengembalian."
    elif len(command.reason) > LONGEST_REASON:
        fields["reason"] = "Alasan paling panjang 300 huruf."
    if command.method not in METHODS:
        fields["method"] = "Pilih cara uangnya dikembalikan."
    if command.lines is not None and len({line.listing_id for line in command.lines}) != len(command.lines):
        fields["lines"] = "Tulis setiap barang satu kali saja."
    if fields:
        raise InvalidError(fields=fields)


async def _plan(
    connection: database.Connection, order: asyncpg.Record, command: ReturnRequest
) -> tuple[ReturnKind, PaymentSucceeded, ReturnPlan]:
    order_id, store_id = OrderId(order["id"]), StoreId(order["store_id"])
    if command.payment_id is not None:
        owed, amount = await _find_owed(connection, order, command.payment_id)
        nothing = ReturnPlan(lines=[], goods=ZERO, delivery=ZERO, discount=ZERO, amount=amount, is_whole=False)
        return "surplus", owed, nothing
    is_open = order["state"] in OPEN_STATES
    if not is_open:
        check_step(order["state"], "returned")
    payment = await find_payment(connection, payable=payable_of(order_id))
    if payment is None:
        message = "Pesanan ini belum dibayar, jadi tidak ada uang yang dikembalikan. Batalkan saja pesanannya."
        raise ConflictError(message)
    wanted = None if command.lines is None else {line.listing_id: line.quantity for line in command.lines}
    plan = plan_return(
        await return_store.list_lines(connection, order_id),
        wanted,
        delivery_left=Money(await return_store.find_delivery_left(connection, order_id)),
        includes_delivery=command.includes_delivery,
        payment_left=payment.left
        - await find_owed_of_card(connection, store_id=store_id, order_id=order_id, payment_id=payment.payment_id),
    )
    return "before" if is_open else "after", payment, plan


async def _find_owed(
    connection: database.Connection, order: asyncpg.Record, payment_id: int
) -> tuple[PaymentSucceeded, Money]:
    """Find the payment of which the buyer is owed money without goods, and how much."""
    order_id, store_id = OrderId(order["id"]), StoreId(order["store_id"])
    payment = await find_success(connection, payment_id=payment_id, book=book_of(store_id))
    if payment is None or payment.payable != payable_of(order_id):
        raise NotFoundError
    amount = (
        await find_owed_of_card(connection, store_id=store_id, order_id=order_id, payment_id=payment_id)
        if is_card(payment.method)
        else payment.left
    )
    if amount.is_positive and (payment.is_surplus or is_card(payment.method)):
        return payment, amount
    if not payment.is_surplus:
        raise NotFoundError
    raise InvalidError(fields={"lines": "Semua uang ini sudah dikembalikan."})
