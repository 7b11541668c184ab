"""Settings of a store with odd input, from two pages at once, and left without a position."""

import asyncio
import html
import re

import httpx
import pytest

from marketplace import database
from marketplace.ids import new_token
from tests.factories import JATIMAKMUR, LAMBANGSARI, command, make_staff, sign_in
from tests.factories_trade import load_trade_reference, make_store

SETTINGS = {"version": 0, "name": "Gerai Jatimakmur"}
FORM = {"name": "Gerai Jatimakmur", "hold_hours": "24", "is_active": "1", "version": "1"}


@pytest.fixture
async def cooperative(client: httpx.AsyncClient) -> int:
    """Sign in the board of a cooperative without a store."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
    person, cooperative_id = await make_staff("pengurus")
    await sign_in(client, person)
    return cooperative_id


async def _stores() -> list[tuple[object, ...]]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT name, hold_hours, latitude, longitude, version FROM store")
    return [tuple(row) for row in rows]


async def test_two_who_open_the_store_at_once_one_is_told_of_the_other(
    client: httpx.AsyncClient, cooperative: int
) -> None:
    """The second waits for the first, then compares."""
    bodies = [{**SETTINGS, "name": name} for name in ("Gerai Satu", "Gerai Dua", "Gerai Tiga")]
    answers = await asyncio.gather(
        *(client.put("/api/v1/stores/mine", json=body, headers=command()) for body in bodies)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    (opened,) = [body["name"] for body, answer in zip(bodies, answers, strict=True) if answer.status_code == 200]
    assert [name for name, *_ in await _stores()] == [opened]
    for body, answer in zip(bodies, answers, strict=True):
        if answer.status_code == 409:
            assert answer.json()["code"] == "stale"
            assert {"field": "name", "saved": opened, "sent": body["name"]} in answer.json()["facts"]["changes"]


async def test_name_of_blanks_is_refused(client: httpx.AsyncClient, cooperative: int) -> None:
    answer = await client.put("/api/v1/stores/mine", json={**SETTINGS, "name": "    "}, headers=command())
    assert [error["field"] for error in answer.json()["errors"]] == ["name"]
    assert await _stores() == []


@pytest.mark.parametrize("hours", ["01680", "00019999", "0", "169", "-1", "sehari", "\u00b2"])
async def test_hold_that_is_no_number_of_hours_is_refused(
    client: httpx.AsyncClient, cooperative: int, hours: str
) -> None:
    answer = await client.post("/koperasi/gerai", data={**FORM, "hold_hours": hours, "_once": new_token()})
    assert answer.status_code == 422
    assert "Isi lama simpan 1 sampai 168 jam." in html.unescape(answer.text)
    assert await _stores() == []


async def test_store_saved_without_a_position_lies_where_its_village_does(
    client: httpx.AsyncClient, cooperative: int
) -> None:
    """As the form says; without one it would be near to nobody."""
    for version in ("0", "1"):
        form = {**FORM, "version": version, "latitude": "", "longitude": "", "_once": new_token()}
        assert (await client.post("/koperasi/gerai", data=form)).status_code == 303
    async with database.connection() as connection:
        place = await connection.fetchrow("SELECT latitude, longitude FROM region WHERE code = $1", JATIMAKMUR)
    assert [row[2:4] for row in await _stores()] == [tuple(place or ())]


async def test_stale_settings_are_shown_with_both_values_and_may_then_be_saved(
    client: httpx.AsyncClient, cooperative: int
) -> None:
    async with database.transaction() as connection:
        await make_store(connection, cooperative_id=cooperative)  # type: ignore[arg-type]
    first = {**FORM, "hours_1": "08.00-16.00", "is_delivering": "1", "_once": new_token()}
    assert (await client.post("/koperasi/gerai", data=first)).status_code == 303
    sent = {**FORM, "hours_1": "9-12", "name": "Gerai Baru", "_once": new_token()}
    stale = await client.post("/koperasi/gerai", data=sent)
    assert stale.status_code == 409
    differences = re.search(r"<table.*?</table>", html.unescape(stale.text), re.DOTALL)
    assert differences is not None
    for said in ("Gerai Jatimakmur", "Gerai Baru", "08.00-16.00", "09.00-12.00", "Senin", "Gerai mengantar"):
        assert said in differences[0]
    assert "Lintang" not in differences[0]
    version = re.search(r'name="version" value="(\d+)"', stale.text)
    assert version is not None
    again = await client.post("/koperasi/gerai", data={**sent, "version": version[1], "_once": new_token()})
    assert again.status_code == 303
    assert [name for name, *_ in await _stores()] == ["Gerai Baru"]


async def test_nearest_of_very_many_stores_are_the_nearest(client: httpx.AsyncClient) -> None:
    """Eleven lie within ten kilometres, so the wider box is asked, which holds more than can be read."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
        for side, count, distance in (("jauh", 600, 0.45), ("dekat", 11, 0.01)):
            await connection.execute(
                """
                WITH made AS (
                    INSERT INTO organisation (kind, name, region_code, status, status_on)
                    SELECT 'cooperative', $1 || ' ' || n, $2, 'operating', '2025-07-21' FROM generate_series(1, $3) n
                    RETURNING id, name
                )
                INSERT INTO store (cooperative_id, name, village_code, latitude, longitude)
                SELECT made.id, made.name, $2, region.latitude + $4, region.longitude
                FROM made JOIN region ON region.code = $2 ORDER BY made.id
                """,
                side,
                JATIMAKMUR,
                count,
                distance,
            )
        await make_store(connection, village_code=LAMBANGSARI)
    answer = await client.get("/api/v1/stores", params={"village": JATIMAKMUR})
    names = [store["name"].split()[0] for store in answer.json()["items"]]
    assert names == ["dekat"] * 11 + ["Gerai"]
