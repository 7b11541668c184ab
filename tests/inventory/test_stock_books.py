"""What own stock does to the store's book when it comes in, goes and is counted; others' goods do nothing."""

import html
import re

import httpx
import pytest

from marketplace import database
from marketplace.http.cookies import session_cookie_name
from marketplace.ids import ListingId, OrganisationId, StoreId, new_token
from marketplace.inventory import BookFinding, check_books
from payments import AccountKind, accounts, balance
from tests.factories_trade import make_listing, make_session, make_store, read_books


class Shelf:
    """A store whose manager is signed in, with own stock (none there yet) and goods on consignment."""

    store_id: StoreId
    own: ListingId
    consigned: ListingId
    seller_id: OrganisationId


@pytest.fixture
async def shelf(client: httpx.AsyncClient) -> Shelf:
    """Make the store and sign its manager in."""
    made = Shelf()
    async with database.transaction() as connection:
        made.store_id = await make_store(connection)
        made.own = await make_listing(connection, store_id=made.store_id, cost_rupiah=10_000, stock=0)
        made.consigned = await make_listing(
            connection, store_id=made.store_id, source="consignment", fee_basis_points=2_000, cost_rupiah=0, stock=10
        )
        made.seller_id = await connection.fetchval(
            "SELECT seller_id FROM product JOIN listing ON listing.product_id = product.id WHERE listing.id = $1",
            made.own,
        )
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", made.store_id)
        token = await make_session(connection, role="store_manager", organisation_id=cooperative_id)
    client.cookies.set(session_cookie_name(), token)
    return made


async def send(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Press a button of a stock card."""
    return await client.post(f"/koperasi/stok/{path}", data={"_once": new_token(), **fields})


async def books(shelf: Shelf) -> dict[AccountKind, int]:
    """The store's book in rupiah by kind."""
    async with database.connection() as connection:
        return await read_books(connection, shelf.store_id)


async def cost_of(listing_id: ListingId) -> int:
    """What the listing says a unit costs."""
    async with database.connection() as connection:
        cost: int = await connection.fetchval("SELECT cost_rupiah FROM listing WHERE id = $1", listing_id)
    return cost


async def test_cost_that_the_form_suggests_is_read_as_it_stands(client: httpx.AsyncClient, shelf: Shelf) -> None:
    """Also by who reads English, whose 10,000 could be ten."""
    async with database.transaction() as connection:
        await connection.execute("UPDATE person SET language = 'en'")
    page = await client.get(f"/koperasi/stok/{shelf.own}")
    suggested = re.search(r'<input[^>]*name="unit_cost"[^>]*>', page.text)
    assert suggested is not None
    value = re.search(r'value="([^"]*)"', suggested[0])
    assert value is not None
    assert value[1] == "10.000"
    sent = await send(client, f"{shelf.own}/terima", quantity="2", unit_cost=value[1])
    assert sent.status_code == 303
    assert await books(shelf) == {AccountKind.INVENTORY: 20_000, AccountKind.SUPPLIER_PAYABLE: 20_000}


async def test_own_stock_that_comes_in_is_owed_to_its_seller_once(client: httpx.AsyncClient, shelf: Shelf) -> None:
    """Also when the button is pressed twice; without a cost the listing's is meant."""
    form = {"_once": new_token(), "quantity": "3", "unit_cost": "12rb"}
    for _ in range(2):
        assert (await client.post(f"/koperasi/stok/{shelf.own}/terima", data=form)).status_code == 303
    assert await books(shelf) == {AccountKind.INVENTORY: 36_000, AccountKind.SUPPLIER_PAYABLE: 36_000}
    assert await cost_of(shelf.own) == 12_000
    assert (await send(client, f"{shelf.own}/terima", quantity="1")).status_code == 303
    async with database.connection() as connection:
        owed = await balance(
            connection,
            book=f"store:{shelf.store_id}",
            account=accounts.supplier_payable(f"organisation:{shelf.seller_id}"),
        )
    assert owed.rupiah == 48_000


async def test_cost_is_the_moving_average_and_nothing_is_lost_by_rounding(
    client: httpx.AsyncClient, shelf: Shelf
) -> None:
    """3 at 10.000 and 4 at 10.010 cost 70.040: 10.005,71 each, 10.006 in whole rupiah; the shelf ends at zero."""
    await send(client, f"{shelf.own}/terima", quantity="3", unit_cost="10.000")
    await send(client, f"{shelf.own}/terima", quantity="4", unit_cost="10.010")
    assert await cost_of(shelf.own) == 10_006
    for left in ("6", "4", "1", "0"):
        response = await send(client, f"{shelf.own}/hitung", counted=left, count_reason="opname")
        assert response.status_code == 303
    assert await books(shelf) == {AccountKind.INVENTORY_LOSS: 70_040, AccountKind.SUPPLIER_PAYABLE: 70_040}


async def test_damage_is_a_loss_and_what_is_found_takes_it_back(client: httpx.AsyncClient, shelf: Shelf) -> None:
    """At the average cost of the shelf."""
    await send(client, f"{shelf.own}/terima", quantity="10", unit_cost="5.000")
    await send(client, f"{shelf.own}/koreksi", kind="damage", less="4", correction_reason="bocor")
    assert (await books(shelf))[AccountKind.INVENTORY_LOSS] == 20_000
    await send(client, f"{shelf.own}/hitung", counted="7", count_reason="ketemu di gudang")
    assert await books(shelf) == {
        AccountKind.INVENTORY: 35_000,
        AccountKind.INVENTORY_LOSS: 15_000,
        AccountKind.SUPPLIER_PAYABLE: 50_000,
    }


async def test_what_is_found_on_an_empty_shelf_costs_what_the_listing_says(
    client: httpx.AsyncClient, shelf: Shelf
) -> None:
    """Nothing on the shelf gives no average."""
    await send(client, f"{shelf.own}/hitung", counted="2", count_reason="stok lama")
    assert await books(shelf) == {AccountKind.INVENTORY: 20_000, AccountKind.INVENTORY_LOSS: -20_000}


async def test_goods_of_others_stay_out_of_the_book(client: httpx.AsyncClient, shelf: Shelf) -> None:
    """They come, spoil and are counted without a posting; a cost for them is refused."""
    assert (await send(client, f"{shelf.consigned}/terima", quantity="5")).status_code == 303
    await send(client, f"{shelf.consigned}/koreksi", kind="withdrawal", less="3", correction_reason="diambil")
    await send(client, f"{shelf.consigned}/hitung", counted="20", count_reason="opname")
    refused = await send(client, f"{shelf.consigned}/terima", quantity="5", unit_cost="9.000")
    assert refused.status_code == 422
    assert "Barang titipan bukan milik koperasi" in html.unescape(refused.text)
    assert await books(shelf) == {}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("dua belas", "Tulis dengan angka"),
        ("-5.000", "tidak boleh negatif"),
        ("2.000.000.000", "Harga modal satu barang antara Rp 0 dan"),
    ],
)
async def test_unreadable_cost_is_refused_with_what_was_typed(
    client: httpx.AsyncClient, shelf: Shelf, typed: str, sentence: str
) -> None:
    """Nothing comes in."""
    refused = await send(client, f"{shelf.own}/terima", quantity="5", unit_cost=typed)
    assert refused.status_code == 422
    page = html.unescape(refused.text)
    assert sentence in page.replace("\u00a0", " ")
    assert f'value="{typed}"' in page
    assert await books(shelf) == {}


async def test_check_names_the_book_that_differs_from_its_shelf(shelf: Shelf) -> None:
    """A hand on the database is found."""
    async with database.transaction() as connection:
        listing_id = await make_listing(connection, store_id=shelf.store_id, cost_rupiah=1_000, stock=4)
        assert await check_books(connection) == []
        await connection.execute("UPDATE stock SET value_rupiah = 3999 WHERE listing_id = $1", listing_id)
        assert await check_books(connection) == [
            BookFinding(book=f"store:{shelf.store_id}", ledger_rupiah=4_000, stock_rupiah=3_999)
        ]
