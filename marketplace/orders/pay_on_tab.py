"""At the counter: put an order on a member's tab instead of taking cash, and take cash for the tab later."""

from typing import Final

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, member_reference_of, payable_of, till_of
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId, StoreId
from marketplace.orders import counter_store, tab_store
from marketplace.orders.settle_order import settle_order
from marketplace.orders.shifts import taking_cash
from marketplace.orders.tab import find_owed, record_tab
from marketplace.orders.take_payment import LARGEST_TENDER_RUPIAH, lock_payable_order
from payments import Money, accounts, post, recipes

_LARGEST_ID: Final = 2**63 - 1


class PutOnTab(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt's number, and the order as it is now."""

    code: str
    state: str
    receipt_number: int
    amount_rupiah: int


class Repaid(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt's number of the store's own series for tabs, the change to give, and what is still owed."""

    number: int
    person_id: PersonId
    amount_rupiah: int
    change_rupiah: int
    left_rupiah: int


@database.retry_on_conflict
async def pay_on_tab(code: str, *, member_phone: str, actor: Actor, is_handed_over: bool, once: Once) -> PutOnTab:
    """Put an order of the actor's store on a member's tab; `is_handed_over` gives the goods out as well.

    Locks shift (shared), store, order, tab, stock, ledger accounts.

    Raises:
        NotFoundError: no such order at this store.
        WrongStateError: cancelled, expired or handed over.
        AlreadyPaidError: paid before.
        InvalidError: no member's number, or a member who may not buy on trust.
        TabLimitError: it would be more than they may owe.

    """
    store_id, cashier_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, PutOnTab)) is not None:
            return answer
        # No till is touched; in an open shift the receipt counts there.
        shift = await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id)
        number = await counter_store.take_receipt_number(connection, store_id)
        order = await lock_payable_order(connection, store_id, code)
        payment = await record_tab(
            connection,
            store_id=store_id,
            order_id=order["id"],
            amount=Money(order["total_rupiah"]),
            member_phone=member_phone,
            key=once.key,
            at=clock.now(),
            actor=actor,
        )
        settled = await settle_order(
            connection,
            order,
            payment,
            number=number,
            shift_id=None if shift is None else shift["id"],
            author_id=cashier_id,
            is_handed_over=is_handed_over,
        )
        await record_audit(
            connection,
            actor=actor,
            action="order.put_on_tab",
            subject=payable_of(order["id"]),
            detail={"code": code, "receipt": number, "amount": payment.amount.rupiah},
        )
        answer = PutOnTab(code=code, state=settled.state, receipt_number=number, amount_rupiah=payment.amount.rupiah)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def repay_tab(person_id: int, amount_rupiah: int, *, tendered_rupiah: int, actor: Actor, once: Once) -> Repaid:
    """Take cash into the actor's open till for part or all of what a member owes.

    Locks shift (shared), store, tab, ledger accounts.

    Raises:
        NotFoundError: this member has no tab here.
        InvalidError: nothing, more than is owed, or less tendered than that.
        NoOpenShiftError: the cashier has no shift open.
        TillOfferedError: the till waits for the next cashier.

    """
    if not 1 <= person_id <= _LARGEST_ID:
        raise NotFoundError
    _check_amounts(amount_rupiah, tendered_rupiah)
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Repaid)) is not None:
            return answer
        shift = taking_cash(await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        number = await tab_store.take_repayment_number(connection, store_id)
        if await tab_store.lock_tab(connection, store_id=store_id, person_id=person_id) is None:
            raise NotFoundError
        amount = Money(amount_rupiah)
        owed = await find_owed(connection, store_id=store_id, person_id=person_id)
        if amount > owed:
            sentence = "Kasbonnya tinggal {owed}."
            raise InvalidError(fields={"amount_rupiah": (sentence, {"owed": owed})})
        left = owed - amount
        await post(
            connection,
            book=book_of(store_id),
            source=repayment_source(store_id, number),
            transfers=recipes.tab_repaid(
                tab=accounts.member_tab(member_reference_of(person_id)), paid_into=till_of(shift["id"]), amount=amount
            ),
            author=author_of(cashier_id),
            occurred_at=now,
        )
        await tab_store.insert_repayment(
            connection,
            store_id=store_id,
            number=number,
            person_id=person_id,
            way="cash",
            shift_id=shift["id"],
            amount_rupiah=amount_rupiah,
            tendered_rupiah=tendered_rupiah,
            left_rupiah=left.rupiah,
            repaid_at=now,
            taken_by=cashier_id,
        )
        await record_audit(
            connection,
            actor=actor,
            action="tab.repaid",
            subject=member_reference_of(person_id),
            detail={"number": number, "amount": amount_rupiah, "left": left.rupiah},
        )
        answer = Repaid(
            number=number,
            person_id=PersonId(person_id),
            amount_rupiah=amount_rupiah,
            change_rupiah=tendered_rupiah - amount_rupiah,
            left_rupiah=left.rupiah,
        )
        await once.keep_answer(connection, answer)
        return answer


def repayment_source(store_id: StoreId, number: int) -> str:
    """Name of a repayment in the books. Numbers are each store's own, sources are those of all books together."""
    return f"repayment:{store_id}:{number}"


def _check_amounts(amount_rupiah: int, tendered_rupiah: int) -> None:
    if not 1 <= amount_rupiah <= LARGEST_TENDER_RUPIAH:
        raise InvalidError(fields={"amount_rupiah": "Tulis jumlah yang dibayar, paling banyak Rp 1.000.000.000."})
    if not amount_rupiah <= tendered_rupiah <= LARGEST_TENDER_RUPIAH:
        raise InvalidError(fields={"tendered_rupiah": "Uang yang diterima tidak boleh kurang dari yang dibayar."})
