"""What giving money back means: the refund, the goods, the book, the receipt, the order. One place for every return."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from marketplace import clock, database
from marketplace.books import author_of, book_of, payable_of, supplier_reference_of, till_of, till_reference
from marketplace.errors import ConflictError
from marketplace.ids import ListingId, OrderId, PersonId, ShiftId, StoreId
from marketplace.inventory import Cause, adjust_stock, find_moved_value, release_some, take_back
from marketplace.orders import payment_store, return_store, store
from marketplace.orders.card_refund import check_undisputed, find_owed_of_card, is_card, refund_to_card
from marketplace.orders.postings import NotPaid, post_refund_before_hand_over, post_return, post_surplus_back
from marketplace.orders.return_lines import left_of, returned_part
from marketplace.orders.return_papers import find_taxes_back, take_note_number, write_papers
from marketplace.orders.sale_taxes import NO_TAXES, Taxes
from marketplace.orders.settle_order import landing_account
from marketplace.orders.states import OPEN_STATES
from marketplace.orders.tab import TabTooLowError
from marketplace.outbox import mark_search_dirty
from payments import (
    ZERO,
    AccountKey,
    BalanceTooLow,
    Money,
    PaymentRefunded,
    RefundTooLarge,
    accounts,
    balance,
    find_channels,
    find_success,
    refund,
)


class TillTooLowError(ConflictError):
    """The till does not hold what is to be given back."""

    code = "till_too_low"
    default_message = "Uang di laci tidak cukup untuk pengembalian ini. Ambil dari brankas dulu."


class NoAccountError(ConflictError):
    """The store has no bank account that money could be sent from."""

    code = "no_bank_account"
    default_message = "Gerai ini belum mencatat rekening bank. Kembalikan tunai, atau catat rekeningnya dulu."


class ReturnOutdatedError(ConflictError):
    """What the return was asked for has changed since."""

    code = "return_outdated"
    default_message = "Pesanan ini berubah sejak pengembalian diajukan. Tolak pengajuan ini, lalu ajukan lagi."


async def give_back(
    connection: database.Connection,
    order: asyncpg.Record,
    made: asyncpg.Record,
    *,
    shift_id: ShiftId | None,
    reference: str,
    author_id: PersonId,
) -> tuple[int, str]:
    """Pay a return of a locked order out and do all that goes with it; (receipt number, the order's state).

    The caller holds the store's receipt row and the return's. Cash comes out of the shift's till.

    Raises:
        TillTooLowError: not enough cash in the till.
        TabTooLowError: the member owes less than that.
        NoAccountError: a transfer, and the store has no account.
        DisputedError: a card, and the buyer's bank took the money back.
        ReturnOutdatedError: goods were handed over, taken off or paid back meanwhile.

    """
    store_id = StoreId(order["store_id"])
    await _check_owed(connection, made)
    note = await take_note_number(connection, made)
    paid_out_of = await _account(connection, store_id, made, shift_id)
    refunded = await _refund(connection, made, shift_id=shift_id, reference=reference, author_id=author_id)
    taxes = NO_TAXES
    try:
        if made["kind"] == "surplus":
            state = await _surplus(connection, order, made, refunded, paid_out_of=paid_out_of, author_id=author_id)
        elif made["kind"] == "before":
            state, taxes = await _before(connection, order, made, paid_out_of=paid_out_of, author_id=author_id)
        else:
            state, taxes = await _after(connection, order, made, paid_out_of=paid_out_of, author_id=author_id)
    except BalanceTooLow as error:
        raise (TabTooLowError if made["method"] == "tab" else TillTooLowError) from error
    number = await write_papers(
        connection, made, refunded, note=note, taxes=taxes, shift_id=shift_id, author_id=author_id
    )
    return number, state


async def _check_owed(connection: database.Connection, made: asyncpg.Record) -> None:
    """Let card money leave by another way only while it is owed: it may have gone to the card meanwhile."""
    if made["kind"] != "surplus":
        return
    store_id, payment_id = StoreId(made["store_id"]), made["payment_id"]
    payment = await find_success(connection, payment_id=payment_id, book=book_of(store_id))
    if payment is None or not is_card(payment.method):
        return
    owed = await find_owed_of_card(
        connection, store_id=store_id, order_id=OrderId(made["order_id"]), payment_id=payment_id
    )
    if owed < Money(made["amount_rupiah"]):
        raise ReturnOutdatedError
    await check_undisputed(connection, payment_id)


async def _refund(
    connection: database.Connection,
    made: asyncpg.Record,
    *,
    shift_id: ShiftId | None,
    reference: str,
    author_id: PersonId,
) -> PaymentRefunded:
    store_id, amount, key = StoreId(made["store_id"]), Money(made["amount_rupiah"]), f"return:{made['id']}"
    try:
        if is_card(made["method"]):
            return await refund_to_card(
                connection,
                store_id=store_id,
                payment_id=made["payment_id"],
                amount=amount,
                key=key,
                author_id=author_id,
                reason=made["reason"],
            )
        return await refund(
            connection,
            payment_id=made["payment_id"],
            book=book_of(store_id),
            amount=amount,
            method=made["method"],
            till_reference=till_reference(shift_id) if shift_id is not None else "",
            reference=reference,
            key=key,
            at=clock.now(),
            author=author_of(author_id),
            reason=made["reason"],
        )
    except RefundTooLarge as error:
        raise ReturnOutdatedError from error


async def _account(
    connection: database.Connection, store_id: StoreId, made: asyncpg.Record, shift_id: ShiftId | None
) -> AccountKey:
    if made["method"] == "cash":
        assert shift_id is not None  # noqa: S101 - the callers see to it
        return till_of(shift_id)
    if made["method"] == "tab":
        payment = await find_success(connection, payment_id=made["payment_id"], book=book_of(store_id))
        assert payment is not None  # noqa: S101 - a foreign key
        return landing_account(payment)
    if is_card(made["method"]):
        # Owed to the buyer until Stripe says that it has left.
        return accounts.refund_due(payable_of(made["order_id"]))
    channels = await find_channels(connection, book=book_of(store_id), on=clock.now().date())
    if channels.bank_account is None:
        raise NoAccountError
    return accounts.bank(channels.bank_account.reference)


async def _surplus(
    connection: database.Connection,
    order: asyncpg.Record,
    made: asyncpg.Record,
    refunded: PaymentRefunded,
    *,
    paid_out_of: AccountKey,
    author_id: PersonId,
) -> str:
    # Surplus of a card is owed to its buyer already, and leaves when Stripe says so.
    if not is_card(made["method"]):
        await post_surplus_back(
            connection,
            store_id=order["store_id"],
            order_id=order["id"],
            payment_id=made["payment_id"],
            refund_id=refunded.refund_id,
            amount=refunded.amount,
            paid_out_of=paid_out_of,
            author=author_of(author_id),
            at=refunded.refunded_at,
            reason=made["reason"],
        )
    state: str = order["state"]
    await payment_store.note_history(
        connection,
        order_id=order["id"],
        state=state,
        at=refunded.refunded_at,
        author_id=author_id,
        reason="Uang yang masuk lebih dikembalikan ke kartu"
        if is_card(made["method"])
        else "Uang yang masuk lebih sudah dikembalikan",
    )
    return state


async def _before(
    connection: database.Connection,
    order: asyncpg.Record,
    made: asyncpg.Record,
    *,
    paid_out_of: AccountKey,
    author_id: PersonId,
) -> tuple[str, Taxes]:
    if order["state"] not in OPEN_STATES:
        raise ReturnOutdatedError
    rows, quantities, is_whole = await _checked(connection, made)
    taxes = await find_taxes_back(connection, made, rows, quantities)
    stocked = {key: quantity for key, quantity in quantities.items() if rows[key]["source"] != "made_to_order"}
    freed = await release_some(connection, order_id=order["id"], quantities=stocked) if stocked else []
    await post_refund_before_hand_over(
        connection,
        store_id=order["store_id"],
        order_id=order["id"],
        return_id=made["id"],
        # Of a card nobody is let off anything: what is less went back at Stripe itself, and is booked.
        amount=Money(
            made["amount_rupiah"] if is_card(made["method"]) else made["goods_rupiah"] + made["delivery_rupiah"]
        ),
        discount=ZERO if is_card(made["method"]) else Money(made["discount_rupiah"]),
        paid_out_of=paid_out_of,
        author=author_of(author_id),
        at=clock.now(),
        reason=made["reason"],
    )
    await mark_search_dirty(connection, "listings", freed)
    state = await _move(connection, order, made, is_whole=is_whole, end="cancelled", author_id=author_id)
    return state, taxes


async def _after(
    connection: database.Connection,
    order: asyncpg.Record,
    made: asyncpg.Record,
    *,
    paid_out_of: AccountKey,
    author_id: PersonId,
) -> tuple[str, Taxes]:
    if order["state"] not in ("handed_over", "completed"):
        raise ReturnOutdatedError
    rows, quantities, is_whole = await _checked(connection, made)
    taxes = await find_taxes_back(connection, made, rows, quantities)
    stocked = {key: quantity for key, quantity in quantities.items() if rows[key]["source"] != "made_to_order"}
    event = f"return:{made['id']}"
    freed, costs, lost = await _goods_back(connection, order, made, stocked, event=event, author_id=author_id)
    await post_return(
        connection,
        store_id=order["store_id"],
        order_id=order["id"],
        return_id=made["id"],
        lines=[
            returned_part(
                rows[listing_id],
                quantity=quantity,
                cost=Money(costs.get(listing_id, 0)),
                supplier_reference=supplier_reference_of(rows[listing_id]["seller_id"]),
            )
            for listing_id, quantity in quantities.items()
        ],
        delivery=Money(made["delivery_rupiah"]),
        not_paid=await _not_paid(connection, made),
        lost=Money(lost),
        paid_out_of=paid_out_of,
        author=author_of(author_id),
        at=clock.now(),
        reason=made["reason"],
        taxes=taxes,
    )
    await mark_search_dirty(connection, "listings", freed)
    state = await _move(connection, order, made, is_whole=is_whole, end="returned", author_id=author_id)
    return state, taxes


async def _not_paid(connection: database.Connection, made: asyncpg.Record) -> NotPaid:
    less = Money(made["discount_rupiah"])
    if not less or not is_card(made["method"]):
        return NotPaid(discount=less)
    # Of a card nobody is let off anything: it went back before, from here or at Stripe itself.
    receivable = accounts.buyer_receivable(payable_of(made["order_id"]))
    owed = min(less, max(ZERO, await balance(connection, book=book_of(made["store_id"]), account=receivable)))
    return NotPaid(allowed=less - owed, owed=owed)


async def _goods_back(
    connection: database.Connection,
    order: asyncpg.Record,
    made: asyncpg.Record,
    stocked: Mapping[ListingId, int],
    *,
    event: str,
    author_id: PersonId,
) -> tuple[list[ListingId], dict[ListingId, int], int]:
    """Take goods back; (listings that became available, what came back cost, what of it is lost because it is spoilt).

    Spoilt goods come back and go out again as damage, so that the card of the goods tells both.
    """
    if not stocked:
        return [], {}, 0
    freed = await take_back(
        connection,
        store_id=order["store_id"],
        order_id=order["id"],
        quantities=stocked,
        author_id=author_id,
        reason=made["reason"],
        event=event,
    )
    source, costs, lost = payable_of(order["id"]), {}, 0
    for listing_id, quantity in stocked.items():
        back = Cause(source=source, event=event, author_id=author_id, reason=made["reason"])
        costs[listing_id] = await find_moved_value(connection, listing_id=listing_id, cause=back)
        if made["is_resaleable"]:
            continue
        spoilt = Cause(source=source, event=f"{event}.spoilt", author_id=author_id, reason=made["reason"])
        freed += await adjust_stock(
            connection,
            store_id=order["store_id"],
            listing_id=listing_id,
            change=-quantity,
            cause=spoilt,
            kind="damage",
        )
        lost -= await find_moved_value(connection, listing_id=listing_id, cause=spoilt)
    return freed, costs, lost


async def _checked(
    connection: database.Connection, made: asyncpg.Record
) -> tuple[dict[ListingId, Any], dict[ListingId, int], bool]:
    """The order's lines by listing, the return's units, and whether nothing stays; all as they are now."""
    rows = {ListingId(row["listing_id"]): row for row in await return_store.list_lines(connection, made["order_id"])}
    lines = await return_store.list_return_lines(connection, made["id"])
    quantities = {ListingId(line["listing_id"]): line["quantity"] for line in lines}
    if any(quantity > left_of(rows[listing_id]) for listing_id, quantity in quantities.items()):
        raise ReturnOutdatedError
    is_whole = all(left_of(row) == quantities.get(listing_id, 0) for listing_id, row in rows.items())
    return rows, quantities, is_whole


async def _move(
    connection: database.Connection,
    order: asyncpg.Record,
    made: asyncpg.Record,
    *,
    is_whole: bool,
    end: str,
    author_id: PersonId,
) -> str:
    if is_whole:
        await store.set_state(
            connection, order_id=order["id"], state=end, at=clock.now(), author_id=author_id, reason=made["reason"]
        )
        return end
    state: str = order["state"]
    await payment_store.note_history(
        connection,
        order_id=order["id"],
        state=state,
        at=clock.now(),
        author_id=author_id,
        reason=made["reason"],
    )
    return state
