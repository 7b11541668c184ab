"""A store's shelf and settings over HTTP, as its manager uses them."""

import html
import re

import httpx
import pytest

from marketplace import database
from marketplace.http.cookies import session_cookie_name
from marketplace.ids import OrganisationId, ProductId, StoreId, new_token
from tests.factories_trade import (
    LAMBANGSARI,
    make_listing,
    make_organisation,
    make_seller_product,
    make_session,
    make_store,
)

TERMS = {"source": "own_stock", "price": "15rb", "member_price": "14.500", "cost": "12,5rb", "fee": ""}


@pytest.fixture
async def store_id(client: httpx.AsyncClient) -> StoreId:
    """Open a store and sign in its manager."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", store_id)
        token = await make_session(connection, role="pengurus", organisation_id=cooperative_id)
    client.cookies.set(session_cookie_name(), token)
    return store_id


def _text(response: httpx.Response) -> str:
    return html.unescape(response.text)


async def _product(name: str = "Keripik tempe pedas") -> ProductId:
    async with database.transaction() as connection:
        return await make_seller_product(connection, name=name)


async def _listings() -> list[tuple[object, ...]]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT source, price_rupiah, member_price_rupiah, cost_rupiah, fee_basis_points FROM listing"
        )
    return [tuple(row) for row in rows]


async def test_product_goes_from_suggestion_to_shelf_to_stock(client: httpx.AsyncClient, store_id: StoreId) -> None:
    """And is no longer suggested."""
    product_id = await _product()
    assert "Etalase masih kosong" in _text(await client.get("/koperasi/etalase"))
    address = f"/koperasi/etalase/baru?produk={product_id}"
    assert address in _text(await client.get("/koperasi/etalase/tambah"))
    terms = _text(await client.get(address))
    assert "Keripik tempe pedas" in terms
    assert re.search(r'name="cost"[^>]* value="[\d.]+"', terms) is not None
    response = await client.post(
        "/koperasi/etalase/baru", data={**TERMS, "product_id": str(product_id), "_once": new_token()}
    )
    assert response.status_code == 303
    assert await _listings() == [("own_stock", 15_000, 14_500, 12_500, 0)]
    assert (await client.get(response.headers["location"])).status_code == 200
    assert "Keripik tempe pedas" in _text(await client.get("/koperasi/etalase"))
    assert address not in _text(await client.get("/koperasi/etalase/tambah"))
    assert (await client.get(address)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"price": "dua belas"}, "Jumlah rupiah tidak terbaca."),
        ({"price": "0"}, "Harga harus lebih dari nol."),
        ({"member_price": "16rb"}, "Harga anggota tidak boleh lebih tinggi dari harga umum Rp\u00a015.000."),
        ({"source": "consignment"}, "Isi bagian koperasi dari tiap penjualan"),
        ({"source": "consignment", "fee": "120"}, "Isi persen antara 0 dan 100"),
        ({"source": "hutang"}, "Pilih salah satu."),
    ],
)
async def test_terms_that_do_not_fit_are_refused_and_kept(
    client: httpx.AsyncClient, store_id: StoreId, fields: dict[str, str], sentence: str
) -> None:
    """With the sentence; nothing is listed."""
    form = {**TERMS, **fields, "product_id": str(await _product()), "_once": new_token()}
    response = await client.post("/koperasi/etalase/baru", data=form)
    assert response.status_code == 422
    assert sentence in _text(response)
    assert f'value="{form["price"]}"' in _text(response)
    assert await _listings() == []


async def test_consignment_fee_is_read_as_percent(client: httpx.AsyncClient, store_id: StoreId) -> None:
    """12,5 % is 1.250 basis points and is shown so again."""
    form = {**TERMS, "source": "consignment", "cost": "", "fee": "12,5", "product_id": str(await _product())}
    response = await client.post("/koperasi/etalase/baru", data={**form, "_once": new_token()})
    assert await _listings() == [("consignment", 15_000, 14_500, 0, 1_250)]
    listing_id = response.headers["location"].rsplit("/", 1)[1]
    assert 'value="12,5"' in _text(await client.get(f"/koperasi/etalase/{listing_id}"))


async def test_two_tabs_second_price_is_shown_both_values(client: httpx.AsyncClient, store_id: StoreId) -> None:
    """Then it may be saved on purpose; taking off the shelf and putting back."""
    async with database.transaction() as connection:
        listing_id = await make_listing(connection, store_id=store_id, stock=0)
    address = f"/koperasi/etalase/{listing_id}"
    first = await client.post(address, data={**TERMS, "version": "1", "_once": new_token()})
    assert first.status_code == 303
    second = await client.post(address, data={**TERMS, "price": "17rb", "version": "1", "_once": new_token()})
    assert second.status_code == 409
    assert "Rp\xa017.000" in _text(second)
    assert "Rp\xa015.000" in _text(second)
    version = re.search(r'name="version" value="(\d+)"', second.text)
    assert version is not None
    third = await client.post(address, data={**TERMS, "price": "17rb", "version": version[1], "_once": new_token()})
    assert third.status_code == 303
    assert (await _listings())[0][1] == 17_000
    codes = [
        (await client.post(f"{address}/langkah", data={"step": step, "_once": new_token()})).status_code
        for step in ("pause", "pause", "resume")
    ]
    assert codes == [303, 409, 303]


def _settings(page: str) -> dict[str, str]:
    fields = dict(re.findall(r'<input class="input" id="\w+" name="(\w+)"[^>]* value="([^"]*)"', page))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return {**fields, "version": version[1], "is_active": "1", "_once": new_token()}


async def test_settings_are_read_as_people_write_them(client: httpx.AsyncClient, store_id: StoreId) -> None:
    """Hours, telephone, coordinates with a comma; a stale page is refused."""
    form = _settings(_text(await client.get("/koperasi/gerai")))
    form |= {"hours_1": "8-12, 13.00-17.00", "hours_2": "tutup", "phone": "0812 3456 7890", "latitude": "-6,28282"}
    assert (await client.post("/koperasi/gerai", data=form)).status_code == 303
    page = _text(await client.get("/koperasi/gerai"))
    assert 'value="08.00-12.00, 13.00-17.00"' in page
    assert 'value="-6,28282"' in page
    assert 'value="0812-3456-7890"' in page
    stale = await client.post("/koperasi/gerai", data={**form, "name": "Gerai lain", "_once": new_token()})
    assert stale.status_code == 409
    assert "Data sudah berubah" in _text(stale)
    wrong = await client.post(
        "/koperasi/gerai", data={**form, "hours_3": "pagi", "latitude": "60", "_once": new_token()}
    )
    assert wrong.status_code == 422
    assert "Tulis jam buka seperti" in _text(wrong)
    assert "Lintang Indonesia antara" in _text(wrong)
    assert 'value="pagi"' in _text(wrong)


async def test_village_is_offered_added_and_removed(client: httpx.AsyncClient, store_id: StoreId) -> None:
    """As it comes back from the choice of a village."""
    assert "Antar ke Lambangsari?" in _text(await client.get(f"/koperasi/gerai?village={LAMBANGSARI}"))
    for action, is_there in (("add", True), ("remove", False)):
        form = {"village": LAMBANGSARI, "action": action, "_once": new_token()}
        assert (await client.post("/koperasi/gerai/cakupan", data=form)).status_code == 303
        assert ("Hapus Lambangsari" in _text(await client.get("/koperasi/gerai"))) is is_there


async def test_supervisor_reads_and_does_not_change(client: httpx.AsyncClient, store_id: StoreId) -> None:
    """Pengawas see the shelf; changing it is refused with the reason."""
    async with database.transaction() as connection:
        cooperative_id = OrganisationId(
            await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", store_id)
        )
        await make_listing(connection, store_id=store_id)
        token = await make_session(connection, role="pengawas", organisation_id=cooperative_id)
        other = await make_organisation(connection, kind="cooperative")
        elsewhere = await make_session(connection, role="pengurus", organisation_id=other)
    client.cookies.set(session_cookie_name(), token)
    assert "Keripik singkong" in _text(await client.get("/koperasi/etalase"))
    assert "Wilayah antar" in _text(await client.get("/koperasi/gerai"))
    refused = await client.get("/koperasi/etalase/tambah")
    assert refused.status_code == 403
    client.cookies.set(session_cookie_name(), elsewhere)
    assert "Buka gerai" in _text(await client.get("/koperasi/gerai"))
    closed = await client.get("/koperasi/etalase")
    assert closed.status_code == 409
    assert "Koperasi ini belum membuka gerai." in _text(closed)
