"""Pay one supplier of an approved run, whole or in part: ledger, allocation and numbered remittance in one transaction.

The transfer is posted first: from then on the supplier's account is locked, so the lines read after it are those of the
moment of payment, whoever takes goods back meanwhile. What turns out to be too much undoes all of it.
"""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, supplier_reference_of
from marketplace.database import Connection
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId, PersonId, StoreId
from marketplace.settlement import agreement_store, store
from marketplace.settlement.errors import (
    AlreadyPaidPartError,
    LessOwedError,
    NoBankAccountError,
    RunStateError,
    SafeTooLowError,
)
from marketplace.settlement.lines import payable_rupiah, spread
from marketplace.settlement.read_lines import read_store_lines
from marketplace.settlement.sending_store import refuse_while_sending
from payments import AccountKey, BalanceTooLow, Money, accounts, allocate, find_channels, post, recipes

METHODS = ("cash", "transfer")
LONGEST_REFERENCE = 60
MOST_PARTS = 1_000
_OTHER_PART: Final = "Muat ulang halaman: bagian yang berikutnya lain."


class PayEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The command. `part` is the number of this payment of the supplier in the run, from 1: asked twice, paid once.

    `amount_rupiah` None pays all that is left. `method`: cash (out of the safe) or transfer, which was made already and
    whose number is `reference`.
    """

    part: int
    amount_rupiah: int | None = None
    method: str = "cash"
    reference: str = ""


class PaidEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid, by the number of its remittance; `run_state` is done where it was the last of the run."""

    number: int
    amount_rupiah: int
    left_rupiah: int
    run_state: str


@database.retry_on_conflict
async def pay_entry(run_id: int, entry_id: int, command: PayEntry, *, actor: Actor, once: Once) -> PaidEntry:
    """Pay a supplier in cash out of the safe, or write down a transfer that was made.

    Locks the run, its entry, the store's number of remittances, ledger accounts.

    Raises:
        NotFoundError: no such entry in a run of this store.
        RunStateError: the run is not approved, or has ended.
        AlreadyPaidPartError: somebody else has paid this part.
        TransferUnderWayError: it is being paid by Stripe.
        InvalidError: unknown way, no number of the transfer, an amount out of bounds.
        LessOwedError: less may be paid now than was asked for.
        SafeTooLowError: not enough cash by the book.
        NoBankAccountError: the store has no account to transfer from.

    """
    reference = _checked(command)
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, PaidEntry)) is not None:
            return answer
        entry = await _lock_payable(connection, store_id, run_id, entry_id, part=command.part, reference=reference)
        payment = _Payment(
            store_id=store_id,
            time_zone=await _time_zone(connection, store_id),
            run_id=run_id,
            entry_id=entry_id,
            supplier_id=entry["supplier_id"],
            part=command.part,
            method=command.method,
            reference=reference,
            amount=_amount(command, left=entry["amount_rupiah"] - entry["paid_rupiah"]),
            left=entry["amount_rupiah"] - entry["paid_rupiah"],
            paid_by=person_id,
            at=clock.now(),
        )
        number = await store.take_number(connection, store_id)
        transfer_id = await _post(connection, payment)
        amounts = await _settled(connection, payment)
        await allocate(
            connection,
            transfer_id=transfer_id,
            amounts={name: Money(rupiah) for name, rupiah in amounts.items()},
        )
        run_state = await _write(connection, payment, number=number, transfer_id=transfer_id)
        await record_audit(
            connection,
            actor=actor,
            action="settlement.paid",
            subject=f"settlement_run:{run_id}",
            detail={
                "number": number,
                "supplier": payment.supplier_id,
                "method": payment.method,
                "amount": payment.amount,
            },
        )
        answer = PaidEntry(
            number=number,
            amount_rupiah=payment.amount,
            left_rupiah=payment.left - payment.amount,
            run_state=run_state,
        )
        await once.keep_answer(connection, answer)
        return answer


class _Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment as it is about to be made: `amount` of what is `left` of the entry, in rupiah."""

    store_id: StoreId
    time_zone: str
    run_id: int
    entry_id: int
    supplier_id: OrganisationId
    part: int
    method: str
    reference: str
    amount: int
    left: int
    paid_by: PersonId
    at: datetime

    @property
    def source(self) -> str:
        """Name of the payment in the book."""
        return f"settlement:{self.entry_id}:{self.part}"


def _checked(command: PayEntry) -> str:
    """Return the number of the transfer as it is kept; empty for cash."""
    if command.method not in METHODS:
        raise InvalidError(fields={"method": "Pilih tunai atau transfer bank."})
    if not 1 <= command.part <= MOST_PARTS:
        raise InvalidError(fields={"part": _OTHER_PART})
    reference = " ".join(command.reference.split()) if command.method == "transfer" else ""
    if command.method == "transfer" and not 1 <= len(reference) <= LONGEST_REFERENCE:
        raise InvalidError(fields={"reference": "Tulis nomor referensi transfer dari bank, paling panjang 60 huruf."})
    return reference


async def _lock_payable(
    connection: Connection, store_id: StoreId, run_id: int, entry_id: int, *, part: int, reference: str
) -> asyncpg.Record:
    """Lock an approved run and one supplier of it, whose next part this is."""
    run = await store.lock_run(connection, store_id=store_id, run_id=run_id)
    entry = await store.lock_entry(connection, run_id=run_id, entry_id=entry_id)
    if run is None or entry is None:
        raise NotFoundError
    await _refuse_twice(connection, entry_id, part, reference)
    if run["state"] != "approved":
        raise RunStateError
    await refuse_while_sending(connection, entry_id=entry_id)
    return entry


async def _refuse_twice(connection: Connection, entry_id: int, part: int, reference: str) -> None:
    """The part that follows the last one may be paid, and a transfer is written down once."""
    paid = await store.find_part(connection, entry_id=entry_id, part=part)
    if paid is None and reference:
        paid = await store.find_reference(connection, entry_id=entry_id, reference=reference)
    if paid is not None:
        raise AlreadyPaidPartError(number=paid)
    if part != await store.count_parts(connection, entry_id) + 1:
        raise InvalidError(fields={"part": _OTHER_PART})


def _amount(command: PayEntry, *, left: int) -> int:
    """What is paid: what was asked for, else all that is left."""
    amount = left if command.amount_rupiah is None else command.amount_rupiah
    if not 1 <= amount <= left:
        raise InvalidError(fields={"amount_rupiah": ("Tulis jumlah antara Rp 1 dan {left}.", {"left": Money(left)})})
    return amount


async def _time_zone(connection: Connection, store_id: StoreId) -> str:
    place = await agreement_store.find_place(connection, store_id)
    if place is None:
        raise NotFoundError
    zone: str = place["time_zone"]
    return zone


async def _post(connection: Connection, payment: _Payment) -> int:
    """Move the money and return the transfer's id; the supplier's account is locked from here on.

    Raises:
        SafeTooLowError: not enough cash by the book.
        NoBankAccountError: the store has no account to transfer from.

    """
    try:
        posting = await post(
            connection,
            book=book_of(payment.store_id),
            source=payment.source,
            transfers=recipes.supplier_paid(
                supplier_reference=supplier_reference_of(payment.supplier_id),
                paid_out_of=await _paid_out_of(connection, payment),
                amount=Money(payment.amount),
            ),
            author=author_of(payment.paid_by),
            occurred_at=payment.at,
        )
    except BalanceTooLow as error:
        raise SafeTooLowError from error
    return posting.transfer_ids[0]


async def _paid_out_of(connection: Connection, payment: _Payment) -> AccountKey:
    if payment.method == "cash":
        return accounts.SAFE
    today = day_of(payment.at, payment.time_zone)
    channels = await find_channels(connection, book=book_of(payment.store_id), on=today)
    if channels.bank_account is None:
        raise NoBankAccountError
    return accounts.bank(channels.bank_account.reference)


async def _settled(connection: Connection, payment: _Payment) -> dict[str, int]:
    """What the payment settles of the lines as they are now.

    Raises:
        LessOwedError: it is more than may be paid.

    """
    read = await read_store_lines(
        connection, store_id=payment.store_id, time_zone=payment.time_zone, supplier_id=payment.supplier_id
    )
    # The payment itself stands among the lines until it is allocated.
    lines = [line for line in read.get(payment.supplier_id, []) if line.source != payment.source]
    approved = await store.find_approved(connection, payment.entry_id)
    payable = payable_rupiah(approved, lines, left_rupiah=payment.left)
    if payment.amount > payable:
        raise LessOwedError(wanted=Money(payment.amount), payable=Money(payable))
    return spread(payment.amount, approved, lines)


async def _write(connection: Connection, payment: _Payment, *, number: int, transfer_id: int) -> str:
    """Write the numbered remittance; the run is done where all its suppliers are paid now. Return its state."""
    is_all_paid = await store.insert_payment(
        connection,
        store_id=payment.store_id,
        number=number,
        entry_id=payment.entry_id,
        part=payment.part,
        method=payment.method,
        amount_rupiah=payment.amount,
        reference=payment.reference,
        transfer_id=transfer_id,
        paid_by=payment.paid_by,
        at=payment.at,
    )
    if not is_all_paid:
        return "approved"
    await store.end_run(connection, run_id=payment.run_id, state="done", at=payment.at)
    return "done"
