"""How a store takes money besides cash: managers register the QRIS code and the bank account, everybody reads them."""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of
from marketplace.errors import ConflictError, InvalidError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.ids import StoreId
from marketplace.orders.stripe_access import configured_stripe
from payments import (
    BadBankAccount,
    BadQris,
    Channels,
    find_channels,
    register_bank_account,
    register_qris,
    stop_channel,
)
from payments.stripe import take_cards


class QrisCode(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The text of a static QRIS code, as a scanner reads it off the printed one."""

    payload: str


class BankDetails(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The account that buyers transfer to."""

    bank: str
    number: str
    holder: str


class StoreChannels(msgspec.Struct, frozen=True, kw_only=True):
    """What a store takes besides cash; empty where it does not. Maxima in rupiah are those of today.

    `may_take_cards`: this installation has a Stripe account, so the store could.
    """

    qris_name: str = ""
    qris_city: str = ""
    qris_nmid: str = ""
    qris_maximum_rupiah: int | None = None
    bank: str = ""
    bank_number: str = ""
    bank_holder: str = ""
    takes_cards: bool = False
    may_take_cards: bool = False


async def show_channels(store_id: StoreId) -> StoreChannels:
    """Read what a store takes besides cash."""
    async with database.connection() as connection:
        return _told(await find_channels(connection, book=book_of(store_id), on=day_of(clock.now(), "Asia/Jakarta")))


def _told(channels: Channels) -> StoreChannels:
    qris, account = channels.qris, channels.bank_account
    return StoreChannels(
        qris_name=qris.name if qris else "",
        qris_city=qris.city if qris else "",
        qris_nmid=qris.nmid if qris else "",
        qris_maximum_rupiah=channels.qris_maximum.rupiah if channels.qris_maximum else None,
        bank=account.bank if account else "",
        bank_number=account.number if account else "",
        bank_holder=account.holder if account else "",
        takes_cards=channels.takes_cards and configured_stripe() is not None,
        may_take_cards=configured_stripe() is not None,
    )


@database.retry_on_conflict
async def save_qris(payload: str, *, actor: Actor, once: Once) -> StoreChannels:
    """Take QRIS payments by this static code from now on.

    Raises:
        InvalidError: the text is no static QRIS; the sentence says what is wrong with it.

    """
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StoreChannels)) is not None:
            return answer
        try:
            merchant = await register_qris(
                connection,
                book=book_of(store_id),
                text=payload,
                at=clock.now(),
                author=author_of(actor.require_person()),
            )
        except BadQris as error:
            raise InvalidError(fields={"payload": error.problem}) from error
        return await _kept(connection, store_id, "channel.qris_registered", merchant.nmid, actor=actor, once=once)


@database.retry_on_conflict
async def save_bank_account(details: BankDetails, *, actor: Actor, once: Once) -> StoreChannels:
    """Take transfers to this account from now on.

    Raises:
        InvalidError: bank, number or holder cannot be right.

    """
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StoreChannels)) is not None:
            return answer
        try:
            account = await register_bank_account(
                connection,
                book=book_of(store_id),
                bank=details.bank,
                number=details.number,
                holder=details.holder,
                at=clock.now(),
                author=author_of(actor.require_person()),
            )
        except BadBankAccount as error:
            raise InvalidError(fields={error.field: error.problem}) from error
        return await _kept(connection, store_id, "channel.bank_registered", account.reference, actor=actor, once=once)


class CardsNotPossibleError(ConflictError):
    """This installation has no Stripe account."""

    code = "cards_not_possible"
    default_message = "Pembayaran kartu belum tersedia di pemasangan ini."


@database.retry_on_conflict
async def open_cards(*, actor: Actor, once: Once) -> StoreChannels:
    """Take cards from now on.

    Raises:
        CardsNotPossibleError: the installation has no Stripe account.

    """
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StoreChannels)) is not None:
            return answer
        if configured_stripe() is None:
            raise CardsNotPossibleError
        await take_cards(connection, book=book_of(store_id), at=clock.now(), author=author_of(actor.require_person()))
        return await _kept(connection, store_id, "channel.cards_opened", "stripe", actor=actor, once=once)


@database.retry_on_conflict
async def close_channel(method: str, *, actor: Actor, once: Once) -> StoreChannels:
    """Take no more payments of a way; what waits already may still be paid.

    Raises:
        InvalidError: none of qris, transfer, stripe.

    """
    if method not in ("qris", "transfer", "stripe"):
        raise InvalidError(fields={"method": "Pilih QRIS, transfer bank atau kartu."})
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StoreChannels)) is not None:
            return answer
        await stop_channel(connection, book=book_of(store_id), method=method)
        return await _kept(connection, store_id, "channel.stopped", method, actor=actor, once=once)


async def _kept(
    connection: database.Connection, store_id: StoreId, action: str, what: str, *, actor: Actor, once: Once
) -> StoreChannels:
    await record_audit(connection, actor=actor, action=action, subject=f"store:{store_id}", detail={"channel": what})
    answer = _told(await find_channels(connection, book=book_of(store_id), on=day_of(clock.now(), "Asia/Jakarta")))
    await once.keep_answer(connection, answer)
    return answer
