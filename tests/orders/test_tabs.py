"""Members' tabs (kasbon): limits, buying on trust at two tills, paying back, giving goods back, who sees what."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from tests.orders.counter_shop import PHONE, Shop, add_person, browser, command, make_shop, order_goods, press
from tests.orders.till_shop import CHIPS, held, open_shift, said, send

OTHER_PHONE = "+6281200000002"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop(phone=PHONE)


@pytest.fixture
async def cashier(client: httpx.AsyncClient, shop: Shop) -> str:
    """Return the token of a cashier with an open shift."""
    await open_shift(client, shop.tokens["cashier"])
    return shop.tokens["cashier"]


async def allow(client: httpx.AsyncClient, shop: Shop, limit: int) -> httpx.Response:
    return await client.put(
        "/api/v1/stores/current/tabs",
        json={"member_phone": PHONE, "limit_rupiah": limit},
        headers=command(shop.tokens["store_manager"]),
    )


async def buy(client: httpx.AsyncClient, token: str, shop: Shop, chips: int, phone: str = PHONE) -> httpx.Response:
    return await send(
        client,
        token,
        "/stores/current/sales",
        lines=[{"listing_id": shop.chips_listing, "quantity": chips}],
        tendered_rupiah=0,
        expected_rupiah=chips * CHIPS,
        member_phone=phone,
        is_on_tab=True,
    )


async def repay(client: httpx.AsyncClient, token: str, shop: Shop, amount: int, **more: int) -> httpx.Response:
    path = f"/stores/current/tabs/{shop.people['member']}/repayments"
    return await send(client, token, path, amount_rupiah=amount, **more)


def tab(shop: Shop) -> str:
    return f"member_tab:person:{shop.people['member']}"


async def test_nobody_buys_on_trust_without_a_limit(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    before = await held(shop)
    for limit in (None, 0):
        if limit is not None:
            assert (await allow(client, shop, limit)).status_code == 200
        refused = await buy(client, cashier, shop, 1)
        assert refused.status_code == 422
        assert refused.json()["errors"] == [
            {"field": "member_phone", "message": "Anggota ini belum diberi batas kasbon oleh koperasi."}
        ]
    assert (await buy(client, cashier, shop, 1, phone="")).json()["errors"][0]["field"] == "member_phone"
    assert await held(shop) == before
    by_cashier = await client.put(
        "/api/v1/stores/current/tabs", json={"member_phone": PHONE, "limit_rupiah": 1}, headers=command(cashier)
    )
    assert by_cashier.status_code == 403


async def test_sale_on_a_tab_is_owed_and_paid_back_in_parts(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    await allow(client, shop, 50_000)
    sold = (await buy(client, cashier, shop, 3)).json()
    assert (sold["total_rupiah"], sold["change_rupiah"]) == (45_000, 0)
    books = await held(shop)
    assert books[tab(shop)] == 45_000
    assert not [name for name in books if name.startswith(("till_cash", "buyer_receivable"))]
    too_much = await buy(client, cashier, shop, 1)
    assert (too_much.status_code, too_much.json()["code"]) == (409, "above_tab_limit")
    assert "Rp 5.000" in too_much.json()["title"].replace("\u00a0", " ")
    first = (await repay(client, cashier, shop, 20_000, tendered_rupiah=50_000)).json()
    assert (first["number"], first["change_rupiah"], first["left_rupiah"]) == (1, 30_000, 25_000)
    above = await repay(client, cashier, shop, 25_001)
    assert above.json()["errors"][0]["field"] == "amount_rupiah"
    short = await repay(client, cashier, shop, 25_000, tendered_rupiah=20_000)
    assert short.json()["errors"][0]["field"] == "tendered_rupiah"
    second = (await repay(client, cashier, shop, 25_000)).json()
    assert (second["number"], second["left_rupiah"]) == (2, 0)
    closed = (await send(client, cashier, "/shifts/current/closing", counted_rupiah=45_000)).json()
    assert (closed["expected_rupiah"], closed["variance_rupiah"]) == (45_000, 0)
    head = {"authorization": f"Bearer {cashier}"}
    shown = (await client.get(f"/api/v1/shifts/{closed['shift_id']}", headers=head)).json()["cash"]
    assert (shown["taken_rupiah"], shown["repaid_rupiah"]) == (0, 45_000)
    assert shown["other_ways"] == [{"method": "tab", "total_rupiah": 45_000}]


async def test_two_stores_take_their_first_repayment(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    other = await make_shop(phone="+6281200000002")
    await open_shift(client, other.tokens["cashier"])
    for store, token, phone in ((shop, cashier, PHONE), (other, other.tokens["cashier"], "+6281200000002")):
        limit = {"member_phone": phone, "limit_rupiah": 50_000}
        allowed = await client.put(
            "/api/v1/stores/current/tabs", json=limit, headers=command(store.tokens["store_manager"])
        )
        assert allowed.status_code == 200, allowed.text
        assert (await buy(client, token, store, 1, phone=phone)).status_code == 201
        repaid = await repay(client, token, store, 5_000)
        assert (repaid.status_code, repaid.json().get("number")) == (201, 1), repaid.text
        assert (await held(store))[tab(store)] == CHIPS - 5_000


async def test_two_tills_share_one_limit(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    second = await add_person(shop, "cashier")
    await open_shift(client, second)
    await allow(client, shop, 3 * CHIPS)
    answers = await asyncio.gather(*(buy(client, token, shop, 1) for token in (cashier, second) * 4))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    assert (await held(shop))[tab(shop)] == 3 * CHIPS


async def test_racing_repayments_never_pay_more_than_is_owed(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    second = await add_person(shop, "cashier")
    await open_shift(client, second)
    await allow(client, shop, 100_000)
    await buy(client, cashier, shop, 3)
    answers = await asyncio.gather(*(repay(client, token, shop, 20_000) for token in (cashier, second) * 2))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]
    assert sorted(answer.json()["number"] for answer in answers if answer.status_code == 201) == [1, 2]
    assert (await held(shop))[tab(shop)] == 5_000


async def test_each_store_takes_its_own_first_repayment(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    """Numbers are a store's own, so the books must not take one store's first repayment for the other's."""
    other = await make_shop(phone=OTHER_PHONE)
    await open_shift(client, other.tokens["cashier"])
    for its, phone in ((shop, PHONE), (other, OTHER_PHONE)):
        token = its.tokens["cashier"]
        limit = {"member_phone": phone, "limit_rupiah": 50_000}
        manager = command(its.tokens["store_manager"])
        assert (await client.put("/api/v1/stores/current/tabs", json=limit, headers=manager)).status_code == 200
        assert (await buy(client, token, its, 1, phone=phone)).status_code == 201
        paid = await repay(client, token, its, 10_000)
        assert (paid.status_code, paid.json().get("number")) == (201, 1), paid.text
        assert (await held(its))[tab(its)] == 5_000


async def test_one_key_sells_and_repays_once(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    await allow(client, shop, 100_000)
    body = {
        "lines": [{"listing_id": shop.chips_listing, "quantity": 2}],
        "tendered_rupiah": 0,
        "expected_rupiah": 30_000,
        "member_phone": PHONE,
        "is_on_tab": True,
    }
    once = command(cashier)
    sold = await asyncio.gather(
        *(client.post("/api/v1/stores/current/sales", json=body, headers=once) for _ in range(3))
    )
    assert {answer.json()["receipt_number"] for answer in sold} == {1}
    once = command(cashier)
    path = f"/api/v1/stores/current/tabs/{shop.people['member']}/repayments"
    paid = await asyncio.gather(*(client.post(path, json={"amount_rupiah": 10_000}, headers=once) for _ in range(3)))
    assert {answer.json()["number"] for answer in paid} == {1}
    assert (await held(shop))[tab(shop)] == 20_000


async def test_order_is_put_on_a_tab_and_its_goods_come_off_it(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    order = await order_goods(client, shop)
    path = f"/stores/current/orders/{order['code']}"
    await allow(client, shop, 94_999)
    above = await send(client, cashier, f"{path}/tab", member_phone=PHONE)
    assert above.status_code == 409
    await allow(client, shop, 95_000)
    put = await send(client, cashier, f"{path}/tab", member_phone=PHONE)
    assert (put.json()["state"], put.json()["amount_rupiah"]) == ("handed_over", 95_000)
    assert (await held(shop))[tab(shop)] == 95_000
    again = await send(client, cashier, f"{path}/tab", member_phone=PHONE)
    assert again.json()["code"] == "order_is_paid_already"
    lines = [{"listing_id": shop.chips_listing, "quantity": 2}]
    # Cash for what was never paid is refused; off the tab it goes.
    cash = await send(client, cashier, f"{path}/returns", reason="Bocor", lines=lines)
    assert cash.json()["errors"][0]["field"] == "method"
    back = await send(client, cashier, f"{path}/returns", reason="Bocor", lines=lines, method="tab")
    assert back.json()["refunded_rupiah"] == 30_000
    assert (await held(shop))[tab(shop)] == 65_000
    # Paid back, the rest is given back in cash, not off a tab that is empty.
    await repay(client, cashier, shop, 40_000)
    partly = await send(client, cashier, f"{path}/returns", reason="Bocor")
    assert "Rp 25.000" in partly.json()["errors"][0]["message"].replace("\u00a0", " ")
    await repay(client, cashier, shop, 25_000)
    empty = await send(client, cashier, f"{path}/returns", reason="Bocor", method="tab")
    assert (empty.status_code, empty.json()["code"]) == (409, "tab_too_low")
    in_cash = await send(client, cashier, f"{path}/returns", reason="Bocor")
    assert in_cash.json()["refunded_rupiah"] == 65_000
    assert [name for name in await held(shop) if name.startswith(("member_tab", "till_cash"))] == []


async def test_order_paid_in_cash_comes_off_no_tab(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    order = await order_goods(client, shop)
    path = f"/stores/current/orders/{order['code']}"
    await send(client, cashier, f"{path}/payment", tendered_rupiah=95_000, is_handed_over=True)
    refused = await send(client, cashier, f"{path}/returns", reason="Bocor", method="tab")
    assert refused.json()["errors"][0]["field"] == "method"


async def test_age_counts_from_the_oldest_purchase_not_settled(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    await allow(client, shop, 100_000)
    for days, chips in ((40, 1), (10, 2)):
        number = (await buy(client, cashier, shop, chips)).json()["receipt_number"]
        async with database.connection() as connection:
            # A receipt is on paper and never changes: the test goes behind the database's back.
            await connection.execute("ALTER TABLE receipt DISABLE TRIGGER receipt_frozen")
            await connection.execute(
                "UPDATE receipt SET issued_at = issued_at - $2::interval WHERE number = $1",
                number,
                timedelta(days=days),
            )
    head = {"authorization": f"Bearer {shop.tokens['pengawas']}"}

    async def ages() -> list[tuple[int, int | None]]:
        rows = (await client.get("/api/v1/stores/current/tabs", headers=head)).json()
        return [(row["owed_rupiah"], row["age_days"]) for row in rows]

    assert await ages() == [(45_000, 40)]
    await repay(client, cashier, shop, 14_999)
    assert await ages() == [(30_001, 40)]
    await repay(client, cashier, shop, 1)
    assert await ages() == [(30_000, 10)]
    await repay(client, cashier, shop, 30_000)
    assert await ages() == [(0, None)]


async def test_limit_below_what_is_owed_stops_buying_not_paying(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    await allow(client, shop, 50_000)
    await buy(client, cashier, shop, 2)
    lowered = await allow(client, shop, 10_000)
    assert lowered.json()["owed_rupiah"] == 30_000
    assert (await buy(client, cashier, shop, 1)).status_code == 409
    assert (await repay(client, cashier, shop, 30_000)).status_code == 201


async def test_member_sees_their_own_tab_and_nobody_else_s(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    await allow(client, shop, 50_000)
    await buy(client, cashier, shop, 2)
    head = {"authorization": f"Bearer {shop.tokens['member']}"}
    (own,) = (await client.get("/api/v1/people/me/tabs", headers=head)).json()
    assert (own["owed_rupiah"], [entry["kind"] for entry in own["entries"]]) == (30_000, ["sale"])
    other = {"authorization": f"Bearer {shop.tokens['pengawas']}"}
    assert (await client.get("/api/v1/people/me/tabs", headers=other)).json() == []
    assert (await client.get("/api/v1/stores/current/tabs", headers=head)).status_code == 403
    strange = await make_shop()
    foreign = await repay(client, strange.tokens["store_manager"], shop, 1_000)
    assert foreign.status_code in (404, 409)
    async with browser(app, shop.tokens["member"]) as member:
        page = said(await member.get("/akun/kasbon"))
        assert "Rp 30.000" in page
        assert "Belanja kasbon" in page


async def test_pages_set_a_limit_sell_on_it_and_take_the_cash(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    async with browser(app, shop.tokens["store_manager"]) as manager, browser(app, cashier) as person:
        page = await manager.get("/koperasi/kasbon")
        wrong = await press(manager, page, "/koperasi/kasbon", member_phone="0812", limit_rupiah="100rb")
        assert wrong.status_code == 422
        assert 'value="100rb"' in wrong.text
        saved = await press(manager, page, "/koperasi/kasbon", member_phone=PHONE, limit_rupiah="100rb")
        assert saved.status_code == 303
        sale = await press(
            person, await person.get("/kasir/jual"), "/kasir/jual", add=shop.chips_listing, member_phone=PHONE
        )
        assert "Kasbon, sisa Rp 100.000" in said(sale)
        sold = await press(person, sale, "/kasir/jual/bayar", on_tab="1")
        assert sold.status_code == 303, said(sold)
        assert "Dicatat di kasbon anggota" in said(await person.get(sold.headers["location"]))
        action = f"/koperasi/kasbon/{shop.people['member']}"
        page = await person.get(action)
        assert "Rp 15.000" in said(page)
        refused = await press(person, page, action, amount_rupiah="16rb")
        assert "Kasbonnya tinggal Rp 15.000." in said(refused)
        paid = await press(person, page, action, amount_rupiah="10rb", tendered_rupiah="20rb")
        receipt = said(await person.get(paid.headers["location"]))
        assert "Kuitansi kasbon no. 1" in receipt
        assert "Sisa kasbon" in receipt
        order = await order_goods(client, shop, rice=0)
        path = f"/kasir/pesanan/{order['code']}/kasbon"
        page = await person.get(path)
        nobody = await press(person, page, path, member_phone="")
        assert "Tulis nomor HP anggota." in said(nobody)
        assert (await press(person, page, path, member_phone=PHONE)).status_code == 303
        back = said(await person.get(f"/kasir/pesanan/{order['code']}/kembalikan"))
        assert "Kurangi kasbon" in back
