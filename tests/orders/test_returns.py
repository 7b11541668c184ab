"""Giving money back in parts: before and after the hand-over, spoilt or not, by two persons above the limit."""

import asyncio
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.books import book_of
from marketplace.ids import ListingId
from marketplace.inventory import check_books, check_stock
from payments import AccountKind, balances, check
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, open_till, order_goods, press
from tests.orders.test_waiting_payments import confirm_it, started
from tests.payments.test_qris import STATIC

CHIPS, RICE = 15_000, 65_000


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cashier(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        await open_till(person)
        yield person


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def pay(client: httpx.AsyncClient, shop: Shop, order: dict[str, Any], *, is_handed_over: bool) -> None:
    paid = await client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payment",
        json={"tendered_rupiah": 200_000, "is_handed_over": is_handed_over},
        headers=command(shop.tokens["cashier"]),
    )
    assert paid.status_code == 200, paid.text


async def give_back(client: httpx.AsyncClient, token: str, order: dict[str, Any], **body: Any) -> httpx.Response:
    return await client.post(
        f"/api/v1/stores/current/orders/{order['code']}/returns",
        json={"reason": "Kemasan bocor"} | body,
        headers=command(token),
    )


def units(listing_id: ListingId, quantity: int) -> dict[str, int]:
    return {"listing_id": listing_id, "quantity": quantity}


async def books(shop: Shop) -> dict[AccountKind, int]:
    """Balances that are not zero, the proof of the ledger, and that book and stock agree."""
    async with database.connection() as connection:
        assert await check(connection, book=book_of(shop.store_id)) == []
        assert await check_stock(connection) == []
        assert await check_books(connection) == []
        lines = await balances(connection, book=book_of(shop.store_id), kinds=list(AccountKind))
    sums: dict[AccountKind, int] = {}
    for line in lines:
        sums[line.account.kind] = sums.get(line.account.kind, 0) + line.balance.rupiah
    return {kind: amount for kind, amount in sums.items() if amount}


async def stock_of(listing_id: ListingId) -> tuple[int, int]:
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT on_hand, reserved FROM stock WHERE listing_id = $1", listing_id)
        assert row is not None
        return row["on_hand"], row["reserved"]


async def test_part_of_a_sale_comes_back_and_then_the_rest(client: httpx.AsyncClient, cashier: Any, shop: Shop) -> None:
    before = await books(shop)
    order = await order_goods(client, shop, chips=2, rice=1)
    await pay(client, shop, order, is_handed_over=True)
    token = shop.tokens["cashier"]
    first = await give_back(client, token, order, lines=[units(shop.chips_listing, 1)])
    assert first.status_code == 201, first.text
    assert first.json() | {"return_id": 0} == {
        "code": order["code"],
        "state": "handed_over",
        "return_id": 0,
        "return_state": "done",
        "receipt_number": 2,
        "refunded_rupiah": CHIPS,
    }
    assert await stock_of(shop.chips_listing) == (9, 0)
    after = await books(shop)
    assert after[AccountKind.SUPPLIER_PAYABLE] == 12_000
    assert after[AccountKind.CONSIGNMENT_FEE_REVENUE] == 3_000
    assert after[AccountKind.TILL_CASH] == CHIPS + RICE

    too_many = await give_back(client, token, order, lines=[units(shop.chips_listing, 2)])
    assert too_many.status_code == 422
    assert "paling banyak 1" in str(too_many.json())
    rest = await give_back(client, token, order)
    assert (rest.json()["state"], rest.json()["refunded_rupiah"]) == ("returned", CHIPS + RICE)
    assert await stock_of(shop.chips_listing) == (10, 0)
    assert await stock_of(shop.rice_listing) == (5, 0)
    end = await books(shop)
    assert end[AccountKind.SALES_RETURNS] == RICE
    assert {kind: end.get(kind, 0) for kind in before} == before
    assert AccountKind.SUPPLIER_PAYABLE not in end
    again = await give_back(client, token, order)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_order_state")


async def test_spoilt_goods_come_back_and_are_lost(client: httpx.AsyncClient, cashier: Any, shop: Shop) -> None:
    order = await order_goods(client, shop, chips=0, rice=2)
    await pay(client, shop, order, is_handed_over=True)
    back = await give_back(
        client, shop.tokens["cashier"], order, lines=[units(shop.rice_listing, 1)], is_resaleable=False
    )
    assert back.status_code == 201, back.text
    assert await stock_of(shop.rice_listing) == (3, 0)
    after = await books(shop)
    assert after[AccountKind.INVENTORY_LOSS] == 60_000
    assert after[AccountKind.COST_OF_GOODS_SOLD] == 60_000
    async with database.connection() as connection:
        kinds = await connection.fetch(
            "SELECT kind, quantity FROM stock_movement WHERE listing_id = $1 AND event LIKE 'return:%' ORDER BY id",
            shop.rice_listing,
        )
    assert [tuple(row) for row in kinds] == [("return", 1), ("damage", -1)]


async def test_goods_taken_off_a_paid_order_are_free_again_and_the_rest_is_sold(
    client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    order = await order_goods(client, shop, chips=2, rice=1)
    await pay(client, shop, order, is_handed_over=False)
    token = shop.tokens["cashier"]
    off = await give_back(client, token, order, lines=[units(shop.rice_listing, 1), units(shop.chips_listing, 1)])
    assert off.json()["state"] == "placed"
    assert await stock_of(shop.rice_listing) == (5, 0)
    assert await stock_of(shop.chips_listing) == (10, 1)
    handed = await client.post(f"/api/v1/stores/current/orders/{order['code']}/hand-over", headers=command(token))
    assert handed.status_code == 200, handed.text
    assert await stock_of(shop.chips_listing) == (9, 0)
    after = await books(shop)
    assert AccountKind.BUYER_RECEIVABLE not in after
    assert AccountKind.GOODS_REVENUE not in after
    assert after[AccountKind.TILL_CASH] == CHIPS
    assert (after[AccountKind.SUPPLIER_PAYABLE], after[AccountKind.CONSIGNMENT_FEE_REVENUE]) == (12_000, 3_000)
    last = await give_back(client, token, order)
    assert (last.json()["state"], last.json()["refunded_rupiah"]) == ("returned", CHIPS)
    assert AccountKind.TILL_CASH not in await books(shop)


async def test_whole_paid_order_before_the_hand_over_is_cancelled(
    client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    before = await books(shop)
    order = await order_goods(client, shop)
    await pay(client, shop, order, is_handed_over=False)
    back = await give_back(client, shop.tokens["cashier"], order)
    assert back.json()["state"] == "cancelled"
    assert await stock_of(shop.chips_listing) == (10, 0)
    assert await books(shop) == before


async def test_transfer_gives_back_what_came_and_takes_the_discount_back(
    client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    manager = shop.tokens["store_manager"]
    for path, body in (
        ("qris", {"payload": STATIC}),
        ("transfer", {"bank": "Bank BJB", "number": "0012345678901", "holder": "KKMP Uji"}),
    ):
        kept = await client.put(f"/api/v1/stores/current/channels/{path}", json=body, headers=command(manager))
        assert kept.status_code == 200
    before = await books(shop)
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    await confirm_it(client, shop.tokens["cashier"], order, payment, "BJB-000017", is_handed_over=True)
    token = shop.tokens["cashier"]
    no_number = await give_back(client, token, order, method="transfer", lines=[units(shop.chips_listing, 1)])
    assert no_number.status_code == 422
    part = await give_back(
        client, token, order, method="transfer", reference="BJB-000018", lines=[units(shop.chips_listing, 1)]
    )
    assert part.json()["refunded_rupiah"] == CHIPS
    rest = await give_back(client, token, order, method="transfer", reference="BJB-000019")
    assert rest.json()["refunded_rupiah"] == CHIPS + RICE - 1
    after = await books(shop)
    assert AccountKind.BANK not in after
    assert AccountKind.PAYMENT_DISCOUNT not in after
    assert {kind: after.get(kind, 0) for kind in before} == before


async def test_money_that_came_twice_goes_back_once(client: httpx.AsyncClient, cashier: Any, shop: Shop) -> None:
    manager = shop.tokens["store_manager"]
    await client.put("/api/v1/stores/current/channels/qris", json={"payload": STATIC}, headers=command(manager))
    order = await order_goods(client, shop)
    payment = await started(client, order)
    await pay(client, shop, order, is_handed_over=True)
    await confirm_it(client, shop.tokens["cashier"], order, payment)
    assert (await books(shop))[AccountKind.REFUND_DUE] == 95_000
    path = f"/kasir/pesanan/{order['code']}/kembalikan"
    page = await cashier.get(path)
    assert "Uang masuk lebih" in said(page)
    token = shop.tokens["cashier"]
    back = await give_back(client, token, order, payment_id=payment["payment_id"])
    assert (back.json()["state"], back.json()["refunded_rupiah"]) == ("handed_over", 95_000)
    assert AccountKind.REFUND_DUE not in await books(shop)
    again = await give_back(client, token, order, payment_id=payment["payment_id"])
    assert again.status_code == 422
    assert "Uang masuk lebih" not in said(await cashier.get(path))


async def test_above_the_limit_a_second_person_decides_before_money_goes_out(
    app: Litestar, client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop
) -> None:
    manager = shop.tokens["store_manager"]
    limit = await client.put(
        "/api/v1/stores/current/refund-limit", json={"refund_limit_rupiah": 50_000}, headers=command(manager)
    )
    assert limit.json() == {"refund_limit_rupiah": 50_000}
    order = await order_goods(client, shop)
    await pay(client, shop, order, is_handed_over=True)
    sold = await books(shop)
    path = f"/kasir/pesanan/{order['code']}/kembalikan"
    asked = await press(cashier, await cashier.get(path), path, reason="Beras berkutu", all="1")
    assert asked.headers["location"] == path
    assert await books(shop) == sold
    assert (await give_back(client, shop.tokens["cashier"], order)).json()["code"] == "return_waits"

    waiting = (
        await client.get("/api/v1/stores/current/returns/waiting", headers={"authorization": f"Bearer {manager}"})
    ).json()
    assert [(row["state"], row["amount_rupiah"]) for row in waiting] == [("requested", 95_000)]
    number = waiting[0]["return_id"]
    too_early = await client.post(
        f"/api/v1/stores/current/returns/{number}/payout", json={}, headers=command(shop.tokens["cashier"])
    )
    assert (too_early.status_code, too_early.json()["code"]) == (409, "return_decided")
    decision = f"/api/v1/stores/current/returns/{number}/decision"
    by_cashier = await client.post(decision, json={"is_approved": True}, headers=command(shop.tokens["cashier"]))
    assert by_cashier.status_code == 403
    async with browser(app, manager) as boss:
        listed = await boss.get("/koperasi/pengembalian")
        assert "Beras berkutu" in said(listed)
        without = await press(boss, listed, f"/koperasi/pengembalian/{number}/keputusan", step="reject")
        assert without.status_code == 422
        approved = await press(boss, listed, f"/koperasi/pengembalian/{number}/keputusan", step="approve")
        assert approved.status_code == 303
    assert await books(shop) == sold
    paying = await cashier.get("/koperasi/pengembalian")
    paid = await press(cashier, paying, f"/koperasi/pengembalian/{number}/bayar")
    assert paid.headers["location"] == "/kasir/selesai/2"
    after = await books(shop)
    assert AccountKind.TILL_CASH not in after
    assert after[AccountKind.SALES_RETURNS] == RICE


async def test_nobody_approves_what_they_asked_for(client: httpx.AsyncClient, shop: Shop, app: Litestar) -> None:
    manager = shop.tokens["store_manager"]
    async with browser(app, manager) as boss:
        await open_till(boss)
    await client.put("/api/v1/stores/current/refund-limit", json={"refund_limit_rupiah": 0}, headers=command(manager))
    order = await order_goods(client, shop)
    await client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payment",
        json={"tendered_rupiah": 95_000, "is_handed_over": True},
        headers=command(manager),
    )
    asked = await give_back(client, manager, order)
    decision = f"/api/v1/stores/current/returns/{asked.json()['return_id']}/decision"
    own = await client.post(decision, json={"is_approved": True}, headers=command(manager))
    assert own.status_code == 403
    other = await add_person(shop, "pengurus")
    refused = await client.post(
        decision, json={"is_approved": False, "note": "Tidak ada bukti"}, headers=command(other)
    )
    assert refused.json()["return_state"] == "rejected"
    late = await client.post(decision, json={"is_approved": True}, headers=command(other))
    assert (late.status_code, late.json()["code"]) == (409, "return_decided")
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM payment_refund") == 0


async def test_order_handed_over_meanwhile_makes_the_approved_return_outdated(
    client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    manager, token = shop.tokens["store_manager"], shop.tokens["cashier"]
    await client.put("/api/v1/stores/current/refund-limit", json={"refund_limit_rupiah": 0}, headers=command(manager))
    order = await order_goods(client, shop)
    await pay(client, shop, order, is_handed_over=False)
    asked = await give_back(client, token, order)
    number = asked.json()["return_id"]
    await client.post(
        f"/api/v1/stores/current/returns/{number}/decision", json={"is_approved": True}, headers=command(manager)
    )
    await client.post(f"/api/v1/stores/current/orders/{order['code']}/hand-over", headers=command(token))
    sold = await books(shop)
    paid = await client.post(f"/api/v1/stores/current/returns/{number}/payout", json={}, headers=command(token))
    assert (paid.status_code, paid.json()["code"]) == (409, "return_outdated")
    assert await books(shop) == sold
    refused = await client.post(
        f"/api/v1/stores/current/returns/{number}/decision",
        json={"is_approved": False, "note": "Sudah diserahkan"},
        headers=command(manager),
    )
    assert refused.json()["return_state"] == "rejected"


async def test_two_cashiers_return_the_same_goods_once(
    app: Litestar, client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    other = await add_person(shop, "cashier")
    async with browser(app, other) as person:
        await open_till(person)
    for _ in range(5):
        order = await order_goods(client, shop, chips=1, rice=0)
        await pay(client, shop, order, is_handed_over=True)
        answers = await asyncio.gather(
            give_back(client, shop.tokens["cashier"], order), give_back(client, other, order)
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409], [a.text for a in answers]
        await books(shop)
    assert await stock_of(shop.chips_listing) == (10, 0)


async def test_typed_quantities_are_kept_beside_what_is_wrong(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    await pay(client, shop, order, is_handed_over=True)
    path, chips = f"/kasir/pesanan/{order['code']}/kembalikan", f"quantity_{shop.chips_listing}"
    page = await cashier.get(path)
    for typed, sentence in (("dua", "Tulis jumlah dengan angka."), ("3", "paling banyak 2"), ("-1", "dengan angka")):
        refused = await press(cashier, page, path, reason="Bocor", **{chips: typed})
        assert refused.status_code == 422
        assert sentence in said(refused)
        assert f'value="{typed}"' in refused.text
    nothing = await press(cashier, page, path, reason="Bocor")
    assert "Pilih barang yang dikembalikan" in said(nothing)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM order_return") == 0
