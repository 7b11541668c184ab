"""A member's share of the earnings (SHU) as staff see it and as the member sees it: given, taken for the tab, paid."""

from datetime import datetime
from typing import Final

import msgspec

from marketplace import database, patronage
from marketplace.errors import NotFoundError
from marketplace.ids import PersonId, StoreId
from marketplace.orders import tab_store
from marketplace.orders.report_store import find_store
from marketplace.orders.spend_patronage import find_patronage
from marketplace.orders.tab import find_owed

ENTRY_LABELS: Final = {
    "share": "Bagian SHU {number}",
    "repayment": "Dipotong untuk kasbon",
    "payout": "Dibayarkan tunai",
}
_MOST_ENTRIES: Final = 50


class PatronageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A change of what a member can have: `share` (`number` is its year), `repayment` of the tab or `payout`."""

    kind: str
    number: int
    amount_rupiah: int
    happened_at: datetime


class MemberPatronage(msgspec.Struct, frozen=True, kw_only=True):
    """What a member can still have, owes on the tab, and the latest 50 entries."""

    person_id: PersonId
    name: str
    left_rupiah: int
    tab_owed_rupiah: int
    entries: list[PatronageEntry]
    time_zone: str


class OwnPatronage(msgspec.Struct, frozen=True, kw_only=True):
    """One's own share of the earnings of one store: what is left, and the latest 50 entries."""

    store_id: StoreId
    store_name: str
    time_zone: str
    left_rupiah: int
    entries: list[PatronageEntry]


async def show_member_patronage(person_id: int, *, store_id: StoreId) -> MemberPatronage:
    """Read what a member was given at a store and had of it.

    Raises:
        NotFoundError: nothing was given to such a person here.

    """
    async with database.connection() as connection:
        place = await find_store(connection, store_id)
        names = await patronage.list_names(connection, [person_id])
        entries = await _list_entries(connection, store_id=store_id, person_id=person_id)
        if place is None or not entries:
            raise NotFoundError
        left = await find_patronage(connection, store_id=store_id, person_id=person_id)
        owed = await find_owed(connection, store_id=store_id, person_id=person_id)
    return MemberPatronage(
        person_id=PersonId(person_id),
        name=names[person_id],
        left_rupiah=left.rupiah,
        tab_owed_rupiah=owed.rupiah,
        entries=entries,
        time_zone=place["time_zone"],
    )


async def list_own_patronage(person_id: PersonId) -> list[OwnPatronage]:
    """Read a person's own shares, by store."""
    async with database.connection() as connection:
        return [
            OwnPatronage(
                store_id=row["store_id"],
                store_name=row["store_name"],
                time_zone=row["time_zone"],
                left_rupiah=(await find_patronage(connection, store_id=row["store_id"], person_id=person_id)).rupiah,
                entries=await _list_entries(connection, store_id=row["store_id"], person_id=person_id),
            )
            for row in await patronage.list_stores_of(connection, person_id)
        ]


async def _list_entries(connection: database.Connection, *, store_id: StoreId, person_id: int) -> list[PatronageEntry]:
    rows = await patronage.list_entries(connection, store_id=store_id, person_id=person_id, limit=_MOST_ENTRIES)
    rows += await tab_store.list_repaid_from_patronage(
        connection, store_id=store_id, person_id=person_id, limit=_MOST_ENTRIES
    )
    entries = [PatronageEntry(**dict(row)) for row in rows]
    return sorted(entries, key=lambda entry: (entry.happened_at, entry.number), reverse=True)[:_MOST_ENTRIES]
