"""Switching hats: own ones only, and what stops a hat from counting."""

import httpx

from marketplace import database
from tests.factories import grant, make_organisation, make_person, make_staff, sign_in


async def _worn(client: httpx.AsyncClient) -> str | None:
    hat = (await client.get("/api/v1/people/me")).json()["hat"]
    return hat["role"] if hat else None


async def test_person_with_several_roles_switches_and_goes_back_to_resident(client: httpx.AsyncClient) -> None:
    person = await make_person()
    cooperative = await make_organisation("cooperative")
    cashier = await grant(person, cooperative, "cashier")
    owner = await grant(person, await make_organisation("seller"), "seller_owner")
    await sign_in(client, person)
    assert await _worn(client) is None
    put = await client.put("/api/v1/people/me/hat", json={"assignment_id": cashier})
    assert put.status_code == 200
    assert put.json()["hat"]["organisation_id"] == cooperative
    page = await client.post("/akun/topi", data={"hat": str(owner)})
    assert (page.status_code, page.headers["location"]) == (303, "/umkm")
    assert await _worn(client) == "seller_owner"
    page = await client.post("/akun/topi", data={"hat": ""})
    assert page.headers["location"] == "/"
    assert await _worn(client) is None


async def test_hat_of_another_person_is_refused_and_the_worn_one_stays(client: httpx.AsyncClient) -> None:
    stranger = await make_person()
    theirs = await grant(stranger, await make_organisation("operator", region_code=None), "platform_operator")
    cashier, _ = await make_staff("cashier")
    await sign_in(client, cashier)
    answer = await client.put("/api/v1/people/me/hat", json={"assignment_id": theirs})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_own_hat")
    assert (await client.post("/akun/topi", data={"hat": str(theirs)})).status_code == 403
    assert (await client.post("/akun/topi", data={"hat": "1 OR 1=1"})).status_code == 404
    assert await _worn(client) == "cashier"


async def test_ended_role_and_suspended_organisation_take_the_hat_off(client: httpx.AsyncClient) -> None:
    person, organisation_id = await make_staff("seller_owner")
    await sign_in(client, person)
    assert await _worn(client) == "seller_owner"
    async with database.connection() as connection:
        await connection.execute("UPDATE organisation SET status = 'suspended' WHERE id = $1", organisation_id)
    assert await _worn(client) is None
    async with database.connection() as connection:
        await connection.execute("UPDATE organisation SET status = 'active' WHERE id = $1", organisation_id)
    assert await _worn(client) == "seller_owner"
    async with database.connection() as connection:
        await connection.execute("UPDATE role_assignment SET ended_at = now()")
    assert await _worn(client) is None


async def test_header_shows_the_hat_worn(client: httpx.AsyncClient) -> None:
    person, _ = await make_staff("pengurus")
    await sign_in(client, person)
    page = await client.get("/akun")
    assert page.status_code == 200
    assert "selected>Pengurus" in page.text


async def test_guest_is_asked_to_sign_in(client: httpx.AsyncClient) -> None:
    page = await client.get("/akun")
    assert (page.status_code, page.headers["location"]) == (303, "/masuk?next=/akun")
    assert (await client.put("/api/v1/people/me/hat", json={"assignment_id": None})).status_code == 401
