"""Regions over HTTP: the API, and the page to choose a village without JavaScript."""

import html

import httpx
import pytest


@pytest.fixture
def database_url(all_regions_url: str) -> str:
    """Serve from the database with every region: these tests only read."""
    return all_regions_url


async def test_api_finds_a_village_as_typed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/regions", params={"q": "jatimakmur bekasi"})
    assert answer.status_code == 200
    assert answer.json()["is_guess"] is False
    (region,) = answer.json()["regions"]
    assert region == {
        "code": "32.75.08.1003",
        "level": "village",
        "kind": "kelurahan",
        "name": "Jatimakmur",
        "label": "Jatimakmur, Kec. Pondokgede, Kota Bekasi",
        "parent_code": "32.75.08",
        "postal_code": "17413",
        "latitude": -6.28282,
        "longitude": 106.93026,
        "is_position_approximate": True,
        "time_zone": "Asia/Jakarta",
        "district": "Pondokgede",
        "regency": "Kota Bekasi",
        "province": "Jawa Barat",
    }


async def test_api_lists_what_lies_below_a_region(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/regions", params={"parent": "32.75"})
    assert len(answer.json()["regions"]) == 12
    assert (await client.get("/api/v1/regions", params={"q": "suka", "parent": "32.75"})).json()["regions"] == []


async def test_api_gives_one_region_and_the_nearest(client: httpx.AsyncClient) -> None:
    one = await client.get("/api/v1/regions/32.75.08")
    assert (one.status_code, one.json()["label"]) == (200, "Kec. Pondokgede, Kota Bekasi")
    near = await client.get("/api/v1/regions/nearest", params={"latitude": -6.2828, "longitude": 106.93, "limit": 1})
    assert near.json()[0]["region"]["code"] == "32.75.08.1003"
    assert near.json()[0]["distance_km"] == pytest.approx(0.029, abs=0.001)


@pytest.mark.parametrize(
    ("path", "status_code"),
    [
        ("/api/v1/regions/99", 404),
        ("/api/v1/regions/Bekasi", 404),
        ("/api/v1/regions/%00", 404),
        ("/api/v1/regions?parent=Bekasi", 422),
        ("/api/v1/regions?parent=%00", 422),
        ("/api/v1/regions?level=rt", 422),
        ("/api/v1/regions?limit=0", 422),
        ("/api/v1/regions?limit=1000", 422),
        ("/api/v1/regions?q=" + "x" * 101, 422),
        ("/api/v1/regions/nearest?latitude=91&longitude=0", 422),
        ("/api/v1/regions/nearest?latitude=nan&longitude=0", 422),
        ("/api/v1/regions/nearest", 422),
        ("/api/v1/regions?q=%00", 422),
    ],
)
async def test_bad_input_is_refused_plainly(client: httpx.AsyncClient, path: str, status_code: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status_code
    if status_code != 200:
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_page_offers_villages_to_pick_and_leads_back(client: httpx.AsyncClient) -> None:
    page = await client.get("/wilayah", params={"q": "pondok gede", "next": "/daftar?langkah=2&village=x"})
    assert page.status_code == 200
    text = html.unescape(page.text)
    assert 'action="/daftar"' in text
    assert 'type="radio" name="village" value="32.75.08.1003"' in text
    assert "Jatimakmur, Kec. Pondokgede, Kota Bekasi" in text
    assert 'name="langkah" value="2"' in text
    assert 'value="x"' not in text


async def test_page_keeps_what_was_typed_and_says_when_nothing_is_found(client: httpx.AsyncClient) -> None:
    text = html.unescape((await client.get("/wilayah", params={"q": 'zzzz "<b>'})).text)
    assert "Belum ketemu" in text
    assert '<input class="input" id="q" name="q" type="search" value="zzzz' in text
    assert "<b>" not in (await client.get("/wilayah", params={"q": "<b>"})).text
    assert "Belum ketemu" not in (await client.get("/wilayah")).text


async def test_page_says_when_it_guesses(client: httpx.AsyncClient) -> None:
    text = html.unescape((await client.get("/wilayah", params={"q": "jatimakmr bekasi"})).text)
    assert "Mungkin maksud Anda" in text
    assert "Jatimakmur, Kec. Pondokgede" in text


async def test_page_never_leads_to_another_site(client: httpx.AsyncClient) -> None:
    for target in ("https://example.com/x", "//example.com/x", "/\\example.com"):
        page = await client.get("/wilayah", params={"q": "jatimakmur", "next": target})
        text = html.unescape(page.text)
        assert "Jatimakmur, Kec. Pondokgede" in text
        # Only the form that changes the language carries the address, as the page to come back to.
        assert 'name="village"' not in text
        assert f'"{target}"' not in text


async def test_htmx_gets_the_list_alone(client: httpx.AsyncClient) -> None:
    part = await client.get("/wilayah", params={"q": "jatimakmur", "next": "/daftar"}, headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert 'value="32.75.08.1003"' in part.text
