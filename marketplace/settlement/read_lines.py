"""Read the open lines of suppliers with their due days and marks; all that pays or shows reads them here."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import asyncpg

from marketplace.books import book_of, store_of, supplier_of, supplier_reference_of
from marketplace.database import Connection
from marketplace.ids import OrganisationId, StoreId
from marketplace.settlement import agreement_store, sending_store
from marketplace.settlement.lines import Line, Terms, due_day
from payments import OpenLine, open_lines, open_lines_of_supplier
from payments.stripe import shares_under_way


async def read_store_lines(
    connection: Connection, *, store_id: StoreId, time_zone: str, supplier_id: OrganisationId | None = None
) -> dict[OrganisationId, list[Line]]:
    """The open lines of a store by supplier, of one or of all; five statements."""
    reference = None if supplier_id is None else supplier_reference_of(supplier_id)
    shares = await shares_under_way(connection, book=book_of(store_id), owner=reference)
    shares |= await sending_store.list_on_way(connection, store_id=store_id, supplier_id=supplier_id)
    found = await open_lines(connection, book=book_of(store_id), supplier_reference=reference)
    terms = await agreement_store.list_terms(connection, store_ids=[store_id], supplier_id=supplier_id)
    holds = await agreement_store.list_holds(connection, store_ids=[store_id], supplier_id=supplier_id)
    by_supplier: dict[OrganisationId, list[OpenLine]] = {}
    for line in found:
        supplier = supplier_of(line.supplier_reference)
        if supplier is not None:
            by_supplier.setdefault(supplier, []).append(line)
    return {
        supplier: _lines(
            lines,
            [row for row in terms if row["supplier_id"] == supplier],
            [row for row in holds if row["supplier_id"] == supplier],
            shares,
            time_zone,
        )
        for supplier, lines in by_supplier.items()
    }


async def read_supplier_lines(
    connection: Connection, *, supplier_id: OrganisationId
) -> list[tuple[asyncpg.Record, list[Line]]]:
    """The open lines of a supplier by store (its name and zone), by the store's name; six statements."""
    reference = supplier_reference_of(supplier_id)
    shares = await shares_under_way(connection, owner=reference)
    shares |= await sending_store.list_on_way(connection, supplier_id=supplier_id)
    found = await open_lines_of_supplier(connection, supplier_reference=reference)
    by_store: dict[StoreId, list[OpenLine]] = {}
    for line in found:
        by_store.setdefault(store_of(line.book), []).append(line)
    stores = list(by_store)
    if not stores:
        return []
    places = await agreement_store.list_places(connection, stores)
    terms = await agreement_store.list_terms(connection, store_ids=stores, supplier_id=supplier_id)
    holds = await agreement_store.list_holds(connection, store_ids=stores, supplier_id=supplier_id)
    return [
        (
            place,
            _lines(
                by_store[place["id"]],
                [row for row in terms if row["store_id"] == place["id"]],
                [row for row in holds if row["store_id"] == place["id"]],
                shares,
                place["time_zone"],
            ),
        )
        for place in sorted(places, key=lambda place: (place["name"], place["id"]))
    ]


def told_terms(rows: Sequence[asyncpg.Record]) -> list[Terms]:
    """Terms by their rows, oldest first."""
    return [Terms(rule=row["rule"], days=row["days"], effective_at=row["effective_at"]) for row in rows]


def _lines(
    found: Sequence[OpenLine],
    terms: Sequence[asyncpg.Record],
    holds: Sequence[asyncpg.Record],
    shares: AbstractSet[tuple[str, str, str]],
    time_zone: str,
) -> list[Line]:
    history, held = told_terms(terms), {row["source"] for row in holds}
    return [
        Line(
            source=line.source,
            since=line.since,
            due_on=due_day(line.since, line.amount.rupiah, history, time_zone),
            amount_rupiah=line.amount.rupiah,
            is_held=line.source in held,
            is_being_sent=(line.book, line.source, line.supplier_reference) in shares,
        )
        for line in found
    ]
