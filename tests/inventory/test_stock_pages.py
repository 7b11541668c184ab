"""A store's stock over HTTP."""

import html

import httpx
import pytest

from marketplace import database
from marketplace.http.cookies import session_cookie_name
from marketplace.ids import ListingId, new_token
from marketplace.inventory import check_stock, reserve
from tests.factories_trade import make_bare_order, make_listing, make_session, make_store


@pytest.fixture
async def listing_id(client: httpx.AsyncClient) -> ListingId:
    """Put ten packets on the shelf, four of them ordered, and sign in the store's manager."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        listing = await make_listing(connection, store_id=store_id, stock=10)
        order_id = await make_bare_order(connection, store_id=store_id)
        await reserve(connection, store_id=store_id, order_id=order_id, quantities={listing: 4})
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", store_id)
        token = await make_session(connection, role="store_manager", organisation_id=cooperative_id)
    client.cookies.set(session_cookie_name(), token)
    return listing


async def _on_hand(listing_id: ListingId) -> int:
    async with database.connection() as connection:
        assert await check_stock(connection) == []
        on_hand: int = await connection.fetchval("SELECT on_hand FROM stock WHERE listing_id = $1", listing_id)
    return on_hand


async def _send(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await client.post(f"/koperasi/stok/{path}", data={"_once": new_token(), **fields})


async def test_goods_that_come_in_are_counted_once(client: httpx.AsyncClient, listing_id: ListingId) -> None:
    """Also when the button is pressed twice."""
    form = {"_once": new_token(), "quantity": "1.000", "note": "SJ-17"}
    for _ in range(2):
        assert (await client.post(f"/koperasi/stok/{listing_id}/terima", data=form)).status_code == 303
    assert await _on_hand(listing_id) == 1_010
    card = html.unescape((await client.get(f"/koperasi/stok/{listing_id}")).text)
    for shown in ("1.010", "SJ-17", "Barang masuk", "Stok awal", "+1.000"):
        assert shown in card


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("terima", {"quantity": "-5"}, "Jumlah tidak boleh negatif."),
        ("terima", {"quantity": "lima"}, "Isi bilangan bulat, misalnya 12."),
        ("terima", {"quantity": "0"}, "Paling sedikit 1."),
        ("hitung", {"counted": "-1", "count_reason": "opname"}, "Jumlah tidak boleh negatif."),
        ("hitung", {"counted": "3", "count_reason": "opname"}, "Ada 4 yang sudah dipesan pembeli"),
        ("hitung", {"counted": "9"}, "Tulis alasannya"),
        (
            "koreksi",
            {"kind": "damage", "less": "11", "correction_reason": "banjir"},
            "Stok tidak boleh kurang dari nol: sekarang 10, dikurangi 11.",
        ),
        (
            "koreksi",
            {"kind": "damage", "less": "7", "correction_reason": "banjir"},
            "Ada 4 yang sudah dipesan pembeli",
        ),
    ],
)
async def test_impossible_stock_is_refused(
    client: httpx.AsyncClient, listing_id: ListingId, path: str, fields: dict[str, str], sentence: str
) -> None:
    """With the sentence, what was typed, and nothing changed."""
    response = await _send(client, f"{listing_id}/{path}", **fields)
    assert response.status_code == 422
    text = html.unescape(response.text)
    assert sentence in text
    for typed in fields.values():
        assert f'value="{typed}"' in text
    assert await _on_hand(listing_id) == 10


async def test_count_and_damage_are_written_down(client: httpx.AsyncClient, listing_id: ListingId) -> None:
    """With reason, author and an audit line."""
    assert (await _send(client, f"{listing_id}/hitung", counted="9", count_reason="opname Juli")).status_code == 303
    response = await _send(client, f"{listing_id}/koreksi", kind="damage", less="5", correction_reason="dimakan tikus")
    assert response.status_code == 303
    assert await _on_hand(listing_id) == 4
    async with database.connection() as connection:
        trail = await connection.fetch("SELECT action, detail FROM audit_event ORDER BY id")
        marked = await connection.fetchval("SELECT generation FROM search_dirty WHERE document_id = $1", listing_id)
    assert [(row["action"], row["detail"]["after"]) for row in trail] == [("stock_counted", 9), ("stock_corrected", 4)]
    assert marked == 1


async def test_stock_list_shows_what_is_free(client: httpx.AsyncClient, listing_id: ListingId) -> None:
    """And an empty answer says what to do."""
    text = html.unescape((await client.get("/koperasi/stok")).text)
    assert f"/koperasi/stok/{listing_id}" in text
    assert "Tidak ada yang cocok" in html.unescape((await client.get("/koperasi/stok?q=rendang")).text)


async def test_stock_of_another_store_is_not_found(client: httpx.AsyncClient, listing_id: ListingId) -> None:
    """Neither seen nor changed; a cashier may receive but not correct."""
    async with database.transaction() as connection:
        elsewhere = await make_listing(connection, stock=5)
        cooperative_id = await connection.fetchval(
            "SELECT cooperative_id FROM store JOIN listing ON listing.store_id = store.id WHERE listing.id = $1",
            listing_id,
        )
        cashier = await make_session(connection, role="cashier", organisation_id=cooperative_id)
    assert (await client.get(f"/koperasi/stok/{elsewhere}")).status_code == 404
    assert (await _send(client, f"{elsewhere}/terima", quantity="5")).status_code == 404
    assert await _on_hand(elsewhere) == 5
    client.cookies.set(session_cookie_name(), cashier)
    assert (await _send(client, f"{listing_id}/terima", quantity="5")).status_code == 303
    refused = await _send(client, f"{listing_id}/koreksi", kind="damage", less="1", correction_reason="jatuh")
    assert refused.status_code == 403
    assert await _on_hand(listing_id) == 15


async def test_api_receives_once_for_a_key(client: httpx.AsyncClient, listing_id: ListingId) -> None:
    """The second call replays the answer; the card lists one movement more."""
    headers = {"authorization": f"Bearer {client.cookies[session_cookie_name()]}", "idempotency-key": new_token()}
    address = f"/api/v1/stock/{listing_id}"
    answers = [await client.post(f"{address}/receipts", json={"quantity": 5}, headers=headers) for _ in range(2)]
    assert [answer.json() for answer in answers] == [
        {"listing_id": listing_id, "on_hand": 15, "reserved": 4, "free": 11}
    ] * 2
    card = (await client.get(address, headers=headers)).json()
    assert [(movement["quantity"], movement["balance"]) for movement in card["movements"]] == [(5, 15), (10, 10)]
