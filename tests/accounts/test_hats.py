"""Switching hats: own ones only, and what stops a hat from counting."""

import re
from html import unescape

import httpx

from marketplace import database
from tests.factories import command, grant, make_organisation, make_person, make_staff, sign_in


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
    put = await client.put("/api/v1/people/me/hat", json={"assignment_id": cashier}, headers=command())
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
    answer = await client.put("/api/v1/people/me/hat", json={"assignment_id": theirs}, headers=command())
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
    assert (
        await client.put("/api/v1/people/me/hat", json={"assignment_id": None}, headers=command())
    ).status_code == 401


def _offered(page: httpx.Response) -> list[tuple[str, str, str]]:
    """Hat, way back and label of each button that the page of a refusal offers."""
    found = re.findall(
        r'action="/akun/topi">.*?name="hat" value="(\d+)">.*?name="next" value="([^"]*)">.*?<span>([^<]+)</span>',
        unescape(page.text).partition("<main")[2],
        re.DOTALL,
    )
    return [(hat, way_back, label) for hat, way_back, label in found]


async def test_member_without_the_hat_opens_the_page_by_one_press(client: httpx.AsyncClient) -> None:
    person = await make_person()
    member = await grant(person, await make_organisation("cooperative"), "member")
    await sign_in(client, person)
    refused = await client.get("/koperasi?dari=beranda")
    assert refused.status_code == 403
    assert _offered(refused) == [(str(member), "/koperasi?dari=beranda", "Buka sebagai anggota")]
    pressed = await client.post("/akun/topi", data={"hat": str(member), "next": "/koperasi?dari=beranda"})
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/koperasi?dari=beranda")
    opened = await client.get(pressed.headers["location"])
    assert opened.status_code == 200
    assert "Anda sudah berganti peran." in opened.text
    assert "selected>Anggota" in opened.text


async def test_every_hat_that_would_open_the_page_is_offered_and_no_other(client: httpx.AsyncClient) -> None:
    person = await make_person()
    first = await grant(person, await make_organisation("cooperative", "KKMP Satu"), "cashier")
    second = await grant(person, await make_organisation("cooperative", "KKMP Dua"), "pengurus")
    await grant(person, await make_organisation("cooperative"), "member")
    await sign_in(client, person, wearing=await grant(person, await make_organisation("seller"), "seller_owner"))
    refused = await client.get("/kasir")
    assert [(hat, label) for hat, _, label in _offered(refused)] == [
        (str(first), "Buka sebagai kasir"),
        (str(second), "Buka sebagai pengurus"),
    ]
    assert "KKMP Satu" in refused.text
    answer = await client.get("/api/v1/stores/current/orders")
    assert (answer.status_code, answer.json()["facts"]) == (403, {"assignment_ids": [first, second]})


async def test_refused_form_leads_back_to_a_page_that_can_be_read(client: httpx.AsyncClient) -> None:
    person = await make_person()
    await grant(person, await make_organisation("cooperative"), "store_manager")
    await sign_in(client, person, wearing=await grant(person, await make_organisation("seller"), "seller_owner"))
    refused = await client.post("/koperasi/stok/7/koreksi", data={})
    assert refused.status_code == 403
    assert [way_back for _, way_back, _ in _offered(refused)] == ["/koperasi/stok/7"]


async def test_who_holds_no_fitting_role_is_offered_none(client: httpx.AsyncClient) -> None:
    person, _ = await make_staff("cashier")
    await sign_in(client, person)
    refused = await client.get("/koperasi/anggota")
    assert refused.status_code == 403
    assert _offered(refused) == []
