"""Card payments on the pages: the buyer's, the cashier's, the manager's."""

from html import unescape

import httpx
import pytest

from marketplace import database
from marketplace.orders import close_stripe
from marketplace.orders.stripe_access import stripe_in_use
from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.counter_shop import browser, command, press


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def test_buyer_is_led_to_the_hosted_page_and_sees_the_money_come(cards: Cards) -> None:
    order = await cards.order()
    path = f"/pesanan/{order['tracking_token']}"
    page = await cards.client.get(path)
    assert "Bayar dengan Kartu (Stripe)" in said(page)
    answer = await cards.client.post(f"{path}/bayar", data={"method": "stripe", "_once": "first-press-1"})
    assert answer.status_code == 303
    paying = await cards.client.get(answer.headers["location"])
    (session,) = cards.account.of("checkout.session")
    assert f'href="{session["url"]}"' in unescape(paying.text)
    assert "Bayar di halaman Stripe" in said(paying)
    assert "Menunggu uang masuk" in said(paying)
    cards.account.pay(session["id"])
    await cards.all_at_once()
    assert "Uang Anda sudah diterima" in said(await cards.client.get(answer.headers["location"]))


async def test_cashier_shows_the_page_as_a_code_and_has_nothing_to_confirm(cards: Cards) -> None:
    order = await cards.order()
    path = f"/kasir/pesanan/{order['code']}"
    async with browser(cards.app, cards.shop.tokens["cashier"]) as cashier:
        page = await cashier.get(path)
        started = await press(cashier, page, f"{path}/cara-bayar", method="stripe")
        assert started.status_code == 303, started.text
        shown = await cashier.get(started.headers["location"])
        assert "<svg" in shown.text
        assert "kasir tidak mengonfirmasi pembayaran kartu" in said(shown)
        assert "Nomor referensi (RRN)" not in said(shown)
        (session,) = cards.account.of("checkout.session")
        cards.account.pay(session["id"])
        await cards.all_at_once()
        assert "Sudah dibayar" in said(await cashier.get(started.headers["location"]))
        assert "Kembalikan sebagian ke kartu" not in said(await cashier.get(started.headers["location"]))
        giving = await cashier.get(f"{path}/kembalikan")
        assert "Uangnya kembali ke kartu pembeli." in said(giving)
        given = await press(cashier, giving, f"{path}/kembalikan", reason="Tidak jadi", all="1")
        assert given.status_code == 303, given.text
        assert given.headers["location"].startswith("/kasir/selesai/")
    await cards.all_at_once()
    assert await cards.state(order) == ("cancelled", True)
    assert cards.account.of("charge")[0]["amount_refunded"] == 9_500_000
    await cards.sound()


async def test_walk_in_buyer_pays_by_card_and_the_goods_go_over_the_counter(cards: Cards) -> None:
    cashier = cards.shop.tokens["cashier"]
    body = {
        "lines": [{"listing_id": cards.shop.chips_listing, "quantity": 2}],
        "expected_rupiah": 30_000,
        "method": "stripe",
    }
    placed = await cards.client.post("/api/v1/stores/current/counter-orders", json=body, headers=command(cashier))
    assert placed.status_code == 201, placed.text
    (session,) = cards.account.of("checkout.session")
    assert placed.json()["payment"]["instruction"] == session["url"]
    cards.account.pay(session["id"])
    await cards.all_at_once()
    path = f"/api/v1/stores/current/orders/{placed.json()['code']}/hand-over"
    assert (await cards.client.post(path, headers=command(cashier))).status_code == 200
    await cards.sound()

    cards.account.faults.append(Fault(part="POST /v1/checkout", status=400))
    refused = await cards.client.post("/api/v1/stores/current/counter-orders", json=body, headers=command(cashier))
    assert (refused.status_code, refused.json()["payment"]["state"]) == (201, "failed")
    shown = await cards.client.get(
        f"/api/v1/stores/current/orders/{refused.json()['code']}", headers={"authorization": f"Bearer {cashier}"}
    )
    assert shown.json()["state"] in ("placed", "ready"), "the order stands and can be paid otherwise"


async def test_manager_gives_part_back_and_what_was_typed_wrong_is_said_beside_its_field(cards: Cards) -> None:
    order, payment, charge = await cards.paid()
    await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/hand-over", headers=command(cards.shop.tokens["cashier"])
    )
    path = f"/kasir/pesanan/{order['code']}/bayar/{payment['payment_id']}"
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        page = await manager.get(path)
        refused = await press(manager, page, f"{path}/kembalikan", amount_rupiah="95001", reason="Penyok")
        assert refused.status_code == 422
        assert "Paling banyak Rp 95.000" in said(refused)
        assert 'value="95001"' in refused.text
        refused = await press(manager, refused, f"{path}/kembalikan", amount_rupiah="5000", reason=" ")
        assert "Tulis alasan pengembalian." in said(refused)
        given = await press(manager, refused, f"{path}/kembalikan", amount_rupiah="5.000", reason="Penyok")
        assert given.status_code == 303, given.text
        await cards.all_at_once()
        assert cards.account.get(charge["id"])["amount_refunded"] == 500_000
        receipt = await manager.get("/kasir/kuitansi/2")
        assert "Uang dikembalikan ke kartu pembeli." in said(receipt)
    await cards.sound()


async def test_manager_notes_evidence_while_the_bank_decides(cards: Cards) -> None:
    order, payment, charge = await cards.paid()
    cards.account.open_dispute(charge["id"])
    await cards.all_at_once()
    path = f"/kasir/pesanan/{order['code']}/bayar/{payment['payment_id']}"
    dispute = await cards.row("SELECT id FROM payment_dispute")
    action = f"{path}/sengketa/{dispute['id']}"
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        page = await manager.get(path)
        assert "Pembeli menyengketakan Rp 95.000 lewat banknya." in said(page)
        assert "Kembalikan ke kartu" not in said(page)
        noted = await press(manager, page, action, note="Diambil Pak Budi, 24 November.")
        assert noted.status_code == 303, noted.text
        assert "Diambil Pak Budi, 24 November." in said(await manager.get(path))
        strange = await press(manager, await manager.get(path), action, note="x" * 2_001)
        assert strange.status_code == 422
        gone = await manager.post(f"{path}/sengketa/{dispute['id'] + 1}", data={"note": "x", "_once": "strange-press"})
        assert gone.status_code == 404
    note = await cards.row("SELECT evidence_note FROM payment_dispute")
    assert note["evidence_note"] == "Diambil Pak Budi, 24 November."


async def test_store_allows_cards_and_stops_again(cards: Cards) -> None:
    order = await cards.order()
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        page = await manager.get("/koperasi/cara-bayar")
        stopped = await press(manager, page, "/koperasi/cara-bayar", what="stop-stripe")
        assert stopped.status_code == 303, stopped.text
        assert "Terima kartu" in said(await manager.get("/koperasi/cara-bayar"))
        refused = await cards.start(order, expect=409)
        assert refused["code"] == "way_to_pay_not_open"
        page = await manager.get("/koperasi/cara-bayar")
        assert (await press(manager, page, "/koperasi/cara-bayar", what="cards")).status_code == 303
    assert (await cards.start(order))["state"] == "awaiting_confirmation"


async def test_everything_goes_on_without_stripe(cards: Cards) -> None:
    order, _, _ = await cards.started()
    await close_stripe()
    for path in (f"/pesanan/{order['tracking_token']}", "/"):
        assert (await cards.client.get(path)).status_code == 200
    assert "Kartu (Stripe)" not in said(await cards.client.get(f"/pesanan/{(await cards.order())['tracking_token']}"))
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        channels = said(await manager.get("/koperasi/cara-bayar"))
        assert "pemasangan ini belum terhubung ke Stripe" in channels
        assert "Terima kartu" not in channels
    told = await cards.client.put(
        "/api/v1/stores/current/channels/stripe", headers=command(cards.shop.tokens["store_manager"])
    )
    assert (told.status_code, told.json()["code"]) == (409, "cards_not_possible")
    assert (await cards.client.post("/webhooks/stripe", content=b"{}")).status_code == 404
    await cards.work()
    cancelled = await cards.client.post(f"/api/v1/orders/{order['tracking_token']}/cancellation", headers=command())
    assert cancelled.status_code == 200


async def test_nobody_reaches_stripe_inside_a_transaction(cards: Cards) -> None:
    async with database.transaction():
        with pytest.raises(database.NestedTransactionError):
            stripe_in_use()
    assert stripe_in_use() is not None
