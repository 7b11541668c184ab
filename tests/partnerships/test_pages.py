"""The pages of offers: what was typed is kept, what was refused is said, what was done is shown."""

import secrets
from html import unescape
from typing import Any

import httpx

from marketplace import database
from marketplace.http.cookies import session_cookie_name
from tests.partnerships.conftest import Market


async def get(market: Market, path: str, token: str = "") -> httpx.Response:
    return await market.http.get(path, headers={"cookie": f"{session_cookie_name()}={token}"} if token else {})


async def post(market: Market, path: str, form: dict[str, Any], token: str) -> httpx.Response:
    return await market.http.post(
        path,
        data={"_once": secrets.token_hex(8), **form},
        headers={"cookie": f"{session_cookie_name()}={token}"},
    )


def offer_form(**changes: str) -> dict[str, str]:
    return {
        "title": "Beras premium 5 kg untuk gerai",
        "description": "Diantar setiap Selasa.",
        "pattern": "rantai_pasok",
        "subject": "goods",
        "category_slug": "sembako",
        "unit_code": "sak",
        "min_quantity": "50",
        "quota": "12.000",
        "price_1": "69rb",
        "from_2": "200",
        "price_2": "Rp68.000,-",
        "region": "Kota Bekasi",
        "starts_on": "1 Januari 2026",
        "ends_on": "31/12/2198",
        "payment_term": "tempo",
        "payment_days": "14",
        **changes,
    }


async def test_offer_is_written_as_people_type_and_published(market: Market) -> None:
    written = await post(market, "/bumd/penawaran/baru", offer_form(), market.partner)
    assert written.status_code == 303
    path = written.headers["location"]
    published = await post(market, f"{path}/keadaan", {"state": "published", "version": "1"}, market.partner)
    assert published.status_code == 303
    async with database.connection() as connection:
        offer = await connection.fetchrow("SELECT quota, region_code, state, payment_days FROM partnership_offer")
        tiers = await connection.fetch("SELECT from_quantity, price_rupiah FROM partnership_offer_tier ORDER BY 1")
    assert tuple(offer or ()) == (12_000, "32.75", "published", 14)
    assert [tuple(tier) for tier in tiers] == [(50, 69_000), (200, 68_000)]
    public = await get(market, "/kemitraan")
    assert "Beras premium 5 kg untuk gerai" in public.text
    assert "Rp\u00a069.000" in unescape(public.text)


async def test_wrong_offer_form_keeps_what_was_typed(market: Market) -> None:
    form = offer_form(price_1="dua belas", quota="10", from_3="500", ends_on="31/02/2027")
    refused = await post(market, "/bumd/penawaran/baru", form, market.partner)
    page = unescape(refused.text)
    assert refused.status_code == 422
    assert 'value="dua belas"' in page
    for sentence in (
        "Jumlah rupiah tidak terbaca. Tulis dengan angka, misalnya 12.500 atau 12,5rb.",
        "Kuota tidak boleh kurang dari jumlah minimum.",
        "Isi jumlah dan harganya, atau kosongkan keduanya.",
        "Tanggal ini tidak ada di kalender.",
    ):
        assert sentence in page
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM partnership_offer") == 0


async def test_region_with_two_meanings_is_asked_for(market: Market) -> None:
    refused = await post(market, "/bumd/penawaran/baru", offer_form(region="Bekasi"), market.partner)
    assert refused.status_code == 422
    assert 'value="32.75"' in refused.text
    assert 'value="32.16"' in refused.text
    chosen = offer_form(region="Bekasi", region_for="Bekasi", region_code="32.16")
    assert (await post(market, "/bumd/penawaran/baru", chosen, market.partner)).status_code == 303
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT region_code FROM partnership_offer") == "32.16"


async def test_stale_offer_form_changes_nothing_and_says_so(market: Market) -> None:
    offer_id = await market.publish()
    refused = await post(market, f"/bumd/penawaran/{offer_id}", offer_form(version="1"), market.partner)
    assert refused.status_code == 409
    assert "Penawaran ini sudah berubah sejak Anda membukanya." in refused.text
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT title FROM partnership_offer") == "Pasokan beras premium 5 kg"


async def test_cooperative_applies_from_the_page_and_reads_the_refusal(market: Market) -> None:
    offer_id = await market.publish()
    shown = await get(market, f"/kemitraan/{offer_id}", market.kota)
    assert "Kirim pengajuan" in shown.text
    few = await post(
        market,
        f"/kemitraan/{offer_id}/ajukan",
        {"version": "2", "quantity": "10", "note": "Gudang 20 m²"},
        market.kota,
    )
    assert few.status_code == 422
    assert "Jumlah paling sedikit 50." in few.text
    assert "Gudang 20 m²" in few.text
    sent = await post(
        market,
        f"/kemitraan/{offer_id}/ajukan",
        {"version": "2", "quantity": "100", "is_independent": "1"},
        market.kota,
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/koperasi/kemitraan")
    async with database.connection() as connection:
        application_id = await connection.fetchval("SELECT id FROM partnership_application")
    assert "Terima 100 sak" in (await get(market, f"/bumd/pengajuan/{application_id}", market.partner)).text
    declined = {"state": "declined", "reason": "Gudang belum siap."}
    assert (await post(market, f"/bumd/pengajuan/{application_id}", declined, market.partner)).status_code == 303
    assert "Gudang belum siap." in (await get(market, "/koperasi/kemitraan", market.kota)).text


async def test_guest_reads_offers_but_is_sent_to_sign_in_for_more(market: Market) -> None:
    offer_id = await market.publish()
    page = await get(market, f"/kemitraan/{offer_id}")
    assert page.status_code == 200
    assert "Kirim pengajuan" not in page.text
    for path in ("/bumd", "/bumd/penawaran", "/koperasi/kemitraan"):
        assert (await get(market, path)).status_code in (303, 401)
    assert (await get(market, "/bumd", market.kota)).status_code == 404


async def test_every_page_of_partners_opens(market: Market) -> None:
    offer_id = await market.publish()
    for path in ("/bumd", "/bumd/penawaran", "/bumd/penawaran/baru", f"/bumd/penawaran/{offer_id}"):
        assert (await get(market, path, market.partner)).status_code == 200
    assert (await get(market, f"/bumd/penawaran/{offer_id}", market.rival)).status_code == 404
