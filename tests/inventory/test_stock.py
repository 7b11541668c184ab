"""Stock on real PostgreSQL: exact balances after every move, and nothing changed after every refusal."""

import asyncio

import pytest

from marketplace import database
from marketplace.ids import ListingId, OrderId, StoreId
from marketplace.inventory import (
    Cause,
    OutOfStockError,
    ReturnTooLargeError,
    Shortage,
    StockBelowReservedError,
    StockBelowZeroError,
    StockNotHeldError,
    adjust_stock,
    check_stock,
    count_stock,
    receive_stock,
    release,
    reserve,
    sell_direct,
    sell_reserved,
    take_back,
)
from tests.factories_trade import make_bare_order, make_listing, make_store

Shelf = tuple[StoreId, ListingId, ListingId, OrderId]


async def _balances(*listing_ids: ListingId) -> list[tuple[int, int]]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT on_hand, reserved FROM stock WHERE listing_id = ANY ($1::bigint[]) ORDER BY listing_id",
            list(listing_ids),
        )
        assert await check_stock(connection) == []
    return [(row["on_hand"], row["reserved"]) for row in rows]


async def _movements(listing_id: ListingId) -> list[tuple[str, int, str]]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT kind, quantity, source FROM stock_movement WHERE listing_id = $1 ORDER BY id", listing_id
        )
    return [(row["kind"], row["quantity"], row["source"]) for row in rows]


@pytest.fixture
async def shelf(pool: None) -> Shelf:
    """Fill a store with two listings of 10 and 3 units, and an order."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        many = await make_listing(connection, store_id=store_id, stock=10)
        few = await make_listing(connection, store_id=store_id, stock=3)
        order_id = await make_bare_order(connection, store_id=store_id)
    return store_id, many, few, order_id


async def test_reserve_sets_all_lines_aside_in_one_statement(shelf: Shelf) -> None:
    """The listing whose last unit was taken is named, the other is not."""
    store_id, many, few, order_id = shelf
    async with database.transaction() as connection, database.observed_statements() as statements:
        turned = await reserve(connection, store_id=store_id, order_id=order_id, quantities={few: 3, many: 4})
    assert turned == [few]
    assert len(statements) == 1
    assert await _balances(many, few) == [(10, 4), (3, 3)]


async def test_reserve_of_a_short_line_is_refused_and_changes_nothing(shelf: Shelf) -> None:
    """One short line refuses the whole order and says what is left."""
    store_id, many, few, order_id = shelf
    with pytest.raises(OutOfStockError) as refusal:
        async with database.transaction() as connection:
            await reserve(connection, store_id=store_id, order_id=order_id, quantities={many: 10, few: 4})
    assert refusal.value.shortages == [Shortage(listing_id=few, wanted=4, left=3)]
    assert refusal.value.sentence == "Stok tidak cukup: diminta 4, tersisa 3."
    assert await _balances(many, few) == [(10, 0), (3, 0)]


async def test_reserve_of_several_short_lines_names_each(shelf: Shelf) -> None:
    """Also a listing of another store."""
    store_id, many, few, order_id = shelf
    async with database.transaction() as connection:
        elsewhere = await make_listing(connection, stock=5)
    with pytest.raises(OutOfStockError) as refusal:
        async with database.transaction() as connection:
            await reserve(connection, store_id=store_id, order_id=order_id, quantities={many: 11, few: 1, elsewhere: 1})
    assert refusal.value.sentence == "Stok tidak cukup untuk 2 barang."
    assert [(short.listing_id, short.left) for short in refusal.value.shortages] == [(many, 10), (elsewhere, 0)]
    assert await _balances(many, few, elsewhere) == [(10, 0), (3, 0), (5, 0)]


async def test_release_puts_goods_back_once(shelf: Shelf) -> None:
    """A second release finds nothing held."""
    store_id, many, few, order_id = shelf
    async with database.transaction() as connection:
        await reserve(connection, store_id=store_id, order_id=order_id, quantities={few: 3, many: 4})
    async with database.transaction() as connection:
        assert await release(connection, order_id=order_id) == [few]
        assert await release(connection, order_id=order_id) == []
    assert await _balances(many, few) == [(10, 0), (3, 0)]


async def test_sell_reserved_moves_balance_and_reserved_together(shelf: Shelf) -> None:
    """One sale movement a line; again changes nothing."""
    store_id, many, few, order_id = shelf
    async with database.transaction() as connection:
        await reserve(connection, store_id=store_id, order_id=order_id, quantities={few: 3, many: 4})
    for _ in range(2):
        async with database.transaction() as connection:
            await sell_reserved(connection, order_id=order_id, author_id=None)
    assert await _balances(many, few) == [(6, 0), (0, 0)]
    assert await _movements(few) == [("opening", 3, "test"), ("sale", -3, f"order:{order_id}")]


async def test_sell_reserved_after_release_is_refused(shelf: Shelf) -> None:
    """Goods that went back on the shelf cannot be sold by that order."""
    store_id, many, _few, order_id = shelf
    async with database.transaction() as connection:
        await reserve(connection, store_id=store_id, order_id=order_id, quantities={many: 4})
        await release(connection, order_id=order_id)
    with pytest.raises(StockNotHeldError):
        async with database.transaction() as connection:
            await sell_reserved(connection, order_id=order_id, author_id=None)
    assert await _balances(many) == [(10, 0)]


async def test_sell_direct_takes_only_what_is_free(shelf: Shelf) -> None:
    """What another order holds cannot be sold at the counter."""
    store_id, many, few, order_id = shelf
    async with database.transaction() as connection:
        other = await make_bare_order(connection, store_id=store_id)
        await reserve(connection, store_id=store_id, order_id=order_id, quantities={few: 2})
    with pytest.raises(OutOfStockError):
        async with database.transaction() as connection:
            await sell_direct(
                connection, store_id=store_id, order_id=other, quantities={many: 1, few: 2}, author_id=None
            )
    assert await _balances(many, few) == [(10, 0), (3, 2)]
    async with database.transaction() as connection:
        turned = await sell_direct(
            connection, store_id=store_id, order_id=other, quantities={many: 1, few: 1}, author_id=None
        )
    assert turned == [few]
    assert await _balances(many, few) == [(9, 0), (2, 2)]


async def test_take_back_returns_at_most_what_was_sold(shelf: Shelf) -> None:
    """Part returns add up; too many are refused; a repeated one is not counted twice."""
    store_id, _many, few, order_id = shelf
    async with database.transaction() as connection:
        await sell_direct(connection, store_id=store_id, order_id=order_id, quantities={few: 3}, author_id=None)

    async def back(quantity: int, event: str) -> list[ListingId]:
        async with database.transaction() as connection:
            return await take_back(
                connection,
                store_id=store_id,
                order_id=order_id,
                quantities={few: quantity},
                author_id=None,
                reason="rusak di jalan",
                event=event,
            )

    assert await back(2, "return:1") == [few]
    assert await back(2, "return:1") == []
    with pytest.raises(ReturnTooLargeError) as refusal:
        await back(2, "return:2")
    assert refusal.value.sentence == "Jumlah retur melebihi yang terjual: paling banyak 1."
    assert await _balances(few) == [(2, 0)]


async def test_receive_stock_twice_counts_once(shelf: Shelf) -> None:
    """The same delivery note, pressed twice."""
    store_id, many, _few, _order = shelf
    for _ in range(2):
        async with database.transaction() as connection:
            await receive_stock(
                connection,
                store_id=store_id,
                quantities={many: 5},
                cause=Cause(source="note:1", event="in", author_id=None),
            )
    assert await _balances(many) == [(15, 0)]


async def test_receive_stock_of_an_empty_shelf_makes_it_available(pool: None) -> None:
    """The first goods of a listing turn it; more goods do not."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        listing_id = await make_listing(connection, store_id=store_id, stock=0)
        first, second = [
            await receive_stock(
                connection,
                store_id=store_id,
                quantities={listing_id: 5},
                cause=Cause(source=note, event="in", author_id=None),
            )
            for note in ("note:1", "note:2")
        ]
    assert (first, second) == ([listing_id], [])
    assert await _balances(listing_id) == [(10, 0)]


async def _adjust(store_id: StoreId, listing_id: ListingId, change: int) -> list[ListingId]:
    async with database.transaction() as connection:
        return await adjust_stock(
            connection,
            store_id=store_id,
            listing_id=listing_id,
            change=change,
            cause=Cause(source="correction", event="1", author_id=None, reason="tumpah"),
        )


async def test_adjust_below_zero_is_refused(shelf: Shelf) -> None:
    """The sentence says what is there."""
    store_id, _many, few, _order = shelf
    with pytest.raises(StockBelowZeroError) as refusal:
        await _adjust(store_id, few, -4)
    assert refusal.value.sentence == "Stok tidak boleh kurang dari nol: sekarang 3, dikurangi 4."
    assert await _balances(few) == [(3, 0)]


async def test_adjust_below_reserved_is_refused(shelf: Shelf) -> None:
    """Ordered goods are not written off behind the buyer's back."""
    store_id, _many, few, order_id = shelf
    async with database.transaction() as connection:
        await reserve(connection, store_id=store_id, order_id=order_id, quantities={few: 2})
    with pytest.raises(StockBelowReservedError):
        await _adjust(store_id, few, -2)
    assert await _balances(few) == [(3, 2)]


async def test_adjust_twice_with_one_key_counts_once(shelf: Shelf) -> None:
    """And tells only the first time that the listing turned."""
    store_id, _many, few, _order = shelf
    assert await _adjust(store_id, few, -3) == [few]
    assert await _adjust(store_id, few, -3) == []
    assert await _balances(few) == [(0, 0)]


async def test_count_records_the_difference(shelf: Shelf) -> None:
    """A count that agrees records nothing."""
    store_id, many, _few, _order = shelf
    for event in ("1", "2"):
        async with database.transaction() as connection:
            await count_stock(
                connection,
                store_id=store_id,
                listing_id=many,
                counted=8,
                cause=Cause(source="count", event=event, author_id=None, reason="stok opname"),
            )
    assert await _balances(many) == [(8, 0)]
    assert await _movements(many) == [("opening", 10, "test"), ("adjustment", -2, "count")]


async def test_check_stock_finds_a_wrong_balance(shelf: Shelf) -> None:
    """A balance changed behind the ledger's back is reported."""
    _store, many, _few, _order = shelf
    async with database.transaction() as connection:
        await connection.execute("UPDATE stock SET on_hand = 11 WHERE listing_id = $1", many)
        (finding,) = await check_stock(connection)
    assert (finding.listing_id, finding.problem, finding.expected, finding.found) == (many, "balance", 10, 11)


async def test_last_sack_goes_to_exactly_one_of_two_cashiers(pool: None) -> None:
    """200 rounds of two connections at once, one over the counter, one reserving first: one wins each time."""
    rounds = 200
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        sack = await make_listing(connection, store_id=store_id, stock=0)
        other = await make_listing(connection, store_id=store_id, stock=2 * rounds)
        orders = [await make_bare_order(connection, store_id=store_id) for _ in range(2 * rounds)]

    async def sell(order_id: OrderId) -> bool:
        try:
            async with database.transaction() as connection:
                await sell_direct(
                    connection, store_id=store_id, order_id=order_id, quantities={sack: 1, other: 1}, author_id=None
                )
        except OutOfStockError:
            return False
        return True

    async def hold(order_id: OrderId) -> bool:
        try:
            async with database.transaction() as connection:
                await reserve(connection, store_id=store_id, order_id=order_id, quantities={other: 1, sack: 1})
                await sell_reserved(connection, order_id=order_id, author_id=None)
        except OutOfStockError:
            return False
        return True

    for number in range(rounds):
        async with database.transaction() as connection:
            await receive_stock(
                connection,
                store_id=store_id,
                quantities={sack: 1},
                cause=Cause(source="note", event=str(number), author_id=None),
            )
        first, second = await asyncio.gather(sell(orders[2 * number]), hold(orders[2 * number + 1]))
        assert first != second
    assert await _balances(sack, other) == [(0, 0), (rounds, 0)]
    assert sum(quantity for kind, quantity, _ in await _movements(sack) if kind == "sale") == -rounds
