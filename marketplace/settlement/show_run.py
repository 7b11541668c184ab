"""A run with its suppliers, the table for the bank, and one payment as its numbered remittance."""

import csv
from datetime import date, datetime
from io import StringIO
from typing import Any

import asyncpg
import msgspec

from marketplace import database
from marketplace.actor import Actor
from marketplace.books import supplier_reference_of
from marketplace.database import Connection
from marketplace.documents import find_proof
from marketplace.errors import NotFoundError
from marketplace.formats.spreadsheets import plain_cell
from marketplace.ids import OrganisationId, StoreId
from marketplace.orders import configured_stripe
from marketplace.settlement import agreement_store, sending_store, store
from marketplace.settlement.lines import Line, payable_rupiah
from marketplace.settlement.payout_account import MaskedAccount, masked, open_account
from marketplace.settlement.read_lines import read_store_lines
from marketplace.settlement.show_payables import NO_ORDER, SoldGoods, SoldOrder, find_goods
from marketplace.settlement.states import kind_of
from payments import settled_lines
from payments.stripe import list_receivers

MOST_RUNS = 50


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run: proposed, approved, rejected, done or closed; what it pays in all and what of it was paid."""

    run_id: int
    due_on: date
    state: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision_note: str
    supplier_count: int
    amount_rupiah: int
    paid_rupiah: int


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was proposed, or as it was paid."""

    source: str
    kind: str
    code: str
    goods: list[SoldGoods]
    since: datetime
    amount_rupiah: int


class EntryPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of an entry, by the number of its remittance."""

    number: int
    method: str
    amount_rupiah: int


class EntrySending(msgspec.Struct, frozen=True, kw_only=True):
    """The latest transfer by Stripe to a supplier: sending, sent or failed; `failure` says why, in Indonesian."""

    state: str
    amount_rupiah: int
    failure: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One supplier of a run. `payable_rupiah` is what may be paid now: less than is left where goods came back.

    `is_account_new`: its account was changed after the run was approved. `may_send`: it can be paid by Stripe.
    """

    entry_id: int
    supplier_id: OrganisationId
    supplier_name: str
    amount_rupiah: int
    paid_rupiah: int
    payable_rupiah: int
    next_part: int
    account: MaskedAccount
    is_account_new: bool
    may_send: bool
    sending: EntrySending | None
    payments: list[EntryPayment]
    lines: list[EntryLine]


class RunView(RunRow, frozen=True, kw_only=True):
    """A run with its suppliers; `is_own` where the reader proposed it."""

    is_own: bool
    time_zone: str
    entries: list[Entry]


class Remittance(msgspec.Struct, frozen=True, kw_only=True):
    """A payment to a supplier: what it settled, line by line. Lines below zero were taken off.

    Anybody checks the paper at `check_url` or by `document_code`; above a sum it bears `stamp_duty_rupiah`.
    """

    number: int
    store_id: StoreId
    store_name: str
    store_address: str
    cooperative_name: str
    time_zone: str
    supplier_id: OrganisationId
    supplier_name: str
    method: str
    reference: str
    amount_rupiah: int
    paid_at: datetime
    paid_by_name: str
    lines: list[EntryLine]
    stamp_duty_rupiah: int
    document_code: str
    check_url: str


async def list_runs(*, actor: Actor) -> list[RunRow]:
    """The latest runs of the actor's store, the newest first."""
    async with database.connection() as connection:
        rows = await store.list_runs(connection, actor.require_store(), limit=MOST_RUNS)
    return [RunRow(**_row(row)) for row in rows]


async def show_run(run_id: int, *, actor: Actor) -> RunView:
    """A run of the actor's store.

    Raises:
        NotFoundError: no such run here.

    """
    store_id = actor.require_store()
    async with database.connection() as connection:
        run = await store.find_run(connection, store_id=store_id, run_id=run_id)
        place = await agreement_store.find_place(connection, store_id)
        if run is None or place is None:
            raise NotFoundError
        entries = await store.list_entries(connection, run_id)
        proposed = await store.list_entry_lines(connection, run_id)
        now = await read_store_lines(connection, store_id=store_id, time_zone=place["time_zone"])
        suppliers = {entry["id"]: OrganisationId(entry["supplier_id"]) for entry in entries}
        goods = await find_goods(connection, [(suppliers[row["entry_id"]], row["source"]) for row in proposed])
        sendings = await sending_store.list_sendings(connection, run_id)
        receivers = await _receivers(connection, entries)
    of_entry: dict[int, list[asyncpg.Record]] = {entry["id"]: [] for entry in entries}
    for row in proposed:
        of_entry[row["entry_id"]].append(row)
    shown = [
        _entry(
            entry,
            run,
            of_entry[entry["id"]],
            now.get(entry["supplier_id"], []),
            goods,
            sending=sendings.get(entry["id"]),
            may_send=supplier_reference_of(entry["supplier_id"]) in receivers,
        )
        for entry in entries
    ]
    return RunView(
        **_row(run), is_own=run["proposed_by"] == actor.person_id, time_zone=place["time_zone"], entries=shown
    )


async def bank_table(run_id: int, *, actor: Actor) -> str:
    """The transfers of an approved run as CSV for the bank: account in full, amount, text. For who pays only.

    Suppliers without an account, and those with nothing to be paid now, are left out.

    Raises:
        NotFoundError: no such run here.

    """
    view = await show_run(run_id, actor=actor)
    payable = {entry.entry_id: entry.payable_rupiah for entry in view.entries}
    async with database.connection() as connection:
        rows = await store.list_entries(connection, run_id)
    sheet = StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Bank", "Nomor rekening", "Atas nama", "Jumlah", "Berita"))
    for row in rows:
        if row["sealed"] is None or not payable[row["id"]] or view.state != "approved":
            continue
        account = open_account(row["sealed"])
        text = f"Pelunasan {run_id}-{row['id']}"
        cells = (account.bank, account.number, account.holder, str(payable[row["id"]]), text)
        writer.writerow([plain_cell(cell) for cell in cells])
    return sheet.getvalue()


async def show_remittance(number: int, *, store_id: StoreId, supplier_id: OrganisationId | None = None) -> Remittance:
    """A remittance of a store; with `supplier_id` only one of that supplier.

    Raises:
        NotFoundError: there is none that this side may see.

    """
    async with database.connection() as connection:
        row = await store.find_payment(connection, store_id=store_id, number=number, supplier_id=supplier_id)
        if row is None:
            raise NotFoundError
        lines = await _settled(connection, row)
        proof = await find_proof(connection, store_id=store_id, kind="remittance", number=number)
    return Remittance(
        number=row["number"],
        store_id=row["store_id"],
        store_name=proof.store_name,
        store_address=proof.store_address,
        cooperative_name=proof.cooperative_name,
        time_zone=row["time_zone"],
        supplier_id=row["supplier_id"],
        supplier_name=row["supplier_name"],
        method=row["method"],
        reference=row["reference"],
        amount_rupiah=row["amount_rupiah"],
        paid_at=row["paid_at"],
        paid_by_name=row["paid_by_name"],
        lines=lines,
        stamp_duty_rupiah=proof.duty_rupiah(),
        document_code=proof.spaced_code,
        check_url=proof.url,
    )


async def find_next_run(number: int, *, store_id: StoreId) -> int | None:
    """The run that a remittance belongs to, while it goes on: there are others to pay."""
    async with database.connection() as connection:
        return await store.find_run_going_on(connection, store_id=store_id, number=number)


async def _settled(connection: Connection, payment: asyncpg.Record) -> list[EntryLine]:
    settled = await settled_lines(connection, transfer_id=payment["transfer_id"])
    supplier_id = OrganisationId(payment["supplier_id"])
    goods = await find_goods(connection, [(supplier_id, line.source) for line in settled])
    return [
        _line(line.source, line.since, line.amount.rupiah, goods.get((supplier_id, line.source), NO_ORDER))
        for line in settled
    ]


async def _receivers(connection: Connection, entries: list[asyncpg.Record]) -> set[str]:
    """Suppliers that can be paid by Stripe, by their names in the books; nobody without keys."""
    if configured_stripe() is None:
        return set()
    return await list_receivers(connection, owners=[supplier_reference_of(entry["supplier_id"]) for entry in entries])


def _row(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "run_id": row["id"],
        **{name: row[name] for name in RunRow.__struct_fields__ if name != "run_id"},
    }


def _line(source: str, since: datetime, amount_rupiah: int, order: SoldOrder) -> EntryLine:
    return EntryLine(
        source=source,
        kind=kind_of(source),
        code=order.code,
        goods=order.goods,
        since=since,
        amount_rupiah=amount_rupiah,
    )


def _entry(
    entry: asyncpg.Record,
    run: asyncpg.Record,
    proposed: list[asyncpg.Record],
    now: list[Line],
    goods: dict[tuple[OrganisationId, str], SoldOrder],
    *,
    sending: asyncpg.Record | None,
    may_send: bool,
) -> Entry:
    approved = {row["source"]: row["amount_rupiah"] for row in proposed}
    supplier_id = OrganisationId(entry["supplier_id"])
    changed_at, decided_at = entry["changed_at"], run["decided_at"]
    return Entry(
        entry_id=entry["id"],
        supplier_id=entry["supplier_id"],
        supplier_name=entry["supplier_name"],
        amount_rupiah=entry["amount_rupiah"],
        paid_rupiah=entry["paid_rupiah"],
        payable_rupiah=payable_rupiah(approved, now, left_rupiah=entry["amount_rupiah"] - entry["paid_rupiah"]),
        next_part=len(entry["payments"]) + 1,
        account=masked(entry["sealed"], changed_at),
        is_account_new=changed_at is not None and decided_at is not None and changed_at > decided_at,
        may_send=may_send,
        sending=None
        if sending is None
        else EntrySending(state=sending["state"], amount_rupiah=sending["amount_rupiah"], failure=sending["failure"]),
        payments=[EntryPayment(**payment) for payment in entry["payments"]],
        lines=[
            _line(row["source"], row["since"], row["amount_rupiah"], goods.get((supplier_id, row["source"]), NO_ORDER))
            for row in proposed
        ],
    )
