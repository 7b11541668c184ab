"""Many baskets placed by one transaction: each as if it had been alone, whoever is refused, killed or a twin."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import database
from marketplace.actor import GUEST, Actor
from marketplace.cart import CartKey, ChangeLine, change_cart
from marketplace.ids import ListingId, PersonId, ProductId, hash_token
from marketplace.orders import together_store
from marketplace.orders.checkout import Asked, checked_contact
from marketplace.orders.errors import EmptyCartError, NotServedError, PriceChangedError
from marketplace.orders.place_order import ExpectedLine, PlacedCheckout, PlaceOrder, place_order
from marketplace.orders.place_together import grant, place_together
from tests.factories import make_person
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI, make_listing, make_seller_product, make_store
from tests.killing import kill_after
from tests.orders.test_placing_under_stress import command_for, fill_cart, make_goods, once, totals

with_pool = pytest.mark.usefixtures("pool")


def asked_for(command: PlaceOrder, key: CartKey, key_text: str | None = None, actor: Actor = GUEST) -> Asked:
    return Asked(
        command=command,
        actor=actor,
        key=key,
        channel="api",
        once=once(key_text),
        contact=checked_contact(command),
    )


async def ask_many(products: list[ProductId], count: int) -> list[Asked]:
    carts = [await fill_cart(products) for _ in range(count)]
    return [asked_for(await command_for(key), key) for key in carts]


async def place_all(all_asked: Sequence[Asked]) -> list[PlacedCheckout | BaseException]:
    """As requests that come at the same moment: the first goes alone, the others together."""
    return await asyncio.gather(
        *(
            place_order(asked.command, actor=asked.actor, key=asked.key, channel=asked.channel, once=asked.once)
            for asked in all_asked
        ),
        return_exceptions=True,
    )


@with_pool
async def test_baskets_placed_together_stand_like_those_placed_alone() -> None:
    _, products, listings = await make_goods(stock=50, count=3)
    alone, *others = await ask_many(products, 6)
    placed = [await place_order(alone.command, actor=GUEST, key=alone.key, channel="api", once=alone.once)]
    async with database.observed_statements() as seen:
        placed += [answer for answer in await place_together(others) if answer is not None]
    assert len(placed) == 6
    assert len([statement for statement in seen if statement.strip(" ;").upper() not in {"BEGIN", "COMMIT"}]) <= 6
    tables = {
        "checkout": "id, token, placed_at",
        "orders": "id, checkout_id, code, tracking_token, contact_sealed, placed_at, hold_until",
        "order_line": "order_id",
        "order_history": "id, order_id, happened_at",
        "reservation": "order_id",
    }
    async with database.connection() as connection:
        for table, own in tables.items():
            rows = await connection.fetch(f"SELECT * FROM {table}")
            differing = {name.strip() for name in own.split(",")} | {"id"}
            plain = {
                tuple(sorted((name, str(value)) for name, value in row.items() if name not in differing))
                for row in rows
            }
            assert len(rows) == (6 if table in ("checkout", "orders", "order_history") else 18), table
            assert len(plain) == (3 if table in ("order_line", "reservation") else 1), (table, plain)
        left = await connection.fetch("SELECT listing_id, on_hand, reserved FROM stock")
        held = await connection.fetch(
            "SELECT o.tracking_token, c.token FROM orders o JOIN checkout c ON c.id = o.checkout_id"
        )
    assert {(row["listing_id"], row["on_hand"], row["reserved"]) for row in left} == {(one, 50, 6) for one in listings}
    assert {(row["tracking_token"], row["token"]) for row in held} == {
        (order.tracking_token, answer.token) for answer in placed for order in answer.orders
    }
    after = await totals()
    assert (after["keys"], after["cart_lines"]) == (6, 0)
    again = await place_all([alone, *others])
    assert again == placed, "each key has kept its own answer"
    assert await totals() == after


@with_pool
async def test_one_that_is_refused_spoils_nothing_and_is_told_why() -> None:
    _, products, _ = await make_goods(stock=50, count=2)
    all_asked = await ask_many(products, 5)
    wrong = all_asked[2]
    seen = [
        ExpectedLine(product_id=line.product_id, store_id=line.store_id, quantity=1, unit_price_rupiah=1)
        for line in wrong.command.lines
    ]
    all_asked[2] = asked_for(
        PlaceOrder(lines=seen, contact_name="Pembeli Uji", contact_phone="081200000001"), wrong.key
    )
    answers = await place_all(all_asked)
    assert [type(answer) for answer in answers] == [
        PlacedCheckout,
        PlacedCheckout,
        PriceChangedError,
        PlacedCheckout,
        PlacedCheckout,
    ]
    after = await totals()
    assert (after["orders"], after["checkouts"], after["lines"], after["keys"]) == (4, 4, 8, 4)
    assert (after["cart_lines"], after["reserved"]) == (2, 8), "the refused buyer keeps the basket"


@with_pool
async def test_killed_between_any_two_statements_nothing_of_anybody_stands() -> None:
    # The last of it, so that what sold out is marked for search: a statement of its own.
    _, products, _ = await make_goods(stock=3)
    all_asked = await ask_many(products, 3)
    before = await totals()
    struck_after: list[str] = []
    for statement_number in range(1, 40):
        last = await kill_after(place_together(all_asked), statement_number)
        if last is None:
            break
        struck_after.append(" ".join(last.split()[:2]))
        assert await totals() == before, f"killed after statement {statement_number}"
    for step in ("BEGIN;", "WITH asked", "SELECT asked.number,", "SELECT listing_id,", "WITH checked", "INSERT INTO"):
        assert step in struck_after, "the kill must have struck between the statements of placing"
    after = await totals()
    assert (after["orders"], after["keys"], after["reserved"], after["marked"]) == (3, 3, 3, 1)


@with_pool
async def test_lost_connection_leaves_nothing_behind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together_store, "LOCK_TIMEOUT", "1min")
    _, products, listings = await make_goods(stock=50)
    all_asked = await ask_many(products, 3)
    before = await totals()
    async with holding_stock(database_url, listings[0]) as watcher:
        together = asyncio.create_task(place_together(all_asked))
        # Each look is a round trip, so this waits without a clock.
        while not await watcher.fetchval(f"SELECT count(*) {WAITING}"):
            pass
        await watcher.execute(f"SELECT pg_terminate_backend(pid) {WAITING}")
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await together
    assert await totals() == before
    assert [type(answer) for answer in await place_all(all_asked)] == [PlacedCheckout] * 3


WAITING = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@asynccontextmanager
async def holding_stock(
    database_url: str, listing_id: ListingId
) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """Another transaction holds goods, as somebody who counts stock; gives a connection to look with."""
    other, watcher = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("SELECT FROM stock WHERE listing_id = $1 FOR UPDATE", listing_id)
            yield watcher
    finally:
        await other.close()
        await watcher.close()


@with_pool
async def test_goods_in_somebodys_hands_keep_only_their_own_buyer_waiting(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together_store, "LOCK_TIMEOUT", "10ms")
    _, (free, held), (_, held_listing) = await make_goods(stock=50, count=2)
    *quick, slow = [*await ask_many([free], 4), *await ask_many([held], 1)]
    async with holding_stock(database_url, held_listing):
        tasks = [
            asyncio.create_task(place_order(asked.command, actor=GUEST, key=asked.key, channel="api", once=asked.once))
            for asked in (*quick, slow)
        ]
        placed = await asyncio.gather(*tasks[:-1])
        assert not tasks[-1].done()
    assert len({answer.token for answer in (*placed, await tasks[-1])}) == 5
    assert (await totals())["orders"] == 5


@with_pool
async def test_cart_in_somebodys_hands_is_left_out_and_placed_later(database_url: str) -> None:
    _, products, _ = await make_goods(stock=50)
    all_asked = await ask_many(products, 3)
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("SELECT FROM cart WHERE token_hash = $1 FOR UPDATE", all_asked[1].key.token_hash)
            answers = await place_together(all_asked)
    finally:
        await other.close()
    assert [answer is None for answer in answers] == [False, True, False]
    assert (await totals())["keys"] == 2, "the key is free for the next try"
    assert isinstance((await place_all(all_asked))[1], PlacedCheckout)
    assert (await totals())["orders"] == 3


@with_pool
async def test_twins_in_one_batch_are_ordered_once() -> None:
    _, products, _ = await make_goods(stock=50)
    first, pressed, *_ = await ask_many(products, 2)
    same_key = [pressed] * 4
    other_key = asked_for(pressed.command, pressed.key)
    answers = await place_all([first, *same_key, other_key])
    tokens = {answer.token for answer in answers if isinstance(answer, PlacedCheckout)}
    assert len(tokens) == 2
    assert answers[1:5] == [answers[1]] * 4
    assert isinstance(answers[5], EmptyCartError)
    after = await totals()
    assert (after["orders"], after["reserved"], after["keys"]) == (2, 2, 2)


@with_pool
async def test_members_and_guests_are_placed_together_each_for_themselves() -> None:
    _, products, _ = await make_goods(stock=50)
    person = await make_person(village_code=JATIMAKMUR)
    actor = Actor(person_id=PersonId(person.person_id), village_code=JATIMAKMUR)
    key = CartKey(person_id=actor.person_id)
    await change_cart([ChangeLine(product_id=products[0], quantity=2)], actor=actor, key=key, village_code=None)
    guest, *_ = await ask_many(products, 1)
    line = guest.command.lines[0]
    command = PlaceOrder(
        lines=[msgspec.structs.replace(line, quantity=2)], contact_name="Anggota Uji", contact_phone="081200000002"
    )
    answers = await place_together([guest, asked_for(command, key, actor=actor)])
    assert None not in answers
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT o.person_id, l.quantity, h.author_id, c.person_id AS of_checkout"
            " FROM orders o JOIN order_line l ON l.order_id = o.id JOIN order_history h ON h.order_id = o.id"
            " JOIN checkout c ON c.id = o.checkout_id ORDER BY l.quantity"
        )
    who = person.person_id
    assert [tuple(row) for row in rows] == [(None, 1, None, None), (who, 2, who, who)]


@with_pool
async def test_four_hundred_at_once_on_a_hundred_units_sell_exactly_a_hundred() -> None:
    store_id, (product_id,), (listing_id,) = await make_goods(stock=100)
    line = ExpectedLine(product_id=product_id, store_id=store_id, quantity=1, unit_price_rupiah=10_000)
    async with database.connection() as connection:
        price = await connection.fetchval("SELECT price_rupiah FROM listing WHERE id = $1", listing_id)
        await connection.execute(
            "WITH made AS (INSERT INTO cart (token_hash, village_code)"
            "              SELECT sha256(('crowd-' || n)::bytea), $1 FROM generate_series(1, 400) n RETURNING id)"
            " INSERT INTO cart_line (cart_id, product_id, quantity, store_id, seen_price_rupiah)"
            " SELECT id, $2, 1, $3, $4 FROM made",
            JATIMAKMUR,
            product_id,
            store_id,
            price,
        )
    command = PlaceOrder(
        lines=[msgspec.structs.replace(line, unit_price_rupiah=price)],
        contact_name="Pembeli Uji",
        contact_phone="081200000001",
    )
    crowd = [asked_for(command, CartKey(token_hash=hash_token(f"crowd-{number}"))) for number in range(1, 401)]
    answers = await place_all(crowd)
    placed = [answer for answer in answers if isinstance(answer, PlacedCheckout)]
    refused = [answer for answer in answers if isinstance(answer, NotServedError)]
    assert (len(placed), len(refused)) == (100, 300)
    assert all(error.goods[0]["left"] == 0 for error in refused)
    after = await totals()
    assert (after["orders"], after["reserved"], after["keys"], after["cart_lines"]) == (100, 100, 100, 300)
    assert after["marked"] == 1


@with_pool
async def test_basket_of_two_stores_is_had_whole_or_not_at_all() -> None:
    async with database.connection() as connection:
        first, second = await make_store(connection), await make_store(connection, village_code=LAMBANGSARI)
        chips, rice = await make_seller_product(connection), await make_seller_product(connection)
        plenty = await make_listing(connection, store_id=first, product_id=chips, stock=100)
        scarce = await make_listing(connection, store_id=second, product_id=rice, stock=2)
        made = await make_seller_product(connection)
        await make_listing(connection, store_id=first, product_id=made, source="made_to_order")
    all_asked = await ask_many([chips, rice, made], 4)
    answers = await place_together(all_asked)
    assert [len(answer.orders) if answer else 0 for answer in answers] == [2, 2, 0, 0]
    after = await totals()
    assert (after["orders"], after["checkouts"], after["lines"], after["reservations"]) == (4, 2, 6, 4)
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT listing_id, reserved FROM stock ORDER BY listing_id")
    assert {row["listing_id"]: row["reserved"] for row in rows} == {plenty: 2, scarce: 2}


@with_pool
async def test_statements_for_many_are_planned_once_for_all_batches() -> None:
    _, products, _ = await make_goods(stock=100, count=2)
    for _ in range(12):
        assert None not in await place_together(await ask_many(products, 3))
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
    plans = {
        " ".join(row["statement"].split())[:24]: (row["generic_plans"], row["custom_plans"])
        for row in rows
        if " ".join(row["statement"].split()).startswith(
            ("WITH asked AS ( SELECT number", "SELECT asked.number", "SELECT listing_id, on_hand", "WITH checked")
        )
    }
    assert len(plans) == 4, plans
    assert all(generic >= 7 and custom <= 5 for generic, custom in plans.values()), plans


BASKETS = st.lists(st.dictionaries(st.integers(1, 4), st.integers(1, 3), max_size=3), max_size=8)


@given(BASKETS, st.dictionaries(st.integers(1, 4), st.integers(0, 6)))
def test_goods_are_given_whole_and_in_turn(baskets: list[dict[int, int]], free: dict[int, int]) -> None:
    wanted = {
        number: {ListingId(listing): quantity for listing, quantity in basket.items()}
        for number, basket in enumerate(baskets)
    }
    stock = {ListingId(listing): quantity for listing, quantity in free.items()}
    granted = grant(wanted, stock)
    for number, basket in wanted.items():
        before = [wanted[other] for other in granted if other < number]
        left = {one: stock.get(one, 0) - sum(other.get(one, 0) for other in before) for one in basket}
        assert (number in granted) == all(left[one] >= quantity for one, quantity in basket.items())
