"""Buying by the dus on a phone of 360 px, with scripts and without."""

import pytest

from marketplace import database
from marketplace.ids import ProductId
from tests.browser.conftest import OpenVisitor
from tests.factories_trade import make_listing, make_seller_product, make_store

pytestmark = pytest.mark.browser


@pytest.fixture
async def product_id(pool: None) -> ProductId:
    """Crisps at 15.000, from twelve 14.000, twelve in a dus."""
    async with database.connection() as connection:
        store_id = await make_store(connection)
        made = await make_seller_product(
            connection, name="Keripik singkong balado", price_rupiah=12_500, tiers=((12, 11_500),)
        )
        await make_listing(connection, store_id=store_id, product_id=made, price_rupiah=15_000, stock=100)
        await connection.execute("INSERT INTO product_unit VALUES ($1, 'dus', 12)", made)
    return made


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_two_dus_cost_what_the_page_said(visit: OpenVisitor, product_id: ProductId, *, has_scripts: bool) -> None:
    buyer = await visit(has_scripts=has_scripts)
    await buyer.go(f"/produk/{product_id}")
    assert "dus (12 bungkus) Rp 14.000/bungkus Rp 168.000" in (await buyer.text()).replace("\u00a0", " ")
    await buyer.page.get_by_text("dus (12 bungkus)").click()
    await buyer.page.fill("#quantity", "2")
    await buyer.press("Masukkan keranjang")
    if "/keranjang" not in buyer.page.url:
        await buyer.go("/keranjang")
    cart = (await buyer.text()).replace("\u00a0", " ")
    assert "24 bks (2 dus)" in cart
    assert "Rp 336.000" in cart
    assert await buyer.page.locator('select[name="unit"]').input_value() == "dus:12"
    if has_scripts:
        await buyer.page.locator(".cart-line [data-step='1']").click()
        await buyer.page.locator(".totals .total dd", has_text="Rp 504.000").wait_for()
    else:
        await buyer.page.fill(f"#q-{product_id}", "3")
        await buyer.press("Simpan")
        assert "Rp 504.000" in (await buyer.text()).replace("\u00a0", " ")
    await buyer.press("Lanjut memesan")
    await buyer.page.fill("#contact_name", "Pembeli Uji")
    await buyer.page.fill("#contact_phone", "0812 0000 0001")
    assert "36 bks (3 dus)" in await buyer.text()
    await buyer.press("Pesan sekarang")
    await buyer.press("Ikuti pesanan")
    assert "36 bks (3 dus)" in await buyer.text()
    buyer.check()
    async with database.connection() as connection:
        line = await connection.fetchrow("SELECT quantity, unit_code, total_rupiah FROM order_line")
    assert line is not None
    assert tuple(line) == (36, "bungkus", 504_000)
