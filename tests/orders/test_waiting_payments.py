"""Paying by QRIS and transfer over HTTP: waiting, confirmed by number, paid twice, too late, by two people at once."""

import asyncio
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.books import book_of, payable_of
from marketplace.ids import OrderId
from marketplace.orders import expire_orders, expire_payments
from payments import AccountKind, accounts, balance, check
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, open_till, order_goods, press
from tests.payments.test_qris import STATIC


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cashier(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        await open_till(person)
        yield person


@pytest.fixture
async def ways(client: httpx.AsyncClient, shop: Shop) -> None:
    """The store takes QRIS and transfers."""
    manager = shop.tokens["store_manager"]
    kept = await client.put("/api/v1/stores/current/channels/qris", json={"payload": STATIC}, headers=command(manager))
    assert kept.status_code == 200, kept.text
    kept = await client.put(
        "/api/v1/stores/current/channels/transfer",
        json={"bank": "Bank BJB", "number": "0012345678901", "holder": "KKMP Uji"},
        headers=command(manager),
    )
    assert kept.status_code == 200, kept.text


async def started(client: httpx.AsyncClient, order: dict[str, Any], method: str = "qris") -> dict[str, Any]:
    answer = await client.post(
        f"/api/v1/orders/{order['tracking_token']}/payments", json={"method": method}, headers=command()
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def confirm_it(
    client: httpx.AsyncClient,
    token: str,
    order: dict[str, Any],
    payment: dict[str, Any],
    reference: str = "123456789012",
    *,
    is_handed_over: bool = False,
) -> httpx.Response:
    return await client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payments/{payment['payment_id']}/confirmation",
        json={"reference": reference, "is_handed_over": is_handed_over},
        headers=command(token),
    )


async def order_id_of(order: dict[str, Any]) -> OrderId:
    async with database.connection() as connection:
        return OrderId(await connection.fetchval("SELECT id FROM orders WHERE code = $1", order["code"]))


async def book_is_sound(shop: Shop) -> None:
    async with database.connection() as connection:
        assert await check(connection, book=book_of(shop.store_id)) == []


async def held(shop: Shop, kind: AccountKind, reference: str = "") -> int:
    async with database.connection() as connection:
        key = accounts.AccountKey(kind, reference)
        return (await balance(connection, book=book_of(shop.store_id), account=key)).rupiah


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def test_buyer_pays_by_qris_and_the_cashier_who_saw_the_money_hands_over(
    app: Litestar, client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop, ways: None
) -> None:
    order = await order_goods(client, shop)
    page = await client.get(f"/pesanan/{order['tracking_token']}")
    assert "Bayar dengan QRIS" in page.text
    path = f"/pesanan/{order['tracking_token']}/bayar"
    waiting = await client.post(
        path,
        data={"method": "qris", "_once": "first-press-1"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert waiting.status_code == 303
    paying = await client.get(waiting.headers["location"])
    assert "Rp 95.000" in said(paying)
    assert "<svg" in paying.text
    assert "Menunggu uang masuk" in said(paying)
    assert "no-store" in paying.headers["cache-control"]

    home = await cashier.get("/kasir")
    assert "Menunggu uang masuk" in said(home)
    counter_path = f"/kasir/pesanan/{order['code']}/bayar/{waiting.headers['location'].rsplit('/', 1)[1]}"
    assert counter_path in home.text
    refused = await press(cashier, await cashier.get(counter_path), counter_path, reference="12")
    assert refused.status_code == 422
    assert "Tulis nomor referensi" in said(refused)
    assert 'value="12"' in refused.text
    done = await press(cashier, refused, counter_path, reference="1234 5678 9012")
    assert done.headers["location"] == "/kasir/selesai/1"
    assert "Uang sudah masuk lewat QRIS" in said(await cashier.get("/kasir/selesai/1"))
    receipt = await cashier.get("/kasir/kuitansi/1")
    assert "123456789012" in receipt.text
    assert "Kembalian" not in receipt.text
    assert "Uang Anda sudah diterima" in said(await client.get(waiting.headers["location"]))

    # Rp 95.000 by QRIS for a UMI merchant costs nothing; the till holds no cash of it.
    assert await held(shop, AccountKind.QRIS_CLEARING) == 95_000
    order_id = await order_id_of(order)
    assert await held(shop, AccountKind.BUYER_RECEIVABLE, payable_of(order_id)) == 0
    report = await client.get("/api/v1/reports/day", headers={"authorization": f"Bearer {shop.tokens['pengawas']}"})
    (shift,) = report.json()["shifts"]
    assert (shift["taken_rupiah"], shift["other_ways"]) == (0, [{"method": "qris", "total_rupiah": 95_000}])
    await book_is_sound(shop)


async def test_transfer_is_recognised_by_its_amount_and_the_discount_is_the_stores_cost(
    client: httpx.AsyncClient, shop: Shop, ways: None
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    assert (payment["total_rupiah"], payment["due_rupiah"]) == (95_000, 94_999)
    assert payment["instruction"] == "Bank BJB 0012345678901 a.n. KKMP Uji"
    answer = await confirm_it(client, shop.tokens["cashier"], order, payment, "BJB-000017")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "code": order["code"],
        "state": "placed",
        "receipt_number": 1,
        "amount_rupiah": 95_000,
        "is_surplus": False,
    }
    async with database.connection() as connection:
        account_id = await connection.fetchval("SELECT id FROM bank_account")
    assert await held(shop, AccountKind.BANK, f"bank:{account_id}") == 94_999
    assert await held(shop, AccountKind.PAYMENT_DISCOUNT) == 1
    await book_is_sound(shop)


async def test_cash_and_qris_for_one_order_leave_the_second_money_owed_back(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop, ways: None
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order)
    page = await cashier.get(f"/kasir/pesanan/{order['code']}")
    paid = await press(cashier, page, f"/kasir/pesanan/{order['code']}/bayar", tender="95000")
    assert paid.status_code == 303
    own = await client.get(f"/api/v1/orders/{order['tracking_token']}/payments/{payment['payment_id']}")
    assert (own.json()["state"], own.json()["is_waiting"]) == ("cancelled", False)

    late = await confirm_it(client, shop.tokens["cashier"], order, payment)
    assert late.json() == {
        "code": order["code"],
        "state": "handed_over",
        "receipt_number": None,
        "amount_rupiah": 95_000,
        "is_surplus": True,
    }
    order_id = await order_id_of(order)
    assert await held(shop, AccountKind.REFUND_DUE, payable_of(order_id)) == 95_000
    assert await held(shop, AccountKind.BUYER_RECEIVABLE, payable_of(order_id)) == 0
    assert "Harus dikembalikan" in said(await cashier.get(f"/kasir/pesanan/{order['code']}"))
    async with database.connection() as connection:
        numbers = await connection.fetch("SELECT number FROM receipt ORDER BY number")
        assert [row["number"] for row in numbers] == [1]
    await book_is_sound(shop)


async def test_money_for_a_cancelled_order_is_owed_back(client: httpx.AsyncClient, shop: Shop, ways: None) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order)
    cancelled = await client.post(f"/api/v1/orders/{order['tracking_token']}/cancellation", headers=command())
    assert cancelled.status_code == 200
    late = await confirm_it(client, shop.tokens["cashier"], order, payment)
    assert (late.json()["is_surplus"], late.json()["state"]) == (True, "cancelled")
    assert await held(shop, AccountKind.REFUND_DUE, payable_of(await order_id_of(order))) == 95_000
    await book_is_sound(shop)


async def test_money_after_the_attempt_expired_still_pays_an_open_order(
    client: httpx.AsyncClient, shop: Shop, ways: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order)
    async with database.connection() as connection:
        await connection.execute("UPDATE payment SET expires_at = now() - interval '1 minute'")
    assert await expire_payments() == 1
    assert await expire_payments() == 0
    late = await confirm_it(client, shop.tokens["cashier"], order, payment)
    assert (late.json()["is_surplus"], late.json()["receipt_number"]) == (False, 1)


async def test_expired_order_ends_its_attempts(client: httpx.AsyncClient, shop: Shop, ways: None) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order)
    async with database.connection() as connection:
        await connection.execute("UPDATE orders SET hold_until = now() - interval '1 minute'")
    assert await expire_orders() == 1
    own = await client.get(f"/api/v1/orders/{order['tracking_token']}/payments/{payment['payment_id']}")
    assert own.json()["state"] == "cancelled"


async def test_two_cashiers_confirm_one_qris_once(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, ways: None
) -> None:
    other = await add_person(shop, "cashier")
    for number in range(5):
        order = await order_goods(client, shop, chips=1, rice=0)
        payment = await started(client, order)
        answers = await asyncio.gather(
            confirm_it(client, shop.tokens["cashier"], order, payment, f"RRN-{number:08}"),
            confirm_it(client, other, order, payment, f"RRN-{number:08}"),
        )
        assert [answer.status_code for answer in answers] == [200, 200]
        assert {answer.json()["receipt_number"] for answer in answers} == {number + 1}
    assert await held(shop, AccountKind.QRIS_CLEARING) == 5 * 15_000
    await book_is_sound(shop)


async def test_reference_number_pays_once_in_a_store(client: httpx.AsyncClient, shop: Shop, ways: None) -> None:
    first, second = await order_goods(client, shop), await order_goods(client, shop)
    one, two = await started(client, first), await started(client, second)
    token = shop.tokens["cashier"]
    assert (await confirm_it(client, token, first, one)).status_code == 200
    refused = await confirm_it(client, token, second, two)
    assert refused.status_code == 422
    assert "sudah dipakai" in str(refused.json())
    assert (await client.get(f"/api/v1/orders/{second['tracking_token']}")).json()["paid_at"] is None
    other = await confirm_it(client, token, first, one, "999999999999")
    assert (other.status_code, other.json()["code"]) == (409, "payment_is_confirmed_already")


async def test_payment_of_one_order_is_not_confirmed_through_another(
    client: httpx.AsyncClient, shop: Shop, ways: None
) -> None:
    first, second = await order_goods(client, shop), await order_goods(client, shop)
    payment = await started(client, first)
    assert (await confirm_it(client, shop.tokens["cashier"], second, payment)).status_code == 404
    own = await client.get(f"/api/v1/orders/{second['tracking_token']}/payments/{payment['payment_id']}")
    assert own.status_code == 404


async def test_walk_in_buyer_pays_by_qris_while_the_goods_are_set_aside(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop, ways: None
) -> None:
    page = await press(cashier, await cashier.get("/kasir/jual"), "/kasir/jual", add=shop.rice_listing)
    assert 'formaction="/kasir/jual/cara-bayar"' in page.text
    lines = {"line": f"{shop.rice_listing}:1", "expected_rupiah": "65000", "_once": "walk-in-press-1"}
    placed = await cashier.post("/kasir/jual/cara-bayar", data=lines | {"method": "qris"})
    assert placed.status_code == 303, placed.text
    again = await cashier.post("/kasir/jual/cara-bayar", data=lines | {"method": "qris"})
    assert again.headers["location"] == placed.headers["location"]
    async with database.connection() as connection:
        stock = await connection.fetchrow(
            "SELECT on_hand, reserved FROM stock WHERE listing_id = $1", shop.rice_listing
        )
        assert (stock["on_hand"], stock["reserved"]) == (5, 1)
    path = placed.headers["location"]
    done = await press(cashier, await cashier.get(path), path, reference="123456789012")
    assert done.headers["location"] == "/kasir/selesai/1"
    async with database.connection() as connection:
        stock = await connection.fetchrow(
            "SELECT on_hand, reserved FROM stock WHERE listing_id = $1", shop.rice_listing
        )
        assert (stock["on_hand"], stock["reserved"]) == (4, 0)
        assert await connection.fetchval("SELECT state FROM orders") == "handed_over"
    await book_is_sound(shop)


async def test_ways_that_the_store_does_not_take_are_neither_offered_nor_accepted(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    assert "Bayar dengan" not in (await client.get(f"/pesanan/{order['tracking_token']}")).text
    for method, status in (("qris", 409), ("transfer", 409), ("cash", 422), ("", 422)):
        refused = await client.post(
            f"/api/v1/orders/{order['tracking_token']}/payments", json={"method": method}, headers=command()
        )
        assert refused.status_code == status, refused.text
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM payment") == 0


async def test_above_the_scheme_limit_other_ways_are_offered(client: httpx.AsyncClient, shop: Shop, ways: None) -> None:
    order = await order_goods(client, shop)
    async with database.connection() as connection:
        await connection.execute("INSERT INTO payment_limit VALUES ('qris', '2026-01-01', 94999)")
    page = (await client.get(f"/pesanan/{order['tracking_token']}")).text
    assert "Bayar dengan Transfer bank" in page
    assert "Bayar dengan QRIS" not in page
    refused = await client.post(
        f"/api/v1/orders/{order['tracking_token']}/payments", json={"method": "qris"}, headers=command()
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "way_to_pay_not_open")


async def test_same_reference_number_for_two_orders_at_once_pays_one(
    app: Litestar, client: httpx.AsyncClient, ways: None
) -> None:
    # Of another shop than the fixture's, whose goods would not do for so many orders.
    plenty = await make_shop(chips_stock=50)
    manager, cashiers = plenty.tokens["store_manager"], [plenty.tokens["cashier"], await add_person(plenty, "cashier")]
    await client.put("/api/v1/stores/current/channels/qris", json={"payload": STATIC}, headers=command(manager))
    for number in range(8):
        orders = [await order_goods(client, plenty, chips=1, rice=0) for _ in range(2)]
        payments = [await started(client, order) for order in orders]
        answers = await asyncio.gather(
            *(
                confirm_it(client, token, order, payment, f"RRN-{number:08}")
                for token, order, payment in zip(cashiers, orders, payments, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        (refused,) = (answer for answer in answers if answer.status_code == 422)
        assert [error["field"] for error in refused.json()["errors"]] == ["reference"]
    assert await held(plenty, AccountKind.QRIS_CLEARING) == 8 * 15_000
    await book_is_sound(plenty)
