"""Papers as a real browser prints them: on the right paper, whole and alone, with scripts and without."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from marketplace import database
from tests.browser.conftest import OpenVisitor, Visitor
from tests.orders.counter_shop import PHONE, Shop, make_shop, order_goods
from tests.orders.till_shop import open_shift, send
from tests.taxes.taxed import switch

pytestmark = pytest.mark.browser

POINTS_PER_MM = 72 / 25.4
WIDTHS = {"58": 58, "80": 80, "a4": 210}


@pytest.fixture
async def http(live_server: str, pool: None) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=live_server, headers={"sec-fetch-site": "same-origin"}) as client:
        yield client


@pytest.fixture
async def shop(http: httpx.AsyncClient) -> Shop:
    """A store under PPN with an invoice, a member's purchase above the sum of the stamp, and a receipt of it."""
    made = await make_shop(phone=PHONE)
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE organisation SET nib = '1905250093184', npwp = '0123456789012345' WHERE id = $1",
            made.cooperative_id,
        )
        await connection.execute(
            "UPDATE listing SET price_rupiah = 2600000, member_price_rupiah = 2550000 WHERE id = $1", made.rice_listing
        )
    await switch(made, "ppn")
    token = made.tokens["cashier"]
    await open_shift(http, token)
    sold = await send(
        http,
        token,
        "/stores/current/sales",
        lines=[
            {"listing_id": made.chips_listing, "quantity": 3},
            {"listing_id": made.rice_listing, "quantity": 2},
        ],
        tendered_rupiah=6_000_000,
        expected_rupiah=5_145_000,
        member_phone=PHONE,
    )
    assert sold.status_code == 201, sold.text
    order = await order_goods(http, made, chips=2, rice=1)
    path = f"/stores/current/orders/{order['code']}/invoice"
    assert (await send(http, token, path, buyer_name="Warung Bu Uji", buyer_address="Jl. Uji 1")).status_code == 201
    return made


async def sign_in(visitor: Visitor, shop: Shop) -> None:
    cookie: Any = {"name": "lumbung_session", "value": shop.tokens["cashier"], "url": visitor.address}
    await visitor.context.add_cookies([cookie])


@pytest.mark.parametrize("width", list(WIDTHS))
@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_receipt_is_printed_whole_on_its_paper(
    visit: OpenVisitor, shop: Shop, width: str, *, has_scripts: bool
) -> None:
    cashier = await visit(has_scripts=has_scripts)
    await sign_in(cashier, shop)
    await cashier.go("/kasir/kuitansi/1")
    await cashier.press({"58": "Kertas 58 mm", "80": "Kertas 80 mm", "a4": "Kertas A4"}[width])
    file = PdfReader(BytesIO(await cashier.page.pdf(prefer_css_page_size=True)))
    assert len(file.pages) == 1
    page = file.pages[0]
    assert round(float(page.mediabox.width) / POINTS_PER_MM) == WIDTHS[width]
    text = " ".join(page.extract_text().replace("\u00a0", " ").split())
    for part in (
        "KUITANSI",
        "NIB 1905250093184",
        "NPWP 0123456789012345",
        "Rp 5.145.000",
        "Lima juta seratus empat puluh lima ribu rupiah",
        "Anda hemat Rp 100.000 sebagai anggota.",
        "Termasuk PPN Rp 505.405 atas dasar Rp 4.594.595.",
        "Bea meterai Rp 10.000",
        "Tunai",
    ):
        assert part in text, part
    # The page around the paper stays on the screen.
    for part in ("Simpan PDF", "Kertas 58 mm", "Lumbung", "Peran"):
        assert part not in text, part
    cashier.check()


@pytest.mark.parametrize("width", list(WIDTHS))
async def test_nothing_runs_over_the_edge_of_the_paper(visit: OpenVisitor, shop: Shop, width: str) -> None:
    cashier = await visit()
    await sign_in(cashier, shop)
    await cashier.go(f"/koperasi/faktur/1?lebar={width}")
    await cashier.page.emulate_media(media="print")
    over = await cashier.page.evaluate(
        """() => {
            const paper = document.querySelector('.receipt').getBoundingClientRect();
            return [...document.querySelectorAll('.receipt *')]
                .filter((part) => part.getBoundingClientRect().right > paper.right + 1)
                .map((part) => part.outerHTML.slice(0, 80));
        }"""
    )
    assert over == []
    side = await cashier.page.evaluate("document.querySelector('.receipt .qr').getBoundingClientRect().width")
    # A QR code below two centimetres is not read by every camera; CSS knows 96 dots an inch.
    assert side / 96 * 25.4 >= 20
    cashier.check()


async def test_whoever_holds_the_paper_checks_it_on_a_phone(visit: OpenVisitor, shop: Shop) -> None:
    async with database.connection() as connection:
        code = await connection.fetchval("SELECT code FROM document WHERE kind = 'receipt'")
    holder = await visit()
    await holder.go("/sah")
    await holder.page.fill('input[name="kode"]', "-".join(code[start : start + 4].lower() for start in (0, 4, 8, 12)))
    await holder.press("Periksa")
    assert holder.page.url.endswith(f"/sah/{code}")
    said = (await holder.text()).replace("\u00a0", " ")
    assert "Dokumen ini asli" in said
    assert "Rp 5.145.000" in said
    assert "Beras" not in said
    holder.check()
