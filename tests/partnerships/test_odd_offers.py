"""Offers that changed under somebody's hands, and those of a partner who is suspended."""

import html
import re

import httpx

from marketplace import database
from tests.partnerships.conftest import Market
from tests.partnerships.test_pages import get, offer_form, post


def _version(page: httpx.Response) -> str:
    found = re.findall(r'name="version" value="(\d+)"', page.text)
    assert found
    return str(found[-1])


async def test_stale_offer_is_shown_with_both_values_and_may_then_be_saved(market: Market) -> None:
    path = (await post(market, "/bumd/penawaran/baru", offer_form(), market.partner)).headers["location"]
    chosen = {"region": "Kota Bekasi", "region_for": "Kota Bekasi", "region_code": "32.75"}
    first = await post(market, path, offer_form(version="1", quota="9.000", **chosen), market.partner)
    assert first.status_code == 303
    sent = offer_form(quota="8.000", pattern="waralaba", **chosen)
    stale = await post(market, path, {**sent, "version": "1"}, market.partner)
    assert stale.status_code == 409
    differences = re.search(r"<table.*?</table>", html.unescape(stale.text), re.DOTALL)
    assert differences is not None
    for said in ("Kuota", "9.000", "8.000", "Rantai pasok", "Waralaba"):
        assert said in differences[0]
    assert "Judul" not in differences[0]
    again = await post(market, path, {**sent, "version": _version(stale)}, market.partner)
    assert again.status_code == 303
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT quota FROM partnership_offer") == 8_000


async def test_offer_of_a_suspended_partner_takes_no_applications_on_its_page(market: Market) -> None:
    """It said that it was open, and refused what was then filled in."""
    offer_id = await market.publish()
    assert f'action="/kemitraan/{offer_id}/ajukan"' in html.unescape(
        (await get(market, f"/kemitraan/{offer_id}", market.kota)).text
    )
    async with database.connection() as connection:
        await connection.execute("UPDATE organisation SET status = 'suspended' WHERE id = $1", market.partner_id)
    page = html.unescape((await get(market, f"/kemitraan/{offer_id}", market.kota)).text)
    assert f'action="/kemitraan/{offer_id}/ajukan"' not in page
    assert "sedang tidak menerima pengajuan" in page
    assert (await market.http.get(f"/api/v1/offers/{offer_id}")).json()["state"] == "closed"
