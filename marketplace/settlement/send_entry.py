"""Pay one supplier of an approved run by a transfer to its account at Stripe: written down now, made by the worker.

What it settles is fixed when it is wanted; ledger, allocation and numbered remittance are written when Stripe has
answered. Until then the entry and its lines are paid in no other way. A transfer that fails leaves the entry open.
"""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, supplier_reference_of
from marketplace.database import Connection
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId, PersonId, StoreId
from marketplace.orders import configured_stripe
from marketplace.settlement import agreement_store, sending_store, store
from marketplace.settlement.errors import (
    AlreadyPaidPartError,
    LessOwedError,
    MayNotReceiveError,
    RunStateError,
    StripeTooLowError,
)
from marketplace.settlement.lines import payable_rupiah, spread
from marketplace.settlement.read_lines import read_store_lines
from payments import Money, accounts, allocate, post, recipes
from payments.stripe import StripeRefused, finish_supplier_transfer, free_clearing, want_supplier_transfer


class SendEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The command; `part` and `amount_rupiah` as in `PayEntry`."""

    part: int
    amount_rupiah: int | None = None


class SendingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that will be made; the run shows how it went."""

    sending_id: int
    amount_rupiah: int


@database.retry_on_conflict
async def send_entry(run_id: int, entry_id: int, command: SendEntry, *, actor: Actor, once: Once) -> SendingEntry:
    """Want a supplier paid by Stripe.

    Locks the run and its entry.

    Raises:
        NotFoundError: no such entry in a run of this store, or no Stripe here.
        RunStateError: the run is not approved, or has ended.
        AlreadyPaidPartError: somebody else has paid this part.
        TransferUnderWayError: it is being paid already.
        InvalidError: an amount out of bounds, or another part is next.
        LessOwedError: less may be paid now than was asked for.
        StripeTooLowError: the store has less at Stripe.
        MayNotReceiveError: the supplier's account may not be sent transfers.

    """
    if configured_stripe() is None:
        raise NotFoundError
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, SendingEntry)) is not None:
            return answer
        run = await store.lock_run(connection, store_id=store_id, run_id=run_id)
        entry = await store.lock_entry(connection, run_id=run_id, entry_id=entry_id)
        if run is None or entry is None:
            raise NotFoundError
        await _check_part(connection, entry_id, command.part)
        if run["state"] != "approved":
            raise RunStateError
        await sending_store.refuse_while_sending(connection, entry_id=entry_id)
        left = entry["amount_rupiah"] - entry["paid_rupiah"]
        amount = left if command.amount_rupiah is None else command.amount_rupiah
        if not 1 <= amount <= left:
            raise InvalidError(
                fields={"amount_rupiah": ("Tulis jumlah antara Rp 1 dan {left}.", {"left": Money(left)})}
            )
        free = await free_clearing(connection, book=book_of(store_id))
        if amount > free.rupiah:
            raise StripeTooLowError(left=Money(max(free.rupiah, 0)))
        settles = await _settles(connection, entry_id, entry["supplier_id"], store_id, amount=amount, left=left)
        try:
            transfer_id = await want_supplier_transfer(
                connection,
                book=book_of(store_id),
                source=f"settlement:{entry_id}:{command.part}",
                owner=supplier_reference_of(entry["supplier_id"]),
                amount=Money(amount),
                at=now,
            )
        except StripeRefused as error:
            raise MayNotReceiveError from error
        sending_id = await sending_store.insert_sending(
            connection,
            store_id=store_id,
            entry_id=entry_id,
            part=command.part,
            amount_rupiah=amount,
            settles=settles,
            transfer_id=transfer_id,
            wanted_by=person_id,
            at=now,
        )
        await record_audit(
            connection,
            actor=actor,
            action="settlement.sending",
            subject=f"settlement_run:{run_id}",
            detail={"supplier": entry["supplier_id"], "amount": amount},
        )
        answer = SendingEntry(sending_id=sending_id, amount_rupiah=amount)
        await once.keep_answer(connection, answer)
        return answer


async def _check_part(connection: Connection, entry_id: int, part: int) -> None:
    paid = await store.find_part(connection, entry_id=entry_id, part=part)
    if paid is not None:
        raise AlreadyPaidPartError(number=paid)
    if part != await store.count_parts(connection, entry_id) + 1:
        raise InvalidError(fields={"part": "Muat ulang halaman: bagian yang berikutnya lain."})


async def _settles(
    connection: Connection, entry_id: int, supplier_id: OrganisationId, store_id: StoreId, *, amount: int, left: int
) -> dict[str, int]:
    place = await agreement_store.find_place(connection, store_id)
    read = await read_store_lines(
        connection,
        store_id=store_id,
        time_zone="Asia/Jakarta" if place is None else place["time_zone"],
        supplier_id=supplier_id,
    )
    lines, approved = read.get(supplier_id, []), await store.find_approved(connection, entry_id)
    payable = payable_rupiah(approved, lines, left_rupiah=left)
    if amount > payable:
        raise LessOwedError(wanted=Money(amount), payable=Money(payable))
    return spread(amount, approved, lines)


@database.retry_on_conflict
async def keep_sent(*, transfer_id: int, gateway_id: str) -> str:
    """Book a transfer that went out: ledger, allocation, remittance; again is harmless. The outcome in a word."""
    now = clock.now()
    async with database.transaction() as connection:
        sending = await sending_store.find_sending(connection, transfer_id=transfer_id)
        if sending is None:
            return "unknown sending"
        store_id, run_id, entry_id = StoreId(sending["store_id"]), sending["run_id"], sending["entry_id"]
        await store.lock_run(connection, store_id=store_id, run_id=run_id)
        await store.lock_entry(connection, run_id=run_id, entry_id=entry_id)
        if not await finish_supplier_transfer(connection, transfer_id=transfer_id, gateway_id=gateway_id):
            return "kept already"
        person_id, amount = PersonId(sending["wanted_by"]), sending["amount_rupiah"]
        number = await store.take_number(connection, store_id)
        posting = await post(
            connection,
            book=book_of(store_id),
            source=f"settlement:{entry_id}:{sending['part']}",
            transfers=recipes.supplier_paid(
                supplier_reference=supplier_reference_of(sending["supplier_id"]),
                paid_out_of=accounts.STRIPE_CLEARING,
                amount=Money(amount),
            ),
            author=author_of(person_id),
            occurred_at=now,
        )
        settles = msgspec.json.decode(sending["settles"], type=dict[str, int])
        await allocate(
            connection,
            transfer_id=posting.transfer_ids[0],
            amounts={source: Money(rupiah) for source, rupiah in settles.items()},
        )
        is_all_paid = await store.insert_payment(
            connection,
            store_id=store_id,
            number=number,
            entry_id=entry_id,
            part=sending["part"],
            method="stripe",
            amount_rupiah=amount,
            reference=gateway_id,
            transfer_id=posting.transfer_ids[0],
            paid_by=person_id,
            at=now,
        )
        await sending_store.end_sending(connection, sending_id=sending["id"], state="sent", failure="", at=now)
        if is_all_paid:
            await store.end_run(connection, run_id=run_id, state="done", at=now)
        await record_audit(
            connection,
            actor=Actor(),
            action="settlement.paid",
            subject=f"settlement_run:{run_id}",
            detail={"number": number, "supplier": sending["supplier_id"], "method": "stripe", "amount": amount},
        )
    return f"paid, remittance {number}"


async def keep_not_sent(connection: Connection, *, transfer_id: int, failure: str) -> None:
    """Open the entry of a transfer that did not go out again, and keep why."""
    sending = await sending_store.find_sending(connection, transfer_id=transfer_id)
    if sending is None:
        return
    await store.lock_run(connection, store_id=StoreId(sending["store_id"]), run_id=sending["run_id"])
    await store.lock_entry(connection, run_id=sending["run_id"], entry_id=sending["entry_id"])
    if await finish_supplier_transfer(connection, transfer_id=transfer_id, gateway_id=""):
        await sending_store.end_sending(
            connection, sending_id=sending["id"], state="failed", failure=failure, at=clock.now()
        )
