"""What everybody reads is planned once by PostgreSQL, not anew for each look: planning takes longer than reading."""

import httpx
import pytest

from marketplace import database
from marketplace.discovery import prepare_search
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store

# After five plans made for what is asked, PostgreSQL keeps one for all, unless it believes that to be dearer.
_TRIED = 5
_LOOKS = 12

PATHS = (
    "/api/v1/products?limit=24",
    "/api/v1/products?category=makanan-ringan&limit=100",
    "/api/v1/products?seller_id={seller}",
    "/api/v1/products/{product}",
    "/api/v1/products/{product}?village=" + JATIMAKMUR,
    "/api/v1/stores",
    "/api/v1/stores/{store}",
    "/api/v1/stores/{store}/listings",
    "/api/v1/search?q=keripik",
    "/api/v1/search?q=keripik&village=" + JATIMAKMUR,
    "/produk/{product}",
    "/gerai",
    "/gerai/{store}",
    "/gerai/{store}?kategori=makanan-ringan",
    "/cari?q=keripik",
    "/",
)


async def fill_shelves(connection: database.Connection) -> dict[str, int]:
    """Two stores with 1.500 goods each, counted by PostgreSQL as autovacuum would."""
    stores = [await make_store(connection), await make_store(connection)]
    product_id = await make_seller_product(connection, name="Keripik tempe")
    await make_listing(connection, store_id=stores[0], product_id=product_id)
    seller_id: int = await connection.fetchval("SELECT seller_id FROM product WHERE id = $1", product_id)
    await connection.execute(
        "INSERT INTO product (seller_id, category_slug, name, unit_code, content_quantity, base_unit, price_rupiah,"
        "                     state, popularity)"
        " SELECT $1, (ARRAY['makanan-ringan', 'minuman', 'kerajinan', 'fesyen'])[1 + n % 4], 'Keripik ' || n,"
        "        'bungkus', 250, 'gram', 10000 + n, 'published', n % 300 FROM generate_series(1, 3000) AS n",
        seller_id,
    )
    await connection.execute(
        "INSERT INTO listing (store_id, product_id, source, price_rupiah, cost_rupiah)"
        " SELECT $1 + id % 2, id, 'made_to_order', 12000 + id, 9000 FROM product WHERE id <> $2",
        stores[0],
        product_id,
    )
    await connection.execute("ANALYZE")
    return {"product": product_id, "store": stores[0], "seller": seller_id}


async def list_plans(client: httpx.AsyncClient, path: str) -> dict[str, tuple[int, int]]:
    """Look at a page many times; (plans for all, plans for one look) of each statement that was sent."""
    for _ in range(_LOOKS):
        assert (await client.get(path)).status_code == 200
    # The pool hands out the connection that was given back last, so this is the one that did it all.
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE generic_plans + custom_plans >= $1",
            _LOOKS,
        )
    return {row["statement"]: (row["generic_plans"], row["custom_plans"]) for row in rows}


@pytest.mark.parametrize("path", PATHS)
async def test_public_reading_is_planned_once_for_all_looks(client: httpx.AsyncClient, path: str) -> None:
    async with database.connection() as connection:
        shelves = await fill_shelves(connection)
    if "q=" in path:
        await prepare_search()
    plans = await list_plans(client, path.format(**shelves))
    assert plans, "the page asked the database nothing"
    assert {statement: found for statement, found in plans.items() if found[1] > _TRIED} == {}
