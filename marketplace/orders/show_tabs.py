"""Tabs (kasbon) as the store's people see them, and as the member sees their own."""

from datetime import datetime
from typing import Final

import msgspec

from marketplace import clock, database
from marketplace.ids import PersonId, StoreId
from marketplace.orders import tab_store
from marketplace.orders.tab import find_owed, find_owed_by_member

ENTRY_LABELS: Final = {
    "sale": "Belanja kasbon",
    "return": "Barang dikembalikan",
    "repayment": "Dibayar tunai",
    "patronage": "Dipotong dari SHU",
}
_MOST_ENTRIES: Final = 50


class OpenTab(msgspec.Struct, frozen=True, kw_only=True):
    """What a member may owe, and owes since the oldest purchase that is not settled; `age_days` counts from there."""

    person_id: PersonId
    name: str
    limit_rupiah: int
    owed_rupiah: int
    since: datetime | None
    age_days: int | None


class TabEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a tab: `kind` is sale, return, repayment (in cash) or patronage, `number` that of its receipt."""

    kind: str
    number: int
    amount_rupiah: int
    happened_at: datetime


class OwnTab(msgspec.Struct, frozen=True, kw_only=True):
    """One's own tab at one store, the latest entries first, at most 50."""

    store_id: StoreId
    store_name: str
    time_zone: str
    limit_rupiah: int
    owed_rupiah: int
    entries: list[TabEntry]


async def list_open_tabs(store_id: StoreId) -> list[OpenTab]:
    """Read a store's tabs: the oldest debt first, members who owe nothing last."""
    async with database.connection() as connection:
        rows = await tab_store.list_tabs(connection, store_id)
        owed = await find_owed_by_member(connection, store_id)
    now = clock.now()
    tabs = []
    for row in rows:
        amount = owed.get(row["person_id"], 0)
        since = row["since"] if amount else None
        tabs.append(
            OpenTab(
                person_id=row["person_id"],
                name=row["display_name"],
                limit_rupiah=row["limit_rupiah"],
                owed_rupiah=amount,
                since=since,
                age_days=None if since is None else (now - since).days,
            )
        )
    return sorted(tabs, key=lambda tab: (tab.since is None, tab.since or now, tab.name))


async def list_entries(connection: database.Connection, *, store_id: StoreId, person_id: int) -> list[TabEntry]:
    """Read the latest entries of one tab."""
    rows = await tab_store.list_entries(connection, store_id=store_id, person_id=person_id, limit=_MOST_ENTRIES)
    return [TabEntry(**dict(row)) for row in rows]


async def list_own_tabs(person_id: PersonId) -> list[OwnTab]:
    """Read a person's own tabs, by store."""
    async with database.connection() as connection:
        rows = await tab_store.list_own_tabs(connection, person_id)
        return [
            OwnTab(
                store_id=row["store_id"],
                store_name=row["store_name"],
                time_zone=row["time_zone"],
                limit_rupiah=row["limit_rupiah"],
                owed_rupiah=(await find_owed(connection, store_id=row["store_id"], person_id=person_id)).rupiah,
                entries=await list_entries(connection, store_id=row["store_id"], person_id=person_id),
            )
            for row in rows
        ]
