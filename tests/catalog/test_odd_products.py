"""Odd input about goods: refused beside its field, never a failure of ours, and nobody's words overwritten unseen."""

import html
import re
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.ids import new_token
from tests.factories import TestPerson, command, make_staff, sign_in
from tests.factories_trade import load_trade_reference

FORM = {
    "name": "Keripik singkong balado 250 g",
    "description": "Digoreng pagi hari.",
    "category_slug": "makanan-ringan",
    "price": "12,5rb",
    "unit_code": "bungkus",
    "content": "250",
    "content_unit": "g",
    "min_quantity": "1",
}
BODY = {
    "name": "Keripik tempe",
    "category_slug": "makanan-ringan",
    "unit_code": "bungkus",
    "price_rupiah": 10_000,
}


@pytest.fixture
async def owner(client: httpx.AsyncClient) -> TestPerson:
    """Sign in the owner of a seller."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
    person, _ = await make_staff("seller_owner")
    await sign_in(client, person)
    return person


def _text(response: httpx.Response) -> str:
    return html.unescape(response.text)


async def _products() -> list[dict[str, Any]]:
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch("SELECT * FROM product ORDER BY id")]


async def _send(client: httpx.AsyncClient, path: str, **typed: str) -> httpx.Response:
    return await client.post(path, data={**FORM, "_once": new_token(), **typed})


@pytest.mark.parametrize("name", ["   ", "a  ", "  ab  "])
async def test_name_of_blanks_is_refused_beside_the_field(
    client: httpx.AsyncClient, owner: TestPerson, name: str
) -> None:
    """The schema's three letters count blanks; the table does not hold them."""
    answer = await client.post("/api/v1/products", json={**BODY, "name": name}, headers=command())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["name"]
    assert await _products() == []


async def test_number_of_a_licence_has_an_end(client: httpx.AsyncClient, owner: TestPerson) -> None:
    long = await _send(client, "/umkm/produk/baru", licence_sni="9" * 41)
    assert long.status_code == 422
    assert "Nomor izin paling panjang 40 huruf." in _text(long)
    assert await _products() == []
    assert (await _send(client, "/umkm/produk/baru", licence_sni="SNI 3926:2008")).status_code == 303


@pytest.mark.parametrize(("typed", "read"), [("1.5", None), ("1,5", None), ("1.000", 1_000), ("12", 12)])
async def test_whole_number_is_read_as_written(
    client: httpx.AsyncClient, owner: TestPerson, typed: str, read: int | None
) -> None:
    """One and a half is not fifteen."""
    answer = await _send(client, "/umkm/produk/baru", min_quantity=typed)
    assert answer.status_code == (422 if read is None else 303)
    assert [product["min_quantity"] for product in await _products()] == ([] if read is None else [read])
    if read is None:
        assert f'value="{typed}"' in _text(answer)


@pytest.mark.parametrize("version", ["9" * 5000, "9999999999", "satu"])
async def test_version_that_no_page_has_is_refused(client: httpx.AsyncClient, owner: TestPerson, version: str) -> None:
    made = await _send(client, "/umkm/produk/baru")
    answer = await _send(client, made.headers["location"], version=version)
    assert answer.status_code == 422
    assert [product["version"] for product in await _products()] == [1]


async def test_description_changed_elsewhere_is_shown_before_it_is_overwritten(
    client: httpx.AsyncClient, owner: TestPerson
) -> None:
    path = (await _send(client, "/umkm/produk/baru")).headers["location"]
    assert (await _send(client, path, version="1", description="Renyah, tanpa pengawet.")).status_code == 303
    stale = await _send(client, path, version="1", description="Digoreng pagi hari, pedas.")
    assert stale.status_code == 409
    differences = re.search(r"<table.*?</table>", _text(stale), re.DOTALL)
    assert differences is not None
    assert "Renyah, tanpa pengawet." in differences[0]
    assert "Digoreng pagi hari, pedas." in differences[0]
    assert [product["description"] for product in await _products()] == ["Renyah, tanpa pengawet."]


async def test_warning_is_told_in_the_language_of_its_reader(client: httpx.AsyncClient, owner: TestPerson) -> None:
    """HAP of sugar: 17.500 a kilogram."""
    await client.post("/bahasa", data={"language": "en"})
    sugar = {"name": "Gula pasir 1 kg", "category_slug": "sembako", "content": "1", "content_unit": "kg"}
    made = await _send(client, "/umkm/produk/baru", **sugar, commodity_code="gula-pasir", price="18rb")
    page = _text(await client.get(made.headers["location"]))
    assert "Above the reference price of Gula pasir" in page
    assert "Di atas harga acuan" not in page
    assert "Konsep tersimpan" not in page


async def test_refused_step_names_the_state_in_the_language_of_its_reader(
    client: httpx.AsyncClient, owner: TestPerson
) -> None:
    path = (await _send(client, "/umkm/produk/baru")).headers["location"]
    await client.post("/bahasa", data={"language": "en"})
    refused = await client.post(f"{path}/langkah", data={"step": "pause", "_once": new_token()})
    assert refused.status_code == 409
    assert "konsep" not in _text(refused)
