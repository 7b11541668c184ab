"""A seller's goods over HTTP: each refusal with its sentence, what was typed kept, nothing changed."""

import html
import io
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from PIL import Image

from marketplace import database
from marketplace.http.cookies import session_cookie_name
from marketplace.ids import OrganisationId, ProductId, new_token
from tests.catalog.test_photos import picture
from tests.factories_trade import (
    load_trade_reference,
    make_listing,
    make_organisation,
    make_seller_product,
    make_session,
)

FORM = {
    "name": "Keripik singkong balado 250 g",
    "category_slug": "makanan-ringan",
    "price": "12,5rb",
    "unit_code": "bungkus",
    "content": "250",
    "content_unit": "g",
    "min_quantity": "1",
}


@pytest.fixture
async def seller(client: httpx.AsyncClient) -> OrganisationId:
    """Sign in the owner of a seller."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
        seller_id = await make_organisation(connection, kind="seller")
        token = await make_session(connection, role="seller_owner", organisation_id=seller_id)
    client.cookies.set(session_cookie_name(), token)
    return seller_id


def _typed(**fields: str) -> dict[str, str]:
    return {**FORM, "_once": new_token(), **fields}


def _text(response: httpx.Response) -> str:
    return html.unescape(response.text)


async def _product(product_id: int) -> dict[str, object]:
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM product WHERE id = $1", product_id)
    assert row is not None
    return dict(row)


async def _count() -> int:
    async with database.connection() as connection:
        count: int = await connection.fetchval("SELECT count(*) FROM product")
    return count


async def _add(client: httpx.AsyncClient, **fields: str) -> int:
    response = await client.post("/umkm/produk/baru", data=_typed(**fields))
    assert response.status_code == 303, _text(response)
    return int(response.headers["location"].rsplit("/", 1)[1])


async def test_price_typed_as_people_do_is_understood(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """12,5rb is 12.500; tiers, conversions and licences are kept."""
    product_id = await _add(
        client,
        tier_from_1="10",
        tier_price_1="11rb",
        conversion_unit_1="dus",
        conversion_factor_1="24",
        licence_pirt="P-IRT 2063275990010-30",
    )
    product = await _product(product_id)
    assert (product["price_rupiah"], product["state"], product["content_quantity"]) == (12_500, "draft", 250)
    page = _text(await client.get(f"/umkm/produk/{product_id}"))
    for shown in ("11.000", "P-IRT 2063275990010-30", "31/12/2030"):
        assert shown in page


async def test_price_in_words_is_refused_and_kept(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """The sentence says how to write it; everything typed is still there."""
    response = await client.post("/umkm/produk/baru", data=_typed(price="dua belas"))
    assert response.status_code == 422
    assert "Jumlah rupiah tidak terbaca. Tulis dengan angka, misalnya 12.500 atau 12,5rb." in _text(response)
    assert 'value="dua belas"' in _text(response)
    assert 'value="Keripik singkong balado 250 g"' in _text(response)
    assert await _count() == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"price": "-500"}, "Jumlah rupiah tidak boleh negatif."),
        ({"price": "0"}, "Harga harus lebih dari nol."),
        ({"name": "ab"}, "Nama barang 3 sampai 120 huruf."),
        ({"category_slug": "senjata"}, "Pilih kategori dari daftar."),
        ({"unit_code": "firkin"}, "Satuan tidak dikenal."),
        ({"min_quantity": "nol"}, "Isi bilangan bulat"),
        ({"tier_from_1": "10", "tier_price_1": "13rb"}, "Harga grosir harus lebih rendah dari Rp\u00a012.500."),
        ({"tier_from_1": "10"}, "Isi jumlah dan harganya"),
        ({"conversion_unit_1": "bungkus", "conversion_factor_1": "12"}, "Pilih satuan lain dari daftar"),
        ({"licence_pirt": "123"}, "P-IRT"),
        ({"licence_halal_until": "31/12/2027"}, "Isi nomor izinnya juga."),
    ],
)
async def test_bad_field_is_refused_beside_the_field(
    client: httpx.AsyncClient, seller: OrganisationId, fields: dict[str, str], sentence: str
) -> None:
    """With nothing stored."""
    response = await client.post("/umkm/produk/baru", data=_typed(**fields))
    assert response.status_code == 422
    assert sentence in _text(response)
    assert await _count() == 0


async def test_price_above_het_is_refused_with_the_rule(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """5 kg of SPHP rice may cost 62.500 in Bekasi and no more."""
    rice = {
        "name": "Beras SPHP 5 kg",
        "category_slug": "sembako",
        "unit_code": "sak",
        "content": "5",
        "content_unit": "kg",
        "commodity_code": "beras-sphp",
    }
    response = await client.post("/umkm/produk/baru", data=_typed(**rice, price="63.000"))
    assert response.status_code == 422
    assert "Melebihi HET Beras SPHP Rp\u00a012.500/kg (HET beras SPHP) sejak 1 Mei 2024." in _text(response)
    assert await _count() == 0
    await _add(client, **rice, price="62.500")


async def test_price_above_the_reference_is_saved_with_a_warning(
    client: httpx.AsyncClient, seller: OrganisationId
) -> None:
    """HAP of sugar: 17.500 a kilogram."""
    sugar = {
        "name": "Gula pasir 1 kg",
        "category_slug": "sembako",
        "content": "1",
        "content_unit": "kg",
        "commodity_code": "gula-pasir",
        "price": "18rb",
    }
    response = await client.post("/umkm/produk/baru", data=_typed(**sugar))
    assert response.status_code == 303
    assert "Di atas harga acuan Gula pasir" in _text(await client.get(response.headers["location"]))
    assert await _count() == 1


async def test_form_sent_twice_adds_one_product(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Both get the same answer."""
    form = _typed()
    first, second = [await client.post("/umkm/produk/baru", data=form) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert await _count() == 1


async def test_two_tabs_second_save_is_shown_both_values(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Then it may be saved on purpose."""
    product_id = await _add(client)
    first = await client.post(f"/umkm/produk/{product_id}", data=_typed(version="1", price="13rb"))
    assert first.status_code == 303
    second = await client.post(f"/umkm/produk/{product_id}", data=_typed(version="1", price="14rb"))
    assert second.status_code == 409
    assert "Data sudah berubah sejak halaman ini dibuka." in _text(second)
    assert "Rp\xa013.000" in _text(second)
    assert "Rp\xa014.000" in _text(second)
    assert (await _product(product_id))["price_rupiah"] == 13_000
    version = re.search(r'name="version" value="(\d+)"', second.text)
    assert version is not None
    third = await client.post(f"/umkm/produk/{product_id}", data=_typed(version=version[1], price="14rb"))
    assert third.status_code == 303
    assert (await _product(product_id))["price_rupiah"] == 14_000


async def _step(client: httpx.AsyncClient, product_id: int, step: str) -> httpx.Response:
    return await client.post(f"/umkm/produk/{product_id}/langkah", data={"step": step, "_once": new_token()})


async def test_expired_licence_is_refused_at_publishing(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """The draft stays a draft."""
    product_id = await _add(client, licence_pirt="P-IRT 2063275990010-25")
    response = await _step(client, product_id, "publish")
    assert response.status_code == 422
    assert "P-IRT sudah habis masa berlakunya pada 31 Desember 2025." in _text(response)
    assert (await _product(product_id))["state"] == "draft"


async def test_licence_said_to_last_longer_than_its_number_is_refused(
    client: httpx.AsyncClient, seller: OrganisationId
) -> None:
    """The number's last two digits are its year; a later day typed beside it is never changed in silence."""
    product_id = await _add(client)
    fields = _typed(version="1", licence_pirt="P-IRT 2063275990010-25", licence_pirt_until="01/01/2030")
    response = await client.post(f"/umkm/produk/{product_id}", data=fields)
    assert response.status_code == 422
    assert "Menurut nomornya, P-IRT ini berlaku sampai 31 Desember 2025." in _text(response)
    assert "01/01/2030" in _text(response)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM product_licence") == 0


async def test_commodity_without_ceiling_cannot_be_published(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Kota Bekasi has no LPG price row."""
    product_id = await _add(
        client, name="LPG 3 kg", unit_code="tabung", content="3", content_unit="kg", commodity_code="lpg-3kg"
    )
    response = await _step(client, product_id, "publish")
    assert response.status_code == 422
    assert "HET belum diisi untuk LPG 3 kg" in _text(response)


async def test_publishing_and_pausing_mark_the_listings(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Each change of what the public sees reaches search, and the audit trail."""
    product_id = await _add(client)
    async with database.transaction() as connection:
        listing_id = await make_listing(connection, product_id=ProductId(product_id))
    for step, state in (("publish", "published"), ("pause", "paused")):
        assert (await _step(client, product_id, step)).status_code == 303
        assert (await _product(product_id))["state"] == state
    assert (await _step(client, product_id, "pause")).status_code == 409
    async with database.connection() as connection:
        marked = await connection.fetchrow("SELECT document_id, generation FROM search_dirty")
        trail = await connection.fetch("SELECT action FROM audit_event ORDER BY id")
    assert marked is not None
    assert tuple(marked) == (listing_id, 2)
    assert [row["action"] for row in trail] == ["product_created", "product_published", "product_paused"]


async def test_product_of_another_seller_is_not_found(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Neither read nor changed."""
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection)
    assert (await client.get(f"/umkm/produk/{product_id}")).status_code == 404
    response = await client.post(f"/umkm/produk/{product_id}", data=_typed(version="1", price="1"))
    assert response.status_code == 404
    assert (await _step(client, product_id, "pause")).status_code == 404
    assert (await _product(product_id))["version"] == 1


async def test_photo_is_served_small_and_for_ever(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Both sizes, immutable."""
    product_id = await _add(client)
    response = await client.post(f"/umkm/produk/{product_id}/foto", files={"photo": ("a.jpg", picture(), "image/jpeg")})
    assert response.status_code == 303
    digest = (await _product(product_id))["photo_digest"]
    for name in (f"{digest}.webp", f"{digest}-kecil.webp"):
        served = await client.get(f"/foto/{name}")
        assert served.headers["content-type"] == "image/webp"
        assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await client.get(f"/foto/{'0' * 64}.webp")).status_code == 404
    assert f"/foto/{digest}.webp" in _text(await client.get(f"/umkm/produk/{product_id}"))


@pytest.mark.parametrize(
    ("data", "status_code", "sentence"),
    [
        (b"%PDF-1.4 sesuatu", 422, "Berkas ini PDF, bukan foto."),
        (b"x" * 10_000_000, 422, "Berkas ini bukan foto yang bisa dibaca."),
        (b"x" * 13_000_000, 422, "Foto melebihi 12 MB."),
    ],
    ids=["pdf", "10 MB of nothing", "13 MB"],
)
async def test_file_that_is_no_photo_is_refused(
    client: httpx.AsyncClient, seller: OrganisationId, data: bytes, status_code: int, sentence: str
) -> None:
    """The product keeps having none."""
    product_id = await _add(client)
    response = await client.post(f"/umkm/produk/{product_id}/foto", files={"photo": ("a.jpg", data, "image/jpeg")})
    assert response.status_code == status_code
    assert re.search(rf'id="photo-error">.*?{re.escape(sentence)}', _text(response), re.DOTALL)
    assert 'value="Keripik singkong balado 250 g"' in _text(response)
    assert (await _product(product_id))["photo_digest"] is None


async def test_ten_megabytes_from_a_telephone_are_made_small(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Held sideways, with its place: stored upright, small, and without it; in the API as on the page."""
    noise = Image.effect_noise((2000, 1500), 70).resize((4000, 3000)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telepon rahasia"
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=97, exif=exif)
    data = target.getvalue().ljust(10_000_000, b"\0")  # cameras leave such tails too
    assert 10_000_000 <= len(data) < 12 * 1024 * 1024
    product_id = await _add(client)
    page = await client.post(f"/umkm/produk/{product_id}/foto", files={"photo": ("a.jpg", data, "image/jpeg")})
    assert page.status_code == 303
    digest = str((await _product(product_id))["photo_digest"])
    served = await client.get(f"/foto/{digest}.webp")
    assert len(served.content) <= 200 * 1024
    made = Image.open(io.BytesIO(served.content))
    assert made.size == (600, 800)
    assert not made.getexif()
    token = client.cookies[session_cookie_name()]
    headers = {"authorization": f"Bearer {token}", "idempotency-key": new_token(), "content-type": "image/jpeg"}
    answer = await client.put(f"/api/v1/products/{product_id}/photo", content=data, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["photo_url"] == f"/foto/{digest}.webp"


@pytest.mark.parametrize("is_api", [False, True])
async def test_absurd_body_is_refused_before_it_is_read(
    client: httpx.AsyncClient, seller: OrganisationId, *, is_api: bool
) -> None:
    """Forty megabytes are announced; none of them is asked for, and the sentence is the photo's own."""
    product_id = await _add(client)
    pulled = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal pulled
        for _ in range(40):
            pulled += 1
            yield b"x" * 1_000_000

    headers = {"content-length": "40000000", "content-type": "multipart/form-data; boundary=abc"}
    path = f"/umkm/produk/{product_id}/foto"
    if is_api:
        token = client.cookies[session_cookie_name()]
        headers |= {"authorization": f"Bearer {token}", "idempotency-key": new_token(), "content-type": "image/jpeg"}
        path = f"/api/v1/products/{product_id}/photo"
    response = await client.request("PUT" if is_api else "POST", path, content=body(), headers=headers)
    assert response.status_code == 422
    assert "Foto melebihi 12 MB." in _text(response)
    assert pulled <= 1
    assert (await _product(product_id))["photo_digest"] is None


async def test_home_and_list_show_what_to_do(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """An empty state first, then drafts and licences that end."""
    assert "Belum ada barang" in _text(await client.get("/umkm"))
    assert "Belum ada barang" in _text(await client.get("/umkm/produk"))
    product_id = await _add(client, licence_pirt="P-IRT 2063275990010-25")
    home = _text(await client.get("/umkm"))
    assert f"/umkm/produk/{product_id}" in home
    assert "31 Desember 2025" in home
    assert "Keripik singkong balado" in _text(await client.get("/umkm/produk?status=draft&q=SINGKONG"))
    assert "Tidak ada yang cocok" in _text(await client.get("/umkm/produk?q=rendang"))


async def test_list_goes_on_by_cursor(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """Nothing twice, nothing left out, two statements a page with the session's."""
    async with database.transaction() as connection:
        made = [await make_seller_product(connection, seller_id=seller) for _ in range(30)]
    client.headers["authorization"] = f"Bearer {client.cookies[session_cookie_name()]}"
    seen: list[int] = []
    cursor = ""
    while True:
        async with database.observed_statements() as statements:
            answer = await client.get("/api/v1/products/mine", params={"limit": 13, "cursor": cursor})
        assert len(statements) <= 3
        seen += [item["id"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"] or ""
        if not cursor:
            break
    assert seen == sorted(made, reverse=True)


async def test_api_refuses_a_stale_edit_with_both_values(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """As problem+json with the version to try again with."""
    client.headers["authorization"] = f"Bearer {client.cookies[session_cookie_name()]}"
    body = {
        "name": "Keripik tempe",
        "category_slug": "makanan-ringan",
        "unit_code": "bungkus",
        "price_rupiah": 10_000,
    }
    made = await client.post("/api/v1/products", json=body, headers={"idempotency-key": new_token()})
    assert made.status_code == 201, made.text
    address = f"/api/v1/products/{made.json()['product_id']}"
    edit = {**body, "version": 1}
    for price, status_code in ((11_000, 200), (12_000, 409)):
        answer = await client.put(
            address, json={**edit, "price_rupiah": price}, headers={"idempotency-key": new_token()}
        )
        assert answer.status_code == status_code
    assert answer.json()["facts"] == {
        "version": 2,
        "changes": [{"field": "price_rupiah", "saved": "11000", "sent": "12000"}],
    }
