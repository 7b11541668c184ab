"""Switching a tax on or off: by the board, from tomorrow at the earliest, once, and seen by who reads the books."""

from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import clock, database
from marketplace.formats.dates import WIB, day_of
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, press
from tests.taxes.taxed import switch

PATH = "/api/v1/stores/current/taxes"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    made = await make_shop()
    made.tokens["pengurus"] = await add_person(made, "pengurus")
    return made


def day(days: int) -> str:
    return (day_of(clock.now(), WIB) + timedelta(days=days)).isoformat()


async def ask(client: httpx.AsyncClient, token: str, **body: Any) -> httpx.Response:
    new = {"tax": "ppn", "is_on": True, "effective_on": day(1), "reference": "S-1/PKP/2026"}
    return await client.post(PATH, json=new | body, headers=command(token))


async def test_the_board_switches_a_tax_on_for_a_day_ahead(client: httpx.AsyncClient, shop: Shop) -> None:
    made = await ask(client, shop.tokens["pengurus"], effective_on=day(30))
    assert made.status_code == 201, made.text
    assert (made.json()["tax"], made.json()["is_on"], made.json()["effective_on"]) == ("ppn", True, day(30))
    head = {"authorization": f"Bearer {shop.tokens['pengawas']}"}
    told = (await client.get(PATH, headers=head)).json()
    assert (told["on"], told["ppn_basis_points"], told["pph22_basis_points"]) == (day(0), 0, 0)
    assert [setting["effective_on"] for setting in told["settings"]] == [day(30)]
    async with database.connection() as connection:
        action = await connection.fetchval("SELECT action FROM audit_event WHERE action = 'tax.set'")
    assert action == "tax.set"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("effective_on", 0),
        ("effective_on", -1),
        ("effective_on", 900),
        ("reference", "  "),
        ("reference", "x" * 121),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field(
    client: httpx.AsyncClient, shop: Shop, field: str, value: Any
) -> None:
    body = {field: day(value) if field == "effective_on" else value}
    refused = await ask(client, shop.tokens["pengurus"], **body)
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM tax_setting") == 0


async def test_only_the_board_changes_it(client: httpx.AsyncClient, shop: Shop) -> None:
    for role in ("cashier", "store_manager", "pengawas"):
        assert (await ask(client, shop.tokens[role])).status_code == 403
    head = {"authorization": f"Bearer {shop.tokens['cashier']}"}
    assert (await client.get(PATH, headers=head)).status_code == 403


async def test_the_page_keeps_what_was_typed_and_then_shows_the_setting(app: Litestar, shop: Shop) -> None:
    async with browser(app, shop.tokens["pengurus"]) as board:
        page = await board.get("/koperasi/pajak")
        assert "Belum ada. Gerai ini tidak memungut pajak." in unescape(page.text)
        refused = await press(
            board, page, "/koperasi/pajak", tax="pph22", is_on="on", effective_on=day(0), reference="KEP-7"
        )
        assert refused.status_code == 422
        assert "paling cepat besok" in unescape(refused.text)
        assert 'value="KEP-7"' in refused.text
        saved = await press(
            board, refused, "/koperasi/pajak", tax="pph22", is_on="on", effective_on=day(2), reference="KEP-7"
        )
        assert (saved.status_code, saved.headers["location"]) == (303, "/koperasi/pajak")
        await switch(shop, "ppn")
        shown = unescape((await board.get("/koperasi/pajak")).text)
    assert "Gerai ini PKP" in shown
    assert "KEP-7" in shown
    async with browser(app, shop.tokens["pengawas"]) as watcher:
        assert "Setelan baru" not in (await watcher.get("/koperasi/pajak")).text
