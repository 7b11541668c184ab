"""Two at once, twice the same, too late, killed mid-way: at the counter nothing is doubled, lost or below zero."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.accounts import find_actor
from marketplace.actor import Actor
from marketplace.books import book_of
from marketplace.http import rate_limits
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId
from marketplace.inventory import Cause, check_stock, receive_stock
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from marketplace.orders.take_payment import take_payment
from payments import AccountKind, check, trial_balance
from tests.killing import kill_after
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, open_till, order_goods, press

ROUNDS = 200


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop(rice_stock=0)


@pytest.fixture
async def first(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        await open_till(person)
        yield person


@pytest.fixture
async def second(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, await add_person(shop, "cashier")) as person:
        await open_till(person)
        yield person


async def refill(shop: Shop, listing_id: ListingId, quantity: int, event: str) -> None:
    async with database.transaction() as connection:
        await receive_stock(
            connection,
            store_id=shop.store_id,
            quantities={listing_id: quantity},
            cause=Cause(source="test", event=event, author_id=None),
            kind="receipt",
        )


async def assert_sound(shop: Shop) -> None:
    """Books and stock hold together, and receipts count from one without a gap."""
    async with database.connection() as connection:
        assert await check(connection) == []
        assert await check_stock(connection) == []
        assert await connection.fetchval("SELECT count(*) FROM stock WHERE on_hand < 0 OR reserved < 0") == 0
        numbers = [
            row["number"]
            for row in await connection.fetch(
                "SELECT number FROM receipt WHERE store_id = $1 ORDER BY number", shop.store_id
            )
        ]
        assert numbers == list(range(1, len(numbers) + 1))


async def written(shop: Shop) -> dict[str, int]:
    """How much stands in the tables that a sale writes to."""
    async with database.connection() as connection:
        counts = {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")
            for table in (
                "orders",
                "order_line",
                "order_history",
                "receipt",
                "payment",
                "ledger_transfer",
                "stock_movement",
                "idempotency_key",
                "audit_event",
            )
        }
        counts["next_receipt_number"] = await connection.fetchval(
            "SELECT next_receipt_number FROM store WHERE id = $1", shop.store_id
        )
        counts["chips_left"] = await connection.fetchval(
            "SELECT on_hand - reserved FROM stock WHERE listing_id = $1", shop.chips_listing
        )
        return counts


def sale_fields(shop: Shop, *, once: str | None = None) -> dict[str, str]:
    return {
        "_once": once or secrets.token_hex(8),
        "line": f"{shop.rice_listing}:1",
        "expected_rupiah": "65000",
        "tender": "65000",
    }


async def test_two_cashiers_and_the_last_sack_two_hundred_times(
    first: httpx.AsyncClient, second: httpx.AsyncClient, shop: Shop
) -> None:
    for number in range(ROUNDS):
        rate_limits.forget()
        await refill(shop, shop.rice_listing, 1, f"round-{number}")
        answers = await asyncio.gather(
            first.post("/kasir/jual/bayar", data=sale_fields(shop)),
            second.post("/kasir/jual/bayar", data=sale_fields(shop)),
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409], number
    await assert_sound(shop)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM receipt") == ROUNDS
        assert await connection.fetchval("SELECT on_hand FROM stock WHERE listing_id = $1", shop.rice_listing) == 0


async def test_two_cashiers_take_cash_for_one_order_and_one_wins(
    first: httpx.AsyncClient, second: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    for _ in range(5):
        order = await order_goods(client, shop, chips=1, rice=0)
        path = f"/kasir/pesanan/{order['code']}/bayar"
        answers = await asyncio.gather(
            first.post(path, data={"_once": secrets.token_hex(8), "tender": "15000"}),
            second.post(path, data={"_once": secrets.token_hex(8), "tender": "20000"}),
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        (loser,) = (answer for answer in answers if answer.status_code == 409)
        assert "Pesanan ini sudah dibayar." in loser.text
    await assert_sound(shop)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM payment") == 5


async def test_same_form_sent_twice_at_once_gives_one_receipt(first: httpx.AsyncClient, shop: Shop) -> None:
    await refill(shop, shop.rice_listing, 2, "two")
    fields = sale_fields(shop)
    answers = await asyncio.gather(*(first.post("/kasir/jual/bayar", data=fields) for _ in range(3)))
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, "/kasir/selesai/1")}
    other = await first.post("/kasir/jual/bayar", data=fields | {"tender": "70000"})
    assert other.status_code == 409
    await assert_sound(shop)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM receipt") == 1
        assert await connection.fetchval("SELECT on_hand FROM stock WHERE listing_id = $1", shop.rice_listing) == 1


async def test_payment_page_sent_again_after_reload_shows_the_same_receipt(
    first: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop, chips=1, rice=0)
    path = f"/kasir/pesanan/{order['code']}"
    page = await first.get(path)
    once = await press(first, page, f"{path}/bayar", tender="15000")
    again = await press(first, page, f"{path}/bayar", tender="15000")
    assert once.headers["location"] == again.headers["location"] == "/kasir/selesai/1"
    await assert_sound(shop)


async def test_stale_page_of_a_cancelled_order_takes_no_money(
    first: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop, chips=1, rice=0)
    path = f"/kasir/pesanan/{order['code']}"
    page = await first.get(path)
    cancelled = await client.post(f"/api/v1/orders/{order['tracking_token']}/cancellation", headers=command())
    assert cancelled.status_code == 200, cancelled.text
    before = await written(shop)
    stale = await press(first, page, f"{path}/bayar", tender="15000")
    assert stale.status_code == 409
    assert "Dibatalkan" in stale.text
    assert await written(shop) == before


async def test_changed_price_is_not_silently_charged(first: httpx.AsyncClient, shop: Shop) -> None:
    await refill(shop, shop.rice_listing, 1, "one")
    page = await first.post("/kasir/jual", data={"add": str(shop.rice_listing)})
    async with database.connection() as connection:
        await connection.execute("UPDATE listing SET price_rupiah = 66500 WHERE id = $1", shop.rice_listing)
    before = await written(shop)
    refused = await press(first, page, "/kasir/jual/bayar", tender="65000")
    assert refused.status_code == 422
    assert "Harga berubah" in refused.text
    assert 'name="expected_rupiah" value="66500"' in refused.text
    assert await written(shop) == before


async def test_closing_while_a_sale_is_in_flight_loses_no_cash(
    first: httpx.AsyncClient, app: Litestar, shop: Shop
) -> None:
    for number in range(10):
        await refill(shop, shop.chips_listing, 1, f"closing-{number}")
        sale, closing = await asyncio.gather(
            first.post(
                "/kasir/jual/bayar",
                data=sale_fields(shop) | {"line": f"{shop.chips_listing}:1", "expected_rupiah": "15000"},
            ),
            first.post("/kasir/tutup", data={"_once": secrets.token_hex(8), "counted_rupiah": "15000"}),
        )
        assert sale.status_code in (303, 409)
        if closing.status_code == 409:
            # It was first, and counted what the sale had yet to bring: so it is counted once more, and said why.
            assert sale.status_code == 303
            again = {"_once": secrets.token_hex(8), "counted_rupiah": "15000", "note": "Penjualan menyusul"}
            closing = await first.post("/kasir/tutup", data=again)
        assert closing.status_code == 303, closing.text
        async with database.connection() as connection:
            shift = await connection.fetchrow("SELECT * FROM shift ORDER BY id DESC LIMIT 1")
            assert shift is not None
            taken = await connection.fetchval(
                "SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM receipt WHERE shift_id = $1", shift["id"]
            )
            assert shift["expected_rupiah"] == taken == (15_000 if sale.status_code == 303 else 0)
            tills = [
                line.balance.rupiah
                for line in (await trial_balance(connection, book=book_of(shop.store_id))).lines
                if line.account.kind == AccountKind.TILL_CASH
            ]
            assert set(tills) <= {0}
        await open_till(first)
    await assert_sound(shop)


async def test_shift_of_another_store_takes_no_money_here(
    first: httpx.AsyncClient, app: Litestar, client: httpx.AsyncClient, shop: Shop
) -> None:
    other = await make_shop()
    async with database.connection() as connection:
        # The cashier of the first store wears the hat of the second, where no shift of theirs is open.
        assignment = await connection.fetchval(
            "INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role)"
            " VALUES ($1, $2, 'cooperative', 'cashier') RETURNING id",
            shop.people["cashier"],
            other.cooperative_id,
        )
        await connection.execute(
            "UPDATE session SET role_assignment_id = $1 WHERE person_id = $2", assignment, shop.people["cashier"]
        )
    page = await first.get("/kasir")
    assert "Sif Anda masih terbuka di" in page.text
    before = await written(other)
    refused = await first.post(
        "/kasir/jual/bayar",
        data={
            "_once": secrets.token_hex(8),
            "line": f"{other.rice_listing}:1",
            "expected_rupiah": "65000",
            "tender": "65000",
        },
    )
    assert refused.status_code == 409
    opening = await press(first, page, "/kasir/buka", float_rupiah="0")
    assert opening.status_code == 409
    assert await written(other) == before


async def _actor(token: str) -> Actor:
    actor = await find_actor(token)
    assert actor is not None
    return actor


async def test_sale_killed_between_any_two_statements_writes_nothing(first: httpx.AsyncClient, shop: Shop) -> None:
    actor = await _actor(shop.tokens["cashier"])
    sale = SellAtCounter(
        lines=[CounterLine(listing_id=shop.chips_listing, quantity=1)], tendered_rupiah=20_000, expected_rupiah=15_000
    )
    before = await written(shop)
    killed = 0
    for at in range(1, 60):
        once = Once(scope="test", key=f"killed-{at}", request_hash=b"x")
        last = await kill_after(sell_at_counter(sale, actor=actor, once=once), at)
        if last is None:
            break
        killed += 1
        assert await written(shop) == before, f"after statement {at}: {last}"
    assert killed >= 10
    await assert_sound(shop)
    # The same command again with its key: once, whether its answer was lost or it never happened.
    again = await sell_at_counter(sale, actor=actor, once=once)
    assert (again.receipt_number, again.change_rupiah) == (1, 5_000)
    await assert_sound(shop)


async def test_payment_killed_between_any_two_statements_writes_nothing(
    first: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    actor = await _actor(shop.tokens["cashier"])
    order = await order_goods(client, shop, chips=2, rice=0)
    before = await written(shop)
    killed = 0
    for at in range(1, 60):
        once = Once(scope="test", key=f"killed-{at}", request_hash=b"x")
        last = await kill_after(take_payment(order["code"], 50_000, actor=actor, is_handed_over=True, once=once), at)
        if last is None:
            break
        killed += 1
        assert await written(shop) == before, f"after statement {at}: {last}"
    assert killed >= 8
    paid = await take_payment(order["code"], 50_000, actor=actor, is_handed_over=True, once=once)
    assert (paid.receipt_number, paid.change_rupiah) == (1, 20_000)
    await assert_sound(shop)
