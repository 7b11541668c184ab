"""A member's tab (kasbon): who may buy on trust, up to which limit, and what they owe. The debt is in the book.

The member's row is locked while a sale is put on the tab, so two tills never go above one limit together.
"""

from datetime import datetime
from typing import Final

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, member_of, member_reference_of, payable_of
from marketplace.errors import ConflictError, InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import OrderId, PersonId, StoreId
from marketplace.orders import tab_store
from marketplace.orders.counter_lines import find_member_by_phone
from payments import ZERO, AccountKind, Money, PaymentSucceeded, accounts, balance, balances, put_on_tab

LARGEST_LIMIT_RUPIAH: Final = 50_000_000


class TabLimitError(ConflictError):
    """The purchase would put the member above what the cooperative lets them owe."""

    code = "above_tab_limit"
    default_message = "Sisa kasbon {name} {left}, belanja ini {total}. Bayar dengan cara lain."


class TabTooLowError(ConflictError):
    """The member owes less than what is to be taken off."""

    code = "tab_too_low"
    default_message = (
        "Kasbon anggota ini lebih kecil dari uang yang dikembalikan. Kembalikan tunai atau lewat transfer."
    )


class TabLimit(msgspec.Struct, frozen=True, kw_only=True):
    """How much a member may owe at a store, and owes now."""

    person_id: PersonId
    name: str
    limit_rupiah: int
    owed_rupiah: int


async def find_owed(connection: database.Connection, *, store_id: StoreId, person_id: int) -> Money:
    """What a member owes a store by the book."""
    return await balance(
        connection, book=book_of(store_id), account=accounts.member_tab(member_reference_of(person_id))
    )


async def find_owed_by_member(connection: database.Connection, store_id: StoreId) -> dict[PersonId, int]:
    """What all members owe a store, in rupiah by person."""
    lines = await balances(connection, book=book_of(store_id), kinds=(AccountKind.MEMBER_TAB,))
    return {member_of(line.account.reference): line.balance.rupiah for line in lines}


async def find_left(connection: database.Connection, *, store_id: StoreId, person_id: PersonId) -> int | None:
    """How much more a member may buy on trust; None where they may not at all."""
    tab = await tab_store.find_tab(connection, store_id=store_id, person_id=person_id)
    if tab is None or not tab["limit_rupiah"]:
        return None
    owed = await find_owed(connection, store_id=store_id, person_id=person_id)
    return max(0, int(tab["limit_rupiah"]) - owed.rupiah)


@database.retry_on_conflict
async def set_tab_limit(member_phone: str, limit_rupiah: int, *, actor: Actor, once: Once) -> TabLimit:
    """Let a member of the actor's cooperative owe up to a limit; 0 lets them buy nothing more on trust.

    Raises:
        InvalidError: nobody's or no member's number, or a limit below zero or above 50 million.

    """
    if not 0 <= limit_rupiah <= LARGEST_LIMIT_RUPIAH:
        raise InvalidError(fields={"limit_rupiah": "Batas harus antara Rp 0 dan Rp 50.000.000."})
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, TabLimit)) is not None:
            return answer
        member_id = await _find_member(connection, member_phone, actor=actor)
        await tab_store.set_limit(
            connection,
            store_id=store_id,
            person_id=member_id,
            limit_rupiah=limit_rupiah,
            set_by=actor.require_person(),
            set_at=clock.now(),
        )
        tab = await tab_store.find_tab(connection, store_id=store_id, person_id=member_id)
        assert tab is not None  # noqa: S101 - written above
        owed = await find_owed(connection, store_id=store_id, person_id=member_id)
        await record_audit(
            connection,
            actor=actor,
            action="tab.limit_set",
            subject=member_reference_of(member_id),
            detail={"limit": limit_rupiah},
        )
        answer = TabLimit(
            person_id=member_id, name=tab["display_name"], limit_rupiah=limit_rupiah, owed_rupiah=owed.rupiah
        )
        await once.keep_answer(connection, answer)
        return answer


async def _find_member(connection: database.Connection, member_phone: str, *, actor: Actor) -> PersonId:
    member_id = await find_member_by_phone(connection, member_phone, actor=actor)
    if member_id is None:
        raise InvalidError(fields={"member_phone": "Tulis nomor HP anggota."})
    return member_id


async def record_tab(
    connection: database.Connection,
    *,
    store_id: StoreId,
    order_id: OrderId,
    amount: Money,
    member_phone: str,
    key: str,
    at: datetime,
    actor: Actor,
) -> PaymentSucceeded:
    """Record that an order was put on a member's tab. Locks the member's tab.

    Raises:
        InvalidError: no member's number, or a member who may not buy on trust.
        TabLimitError: it would be more than they may owe.

    """
    member_id = await _find_member(connection, member_phone, actor=actor)
    tab = await tab_store.lock_tab(connection, store_id=store_id, person_id=member_id)
    if tab is None or not tab["limit_rupiah"]:
        message = "Anggota ini belum diberi batas kasbon oleh koperasi."
        raise InvalidError(fields={"member_phone": message})
    owed = await find_owed(connection, store_id=store_id, person_id=member_id)
    limit = Money(tab["limit_rupiah"])
    if owed + amount > limit:
        left = max(0, limit.rupiah - owed.rupiah)
        raise TabLimitError(name=tab["display_name"], left=Money(left), total=amount)
    return await put_on_tab(
        connection,
        payable=payable_of(order_id),
        book=book_of(store_id),
        member_reference=member_reference_of(member_id),
        amount=amount,
        key=f"{payable_of(order_id)}:{key}",
        at=at,
        author=author_of(actor.person_id),
    )


async def check_return_way(
    connection: database.Connection, payment: PaymentSucceeded, *, method: str, amount: Money
) -> None:
    """Refuse to give out money that was never taken: goods on trust come off the tab as long as it is owed.

    Where less is owed than comes back, the rest of the tab is repaid first: nobody holds cash and still owes.

    Raises:
        InvalidError: another way than that fits.

    """
    if payment.method != "tab":
        if method == "tab":
            raise InvalidError(fields={"method": "Hanya belanja kasbon yang dikurangi dari kasbon."})
        return
    if method == "tab":
        return
    owed = await balance(connection, book=payment.book, account=accounts.member_tab(payment.channel_reference))
    if owed >= amount:
        raise InvalidError(fields={"method": "Belanja ini kasbon yang belum lunas: kurangi kasbonnya."})
    if owed > ZERO:
        sentence = "Kasbonnya masih {owed}: terima dulu pelunasannya, lalu kembalikan barang ini tunai."
        raise InvalidError(fields={"method": (sentence, {"owed": owed})})
