"""Paying by card in a real browser on a phone: to the hosted page, back, paid; part of it back; a supplier's account.

The other side is the fake; where stripe-mock is on the machine, the way to its page is driven as well.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from marketplace import clock, database
from marketplace.app import create_app
from marketplace.books import book_of
from marketplace.ids import OrganisationId
from marketplace.orders import close_stripe, open_stripe
from marketplace.settings import load_settings
from payments.stripe import take_cards
from tests.browser.conftest import OpenVisitor, Visitor
from tests.fakes.stripe import FakeStripe, serve
from tests.orders.cards.cards import SECRET, Cards, Clock
from tests.orders.cards.test_giving_back import hand_over
from tests.orders.counter_shop import Shop, make_shop
from tests.orders.people import make_signed_in
from tests.payments.stripe.test_witnesses import free_port, running
from tests.witness_presence import find_witness

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


ServedCards = Callable[[str, Shop, FakeStripe], Awaitable[Cards]]


def _set_keys(monkeypatch: pytest.MonkeyPatch, address: str, key: str) -> None:
    monkeypatch.setenv("LUMBUNG_STRIPE_KEY", key)
    monkeypatch.setenv("LUMBUNG_STRIPE_WEBHOOK_SECRETS", SECRET)
    monkeypatch.setenv("STRIPE_API_BASE", address)


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


@pytest.fixture
async def stripe_mock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[FakeStripe]:
    """Stripe's own mock, and its address in the environment of the server that starts after it."""
    program, port = find_witness("stripe_mock"), free_port()
    assert program is not None
    with running([program, "-http-addr", f"127.0.0.1:{port}"], port, directory=tmp_path) as address:
        _set_keys(monkeypatch, address, "sk_test_12345678")
        yield FakeStripe()


@pytest.fixture
async def shop(pool: None) -> Shop:
    made = await make_shop()
    async with database.transaction() as connection:
        await take_cards(connection, book=book_of(made.store_id), at=clock.now(), author="person:1")
    return made


async def signed_in(visit: OpenVisitor, token: str, **options: Any) -> Visitor:
    """A window in which somebody is signed in."""
    visitor = await visit(**options)
    await visitor.context.add_cookies([{"name": "lumbung_session", "value": token, "url": visitor.address}])
    return visitor


@pytest.fixture
async def served() -> AsyncIterator[ServedCards]:
    """The store as the tests of cards know it, at a server that runs; its events go there."""
    async with AsyncExitStack() as stack:

        async def at(address: str, shop: Shop, account: FakeStripe) -> Cards:
            account.webhook = (f"{address}/webhooks/stripe", SECRET)
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=60))
            return Cards(app=create_app(), client=client, shop=shop, account=account, clock=Clock())

        yield at


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_buyer_pays_on_the_hosted_page_and_comes_back(
    stripe: FakeStripe, shop: Shop, visit: OpenVisitor, live_server: str, served: ServedCards, *, has_scripts: bool
) -> None:
    cards = await served(live_server, shop, stripe)
    order = await cards.order()
    buyer = await visit(has_scripts=has_scripts)
    await buyer.go(f"/pesanan/{order['tracking_token']}")
    await buyer.press("Bayar dengan Kartu")
    await buyer.press("Bayar di halaman Stripe")
    assert "Stripe tiruan" in await buyer.text()
    await buyer.press("Pay")
    # Coming back proves nothing; what Stripe answers when it is asked does.
    assert "Menunggu uang masuk" in await buyer.text()
    await cards.work()
    await buyer.go(buyer.page.url.removeprefix(live_server))
    assert "Uang Anda sudah diterima" in await buyer.text()
    await buyer.press("Lihat pesanan")
    assert "Sudah dibayar" in await buyer.text()
    assert await cards.state(order) == ("placed", True)
    assert buyer.complaints == []
    assert buyer.hosts == {address.removeprefix("http://") for address in (live_server, stripe.pages_at)}
    await cards.sound()


async def test_manager_gives_a_part_back_to_the_card_and_prints_the_receipt(
    stripe: FakeStripe, shop: Shop, visit: OpenVisitor, live_server: str, served: ServedCards
) -> None:
    cards = await served(live_server, shop, stripe)
    order, payment, _ = await cards.paid()
    await hand_over(cards, order)
    manager = await signed_in(visit, shop.tokens["store_manager"])
    await manager.go(f"/kasir/pesanan/{order['code']}/bayar/{payment['payment_id']}")
    await manager.page.locator("summary", has_text="Kembalikan sebagian").click()
    await manager.page.fill("#amount_rupiah", "5.000")
    await manager.page.fill("#reason", "Kemasan bocor")
    await manager.press("Kembalikan ke kartu")
    assert "Pengembalian ke kartu sudah diminta" in await manager.text()
    await cards.all_at_once()
    assert [one["amount"] for one in stripe.of("refund")] == [500_000]
    await manager.go("/kasir/kuitansi/1")
    assert "Kartu (Stripe)" in await manager.text()
    manager.check()
    await cards.sound()


async def test_supplier_sets_up_being_paid_by_stripe(
    stripe: FakeStripe, shop: Shop, visit: OpenVisitor, live_server: str, served: ServedCards
) -> None:
    cards = await served(live_server, shop, stripe)
    async with database.transaction() as connection:
        seller_id = await connection.fetchval("SELECT seller_id FROM product WHERE id = $1", shop.chips)
        _, token = await make_signed_in(connection, role="seller_owner", organisation_id=OrganisationId(seller_id))
    seller = await signed_in(visit, token)
    await seller.go("/umkm/pelunasan/stripe")
    await seller.press("Pasang akun Stripe")
    assert "Formulir Stripe belum selesai diisi" in await seller.text()
    await seller.press("Isi di Stripe")
    assert "Stripe tiruan" in await seller.text()
    await seller.press("Submit")
    assert "Boleh menerima transfer" in await seller.text()
    assert len(stripe.of("account")) == 1
    assert seller.complaints == []
    await cards.sound()


@pytest.mark.stripe_mock
async def test_buyer_is_led_to_the_page_that_stripe_mock_answers_with(
    stripe_mock: FakeStripe, shop: Shop, visit: OpenVisitor, live_server: str, served: ServedCards
) -> None:
    order = await (await served(live_server, shop, stripe_mock)).order()
    buyer = await visit()
    await buyer.go(f"/pesanan/{order['tracking_token']}")
    await buyer.press("Bayar dengan Kartu")
    assert await buyer.page.locator("main a", has_text="Bayar di halaman Stripe").get_attribute("href")
    assert "Menunggu uang masuk" in await buyer.text()
    buyer.check()
