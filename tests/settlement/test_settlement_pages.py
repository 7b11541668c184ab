"""Settlement on pages: proposed, approved and paid by pressing what is shown; the seller reads the same figures."""

from html import unescape

import httpx
import pytest
from litestar import Litestar

from tests.orders.counter_shop import browser, press
from tests.settlement.settling import OWED, Settling, ask, bring_back, make_settling, owed, sell


@pytest.fixture
async def made(client: httpx.AsyncClient) -> Settling:
    return await make_settling(client)


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def test_from_the_proposal_to_the_remittance_by_pressing(
    app: Litestar, client: httpx.AsyncClient, made: Settling
) -> None:
    async with browser(app, made.manager) as manager, browser(app, made.board) as board:
        assert "Tidak ada utang kepada pemasok." in said(await manager.get("/koperasi/pelunasan"))
        code = await sell(client, made, 3)
        await bring_back(client, made, code, 1)
        listed = await manager.get("/koperasi/pelunasan")
        assert "Rp 24.000" in said(listed)
        wrong = await press(manager, listed, "/koperasi/pelunasan", due_on="kemarin dulu")
        assert wrong.status_code == 422
        assert "kemarin dulu" in wrong.text
        proposed = await press(manager, wrong, "/koperasi/pelunasan", due_on="")
        assert proposed.status_code == 303, proposed.text
        address = proposed.headers["location"]
        assert "Anda yang mengajukan" in said(await manager.get(address))
        decision = f"{address}/keputusan"
        without = await press(board, await board.get(address), decision, step="reject")
        assert without.status_code == 422
        assert "Tulis alasannya" in said(without)
        approved = await press(board, await board.get(address), decision, step="approve")
        assert approved.status_code == 303, approved.text
        run = said(await manager.get(address))
        pay_address = address + "/bayar/" + run.split(f"{address}/bayar/")[1].split('"')[0]
        paying = await manager.get(pay_address)
        assert "3 bungkus Keripik singkong balado (kembali 1)" in said(paying)
        bad = await press(manager, paying, pay_address, amount_rupiah="24.000", method="transfer", reference="")
        assert bad.status_code == 422
        assert "Tulis nomor referensi" in said(bad)
        part = await press(manager, paying, pay_address, amount_rupiah="10 rb", method="cash")
        assert part.headers["location"] == "/koperasi/pelunasan/nota/1"
        stale = await press(board, paying, pay_address, amount_rupiah="10 rb", method="cash")
        assert stale.status_code == 409
        assert "nota nomor 1" in said(stale)
        rest = await press(board, await board.get(pay_address), pay_address, amount_rupiah="14.000", method="cash")
        remittance = said(await manager.get(rest.headers["location"]))
        for shown in ("NOTA PELUNASAN", "Rp 14.000", "Empat belas ribu rupiah", "Keripik singkong balado", code):
            assert shown in remittance, shown
        assert "Lunas semua" in said(await manager.get(address))
    assert await owed(made) == 0

    async with browser(app, made.seller) as seller, browser(app, made.stranger) as stranger:
        home = said(await seller.get("/umkm/pelunasan"))
        assert "Nota pelunasan no. 2" in home
        own = f"/umkm/pelunasan/{made.shop.store_id}"
        assert "Semua sudah lunas" in said(await seller.get(own))
        assert "Rp 14.000" in said(await seller.get(f"{own}/nota/2"))
        assert (await stranger.get(own)).status_code == 404
        assert (await stranger.get(f"{own}/nota/2")).status_code == 404


async def test_hold_dispute_terms_and_account_by_pressing(
    app: Litestar, client: httpx.AsyncClient, made: Settling
) -> None:
    await sell(client, made, 1)
    await sell(client, made, 2)
    own, theirs = f"/umkm/pelunasan/{made.shop.store_id}", f"/koperasi/pelunasan/pemasok/{made.seller_id}"
    lines = (await ask(client, made.manager, "GET", f"stores/current/payables/{made.seller_id}")).json()["lines"]
    async with (
        browser(app, made.manager) as manager,
        browser(app, made.seller) as seller,
        browser(app, made.shop.tokens["pengawas"]) as supervisor,
    ):
        page = await seller.get(own)
        without = await press(seller, page, own, source=lines[0]["source"], reason="")
        assert without.status_code == 422
        assert "Tulis alasannya" in said(without)
        disputed = await press(seller, page, own, source=lines[0]["source"], reason="harga keliru")
        assert disputed.status_code == 303, disputed.text
        held = await press(
            manager, await manager.get(theirs), f"{theirs}/tahan", source=lines[1]["source"], reason="cek stok"
        )
        assert held.status_code == 303, held.text
        for person, address in ((seller, own), (manager, theirs), (supervisor, theirs)):
            shown = said(await person.get(address))
            for text in ("Disanggah pemasok", "harga keliru", "Ditahan koperasi", "cek stok", "Rp 36.000"):
                assert text in shown, text
        assert "<form" not in (await supervisor.get(theirs)).text.split("<main")[1].split("</main")[0]
        page = await manager.get(theirs)
        hold_id = page.text.split('name="hold_id"')[1].split('<option value="')[1].split('"')[0]
        released = await press(manager, page, f"{theirs}/lepas", hold_id=hold_id, note="sudah dihitung ulang")
        assert released.status_code == 303, released.text
        assert "harga keliru" not in said(await seller.get(own))
        bad = await press(manager, page, f"{theirs}/syarat", rule="in_days", days="seminggu")
        assert bad.status_code == 422
        assert "seminggu" in bad.text
        agreed = await press(manager, bad, f"{theirs}/syarat", rule="in_days", days="14")
        assert agreed.status_code == 303, agreed.text
        assert "14 hari" in said(await seller.get(own))

        account = await press(
            seller,
            await seller.get("/umkm/pelunasan"),
            "/umkm/pelunasan/rekening",
            bank="BRI",
            number="1",
            holder="Ani",
        )
        assert account.status_code == 422
        assert 'value="Ani"' in account.text
        saved = await press(seller, account, "/umkm/pelunasan/rekening", bank="BRI", number="123456789", holder="Ani")
        assert saved.status_code == 303, saved.text
        home = said(await seller.get("/umkm/pelunasan"))
        assert "BRI ••••6789" in home
        assert "123456789" not in home
    assert await owed(made) == 3 * OWED
