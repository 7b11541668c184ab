"""The pages of a signed-in person, and the operator's pages about people."""

import html

import httpx
import pytest

from marketplace import database
from tests.factories import JATIMAKMUR, PASSWORD, grant, make_organisation, make_person, make_staff, open_token, sign_in


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_page_of_a_person_is_shown(client: httpx.AsyncClient, language: str) -> None:
    for path in ("/masuk", "/daftar", "/sandi/lupa", "/kotak-keluar"):
        assert (await client.get(path)).status_code == 200, path
    person = await make_person(village_code=JATIMAKMUR)
    await grant(person, await make_organisation(), "cashier")
    await open_token(person)
    await sign_in(client, person)
    assert (await client.post("/bahasa", data={"language": language, "next": "/akun"})).status_code == 303
    for path in ("/akun", "/akun/profil", "/akun/sandi"):
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert f'lang="{language}"' in answer.text
    assert "Jatimakmur" in (await client.get("/akun")).text


async def test_profile_is_changed_and_a_bad_village_is_shown_beside_its_field(client: httpx.AsyncClient) -> None:
    person = await make_person("Nama Lama")
    await sign_in(client, person)
    form = {"display_name": "Nama Baru", "village": "jatimakmur", "language": "en"}
    bad = await client.post("/akun/profil", data={**form, "village": "Atlantis Raya"})
    assert bad.status_code == 422
    assert "Atlantis Raya" in bad.text
    assert (await client.get("/api/v1/people/me")).json()["display_name"] == "Nama Lama"
    good = await client.post("/akun/profil", data=form)
    assert (good.status_code, good.headers["location"]) == (303, "/akun")
    me = (await client.get("/api/v1/people/me")).json()
    assert (me["display_name"], me["village_code"], me["language"]) == ("Nama Baru", JATIMAKMUR, "en")


async def test_password_page_names_the_wrong_field_and_changes_with_the_right_one(client: httpx.AsyncClient) -> None:
    person = await make_person()
    other = await open_token(person)
    await sign_in(client, person)
    bad = await client.post("/akun/sandi", data={"current_password": "keliru", "new_password": "lima kambing hitam"})
    assert bad.status_code == 422
    assert "tidak cocok" in bad.text
    good = await client.post("/akun/sandi", data={"current_password": PASSWORD, "new_password": "lima kambing hitam"})
    assert good.status_code == 303
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {other}"})).status_code == 401


async def test_page_signs_out_another_device_and_then_all(client: httpx.AsyncClient) -> None:
    person = await make_person()
    other = await open_token(person)
    await sign_in(client, person)
    listed = (await client.get("/api/v1/sessions")).json()
    other_id = next(entry["session_id"] for entry in listed if not entry["is_current"])
    assert (await client.post(f"/akun/sesi/{other_id}/akhiri")).status_code == 303
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {other}"})).status_code == 401
    assert (await client.post("/akun/keluar-semua")).headers["location"] == "/masuk"
    assert (await client.get("/api/v1/people/me")).status_code == 401


async def test_language_of_a_guest_is_kept_in_a_cookie_and_next_stays_on_this_site(client: httpx.AsyncClient) -> None:
    answer = await client.post("/bahasa", data={"language": "en", "next": "https://evil.example/"})
    assert answer.headers["location"] == "/"
    page = await client.get("/masuk")
    assert "Sign in" in page.text


async def test_operator_finds_by_exact_contact_disables_and_enables(client: httpx.AsyncClient) -> None:
    person = await make_person("Pelanggan", contact="0812-7777-8888")
    held = await open_token(person)
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    nobody = await client.post("/operator/pengguna", data={"contact": "0819-0000-1111"})
    assert nobody.status_code == 422
    found = await client.post("/operator/pengguna", data={"contact": "+62812 7777 8888"})
    assert found.status_code == 303
    path = found.headers["location"]
    assert path == f"/operator/pengguna/{person.person_id}"
    page = html.unescape((await client.get(path)).text)
    assert "0812*****888" in page
    assert "0812-7777-8888" not in page
    assert (await client.post(f"{path}/nonaktif", data={"reason": "akun palsu"})).status_code == 303
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {held}"})).status_code == 401
    assert (await client.post(f"{path}/nonaktif", data={"reason": "sekali lagi"})).status_code == 409
    assert (await client.post(f"{path}/aktif")).status_code == 303
    async with database.connection() as connection:
        actions = [row["action"] for row in await connection.fetch("SELECT action FROM audit_event ORDER BY id")]
        assert await connection.fetchval("SELECT is_disabled FROM person WHERE id = $1", person.person_id) is False
    assert actions[-3:] == ["person.looked_up", "person.disabled", "person.enabled"]


async def test_operator_cannot_disable_themselves(client: httpx.AsyncClient) -> None:
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    answer = await client.post(f"/operator/pengguna/{operator.person_id}/nonaktif", data={"reason": "uji"})
    assert answer.status_code == 403
    assert (await client.get("/operator/pengguna")).status_code == 200


@pytest.mark.parametrize("role", ["pengurus", "agency_officer", "seller_owner"])
async def test_others_do_not_learn_of_the_operators_pages(client: httpx.AsyncClient, role: str) -> None:
    person, _ = await make_staff(role)
    await sign_in(client, person)
    assert (await client.get("/operator/pengguna")).status_code == 404
    assert (await client.post(f"/operator/pengguna/{person.person_id}/keluarkan")).status_code == 404
    assert (await client.get("/api/v1/people/me")).status_code == 200
