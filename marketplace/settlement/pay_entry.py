"""Pay one supplier of an approved run, whole or in part: ledger, allocation and numbered statement in one transaction.

The transfer is posted first: from then on the supplier's account is locked, so the lines read after it are those of the
moment of payment, whoever takes goods back meanwhile. What turns out to be too much undoes all of it.
"""

from datetime import datetime

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, supplier_reference_of
from marketplace.database import Connection
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId, StoreId
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
    """What was paid, by the number of its statement; `run_state` is done where it was the last of the run."""

    number: int
    amount_rupiah: int
    left_rupiah: int
    run_state: str


@database.retry_on_conflict
async def pay_entry(run_id: int, entry_id: int, command: PayEntry, *, actor: Actor, once: Once) -> PaidEntry:
    """Pay a supplier in cash out of the safe, or write down a transfer that was made.

    Locks the run, its entry, the store's number of statements, ledger accounts.

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
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, PaidEntry)) is not None:
            return answer
        run = await store.lock_run(connection, store_id=store_id, run_id=run_id)
        entry = await store.lock_entry(connection, run_id=run_id, entry_id=entry_id)
        if run is None or entry is None:
            raise NotFoundError
        await _refuse_twice(connection, entry_id, command.part, reference)
        if run["state"] != "approved":
            raise RunStateError
        await refuse_while_sending(connection, entry_id=entry_id)
        left = entry["amount_rupiah"] - entry["paid_rupiah"]
        amount = left if command.amount_rupiah is None else command.amount_rupiah
        if not 1 <= amount <= left:
            raise InvalidError(
                fields={"amount_rupiah": ("Tulis jumlah antara Rp 1 dan {left}.", {"left": format_rupiah(left)})}
            )
        number = await store.take_number(connection, store_id)
        source = f"settlement:{entry_id}:{command.part}"
        transfer_id = await _post(
            connection,
            store_id,
            entry,
            source=source,
            amount=amount,
            method=command.method,
            author_id=person_id,
            at=now,
        )
        amounts = await _settled(connection, entry, store_id, source=source, amount=amount, left=left)
        await allocate(
            connection,
            transfer_id=transfer_id,
            amounts={name: Money(rupiah) for name, rupiah in amounts.items()},
        )
        is_all_paid = await store.insert_payment(
            connection,
            store_id=store_id,
            number=number,
            entry_id=entry_id,
            part=command.part,
            method=command.method,
            amount_rupiah=amount,
            reference=reference,
            transfer_id=transfer_id,
            paid_by=person_id,
            at=now,
        )
        if is_all_paid:
            await store.end_run(connection, run_id=run_id, state="done", at=now)
        await record_audit(
            connection,
            actor=actor,
            action="settlement.paid",
            subject=f"settlement_run:{run_id}",
            detail={"number": number, "supplier": entry["supplier_id"], "method": command.method, "amount": amount},
        )
        answer = PaidEntry(
            number=number,
            amount_rupiah=amount,
            left_rupiah=left - amount,
            run_state="done" if is_all_paid else "approved",
        )
        await once.keep_answer(connection, answer)
        return answer


def _checked(command: PayEntry) -> str:
    """Return the number of the transfer as it is kept; empty for cash."""
    if command.method not in METHODS:
        raise InvalidError(fields={"method": "Pilih tunai atau transfer bank."})
    if not 1 <= command.part <= MOST_PARTS:
        raise InvalidError(fields={"part": "Muat ulang halaman: bagian yang berikutnya lain."})
    reference = " ".join(command.reference.split()) if command.method == "transfer" else ""
    if command.method == "transfer" and not 1 <= len(reference) <= LONGEST_REFERENCE:
        raise InvalidError(fields={"reference": "Tulis nomor referensi transfer dari bank, paling panjang 60 huruf."})
    return reference


async def _refuse_twice(connection: Connection, entry_id: int, part: int, reference: str) -> None:
    """The part that follows the last one may be paid, and a transfer is written down once."""
    paid = await store.find_part(connection, entry_id=entry_id, part=part)
    if paid is None and reference:
        paid = await store.find_reference(connection, entry_id=entry_id, reference=reference)
    if paid is not None:
        raise AlreadyPaidPartError(number=paid)
    if part != await store.count_parts(connection, entry_id) + 1:
        raise InvalidError(fields={"part": "Muat ulang halaman: bagian yang berikutnya lain."})


async def _post(
    connection: Connection,
    store_id: StoreId,
    entry: asyncpg.Record,
    *,
    source: str,
    amount: int,
    method: str,
    author_id: PersonId,
    at: datetime,
) -> int:
    """Move the money and return the transfer's id; the supplier's account is locked from here on.

    Raises:
        SafeTooLowError: not enough cash by the book.
        NoBankAccountError: the store has no account to transfer from.

    """
    try:
        posting = await post(
            connection,
            book=book_of(store_id),
            source=source,
            transfers=recipes.supplier_paid(
                supplier_reference=supplier_reference_of(entry["supplier_id"]),
                paid_out_of=await _paid_out_of(connection, store_id, method),
                amount=Money(amount),
            ),
            author=author_of(author_id),
            occurred_at=at,
        )
    except BalanceTooLow as error:
        raise SafeTooLowError from error
    return posting.transfer_ids[0]


async def _paid_out_of(connection: Connection, store_id: StoreId, method: str) -> AccountKey:
    if method == "cash":
        return accounts.SAFE
    place = await agreement_store.find_place(connection, store_id)
    zone = "Asia/Jakarta" if place is None else place["time_zone"]
    channels = await find_channels(connection, book=book_of(store_id), on=day_of(clock.now(), zone))
    if channels.bank_account is None:
        raise NoBankAccountError
    return accounts.bank(channels.bank_account.reference)


async def _settled(
    connection: Connection, entry: asyncpg.Record, store_id: StoreId, *, source: str, amount: int, left: int
) -> dict[str, int]:
    """What the payment settles of the lines as they are now.

    Raises:
        LessOwedError: it is more than may be paid.

    """
    place = await agreement_store.find_place(connection, store_id)
    read = await read_store_lines(
        connection,
        store_id=store_id,
        time_zone="Asia/Jakarta" if place is None else place["time_zone"],
        supplier_id=entry["supplier_id"],
    )
    # The payment itself stands among the lines until it is allocated.
    lines = [line for line in read.get(entry["supplier_id"], []) if line.source != source]
    approved = await store.find_approved(connection, entry["id"])
    payable = payable_rupiah(approved, lines, left_rupiah=left)
    if amount > payable:
        raise LessOwedError(wanted=format_rupiah(amount), payable=format_rupiah(payable))
    return spread(amount, approved, lines)
