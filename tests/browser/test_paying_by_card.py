"""Paying by card in a real browser on a phone: to the hosted page, back, paid, receipt; and part of it back.

The other side is the fake; with stripe-mock on the machine the way there is driven before it as well.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.ids import OrganisationId, StoreId
from marketplace.orders import close_stripe, handle_gateway_events, make_gateway_calls, open_stripe
from marketplace.settings import load_settings
from marketplace.settlement import make_supplier_calls
from payments import AccountKind, accounts, balance, check
from payments.stripe import take_cards
from tests.browser.conftest import OpenVisitor, Visitor
from tests.factories import PASSWORD, TestPerson, make_staff
from tests.factories_trade import make_listing, make_seller_product, make_store
from tests.fakes.stripe import FakeStripe, serve
from tests.payments.stripe.test_witnesses import free_port, running
from tests.witness_presence import find_witness

pytestmark = pytest.mark.browser

SECRET = "whsec_browser_browser"


@dataclass
class Trade:
    """A store that takes cards, its people and its supplier."""

    store_id: StoreId
    cashier: TestPerson
    manager: TestPerson
    seller: TestPerson


@pytest.fixture
async def stripe(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeStripe]:
    """The fake, and its keys in the environment of the server that starts after it."""
    account = FakeStripe()
    async with serve(account) as fake:
        account.pages_at = fake.address
        _set_keys(monkeypatch, fake.address, account.secret_key)
        open_stripe(load_settings())
        try:
            yield account
        finally:
            await close_stripe()


def _set_keys(monkeypatch: pytest.MonkeyPatch, address: str, key: str) -> None:
    monkeypatch.setenv("LUMBUNG_STRIPE_KEY", key)
    monkeypatch.setenv("LUMBUNG_STRIPE_WEBHOOK_SECRETS", SECRET)
    monkeypatch.setenv("LUMBUNG_STRIPE_API", address)


@pytest.fixture
async def trade(pool: None) -> Trade:
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        product_id = await make_seller_product(connection, name="Keripik singkong balado")
        await make_listing(
            connection,
            store_id=store_id,
            product_id=product_id,
            price_rupiah=15_000,
            source="consignment",
            fee_basis_points=2_000,
            stock=10,
        )
        await take_cards(connection, book=book_of(store_id), at=clock.now(), author="person:1")
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", store_id)
        seller_id = OrganisationId(await connection.fetchval("SELECT seller_id FROM product WHERE id = $1", product_id))
    cashier, _ = await make_staff("cashier", organisation_id=cooperative_id)
    manager, _ = await make_staff("store_manager", organisation_id=cooperative_id)
    seller, _ = await make_staff("seller_owner", organisation_id=seller_id)
    return Trade(store_id, cashier, manager, seller)


async def work() -> None:
    """Let the worker do what is due."""
    for _ in range(8):
        if not await handle_gateway_events() + await make_gateway_calls() + await make_supplier_calls():
            return


async def sign_in(visitor: Visitor, person: TestPerson) -> None:
    await visitor.go("/masuk")
    await visitor.page.fill('input[name="contact"]', person.contact)
    await visitor.page.fill('input[name="password"]', PASSWORD)
    await visitor.press("Masuk")


async def order_two(resident: Visitor) -> str:
    """From the front page to the followed order, as a guest; the order's code."""
    await resident.go("/")
    await resident.page.fill("#where", "Jatimakmur")
    await resident.press("Lihat gerai terdekat")
    await resident.page.locator('input[name="village"]').first.check()
    await resident.press("Pilih")
    await resident.press("Keripik singkong balado")
    await resident.page.fill("#quantity", "2")
    await resident.press("Masukkan keranjang")
    if "/keranjang" not in resident.page.url:
        await resident.go("/keranjang")
    await resident.press("Lanjut memesan")
    await resident.page.fill("#contact_name", "Pembeli Uji")
    await resident.page.fill("#contact_phone", "0812 0000 0001")
    await resident.press("Pesan sekarang")
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", await resident.text())
    assert found, await resident.text()
    await resident.press("Ikuti pesanan")
    return found[0]


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_buyer_pays_by_card_and_the_manager_gives_a_part_back(
    stripe: FakeStripe, trade: Trade, visit: OpenVisitor, live_server: str, *, has_scripts: bool
) -> None:
    stripe.webhook = (f"{live_server}/webhooks/stripe", SECRET)
    resident = await visit(has_scripts=has_scripts)
    code = await order_two(resident)
    followed = resident.page.url
    await resident.press("Bayar dengan Kartu")
    await resident.press("Bayar di halaman Stripe")
    assert "Stripe tiruan" in await resident.text()
    await resident.press("Pay")
    await work()
    await resident.page.reload()
    assert "Uang Anda sudah diterima" in await resident.text()
    await resident.go(followed.removeprefix(live_server))
    assert "Sudah dibayar" in await resident.text()
    cashier = await visit(has_scripts=has_scripts)
    await sign_in(cashier, trade.cashier)
    await cashier.go("/kasir")
    await cashier.page.fill("#float_rupiah", "0")
    await cashier.press("Buka sif")
    await cashier.go(f"/kasir/pesanan/{code}")
    await cashier.press("Serahkan")
    manager = await visit(has_scripts=has_scripts)
    await sign_in(manager, trade.manager)
    async with database.connection() as connection:
        payment_id = await connection.fetchval("SELECT id FROM payment")
    await manager.go(f"/kasir/pesanan/{code}/bayar/{payment_id}")
    await manager.page.fill("#amount_rupiah", "5.000")
    await manager.page.fill("#reason", "Kemasan bocor")
    await manager.press("Kembalikan ke kartu")
    await work()
    assert [one["amount"] for one in stripe.of("refund")] == [500_000]
    async with database.connection() as connection:
        assert await check(connection) == []
        clearing = await balance(connection, book=book_of(trade.store_id), account=accounts.STRIPE_CLEARING)
    assert clearing.rupiah * 100 == stripe.balance
    assert AccountKind.STRIPE_CLEARING
    assert resident.complaints == []
    assert resident.hosts == {address.removeprefix("http://") for address in (live_server, stripe.pages_at)}


async def test_supplier_sets_up_being_paid_by_stripe(
    stripe: FakeStripe, trade: Trade, visit: OpenVisitor, live_server: str
) -> None:
    stripe.webhook = (f"{live_server}/webhooks/stripe", SECRET)
    seller = await visit()
    await sign_in(seller, trade.seller)
    await seller.go("/umkm/pelunasan")
    assert "Belum dipasang" in await seller.text()
    await seller.go("/umkm/pelunasan/stripe")
    await seller.press("Pasang akun Stripe")
    assert "Formulir Stripe belum selesai diisi" in await seller.text()
    await seller.press("Isi di Stripe")
    assert "Stripe tiruan" in await seller.text()
    await seller.press("Submit")
    assert "Boleh menerima transfer" in await seller.text()
    assert len(stripe.of("account")) == 1
    assert seller.complaints == []


@pytest.mark.stripe_mock
async def test_buyer_is_led_to_the_page_that_stripe_mock_answers_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trade: Trade, request: pytest.FixtureRequest
) -> None:
    program, port = find_witness("stripe_mock"), free_port()
    assert program is not None
    with running([program, "-http-addr", f"127.0.0.1:{port}"], port, directory=tmp_path) as address:
        _set_keys(monkeypatch, address, "sk_test_12345678")
        # The server starts with these keys: so it is asked for only now.
        visit: OpenVisitor = request.getfixturevalue("visit")
        resident = await visit()
        await order_two(resident)
        await resident.press("Bayar dengan Kartu")
        link = resident.page.locator("main a", has_text="Bayar di halaman Stripe")
        assert (await link.get_attribute("href") or "").startswith("https://")
        assert "Menunggu uang masuk" in await resident.text()
        resident.check()
    assert trade.store_id
