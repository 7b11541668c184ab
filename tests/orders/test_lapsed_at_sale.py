"""A licence that runs out after publishing stops the sale at the store's midnight, at the button and at the till."""

from datetime import date, datetime, timedelta

import httpx
import pytest

from marketplace import clock, database
from marketplace.formats.dates import WIB, WITA, day_bounds, day_of, format_date
from tests.orders.test_goods_rules import Shop, count_orders, place, sell, shop

__all__ = ["shop"]


def set_clock(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    """Let it be this instant."""
    monkeypatch.setattr(clock, "now", lambda: instant)


async def license_until(shop: Shop, last_day: date, *, kind: str = "pirt") -> None:
    """Write a licence with this last day beside the first product."""
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO product_licence (product_id, kind, number, expires_on) VALUES ($1, $2, 'P-IRT uji', $3)",
            shop.products[0],
            kind,
            last_day,
        )


async def on_hand(shop: Shop) -> tuple[int, int]:
    """What lies on the shelf of the first listing, and what of it is set aside."""
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT on_hand, reserved FROM stock WHERE listing_id = $1", shop.listings[0])
    assert row is not None
    return row["on_hand"], row["reserved"]


async def test_last_day_is_a_day_of_sale_and_the_next_is_not(
    client: httpx.AsyncClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the second, by the clock of Bekasi; the licence and its day are named, and nothing moves."""
    today = day_of(clock.now(), WIB)
    _, midnight = day_bounds(today, WIB)
    await license_until(shop, today)
    set_clock(monkeypatch, midnight - timedelta(seconds=1))
    assert (await sell(client, shop, {shop.listings[0]: 1}, total=65_000)).status_code == 201
    assert (await place(client, {shop.products[0]: 1})).status_code == 201
    before = await count_orders(), await on_hand(shop)
    set_clock(monkeypatch, midnight)
    for response in (
        await place(client, {shop.products[0]: 1}),
        await sell(client, shop, {shop.listings[0]: 1}, total=65_000),
    ):
        assert response.status_code == 409, response.text
        problem = response.json()
        assert problem["code"] == "licence_expired"
        assert problem["title"] == (
            f"Beras uji 5 kg belum bisa dijual: P-IRT sudah habis masa berlakunya pada {format_date(today)}."
            " Penjual perlu memperbarui izinnya."
        )
    assert (await count_orders(), await on_hand(shop)) == before


async def test_midnight_is_the_one_of_the_store(
    client: httpx.AsyncClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour earlier in Makassar than in Bekasi."""
    today = day_of(clock.now(), WIB)
    _, midnight = day_bounds(today, WITA)
    await license_until(shop, today)
    set_clock(monkeypatch, midnight)
    assert (await sell(client, shop, {shop.listings[0]: 1}, total=65_000)).status_code == 201
    async with database.connection() as connection:
        await connection.execute("UPDATE store SET time_zone = $1", WITA)
    refused = await sell(client, shop, {shop.listings[0]: 1}, total=65_000)
    assert (refused.status_code, refused.json()["code"]) == (409, "licence_expired")


async def test_which_licences_bind_is_data(client: httpx.AsyncClient, shop: Shop) -> None:
    """A rule that ended yesterday, or is for other goods, binds nobody; other goods in the basket are unharmed."""
    yesterday = day_of(clock.now(), WIB) - timedelta(days=1)
    await license_until(shop, yesterday, kind="sni")
    assert (await sell(client, shop, {shop.listings[0]: 1}, total=65_000)).status_code == 409
    assert (await sell(client, shop, {shop.listings[1]: 1}, total=120_000)).status_code == 201
    async with database.connection() as connection:
        await connection.execute("UPDATE licence_rule SET until_on = $1 WHERE kind = 'sni'", yesterday)
    assert (await sell(client, shop, {shop.listings[0]: 1}, total=65_000)).status_code == 201
    async with database.connection() as connection:
        await connection.execute("UPDATE licence_rule SET until_on = NULL, category_slug = 'minuman'")
    assert (await sell(client, shop, {shop.listings[0]: 1}, total=65_000)).status_code == 201
