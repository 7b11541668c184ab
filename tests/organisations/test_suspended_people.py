"""People of a suspended organisation are told what happened and whom to ask; nobody else learns of it."""

import html

import httpx
import pytest

from marketplace import database
from tests.factories import command, grant, make_organisation, make_person, make_staff, sign_in


async def _suspend(client: httpx.AsyncClient, organisation_id: int, reason: str = "Izin edar palsu.") -> None:
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    path = f"/api/v1/organisations/{organisation_id}/suspension"
    assert (await client.post(path, json={"reason": reason}, headers=command())).status_code == 200


def _text(response: httpx.Response) -> str:
    return html.unescape(response.text)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("seller_owner", "/umkm"),
        ("seller_staff", "/umkm/produk"),
        ("partner_staff", "/bumd"),
        ("cashier", "/kasir"),
        ("cashier", "/koperasi/anggota"),
        ("pengurus", "/koperasi"),
    ],
)
async def test_people_of_a_suspended_organisation_read_why_and_whom_to_ask(
    client: httpx.AsyncClient, role: str, path: str
) -> None:
    person, organisation_id = await make_staff(role)
    await _suspend(client, organisation_id)
    await sign_in(client, person)
    page = await client.get(path)
    assert page.status_code == 403
    said = _text(page)
    assert "Sedang dibekukan" in said
    assert "dengan alasan: Izin edar palsu. Selama itu" in said
    assert "Tanyakan kepada pengelola Lumbung" in said
    assert "dengan alasan: Izin edar palsu. Selama itu" in _text(await client.get("/akun"))


async def test_program_of_a_suspended_seller_is_told_by_a_code(client: httpx.AsyncClient) -> None:
    person, seller = await make_staff("seller_owner")
    await _suspend(client, seller)
    await sign_in(client, person)
    answer = await client.get("/api/v1/products/mine", headers={"accept-language": "en"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "organisation_suspended")
    assert problem["facts"]["reason"] == "Izin edar palsu"
    assert "has been suspended since" in problem["title"]


async def test_outsider_learns_nothing_of_a_suspension(client: httpx.AsyncClient) -> None:
    _, seller = await make_staff("seller_owner")
    await _suspend(client, seller)
    for person in (await make_person(), (await make_staff("partner_staff"))[0]):
        await sign_in(client, person)
        assert (await client.get("/umkm")).status_code == 404
        assert "dibekukan" not in _text(await client.get("/akun"))


async def test_second_business_that_is_at_work_stays_open(client: httpx.AsyncClient) -> None:
    """Only what the suspended role alone may do is refused."""
    person, seller = await make_staff("seller_owner")
    other = await make_organisation("seller", "Warung Kedua")
    assignment = await grant(person, other, "seller_staff")
    await _suspend(client, seller)
    await sign_in(client, person, wearing=assignment)
    assert (await client.get("/umkm")).status_code == 200
    assert "Sedang dibekukan" in _text(await client.get("/umkm/staf"))


async def test_role_that_ended_says_nothing(client: httpx.AsyncClient) -> None:
    person, seller = await make_staff("seller_owner")
    await _suspend(client, seller)
    async with database.connection() as connection:
        await connection.execute("UPDATE role_assignment SET ended_at = now() WHERE organisation_id = $1", seller)
    await sign_in(client, person)
    assert (await client.get("/umkm")).status_code == 404


async def test_refusal_for_the_role_is_told_in_the_language_of_its_reader(client: httpx.AsyncClient) -> None:
    cashier, _ = await make_staff("cashier")
    await sign_in(client, cashier)
    await client.post("/bahasa", data={"language": "en"})
    said = _text(await client.get("/koperasi/staf"))
    assert "Only management board, business owner, partner staff may do this" in said or "management board" in said
    assert "pemilik usaha" not in said
