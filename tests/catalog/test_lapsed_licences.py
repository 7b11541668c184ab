"""Goods whose licence ran out leave the market by themselves, and their seller puts them back in one step."""

import asyncio
import html
from datetime import date, datetime, timedelta

import httpx
import pytest

from marketplace import clock, database
from marketplace.catalog import pause_lapsed
from marketplace.formats.dates import WIB, WITA, day_bounds, day_of, format_date
from marketplace.http.cookies import session_cookie_name
from marketplace.ids import OrganisationId, ProductId, StoreId, new_token
from tests.catalog.test_seller_pages import FORM, seller
from tests.factories_trade import make_listing, make_seller_product, make_session, make_store
from tests.waiting import until_somebody_waits

__all__ = ["seller"]

TODAY = day_of(clock.now(), WIB)
_, MIDNIGHT = day_bounds(TODAY, WIB)


def set_clock(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    """Let it be this instant."""
    monkeypatch.setattr(clock, "now", lambda: instant)


async def make_licensed(
    seller_id: OrganisationId, last_day: date | None, *, state: str = "published", name: str | None = None
) -> ProductId:
    """Make a product under a P-IRT with this last day."""
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection, seller_id=seller_id, state=state, name=name)
        await connection.execute(
            "INSERT INTO product_licence (product_id, kind, number, expires_on)"
            " VALUES ($1, 'pirt', 'P-IRT 2063275990010-30', $2)",
            product_id,
            last_day,
        )
    return product_id


async def list_at(product_id: ProductId, *, time_zone: str = WIB) -> StoreId:
    """Put it on the shelf of a new store on that clock."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        await connection.execute("UPDATE store SET time_zone = $2 WHERE id = $1", store_id, time_zone)
        await make_listing(connection, store_id=store_id, product_id=product_id)
    return store_id


async def state_of(product_id: ProductId) -> tuple[str, str | None]:
    """State and why it is paused."""
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT state, paused_for FROM product WHERE id = $1", product_id)
    assert row is not None
    return row["state"], row["paused_for"]


async def count_marks() -> int:
    """How often search was told of listings."""
    async with database.connection() as connection:
        count: int = await connection.fetchval(
            "SELECT coalesce(sum(generation), 0) FROM search_dirty WHERE index_name = 'listings'"
        )
    return count


async def test_worker_pauses_at_the_midnight_of_the_store(
    client: httpx.AsyncClient, seller: OrganisationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a second before; search follows, the trail says why, and a second run does nothing."""
    product_id = await make_licensed(seller, TODAY)
    untouched = [await make_licensed(seller, None), await make_licensed(seller, TODAY + timedelta(days=1))]
    await list_at(product_id)
    marks = await count_marks()
    set_clock(monkeypatch, MIDNIGHT - timedelta(seconds=1))
    assert await pause_lapsed() == 0
    assert await state_of(product_id) == ("published", None)
    set_clock(monkeypatch, MIDNIGHT)
    assert await pause_lapsed() == 1
    assert await pause_lapsed() == 0
    assert await state_of(product_id) == ("paused", "licence")
    assert [await state_of(other) for other in untouched] == [("published", None)] * 2
    assert await count_marks() == marks + 1
    async with database.connection() as connection:
        trail = await connection.fetchrow(
            "SELECT person_id, organisation_id, subject, detail FROM audit_event WHERE action = 'product_lapsed'"
        )
    assert trail is not None
    assert (trail["person_id"], trail["organisation_id"]) == (None, seller)
    assert trail["subject"] == f"product:{product_id}"
    assert trail["detail"] == {"licence": "pirt", "expired_on": TODAY.isoformat()}


async def test_goods_stay_until_the_last_store_has_had_its_day(
    client: httpx.AsyncClient, seller: OrganisationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sold in Makassar alone they go at its midnight; sold in Bekasi too, an hour later."""
    both, east = await make_licensed(seller, TODAY), await make_licensed(seller, TODAY)
    await list_at(both)
    for product_id in (both, east):
        await list_at(product_id, time_zone=WITA)
    _, midnight_in_makassar = day_bounds(TODAY, WITA)
    set_clock(monkeypatch, midnight_in_makassar)
    assert await pause_lapsed() == 1
    assert (await state_of(both), await state_of(east)) == (("published", None), ("paused", "licence"))
    set_clock(monkeypatch, MIDNIGHT)
    assert await pause_lapsed() == 1
    assert await state_of(both) == ("paused", "licence")


async def test_saving_the_renewed_licence_puts_the_goods_back(
    client: httpx.AsyncClient, seller: OrganisationId
) -> None:
    """One step: the form. Until then the page says what to renew, and the store why it cannot sell."""
    yesterday = TODAY - timedelta(days=1)
    product_id = await make_licensed(seller, yesterday)
    store_id = await list_at(product_id)
    assert await pause_lapsed() == 1
    page = html.unescape((await client.get(f"/umkm/produk/{product_id}")).text)
    assert f"Tidak dijual: P-IRT habis pada {format_date(yesterday)}." in page
    assert 'href="#licence_pirt"' in page
    assert "Tidak dijual sampai izinnya diperbarui." in html.unescape((await client.get("/umkm")).text)
    assert "Izin habis" in (await client.get("/umkm/produk")).text
    async with database.transaction() as connection:
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", store_id)
        token = await make_session(connection, role="store_manager", organisation_id=cooperative_id)
        version = await connection.fetchval("SELECT version FROM product WHERE id = $1", product_id)
    own = client.cookies[session_cookie_name()]
    client.cookies.set(session_cookie_name(), token)
    assert f"P-IRT habis {format_date(yesterday)}" in html.unescape((await client.get("/koperasi/etalase")).text)
    client.cookies.set(session_cookie_name(), own)
    marks = await count_marks()
    form = {**FORM, "version": str(version), "licence_pirt": "P-IRT 2063275990010-30"}
    not_yet = await client.post(
        f"/umkm/produk/{product_id}",
        data={**form, "_once": new_token(), "licence_pirt_until": yesterday.strftime("%d/%m/%Y")},
    )
    assert not_yet.status_code == 303
    assert await state_of(product_id) == ("paused", "licence")
    form["version"] = str(version + 1)
    saved = await client.post(f"/umkm/produk/{product_id}", data={**form, "_once": new_token()})
    assert saved.status_code == 303
    assert "barang tayang lagi" in html.unescape((await client.get(saved.headers["location"])).text)
    assert await state_of(product_id) == ("published", None)
    assert await count_marks() > marks
    assert await pause_lapsed() == 0


async def test_goods_their_seller_paused_stay_paused(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """A renewal undoes only what the market did."""
    product_id = await make_licensed(seller, TODAY - timedelta(days=1), state="paused")
    assert await pause_lapsed() == 0
    form = {**FORM, "version": "1", "licence_pirt": "P-IRT 2063275990010-30", "_once": new_token()}
    assert (await client.post(f"/umkm/produk/{product_id}", data=form)).status_code == 303
    assert await state_of(product_id) == ("paused", None)


async def test_renewal_at_the_same_moment_wins(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """The worker waits for the seller's row and looks again."""
    product_id = await make_licensed(seller, TODAY - timedelta(days=1))
    async with database.connection() as connection, connection.transaction():
        await connection.execute("UPDATE product SET version = version + 1 WHERE id = $1", product_id)
        await connection.execute("UPDATE product_licence SET expires_on = $1", TODAY + timedelta(days=365))
        worker = asyncio.ensure_future(pause_lapsed())
        await until_somebody_waits(connection)
        assert not worker.done()
    assert await worker == 0
    assert await state_of(product_id) == ("published", None)


async def test_seller_is_warned_sixty_days_before(client: httpx.AsyncClient, seller: OrganisationId) -> None:
    """On the home and in the list; not on the sixty-first."""
    await make_licensed(seller, TODAY + timedelta(days=60), name="Keripik yang diingatkan")
    await make_licensed(seller, TODAY + timedelta(days=61), name="Keripik yang belum")
    home = html.unescape((await client.get("/umkm")).text)
    assert f"P-IRT sampai {format_date(TODAY + timedelta(days=60))}" in home
    assert format_date(TODAY + timedelta(days=61)) not in home
    listed = html.unescape((await client.get("/umkm/produk")).text)
    assert listed.count("Izin sampai") == 1
    assert f"Izin sampai {format_date(TODAY + timedelta(days=60))}" in listed
