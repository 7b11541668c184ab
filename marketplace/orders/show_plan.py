"""Show what ordering the basket would make: which store, why, at which prices. Changes nothing."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.cart import CartKey
from marketplace.ids import StoreId
from marketplace.orders import far_store, store
from marketplace.orders.plan import EMPTY_PLAN, Plan, make_plan


async def show_plan(key: CartKey | None, *, actor: Actor) -> Plan:
    """Plan of this visitor's cart. One statement where near stores have everything, else at most three.

    Goods that no store near the buyer lists are looked for anywhere, the buyer's province first, so that nobody faces a
    dead end.
    """
    if key is None:
        return EMPTY_PLAN
    async with database.connection() as connection:
        return await read_plan(connection, key, actor=actor)


async def read_plan(connection: database.Connection, key: CartKey, *, actor: Actor) -> Plan:
    """`show_plan` on a connection of the caller."""
    rows = await store.read_basket(connection, key, home_village_code=actor.village_code, store_ids=[])
    missing = {row["product_id"] for row in rows} - {row["product_id"] for row in rows if row["listing_id"] is not None}
    if missing:
        found = await far_store.find_listings_anywhere(
            connection, sorted(missing), village_code=rows[0]["village_code"]
        )
        anywhere: list[StoreId] = sorted(set(found.values()))
        if anywhere:
            rows = await store.read_basket(connection, key, home_village_code=actor.village_code, store_ids=anywhere)
    return make_plan(rows, actor)
