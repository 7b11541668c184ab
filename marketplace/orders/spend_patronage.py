"""At the counter: a member's share of the earnings (SHU) is taken for their tab, or paid out in cash.

Every command takes a number from the store's row first, so what is left of a share is read behind that lock.
"""

from typing import Final

import msgspec

from marketplace import clock, database, patronage
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, member_reference_of, till_of
from marketplace.errors import ForbiddenError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId, StoreId
from marketplace.orders import counter_store, tab_store
from marketplace.orders.pay_on_tab import Repaid, repayment_source
from marketplace.orders.shifts import taking_cash
from marketplace.orders.tab import find_owed
from payments import BalanceTooLow, Money, accounts, balance, post, recipes

_LARGEST_ID: Final = 2**63 - 1


class PaidOut(msgspec.Struct, frozen=True, kw_only=True):
    """The number of the paper that the member signs, and what is left of the share."""

    number: int
    person_id: PersonId
    amount_rupiah: int
    left_rupiah: int


async def find_patronage(connection: database.Connection, *, store_id: StoreId, person_id: int) -> Money:
    """What a member was given of the earnings and has not had yet, by the book."""
    account = accounts.member_patronage(member_reference_of(person_id))
    return await balance(connection, book=book_of(store_id), account=account)


@database.retry_on_conflict
async def repay_tab_from_patronage(
    person_id: int, amount_rupiah: int, *, is_agreed: bool, actor: Actor, once: Once
) -> Repaid:
    """Take part or all of what a member owes off their share of the earnings; they have agreed, and no cash moves.

    Locks store, tab, ledger accounts.

    Raises:
        NotFoundError: this member has no tab here.
        InvalidError: no agreement, nothing, or more than is owed or left.

    """
    _check_person(person_id)
    if not is_agreed:
        raise InvalidError(fields={"is_agreed": "Tanyakan dulu kepada anggotanya, lalu beri tanda setuju."})
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    member = member_reference_of(person_id)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Repaid)) is not None:
            return answer
        number = await tab_store.take_repayment_number(connection, store_id)
        if await tab_store.lock_tab(connection, store_id=store_id, person_id=person_id) is None:
            raise NotFoundError
        amount = await _spendable(connection, store_id, person_id, amount_rupiah)
        owed = await find_owed(connection, store_id=store_id, person_id=person_id)
        if amount > owed:
            sentence = "Kasbonnya tinggal {owed}."
            raise InvalidError(fields={"amount_rupiah": (sentence, {"owed": owed})})
        await post(
            connection,
            book=book_of(store_id),
            source=repayment_source(store_id, number),
            transfers=recipes.tab_repaid_from_patronage(member_reference=member, amount=amount),
            author=author_of(cashier_id),
            occurred_at=now,
        )
        left = owed - amount
        await tab_store.insert_repayment(
            connection,
            store_id=store_id,
            number=number,
            person_id=person_id,
            way="patronage",
            shift_id=None,
            amount_rupiah=amount.rupiah,
            tendered_rupiah=None,
            left_rupiah=left.rupiah,
            repaid_at=now,
            taken_by=cashier_id,
        )
        await record_audit(
            connection,
            actor=actor,
            action="tab.repaid_from_patronage",
            subject=member,
            detail={"number": number, "amount": amount.rupiah, "left": left.rupiah},
        )
        answer = Repaid(
            number=number,
            person_id=PersonId(person_id),
            amount_rupiah=amount.rupiah,
            change_rupiah=0,
            left_rupiah=left.rupiah,
        )
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def pay_out_patronage(person_id: int, amount_rupiah: int, *, actor: Actor, once: Once) -> PaidOut:
    """Pay part or all of a member's share of the earnings out of the actor's open till.

    Locks shift (shared), store, ledger accounts.

    Raises:
        NotFoundError: this member was given nothing here.
        ForbiddenError: it is the actor's own share.
        InvalidError: nothing, or more than is left of it or lies in the till.
        NoOpenShiftError: the cashier has no shift open.
        TillOfferedError: the till waits for the next cashier.

    """
    _check_person(person_id)
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    if cashier_id == person_id:
        message = "SHU sendiri dibayarkan oleh kasir lain."
        raise ForbiddenError(message)
    member = member_reference_of(person_id)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, PaidOut)) is not None:
            return answer
        shift = taking_cash(await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        number = await patronage.take_payout_number(connection, store_id)
        if not await patronage.list_entries(connection, store_id=store_id, person_id=person_id, limit=1):
            raise NotFoundError
        amount = await _spendable(connection, store_id, person_id, amount_rupiah)
        left = await find_patronage(connection, store_id=store_id, person_id=person_id) - amount
        try:
            await post(
                connection,
                book=book_of(store_id),
                source=f"patronage_payout:{store_id}:{number}",
                transfers=recipes.patronage_paid_out(
                    member_reference=member, paid_out_of=till_of(shift["id"]), amount=amount
                ),
                author=author_of(cashier_id),
                occurred_at=now,
            )
        except BalanceTooLow as error:
            raise InvalidError(fields={"amount_rupiah": "Menurut buku, uang di laci tidak sebanyak itu."}) from error
        await patronage.insert_payout(
            connection,
            store_id=store_id,
            number=number,
            person_id=person_id,
            shift_id=shift["id"],
            amount_rupiah=amount.rupiah,
            left_rupiah=left.rupiah,
            paid_at=now,
            paid_by=cashier_id,
        )
        await record_audit(
            connection,
            actor=actor,
            action="patronage.paid_out",
            subject=member,
            detail={"number": number, "amount": amount.rupiah, "left": left.rupiah},
        )
        answer = PaidOut(
            number=number, person_id=PersonId(person_id), amount_rupiah=amount.rupiah, left_rupiah=left.rupiah
        )
        await once.keep_answer(connection, answer)
        return answer


def _check_person(person_id: int) -> None:
    if not 1 <= person_id <= _LARGEST_ID:
        raise NotFoundError


async def _spendable(connection: database.Connection, store_id: StoreId, person_id: int, amount_rupiah: int) -> Money:
    """Return the amount where it is one and no more than is left of the member's share."""
    left = await find_patronage(connection, store_id=store_id, person_id=person_id)
    if amount_rupiah < 1:
        raise InvalidError(fields={"amount_rupiah": "Jumlah harus lebih dari nol."})
    if amount_rupiah > left.rupiah:
        sentence = "SHU-nya tinggal {left}."
        raise InvalidError(fields={"amount_rupiah": (sentence, {"left": left})})
    return Money(amount_rupiah)
