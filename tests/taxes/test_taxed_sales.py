"""Sales of a store under PPN and PPh 22: on paper, in the book, and back again; and stores that are under none."""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from tests.orders.counter_shop import Shop, make_shop, order_goods
from tests.orders.test_returns import give_back, pay, units
from tests.orders.till_shop import held, open_shift, send
from tests.taxes.taxed import own_chips, switch

CHIPS, RICE = 15_000, 65_000
# Of 15.000 the base is 13.514, of 30.000 27.027, of 65.000 58.559.
CHIPS_TAX, TWO_CHIPS_TAX, RICE_TAX = 1_486, 2_973, 6_441


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop(chips_stock=20, rice_stock=20)


async def sell(client: httpx.AsyncClient, shop: Shop, *, chips: int = 0, rice: int = 0) -> dict[str, Any]:
    """Sell for cash at the counter; the receipt by API."""
    lines = [(shop.chips_listing, chips), (shop.rice_listing, rice)]
    total = chips * CHIPS + rice * RICE
    sold = await send(
        client,
        shop.tokens["cashier"],
        "/stores/current/sales",
        lines=[{"listing_id": listing, "quantity": quantity} for listing, quantity in lines if quantity],
        tendered_rupiah=total,
        expected_rupiah=total,
    )
    assert sold.status_code == 201, sold.text
    return await receipt(client, shop, sold.json()["receipt_number"])


async def receipt(client: httpx.AsyncClient, shop: Shop, number: int) -> dict[str, Any]:
    head = {"authorization": f"Bearer {shop.tokens['cashier']}"}
    return dict((await client.get(f"/api/v1/receipts/{number}", headers=head)).json())


def taxes_of(paper: dict[str, Any]) -> tuple[int, int, int]:
    return paper["tax_base_rupiah"], paper["tax_rupiah"], paper["withheld_rupiah"]


async def test_a_store_that_switched_nothing_on_has_no_taxes(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    assert taxes_of(await sell(client, shop, rice=1)) == (0, 0, 0)
    book = await held(shop)
    assert book["goods_revenue"] == RICE
    assert not any(account.startswith("tax") for account in book)


async def test_own_goods_bear_ppn_and_others_goods_do_not(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    await switch(shop, "ppn")
    # The chips are on consignment: the sale is their owner's.
    assert taxes_of(await sell(client, shop, chips=2, rice=1)) == (RICE - RICE_TAX, RICE_TAX, 0)
    book = await held(shop)
    assert (book["goods_revenue"], book["tax_payable:ppn"]) == (RICE - RICE_TAX, RICE_TAX)


@pytest.mark.parametrize("column", ["category_slug", "commodity_code"])
async def test_unprocessed_staples_are_exempt(client: httpx.AsyncClient, shop: Shop, column: str) -> None:
    await open_shift(client, shop.tokens["cashier"])
    await switch(shop, "ppn")
    await own_chips(shop)
    async with database.connection() as connection:
        if column == "category_slug":
            await connection.execute("UPDATE product SET category_slug = 'hasil-tani' WHERE id = $1", shop.rice)
        else:
            await connection.execute(
                "INSERT INTO commodity (code, name_id, name_en, base_unit) VALUES ('jagung', 'Jagung', 'Maize', 'gram')"
            )
            await connection.execute(
                "INSERT INTO tax_exemption (commodity_code, effective_on, rule) VALUES ('jagung', '2020-01-01', 'uji')"
            )
            await connection.execute("UPDATE product SET commodity_code = 'jagung' WHERE id = $1", shop.chips)
    exempt = await sell(client, shop, **({"rice": 1} if column == "category_slug" else {"chips": 1}))
    taxed = await sell(client, shop, **({"chips": 1} if column == "category_slug" else {"rice": 1}))
    assert exempt["tax_rupiah"] == 0
    assert taxed["tax_rupiah"] == (CHIPS_TAX if column == "category_slug" else RICE_TAX)


async def test_settings_hold_from_their_day_to_the_next_one(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    await switch(shop, "ppn", days=1)
    assert taxes_of(await sell(client, shop, rice=1)) == (0, 0, 0)
    await switch(shop, "ppn", days=-3)
    first = await sell(client, shop, rice=1)
    assert first["tax_rupiah"] == RICE_TAX
    await switch(shop, "ppn", days=0, is_on=False)
    assert taxes_of(await sell(client, shop, rice=1)) == (0, 0, 0)
    # What was sold keeps its taxes, whatever is switched later.
    assert (await receipt(client, shop, 1))["tax_rupiah"] == 0
    assert (await receipt(client, shop, 2))["tax_rupiah"] == RICE_TAX
    assert (await held(shop))["tax_payable:ppn"] == RICE_TAX


async def test_parts_that_come_back_take_back_exactly_the_tax(client: httpx.AsyncClient, shop: Shop) -> None:
    cashier = shop.tokens["cashier"]
    await open_shift(client, cashier)
    await switch(shop, "ppn")
    await switch(shop, "pph22")
    await own_chips(shop)
    before = await held(shop)
    order = await order_goods(client, shop, chips=3, rice=1)
    await pay(client, shop, order, is_handed_over=True)
    three = 45_000 - 40_541
    paper = await receipt(client, shop, 1)
    base = 3 * CHIPS + RICE - three - RICE_TAX
    withheld = base * 50 // 10_000
    assert taxes_of(paper) == (base, three + RICE_TAX, withheld)
    sold = await held(shop)
    assert sold["tax_payable:ppn"] == three + RICE_TAX
    assert sold["tax_payable:pph22"] == sold["tax_prepaid:pph22"] == withheld
    notes: list[dict[str, Any]] = []
    for lines in ([units(shop.chips_listing, 1)], [units(shop.chips_listing, 1)], None):
        back = await give_back(client, cashier, order, **({} if lines is None else {"lines": lines}))
        assert back.status_code == 201, back.text
        head = {"authorization": f"Bearer {cashier}"}
        path = f"/api/v1/stores/current/credit-notes/{len(notes) + 1}"
        notes.append((await client.get(path, headers=head)).json())
    assert [note["tax_rupiah"] for note in notes] == [
        three - TWO_CHIPS_TAX,
        TWO_CHIPS_TAX - CHIPS_TAX,
        CHIPS_TAX + RICE_TAX,
    ]
    assert sum(note["withheld_rupiah"] for note in notes) == withheld
    after = await held(shop)
    assert not any(account.startswith("tax") for account in after)
    assert after["goods_revenue"] == after["sales_returns"] == base
    assert {name: after.get(name, 0) for name in before} == before


async def test_taxes_are_those_of_the_day_of_payment_though_goods_leave_later(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    cashier = shop.tokens["cashier"]
    await open_shift(client, cashier)
    await switch(shop, "ppn")
    order = await order_goods(client, shop, chips=0, rice=2)
    await pay(client, shop, order, is_handed_over=False)
    assert "tax_payable:ppn" not in await held(shop)
    # One of both is taken off before it was handed over: its tax never enters the book.
    assert (await give_back(client, cashier, order, lines=[units(shop.rice_listing, 1)])).status_code == 201
    await switch(shop, "ppn", days=0, is_on=False)
    done = await send(client, cashier, f"/stores/current/orders/{order['code']}/hand-over")
    assert done.status_code == 200, done.text
    book = await held(shop)
    assert (book["goods_revenue"], book["tax_payable:ppn"]) == (RICE - RICE_TAX, RICE_TAX)


async def test_an_invoiced_order_keeps_the_taxes_of_its_invoice(client: httpx.AsyncClient, shop: Shop) -> None:
    cashier = shop.tokens["cashier"]
    await open_shift(client, cashier)
    untaxed, taxed = [await order_goods(client, shop, chips=0, rice=1) for _ in range(2)]
    path = "/stores/current/orders/{}/invoice"
    await send(client, cashier, path.format(untaxed["code"]), buyer_name="Warung Uji")
    await switch(shop, "ppn")
    made = await send(client, cashier, path.format(taxed["code"]), buyer_name="Warung Uji")
    assert made.json()["tax_rupiah"] == RICE_TAX
    for order in (untaxed, taxed):
        await pay(client, shop, order, is_handed_over=True)
    assert [(await receipt(client, shop, number))["tax_rupiah"] for number in (1, 2)] == [0, RICE_TAX]
    assert (await held(shop))["tax_payable:ppn"] == RICE_TAX


async def test_pph22_is_taken_of_orders_and_not_of_the_counter(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    await switch(shop, "pph22")
    assert taxes_of(await sell(client, shop, rice=1)) == (0, 0, 0)
    order = await order_goods(client, shop, chips=0, rice=1)
    await pay(client, shop, order, is_handed_over=True)
    paper = await receipt(client, shop, 2)
    # The buyer pays the price and nothing more.
    assert (taxes_of(paper), paper["amount_rupiah"]) == ((0, 0, 325), RICE)
    assert (await held(shop))["tax_prepaid:pph22"] == 325


async def test_selling_without_taxes_costs_one_statement_more(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    await sell(client, shop, rice=1)
    async with database.observed_statements() as statements:
        await send(
            client,
            shop.tokens["cashier"],
            "/stores/current/sales",
            lines=[{"listing_id": shop.rice_listing, "quantity": 1}],
            tendered_rupiah=RICE,
            expected_rupiah=RICE,
        )
    of_papers = [
        text for text in statements if "tax_setting" in text or "document" in text or "INSERT INTO sale_tax" in text
    ]
    assert len(of_papers) == 1
