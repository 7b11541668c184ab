"""Stores and listings through the API, on real PostgreSQL."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.ids import OrganisationId, ProductId, StoreId, new_token
from tests.factories_trade import (
    JATIMAKMUR,
    LAMBANGSARI,
    make_listing,
    make_organisation,
    make_seller_product,
    make_session,
    make_store,
)


@dataclass
class Shop:
    """A store with its manager's bearer token."""

    cooperative_id: OrganisationId
    store_id: StoreId
    token: str
    client: httpx.AsyncClient

    async def send(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """Send a command as the manager."""
        return await self.client.request(
            method,
            f"/api/v1{path}",
            json=body,
            headers={"authorization": f"Bearer {self.token}", "idempotency-key": new_token()},
        )


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    """Open a store in Jatimakmur."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", store_id)
        token = await make_session(connection, role="store_manager", organisation_id=cooperative_id)
    return Shop(cooperative_id, store_id, token, client)


async def _product(**fields: Any) -> ProductId:
    async with database.transaction() as connection:
        return await make_seller_product(connection, **fields)


async def _listings() -> list[tuple[Any, ...]]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT price_rupiah, member_price_rupiah, state, version FROM listing")
    return [tuple(row) for row in rows]


async def test_listing_is_added_once_and_marked_for_search(shop: Shop) -> None:
    """A second one is refused."""
    body = {"product_id": await _product(), "source": "own_stock", "price_rupiah": 15_000, "cost_rupiah": 12_500}
    first, second = [await shop.send("POST", "/listings", body) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "already_listed"
    assert await _listings() == [(15_000, None, "active", 1)]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT document_id FROM search_dirty") == first.json()["listing_id"]


@pytest.mark.parametrize(
    ("terms", "field", "sentence"),
    [
        (
            {"source": "own_stock", "price_rupiah": 15_000, "member_price_rupiah": 15_001},
            "member_price",
            "Harga anggota tidak boleh lebih tinggi dari harga umum Rp\u00a015.000.",
        ),
        ({"source": "consignment", "price_rupiah": 15_000}, "fee", "Isi bagian koperasi dari tiap penjualan"),
        ({"source": "own_stock", "price_rupiah": 15_000, "fee_basis_points": 1}, "fee", "Barang milik sendiri"),
    ],
)
async def test_terms_that_do_not_fit_are_refused(shop: Shop, terms: dict[str, Any], field: str, sentence: str) -> None:
    """With the sentence beside the field; nothing is listed."""
    response = await shop.send("POST", "/listings", {"product_id": await _product(), **terms})
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["field"] == field
    assert error["message"].startswith(sentence)
    assert await _listings() == []


async def test_price_above_het_is_refused_at_the_store_too(shop: Shop) -> None:
    """62.500 for 5 kg passes, 65.000 does not."""
    rice = await _product(
        name="Beras SPHP 5 kg", price_rupiah=60_000, content_quantity=5000, commodity_code="beras-sphp"
    )
    refused = await shop.send("POST", "/listings", {"product_id": rice, "source": "own_stock", "price_rupiah": 65_000})
    assert refused.status_code == 422
    assert "paling tinggi Rp\u00a062.500" in refused.json()["errors"][0]["message"]
    assert await _listings() == []
    accepted = await shop.send("POST", "/listings", {"product_id": rice, "source": "own_stock", "price_rupiah": 62_500})
    assert accepted.status_code == 201


async def test_goods_that_are_not_shown_cannot_be_listed(shop: Shop) -> None:
    """A draft is the seller's own affair."""
    body = {"product_id": await _product(state="draft"), "source": "own_stock", "price_rupiah": 15_000}
    response = await shop.send("POST", "/listings", body)
    assert response.status_code == 422
    assert await _listings() == []


async def test_price_below_cost_only_warns(shop: Shop) -> None:
    """The store may sell at a loss, knowingly."""
    body = {"product_id": await _product(), "source": "own_stock", "price_rupiah": 15_000, "cost_rupiah": 16_000}
    response = await shop.send("POST", "/listings", body)
    assert response.json()["warnings"] == ["Harga di bawah modal Rp\u00a016.000: tiap penjualan rugi."]


async def test_stale_price_is_refused_with_both_values(shop: Shop) -> None:
    """Two managers, two tabs."""
    async with database.transaction() as connection:
        listing_id = await make_listing(connection, store_id=shop.store_id)
    body = {"source": "own_stock", "cost_rupiah": 12_500, "version": 1}
    first = await shop.send("PUT", f"/listings/{listing_id}", {**body, "price_rupiah": 16_000})
    second = await shop.send("PUT", f"/listings/{listing_id}", {**body, "price_rupiah": 17_000})
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["facts"]["changes"] == [{"field": "price_rupiah", "saved": "16000", "sent": "17000"}]
    assert await _listings() == [(16_000, None, "active", 2)]


async def test_source_cannot_change_while_goods_are_there(shop: Shop) -> None:
    """The cooperative's ten packets do not become the seller's."""
    async with database.transaction() as connection:
        listing_id = await make_listing(connection, store_id=shop.store_id, stock=10)
    body = {"source": "consignment", "price_rupiah": 15_000, "fee_basis_points": 2000, "version": 1}
    response = await shop.send("PUT", f"/listings/{listing_id}", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "source"


async def test_listing_of_another_store_is_not_found(shop: Shop) -> None:
    """Neither changed nor paused."""
    async with database.transaction() as connection:
        listing_id = await make_listing(connection)
    body = {"source": "own_stock", "price_rupiah": 1, "version": 1}
    assert (await shop.send("PUT", f"/listings/{listing_id}", body)).status_code == 404
    assert (await shop.send("POST", f"/listings/{listing_id}/steps", {"step": "pause"})).status_code == 404
    assert await _listings() == [(15_000, None, "active", 1)]


async def test_public_sees_what_is_on_sale_and_nothing_else(shop: Shop) -> None:
    """Paused listings and products are gone; the member price is told to members only."""
    product_id = await _product(tiers=((10, 11_500),))
    async with database.transaction() as connection:
        listing_id = await make_listing(
            connection, store_id=shop.store_id, product_id=product_id, member_price_rupiah=14_000, stock=3
        )
        member = await make_session(connection, role="member", organisation_id=shop.cooperative_id)
    for token, member_price in (("", None), (member, 14_000)):
        async with database.observed_statements() as statements:
            answer = await shop.client.get(
                f"/api/v1/products/{product_id}", headers={"authorization": f"Bearer {token}"} if token else {}
            )
        (offer,) = answer.json()["offers"]
        assert offer["member_price_rupiah"] == member_price
        assert (offer["left"], offer["has_member_price"], offer["is_open"]) == (3, True, True)
        assert offer["tiers"] == [{"from_quantity": 10, "price_rupiah": 14_000}]
        assert len(statements) <= 4
    assert (await shop.send("POST", f"/listings/{listing_id}/steps", {"step": "pause"})).status_code == 200
    assert (await shop.client.get(f"/api/v1/products/{product_id}")).json()["offers"] == []
    async with database.transaction() as connection:
        await connection.execute("UPDATE product SET state = 'paused' WHERE id = $1", product_id)
    assert (await shop.client.get(f"/api/v1/products/{product_id}")).status_code == 404


async def test_product_list_goes_on_by_cursor_in_few_statements(shop: Shop) -> None:
    """Most popular first, nothing twice; also within a category."""
    async with database.transaction() as connection:
        made = [await make_seller_product(connection) for _ in range(25)]
        await make_seller_product(connection, category_slug="sembako")
        await connection.execute("UPDATE product SET popularity = id % 3")
    seen: list[int] = []
    cursor = ""
    while True:
        async with database.observed_statements() as statements:
            answer = await shop.client.get(
                "/api/v1/products", params={"category": "makanan-ringan", "limit": 10, "cursor": cursor}
            )
        assert len(statements) <= 3
        seen += [item["id"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"] or ""
        if not cursor:
            break
    assert seen == sorted(made, key=lambda product_id: (product_id % 3, product_id), reverse=True)


async def test_stores_are_found_by_typing_and_by_nearness(shop: Shop) -> None:
    """The village's own store first; another regency's is far."""
    async with database.transaction() as connection:
        far = await make_store(connection, village_code=LAMBANGSARI)
    typed = await shop.client.get("/api/v1/stores", params={"q": "jatimakmur bekasi"})
    assert [store["id"] for store in typed.json()["items"]] == [shop.store_id]
    near = (await shop.client.get("/api/v1/stores", params={"village": JATIMAKMUR})).json()["items"]
    assert [(store["id"], store["distance_km"]) for store in near] == [(shop.store_id, 0.0), (far, 12.2)]
    assert (await shop.client.get("/api/v1/stores", params={"q": "atlantis"})).json()["items"] == []


SETTINGS = {
    "version": 1,
    "name": "Gerai Jatimakmur",
    "address": "Jl. Contoh 1",
    "phone": "0812-3456-7890",
    "is_delivering": True,
    "delivery_fee_rupiah": 5_000,
    "hours": [{"weekday": 1, "opens_minute": 480, "closes_minute": 1440}],
}


async def test_store_settings_are_saved_and_shown(shop: Shop) -> None:
    """Telephone in E.164, midnight as 1440; a stale page is refused; the villages it delivers to."""
    saved = await shop.send("PUT", "/stores/mine", SETTINGS)
    assert saved.json() == {"store_id": shop.store_id, "version": 2}
    assert (await shop.send("PUT", "/stores/mine", SETTINGS)).status_code == 409
    for is_covered, names in ((True, ["Lambangsari"]), (False, [])):
        await shop.send("PUT", "/stores/mine/coverage", {"village_code": LAMBANGSARI, "is_covered": is_covered})
        shown = (await shop.client.get(f"/api/v1/stores/{shop.store_id}")).json()
        assert [village["name"] for village in shown["coverage"]] == names
    assert shown["phone"] == "+6281234567890"
    assert shown["hours"] == [{"weekday": 1, "opens_minute": 480, "closes_minute": 1440}]


async def test_cooperative_without_store_opens_one(client: httpx.AsyncClient) -> None:
    """In the village of its seat; a seller cannot."""
    async with database.transaction() as connection:
        await make_seller_product(connection)
        cooperative_id = await make_organisation(connection, kind="cooperative")
        token = await make_session(connection, role="pengurus", organisation_id=cooperative_id)
        outsider = await make_session(
            connection, role="seller_owner", organisation_id=await make_organisation(connection, kind="seller")
        )
    codes = []
    for bearer in (token, outsider):
        headers = {"authorization": f"Bearer {bearer}", "idempotency-key": new_token()}
        codes.append(
            (await client.put("/api/v1/stores/mine", json={**SETTINGS, "version": 0}, headers=headers)).status_code
        )
    assert codes == [200, 404]
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT village_code, time_zone, latitude IS NULL FROM store")
    assert [tuple(row) for row in rows] == [(JATIMAKMUR, "Asia/Jakarta", False)]
