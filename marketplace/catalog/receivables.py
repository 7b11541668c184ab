"""What the cooperatives owe a seller now, by their books, for the seller's home; line by line it is settlement's."""

from datetime import datetime

import msgspec

from marketplace import database
from marketplace.actor import Actor
from marketplace.books import store_of, supplier_reference_of
from marketplace.catalog import store
from marketplace.ids import StoreId
from payments import Money, owed_to_supplier


class Receivable(msgspec.Struct, frozen=True, kw_only=True):
    """What one store owes; `since` is when the oldest part of it that is not paid came up."""

    store_id: StoreId
    store_name: str
    owed_rupiah: int
    since: datetime


class Receivables(msgspec.Struct, frozen=True, kw_only=True):
    """What all stores owe a seller, the largest debt first, and the sum."""

    total_rupiah: int
    stores: list[Receivable]


async def show_receivables(*, actor: Actor) -> Receivables:
    """Read what is owed to the seller whose hat is worn; two statements, the ledger's and the stores' names."""
    seller_id = actor.require_hat().organisation_id
    async with database.connection() as connection:
        debts = await owed_to_supplier(connection, supplier_reference=supplier_reference_of(seller_id))
        names = await store.list_store_names(connection, [store_of(debt.book) for debt in debts]) if debts else {}
    return Receivables(
        total_rupiah=Money.total(debt.owed for debt in debts).rupiah,
        stores=[
            Receivable(
                store_id=store_of(debt.book),
                store_name=names.get(store_of(debt.book), ""),
                owed_rupiah=debt.owed.rupiah,
                since=debt.since,
            )
            for debt in debts
        ],
    )
