"""Popularity follows what was handed over: by days that are over, each counted once, fading after ninety."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace import clock, database
from marketplace.discovery import count_demand, follow_demand
from marketplace.discovery.follow_demand import WINDOW_DAYS
from marketplace.ids import StoreId
from tests.factories_trade import make_listing, make_seller_product, make_store

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12.00 WIB


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be noon of a Tuesday in Bekasi."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


async def _hand_over(
    store_id: StoreId, product_ids: list[int], at: datetime, *, steps: tuple[str, ...] = ("handed_over", "completed")
) -> None:
    """An order of one of each; its history has these steps, a day between them."""
    async with database.connection() as connection:
        order_id = await connection.fetchval(
            "INSERT INTO orders (store_id, code, tracking_token, channel, fulfilment, state, goods_rupiah,"
            " total_rupiah, placed_at, paid_at, hold_until) SELECT $1, 'K' || n, 'T' || n, 'web', 'pickup', $2, $3, $3,"
            " $4, $4, CASE WHEN $2 = 'ready' THEN $4::timestamptz END"
            " FROM (SELECT count(*) AS n FROM orders) numbered RETURNING id",
            store_id,
            steps[-1],
            1_000 * len(product_ids),
            at,
        )
        await connection.execute(
            "INSERT INTO order_line (order_id, store_id, listing_id, product_id, seller_id, name, unit_code, source,"
            " quantity, unit_price_rupiah, total_rupiah, unit_cost_rupiah, fee_basis_points)"
            " SELECT $1, $2, listing.id, product.id, product.seller_id, product.name, product.unit_code, 'own_stock',"
            " 1, 1000, 1000, 0, 0 FROM product JOIN listing ON listing.product_id = product.id"
            " WHERE listing.store_id = $2 AND product.id = ANY ($3::bigint[])",
            order_id,
            store_id,
            product_ids,
        )
        for number, state in enumerate(steps):
            await connection.execute(
                "INSERT INTO order_history (order_id, state, happened_at) VALUES ($1, $2, $3)",
                order_id,
                state,
                at + timedelta(days=number),
            )


async def _work() -> None:
    """All that the worker does until nothing is left to do."""
    for task in (count_demand, follow_demand):
        while await task():
            pass


async def _popularity() -> dict[str, int]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT name, popularity FROM product")
    return {row["name"]: row["popularity"] for row in rows}


async def _marked() -> list[int]:
    async with database.connection() as connection:
        rows = await connection.fetch("DELETE FROM search_dirty WHERE index_name = 'listings' RETURNING document_id")
    return sorted(row["document_id"] for row in rows)


async def _shop(*names: str) -> tuple[StoreId, dict[str, int], dict[str, int]]:
    """A store with these goods: its id, products and listings by name."""
    async with database.connection() as connection:
        store_id = await make_store(connection)
        products = {name: await make_seller_product(connection, name=name) for name in names}
        listings = {
            name: await make_listing(connection, store_id=store_id, product_id=product_id)
            for name, product_id in products.items()
        }
    return store_id, dict(products), dict(listings)


async def test_what_was_handed_over_counts_and_search_is_told(pool: None) -> None:
    store_id, products, listings = await _shop("Beras", "Gula", "Kopi")
    yesterday = NOON - timedelta(days=1)
    await _hand_over(store_id, [products["Beras"], products["Gula"]], yesterday)
    await _hand_over(store_id, [products["Beras"]], yesterday, steps=("completed",))
    await _hand_over(store_id, [products["Kopi"]], yesterday, steps=("accepted", "ready"))
    await _hand_over(store_id, [products["Kopi"]], yesterday, steps=("handed_over", "returned"))
    await _work()
    assert await _popularity() == {"Beras": 2, "Gula": 1, "Kopi": 0}
    assert await _marked() == sorted([listings["Beras"], listings["Gula"]])
    await _work()
    assert await _popularity() == {"Beras": 2, "Gula": 1, "Kopi": 0}
    assert await _marked() == []


async def test_order_counts_once_however_long_it_takes_to_be_completed(pool: None) -> None:
    store_id, products, _ = await _shop("Beras")
    await _hand_over(store_id, [products["Beras"]], NOON - timedelta(days=5))
    await _work()
    async with database.connection() as connection:
        days = await connection.fetch("SELECT day, order_count FROM product_demand")
    assert [tuple(row) for row in days] == [(TODAY - timedelta(days=5), 1)]


async def test_day_is_counted_when_it_is_over_by_its_own_midnight(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """23.30 WIB is 16.30 UTC; until one o'clock somebody may still be writing."""
    store_id, products, _ = await _shop("Beras")
    await _hand_over(store_id, [products["Beras"]], datetime(2026, 11, 24, 16, 30, tzinfo=UTC))
    await _work()
    assert await _popularity() == {"Beras": 0}
    for now, wanted in (((24, 17, 30), 0), ((24, 18, 1), 1)):
        day, hour, minute = now
        monkeypatch.setattr(clock, "now", lambda at=datetime(2026, 11, day, hour, minute, tzinfo=UTC): at)
        await _work()
        assert await _popularity() == {"Beras": wanted}


async def test_demand_fades_after_ninety_days(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    store_id, products, listings = await _shop("Beras")
    await _hand_over(store_id, [products["Beras"]], NOON - timedelta(days=1))
    await _work()
    await _marked()
    for days, wanted in ((WINDOW_DAYS - 1, 1), (WINDOW_DAYS, 0)):
        monkeypatch.setattr(clock, "now", lambda at=NOON + timedelta(days=days): at)
        await _work()
        assert await _popularity() == {"Beras": wanted}
    assert await _marked() == [listings["Beras"]]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM product_demand") == 0
        assert await connection.fetchval("SELECT count(*) FROM demand_day") == WINDOW_DAYS


async def test_little_more_of_a_best_seller_is_not_told_but_adds_up(pool: None) -> None:
    """One of sixteen is less than an eighth, three are more."""
    store_id, products, listings = await _shop("Beras")
    async with database.connection() as connection:
        await connection.execute("INSERT INTO product_demand VALUES ($1, $2, 16)", products["Beras"], TODAY)
        await connection.execute("UPDATE product SET popularity = 16")
    for number, wanted in ((1, 16), (2, 16), (3, 19)):
        await _hand_over(store_id, [products["Beras"]], NOON - timedelta(days=number))
        async with database.connection() as connection:
            await connection.execute("DELETE FROM demand_day WHERE day = $1", TODAY - timedelta(days=number))
        await _work()
        assert await _popularity() == {"Beras": wanted}
        assert await _marked() == ([] if wanted == 16 else [listings["Beras"]])


async def test_killed_between_counting_and_following_nothing_is_lost(pool: None) -> None:
    store_id, products, _ = await _shop("Beras")
    await _hand_over(store_id, [products["Beras"]], NOON - timedelta(days=1))
    while await count_demand():
        pass
    assert await _popularity() == {"Beras": 0}
    while await follow_demand():
        pass
    assert await _popularity() == {"Beras": 1}


async def test_counting_reads_an_index_of_what_was_given_out(pool: None) -> None:
    async with database.connection() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        rows = await connection.fetch(
            "EXPLAIN SELECT order_id FROM order_history WHERE state IN ('handed_over', 'completed')"
            " AND happened_at >= now() - interval '1 day' AND happened_at < now()"
        )
    assert any("order_history_given_out" in row[0] for row in rows)
