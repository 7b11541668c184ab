"""The buyer's way over HTTP as a browser without scripts goes it: cart, checkout, following, cancelling."""

import re
from html import unescape

import httpx
import pytest

from marketplace import database
from marketplace.http.cookies import cart_cookie_name
from marketplace.ids import ListingId, ProductId, StoreId
from tests.factories import make_person, sign_in
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI, make_listing, make_seller_product, make_store


class Shop:
    """Two stores; rice is at both, chips at the first alone."""

    near: StoreId
    far: StoreId
    rice: ProductId
    chips: ProductId
    rice_near: ListingId


async def lay_out(client: httpx.AsyncClient) -> Shop:
    """Two stores with goods, and a visitor of the near one's village."""
    made = Shop()
    async with database.connection() as connection:
        made.near = await make_store(connection, is_delivering=True, delivery_fee_rupiah=5_000)
        made.far = await make_store(connection, village_code=LAMBANGSARI)
        made.rice = await make_seller_product(connection, name="Beras medium 5 kg", unit_code="sak")
        made.chips = await make_seller_product(connection, name="Keripik singkong balado")
        made.rice_near = await make_listing(
            connection, store_id=made.near, product_id=made.rice, price_rupiah=65_000, stock=5
        )
        await make_listing(connection, store_id=made.far, product_id=made.rice, price_rupiah=63_000, stock=50)
        await make_listing(connection, store_id=made.near, product_id=made.chips, price_rupiah=15_000, stock=10)
    client.cookies.set("lumbung_village", JATIMAKMUR, domain="lumbung.test", path="/")
    return made


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await lay_out(client)


def text_of(response: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(response.text)).split())


def fields_of(response: httpx.Response, action: str) -> dict[str, str]:
    """Hidden and typed fields of the form that posts to `action`, as a browser would send them."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', unescape(response.text), re.DOTALL)
    assert form, f"no form to {action}"
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" not in attributes or (attributes.get("type") == "radio" and " checked" not in tag):
            continue
        found[attributes["name"]] = attributes.get("value", "")
    for name in re.findall(r'<textarea[^>]*name="([a-z_]+)"', form[0]):
        found[name] = ""
    return found


async def add(client: httpx.AsyncClient, product_id: int, quantity: int = 1, **more: object) -> httpx.Response:
    data = {"product_id": str(product_id), "quantity": str(quantity)} | {k: str(v) for k, v in more.items()}
    return await client.post("/keranjang/tambah", data=data)


async def order(client: httpx.AsyncClient, **typed: str) -> httpx.Response:
    fields = fields_of(await client.get("/pesan"), "/pesan")
    fields |= {"contact_name": "Pembeli Uji", "contact_phone": "0812 0000 0001"} | typed
    return await client.post("/pesan", data=fields)


async def count_orders() -> int:
    async with database.connection() as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM orders")
        return found


async def test_guest_goes_from_goods_to_followed_order(client: httpx.AsyncClient, shop: Shop) -> None:
    added = await add(client, shop.rice, 2, next=f"/produk/{shop.rice}")
    assert (added.status_code, added.headers["location"]) == (303, f"/produk/{shop.rice}")
    assert client.cookies.get(cart_cookie_name())
    cart = await client.get("/keranjang")
    said = text_of(cart)
    assert "Barang masuk keranjang." in said
    assert "Beras medium 5 kg" in said
    assert "Gerai di desa atau kelurahan Anda" in said
    assert "Rp 130.000" in said
    assert "Keranjang, 1 barang" in said
    placed = await order(client)
    assert placed.status_code == 303, text_of(placed)
    done = await client.get(placed.headers["location"])
    said = text_of(done)
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", said)
    assert code
    assert done.headers["referrer-policy"] == "no-referrer"
    assert done.headers["x-robots-tag"] == "noindex, nofollow"
    assert done.headers.get_list("referrer-policy") == ["no-referrer"]
    link = re.search(r'href="(/pesanan/[^"/]+)"', unescape(done.text))
    assert link
    followed = text_of(await client.get(link[1]))
    assert code[0] in followed
    assert "Menunggu diterima gerai" in followed
    assert "Siapkan Rp 130.000 tunai" in followed
    assert "0812" not in followed
    assert "Keranjang masih kosong" in text_of(await client.get("/keranjang"))


async def test_double_press_places_one_order(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice)
    fields = fields_of(await client.get("/pesan"), "/pesan")
    fields |= {"contact_name": "Pembeli Uji", "contact_phone": "081200000001"}
    first, second = [await client.post("/pesan", data=fields) for _ in range(2)]
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert await count_orders() == 1


async def test_second_tab_is_told_that_the_cart_was_ordered(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice)
    tabs = [fields_of(await client.get("/pesan"), "/pesan") for _ in range(2)]
    contact = {"contact_name": "Pembeli Uji", "contact_phone": "081200000001"}
    first, second = [await client.post("/pesan", data=fields | contact) for fields in tabs]
    assert first.headers["location"].startswith("/pesanan/selesai/")
    assert second.headers["location"] == "/keranjang"
    assert "Keranjang ini sudah kosong, jadi tidak ada yang dipesan lagi." in text_of(await client.get("/keranjang"))
    assert await count_orders() == 1


async def test_changed_price_is_shown_old_and_new_and_accepted_by_one_press(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    await add(client, shop.rice, store_id=shop.near)
    fields = fields_of(await client.get("/pesan"), "/pesan")
    async with database.transaction() as connection:
        await connection.execute("UPDATE listing SET price_rupiah = 66000 WHERE id = $1", shop.rice_near)
    assert "Harga berubah dari Rp 65.000 menjadi Rp 66.000." in text_of(await client.get("/keranjang"))
    fields |= {"contact_name": "Pembeli Uji", "contact_phone": "081200000001", "note": "Tolong dibungkus"}
    refused = await client.post("/pesan", data=fields)
    assert refused.status_code == 409
    assert "harga berubah dari Rp 65.000 menjadi Rp 66.000" in text_of(refused)
    assert "Lanjut?" in text_of(refused)
    assert "Tolong dibungkus" in text_of(refused)
    assert await count_orders() == 0
    accepted = await client.post("/pesan", data=fields_of(refused, "/pesan"))
    assert accepted.status_code == 303
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT total_rupiah FROM orders") == 66_000


async def test_phone_that_cannot_be_read_keeps_what_was_typed(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice)
    refused = await order(client, contact_phone="dua belas", contact_name="Bu Uji")
    assert refused.status_code == 422
    assert "Nomor telepon tidak terbaca" in text_of(refused)
    assert 'value="dua belas"' in refused.text
    assert 'value="Bu Uji"' in refused.text
    assert await count_orders() == 0


async def test_goods_sold_meanwhile_are_named_with_what_is_left(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice, 4, store_id=shop.near)
    fields = fields_of(await client.get("/pesan"), "/pesan")
    async with database.transaction() as connection:
        await connection.execute("UPDATE stock SET reserved = 3 WHERE listing_id = $1", shop.rice_near)
    fields |= {"contact_name": "Pembeli Uji", "contact_phone": "081200000001"}
    refused = await client.post("/pesan", data=fields)
    assert refused.status_code == 303
    assert refused.headers["location"] == "/keranjang"
    said = text_of(await client.get("/keranjang"))
    assert "Tersisa 2, Anda minta 4." in said
    assert "Ambil 2 saja" in said
    assert await count_orders() == 0
    changed = await client.post(
        "/keranjang/ubah", data={"product_id": str(shop.rice), "quantity": "4", "store_id": str(shop.far)}
    )
    assert changed.status_code == 303
    assert "Gerai pilihan Anda" in text_of(await client.get("/keranjang"))


async def test_line_is_changed_moved_and_removed(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice)
    line = {"product_id": str(shop.rice), "shown_store_id": str(shop.near), "store_id": str(shop.near)}
    assert (await client.post("/keranjang/ubah", data=line | {"quantity": "3"})).status_code == 303
    said = text_of(await client.get("/keranjang"))
    assert "Rp 195.000" in said
    assert "Gerai di desa atau kelurahan Anda" in said
    refused = await client.post("/keranjang/ubah", data=line | {"quantity": "banyak"})
    assert refused.status_code == 422
    assert "Tulis jumlah dengan angka" in text_of(refused)
    assert "Rp 195.000" in text_of(refused)
    await client.post("/keranjang/ubah", data=line | {"quantity": "3", "store_id": str(shop.far)})
    said = text_of(await client.get("/keranjang"))
    assert "Rp 189.000" in said
    assert "Gerai pilihan Anda" in said
    await client.post("/keranjang/ubah", data=line | {"quantity": "3", "remove": "1"})
    said = text_of(await client.get("/keranjang"))
    assert "Barang dikeluarkan dari keranjang." in said
    assert "Keranjang masih kosong" in said


async def test_delivery_asks_for_an_address_and_adds_the_fee(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.chips)
    choice = {f"fulfilment_{shop.near}": "delivery"}
    refused = await order(client, **choice)
    assert refused.status_code == 422
    assert "Tulis alamat antar yang lengkap" in text_of(refused)
    assert "Rp 20.000" in text_of(refused)
    placed = await order(client, **choice, address="Jl. Contoh 12, RT 1/RW 2")
    assert placed.status_code == 303
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT fulfilment, delivery_rupiah, total_rupiah FROM orders")
    assert row is not None
    assert tuple(row) == ("delivery", 5_000, 20_000)


async def test_order_that_is_brought_is_ready_to_deliver_not_to_fetch(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.chips)
    address = {"address": "Jl. Contoh 12, RT 1/RW 2"}
    await order(client, **{f"fulfilment_{shop.near}": "delivery"}, **address)
    async with database.transaction() as connection:
        token = await connection.fetchval("UPDATE orders SET state = 'ready' RETURNING tracking_token")
    page = text_of(await client.get(f"/pesanan/{token}"))
    assert "Siap diantar" in page
    assert "Siap diambil" not in page


async def test_buyer_cancels_once_and_is_told_when_too_late(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice)
    done = await client.get((await order(client)).headers["location"])
    link = re.search(r'href="(/pesanan/[^"/]+)"', unescape(done.text))
    assert link
    asked = await client.get(f"{link[1]}/batal")
    assert "Batalkan pesanan" in text_of(asked)
    cancelled = await client.post(f"{link[1]}/batal", data=fields_of(asked, f"{link[1]}/batal"))
    assert cancelled.headers["location"] == link[1]
    assert "Pesanan dibatalkan." in text_of(await client.get(link[1]))
    late = await client.post(f"{link[1]}/batal", data={"_once": "another-key-of-this-test"})
    assert late.status_code == 409
    assert "Pesanan ini berstatus “Dibatalkan”" in text_of(late)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT reserved FROM stock WHERE listing_id = $1", shop.rice_near) == 0


async def test_unknown_links_are_not_found(client: httpx.AsyncClient, shop: Shop) -> None:
    for path in ("/pesanan/tidak-ada", "/pesanan/tidak-ada/batal", "/pesanan/selesai/tidak-ada"):
        assert (await client.get(path)).status_code == 404
    assert (await add(client, 10**12)).status_code == 422
    assert (await add(client, 10**25)).status_code == 422
    assert shop.near


async def test_village_is_remembered_for_guest_and_cart(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice)
    moved = await client.get(f"/keranjang/wilayah?village={LAMBANGSARI}&next=/keranjang")
    assert moved.headers["location"] == "/keranjang"
    assert f"lumbung_village={LAMBANGSARI};" in moved.headers["set-cookie"]
    said = text_of(await client.get("/keranjang"))
    assert "Belanja dari Lambangsari, Tambun Selatan" in said
    assert "Rp 63.000" in said
    unknown = await client.get("/keranjang/wilayah?village=99.99.99.9999&next=//evil.test/")
    assert unknown.headers["location"] == "/keranjang"


async def test_guest_cart_is_kept_by_signing_in(client: httpx.AsyncClient, shop: Shop) -> None:
    person = await make_person("Warga Uji")
    await add(client, shop.rice, 2)
    entered = await client.post("/masuk", data={"contact": person.contact, "password": person.password})
    assert entered.status_code == 303
    assert not client.cookies.get(cart_cookie_name())
    said = text_of(await client.get("/keranjang"))
    assert "Beras medium 5 kg" in said
    assert "Keranjang, 1 barang" in said
    checkout = await client.get("/pesan")
    assert 'value="Warga Uji"' in checkout.text
    assert f'value="{person.contact[:4]}-{person.contact[4:8]}-{person.contact[8:]}"' in checkout.text


async def test_own_orders_are_listed_by_pages_and_nobody_elses(client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await client.get("/akun/pesanan")).headers["location"] == "/masuk?next=/akun/pesanan"
    await sign_in(client, await make_person())
    assert "Belum ada pesanan" in text_of(await client.get("/akun/pesanan"))
    await add(client, shop.rice)
    assert (await order(client)).status_code == 303
    assert "Rp 65.000" in text_of(await client.get("/akun/pesanan"))
    await sign_in(client, await make_person())
    assert "Belum ada pesanan" in text_of(await client.get("/akun/pesanan"))


async def test_cart_page_keeps_its_statement_budget(client: httpx.AsyncClient, shop: Shop) -> None:
    await sign_in(client, await make_person(village_code=JATIMAKMUR))
    await add(client, shop.rice)
    await add(client, shop.chips)
    async with database.observed_statements() as seen:
        assert (await client.get("/keranjang")).status_code == 200
    assert len(seen) <= 4, seen
    async with database.observed_statements() as seen:
        static = await client.get("/keranjang", headers={"hx-request": "true"})
    assert static.status_code == 200
    assert len(seen) <= 3, seen


async def test_head_counts_the_cart_and_what_pages_are_made_of_does_not(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice)
    for destination in ("document", "empty"):
        page = await client.get("/tentang", headers={"sec-fetch-dest": destination})
        assert "Keranjang, 1 barang" in text_of(page)
    async with database.observed_statements() as seen:
        await client.get("/favicon.ico", headers={"sec-fetch-dest": "image"})
    assert seen == []


async def test_everything_is_said_in_english_too(client: httpx.AsyncClient, shop: Shop) -> None:
    client.cookies.set("lumbung_language", "en")
    await add(client, shop.rice)
    said = text_of(await client.get("/keranjang"))
    assert "The store in your village" in said
    assert (await client.get("/pesan")).status_code == 200
    done = await client.get((await order(client)).headers["location"])
    link = re.search(r'href="(/pesanan/[^"/]+)"', unescape(done.text))
    assert link
    assert "Waiting for the store to accept" in text_of(await client.get(link[1]))


async def test_delivery_fee_that_rose_is_shown_before_it_is_charged(client: httpx.AsyncClient, shop: Shop) -> None:
    await client.post("/keranjang/tambah", data={"product_id": shop.chips, "quantity": "1"})
    who = {"contact_name": "Pembeli Uji", "contact_phone": "0812 0000 0001", "address": "Jl. Contoh 12, RT 003/RW 005"}
    choice = {f"fulfilment_{shop.near}": "delivery"}
    seen = fields_of(await client.get("/pesan"), "/pesan")
    async with database.connection() as connection:
        await connection.execute("UPDATE store SET delivery_fee_rupiah = 9000 WHERE id = $1", shop.near)
    refused = await client.post("/pesan", data={**seen, **who, **choice})
    assert refused.status_code == 409
    assert "Rp 5.000 menjadi Rp 9.000" in text_of(refused)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM orders") == 0
    accepted = await client.post("/pesan", data={**fields_of(refused, "/pesan"), **who, **choice})
    assert accepted.status_code == 303
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT delivery_rupiah FROM orders") == 9_000
