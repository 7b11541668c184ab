"""Rows at the edge: an offer without an end, and villages that nobody has a position of."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.discovery import prepare_search, sync_search
from marketplace.discovery.store import find_near
from marketplace.outbox import mark_search_dirty
from tests.factories import JATIMAKMUR, JATIWARINGIN, make_staff
from tests.factories_trade import make_store

_OTHER_DISTRICT = "32.75.01.1001"


async def _offer(partner_id: int, title: str, ends_on: str) -> int:
    async with database.connection() as connection:
        offer_id: int = await connection.fetchval(
            "INSERT INTO partnership_offer (partner_id, title, pattern, subject, unit_code, min_quantity, quota,"
            " region_code, starts_on, ends_on, payment_term, state) VALUES ($1, $2, 'distribusi_keagenan', 'goods',"
            " 'kg', 1, 10, '32.75', '2025-01-01', $3::text::date, 'tunai', 'published') RETURNING id",
            partner_id,
            title,
            ends_on,
        )
    return offer_id


async def test_offer_to_the_end_of_the_calendar_does_not_stop_search(client: httpx.AsyncClient) -> None:
    """It took the sender of all other documents with it, and every rebuild."""
    _, partner_id = await make_staff("partner_staff")
    endless = await _offer(partner_id, "Beras tanpa akhir", "9999-12-31")
    plain = await _offer(partner_id, "Beras sampai besok", "2099-12-31")
    await prepare_search()
    async with database.transaction() as connection:
        await mark_search_dirty(connection, "offers", [endless, plain])
    assert await sync_search() == 2
    found = (await client.get("/api/v1/search/offers", params={"q": "beras"})).json()["items"]
    assert sorted(item["offer_id"] for item in found) == sorted([endless, plain])
    until = {item["offer_id"]: item["valid_until"] for item in found}
    # The last day ends at midnight in Bekasi.
    assert datetime.fromtimestamp(until[plain], UTC) == datetime(2099, 12, 31, 17, tzinfo=UTC)


@pytest.fixture
async def stores(pool: None) -> dict[str, int]:
    """Stores in the village, its district, its regency and another regency, of which no position is known."""
    made: dict[str, Any] = {}
    async with database.transaction() as connection:
        for name, code in (
            ("elsewhere", "32.16.06.2002"),
            ("regency", _OTHER_DISTRICT),
            ("district", JATIWARINGIN),
            ("village", JATIMAKMUR),
        ):
            made[name] = await make_store(connection, village_code=code)
        await connection.execute("UPDATE store SET latitude = NULL, longitude = NULL")
        await connection.execute("UPDATE region SET latitude = NULL, longitude = NULL, is_position_approximate = false")
    return made


async def test_without_positions_village_then_district_then_regency_are_near(stores: dict[str, int]) -> None:
    async with database.connection() as connection:
        rows = await find_near(connection, JATIMAKMUR)
    assert [row["id"] for row in rows] == [stores[name] for name in ("village", "district", "regency")]
