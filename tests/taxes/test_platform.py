"""PPh 22 of the whole platform: by the operator, for a day ahead; off by default, and after a store's own paper."""

from datetime import timedelta
from html import unescape
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar

from marketplace import clock, database
from marketplace.formats.dates import WIB, day_of
from tests.factories import make_organisation
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, order_goods, press
from tests.orders.people import make_signed_in
from tests.orders.test_returns import pay
from tests.orders.till_shop import open_shift
from tests.taxes.taxed import switch
from tests.taxes.test_taxed_sales import RICE, receipt, taxes_of

PATH = "/api/v1/platform/taxes"
WITHHELD = RICE * 50 // 10_000


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    made = await make_shop()
    made.tokens["pengurus"] = await add_person(made, "pengurus")
    return made


@pytest.fixture
async def operator(app: Litestar) -> str:
    platform = await make_organisation("operator", region_code=None)
    async with database.transaction() as connection:
        _, token = await make_signed_in(connection, role="platform_operator", organisation_id=platform)
    return token


def day(days: int) -> str:
    return (day_of(clock.now(), WIB) + timedelta(days=days)).isoformat()


async def ask(client: httpx.AsyncClient, token: str, **body: Any) -> httpx.Response:
    new = {"is_on": True, "effective_on": day(3), "reference": "KEP-7/PJ/2026"}
    return await client.post(PATH, json=new | body, headers=command(token))


async def appoint(shop: Shop, *, days: int = -1, is_on: bool = True) -> None:
    """The platform was appointed (or not any more) so many days from today; it was set three days before that."""
    now = clock.now()
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO platform_tax_setting (tax, is_on, effective_on, reference, set_by, set_at)"
            " VALUES ('pph22', $1, $2, 'KEP-7/PJ/2026', $3, $4)",
            is_on,
            day_of(now, WIB) + timedelta(days=days),
            shop.people["store_manager"],
            now + timedelta(days=days - 3),
        )


async def sold(client: httpx.AsyncClient, shop: Shop, *, number: int = 1) -> int:
    """What is withheld of an order of a sack of rice."""
    order = await order_goods(client, shop, chips=0, rice=1)
    await pay(client, shop, order, is_handed_over=True)
    return taxes_of(await receipt(client, shop, number))[2]


async def test_operator_switches_it_on_for_a_day_ahead_and_stores_see_it(
    client: httpx.AsyncClient, shop: Shop, operator: str
) -> None:
    made = await ask(client, operator)
    assert made.status_code == 201, made.text
    assert (made.json()["tax"], made.json()["is_on"], made.json()["effective_on"]) == ("pph22", True, day(3))
    listed = (await client.get(PATH, headers={"authorization": f"Bearer {operator}"})).json()
    assert [setting["reference"] for setting in listed] == ["KEP-7/PJ/2026"]
    head = {"authorization": f"Bearer {shop.tokens['pengurus']}"}
    told = (await client.get("/api/v1/stores/current/taxes", headers=head)).json()
    assert (told["pph22_basis_points"], told["settings"]) == (0, [])
    assert [setting["effective_on"] for setting in told["platform_settings"]] == [day(3)]
    again = await client.post(
        PATH,
        json={"is_on": True, "effective_on": day(3), "reference": "KEP-8"},
        headers=command(operator) | {"idempotency-key": "one-and-the-same"},
    )
    twice = await client.post(
        PATH,
        json={"is_on": True, "effective_on": day(3), "reference": "KEP-8"},
        headers=command(operator) | {"idempotency-key": "one-and-the-same"},
    )
    assert again.json() == twice.json()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM platform_tax_setting") == 2
        assert await connection.fetchval("SELECT count(*) FROM audit_event WHERE action = 'tax.set_for_all'") == 2


async def test_sales_are_withheld_from_its_day_on_in_every_store(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    await appoint(shop, days=2)
    assert await sold(client, shop) == 0, "it begins the day after tomorrow"
    await appoint(shop, days=0)
    assert await sold(client, shop, number=2) == WITHHELD
    await appoint(shop, days=0, is_on=False)
    assert await sold(client, shop, number=3) == 0


async def test_a_stores_own_paper_goes_before_the_platforms(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    await appoint(shop)
    await switch(shop, "ppn", is_on=False)
    assert await sold(client, shop) == WITHHELD, "a setting of another tax says nothing"
    await switch(shop, "pph22", days=1, is_on=False)
    assert await sold(client, shop, number=2) == WITHHELD, "its certificate begins tomorrow"
    await switch(shop, "pph22", days=-5, is_on=False)
    assert await sold(client, shop, number=3) == 0, "though the platform was appointed after it"


@pytest.mark.parametrize(("field", "value"), [("effective_on", 0), ("effective_on", 900), ("reference", " ")])
async def test_what_cannot_be_is_refused_beside_its_field(
    client: httpx.AsyncClient, operator: str, field: str, value: Any
) -> None:
    refused = await ask(client, operator, **{field: day(value) if field == "effective_on" else value})
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM platform_tax_setting") == 0


async def test_a_day_that_has_begun_in_papua_is_refused_and_nothing_set_is_changed(shop: Shop) -> None:
    insert = (
        "INSERT INTO platform_tax_setting (tax, is_on, effective_on, reference, set_by, set_at)"
        " VALUES ('pph22', true, '2026-11-26', 'KEP-7', $1, $2::text::timestamptz)"
    )
    person = shop.people["store_manager"]
    async with database.connection() as connection:
        with pytest.raises(asyncpg.PostgresError, match="tomorrow at the earliest"):
            await connection.execute(insert, person, "2026-11-25 22:30+07")
        await connection.execute(insert, person, "2026-11-25 21:30+07")
        for change in ("UPDATE platform_tax_setting SET is_on = false", "DELETE FROM platform_tax_setting"):
            with pytest.raises(asyncpg.PostgresError, match="is on paper"):
                await connection.execute(change)


async def test_the_page_keeps_what_was_typed_and_then_shows_the_setting(
    app: Litestar, shop: Shop, operator: str
) -> None:
    path = "/operator/pajak"
    async with browser(app, operator) as person:
        page = await person.get(path)
        assert "Platform ini tidak memungut pajak." in unescape(page.text)
        refused = await press(person, page, path, is_on="on", effective_on=day(0), reference="KEP-9")
        assert refused.status_code == 422
        assert "paling cepat besok" in unescape(refused.text)
        assert 'value="KEP-9"' in refused.text
        saved = await press(person, refused, path, is_on="on", effective_on=day(3), reference="KEP-9")
        assert (saved.status_code, saved.headers["location"]) == (303, path)
        assert "KEP-9" in (await person.get(path)).text
        assert path in unescape((await person.get("/operator")).text)
    async with browser(app, shop.tokens["pengurus"]) as board:
        assert "Setelan platform" in (await board.get("/koperasi/pajak")).text
