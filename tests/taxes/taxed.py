"""Stores with taxes switched on in the past, as the page would have done then."""

from datetime import timedelta

from marketplace import clock, database
from tests.orders.counter_shop import Shop


async def switch(shop: Shop, tax: str, *, days: int = -1, is_on: bool = True) -> None:
    """Let a tax be on (or off) from so many days from today; it was set two days before that."""
    now = clock.now()
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO tax_setting (store_id, tax, is_on, effective_on, reference, set_by, set_at)"
            " VALUES ($1, $2, $3, ($4::timestamptz AT TIME ZONE 'Asia/Jakarta')::date + $5::integer, 'S-1/PKP/2025',"
            " $6, $7)",
            shop.store_id,
            tax,
            is_on,
            now,
            days,
            shop.people["store_manager"],
            now + timedelta(days=days - 2),
        )


async def own_chips(shop: Shop) -> None:
    """Make the chips the store's own goods, as the rice is."""
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE listing SET source = 'own_stock', cost_rupiah = 10000, fee_basis_points = 0 WHERE id = $1",
            shop.chips_listing,
        )
