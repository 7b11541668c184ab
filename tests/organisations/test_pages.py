"""The pages of applicants, operator, pengurus and owners, in both languages."""

import html
import re

import httpx
import pytest

from marketplace import database
from tests.factories import JATIMAKMUR, make_person, make_staff, sign_in
from tests.factories_trade import make_store


def _once(page: str) -> str:
    found = re.search(r'name="_once" value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def _grant_once(page: str) -> str:
    """Key of the form that gives a role: the last of the page, after those that end one."""
    return re.findall(r'name="_once" value="([^"]+)"', page)[-1]


async def _apply(client: httpx.AsyncClient) -> int:
    await sign_in(client, await make_person("Bu Minah", village_code=JATIMAKMUR))
    page = (await client.get("/daftar/umkm")).text
    form = {"_once": _once(page), "name": "Keripik Bu Minah", "village": "jatimakmur", "size": "mikro"}
    bad = await client.post("/daftar/umkm", data=form | {"nib": "123"})
    assert bad.status_code == 422
    assert "Keripik Bu Minah" in bad.text
    assert "NIB terdiri dari 13 digit" in bad.text
    done = await client.post("/daftar/umkm", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/akun/pengajuan")
    assert (await client.post("/daftar/umkm", data=form)).status_code == 303
    assert "Keripik Bu Minah" in (await client.get("/akun/pengajuan")).text
    async with database.connection() as connection:
        (row,) = await connection.fetch("SELECT id FROM organisation WHERE kind = 'seller'")
    return int(row["id"])


async def _status(organisation_id: int) -> str:
    async with database.connection() as connection:
        return str(await connection.fetchval("SELECT status FROM organisation WHERE id = $1", organisation_id))


async def test_operator_reads_an_application_and_approves_it(client: httpx.AsyncClient) -> None:
    seller = await _apply(client)
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    assert f"/operator/organisasi/{seller}" in html.unescape((await client.get("/operator")).text)
    path = f"/operator/organisasi/{seller}"
    page = (await client.get(path)).text
    form = {"_once": _once(page), "decision": "approve", "reason": ""}
    assert (await client.post(f"{path}/putuskan", data=form)).status_code == 422
    assert await _status(seller) == "applied"
    form["reason"] = "NIB dan alamat cocok"
    assert (await client.post(f"{path}/putuskan", data=form)).status_code == 303
    assert await _status(seller) == "active"
    page = (await client.get(path)).text
    suspended = await client.post(f"{path}/bekukan", data={"_once": _once(page), "reason": "Aduan pembeli"})
    assert suspended.status_code == 303
    assert await _status(seller) == "suspended"


async def test_operator_finds_an_organisation_by_part_of_its_name(client: httpx.AsyncClient) -> None:
    seller = await _apply(client)
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    async with database.transaction() as connection:
        await connection.execute("UPDATE organisation SET status = 'active' WHERE id = $1", seller)
    assert "Keripik Bu Minah" not in (await client.get("/operator")).text
    found = html.unescape((await client.get("/operator", params={"q": " bu MINAH "})).text)
    assert f'href="/operator/organisasi/{seller}"' in found
    for nobody in ("Tidak Ada", "%", "_"):
        page = html.unescape((await client.get("/operator", params={"q": nobody})).text)
        assert "Tidak ada lembaga dengan nama itu." in page
        assert f'href="/operator/organisasi/{seller}"' not in page


async def test_seller_must_say_in_which_village(client: httpx.AsyncClient) -> None:
    await sign_in(client, await make_person())
    page = html.unescape((await client.get("/daftar/umkm")).text)
    assert "Desa atau kelurahan usaha</label>" in page


async def test_home_of_the_board_counts_who_waits_for_a_decision(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await make_staff("pengurus")
    async with database.transaction() as connection:
        await make_store(connection, cooperative_id=cooperative)
    await sign_in(client, pengurus)
    quiet = (await client.get("/koperasi")).text
    assert "menunggu keputusan" not in quiet
    await _apply(client)
    await client.post("/akun/keanggotaan", data={"_once": _once((await client.get("/akun/keanggotaan")).text)})
    await sign_in(client, pengurus)
    page = (await client.get("/koperasi")).text
    assert page.count("menunggu keputusan") == 2
    assert "Calon anggota" in page
    kasir, _ = await make_staff("cashier", organisation_id=cooperative)
    await sign_in(client, kasir)
    assert "menunggu keputusan" not in (await client.get("/koperasi")).text


async def test_cooperative_of_the_village_approves_on_its_page(client: httpx.AsyncClient) -> None:
    seller = await _apply(client)
    pengurus, _ = await make_staff("pengurus")
    await sign_in(client, pengurus)
    page = await client.get("/koperasi/umkm")
    assert "Keripik Bu Minah" in page.text
    form = {"_once": _once(page.text), "decision": "decline", "reason": "Bukan warga desa ini"}
    assert (await client.post(f"/koperasi/umkm/{seller}/putuskan", data=form)).status_code == 303
    assert await _status(seller) == "declined"


async def test_partner_applies_with_its_city_written_out(client: httpx.AsyncClient) -> None:
    await sign_in(client, await make_person())
    page = (await client.get("/daftar/bumd")).text
    form = {"_once": _once(page), "name": "Perumda Contoh", "region": "bekasi", "legal_form": "perumda"}
    unclear = await client.post("/daftar/bumd", data=form)
    assert unclear.status_code == 422
    assert "Kota Bekasi" in unclear.text
    assert (await client.post("/daftar/bumd", data=form | {"region": "Kota Bekasi"})).status_code == 303
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT region_code FROM organisation") == "32.75"


async def test_resident_asks_on_a_page_and_pengurus_admits_on_another(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await make_staff("pengurus")
    resident = await make_person("Pak Tani", village_code=JATIMAKMUR)
    await sign_in(client, resident)
    page = await client.get("/akun/keanggotaan")
    assert "Ajukan keanggotaan" in page.text
    sent = await client.post("/akun/keanggotaan", data={"_once": _once(page.text)})
    assert sent.headers["location"] == "/akun/pengajuan"
    waiting = (await client.get("/akun/keanggotaan")).text
    assert "Permohonan Anda menunggu keputusan pengurus" in waiting
    assert "Ajukan keanggotaan" not in waiting
    await sign_in(client, pengurus)
    page = await client.get("/koperasi/anggota")
    assert "Pak Tani" in page.text
    found = re.search(r"anggota(?:/|&#x2f;)(\d+)(?:/|&#x2f;)putuskan", page.text)
    assert found is not None
    path = f"/koperasi/anggota/{found[1]}/putuskan"
    form = {"_once": _once(page.text), "decision": "approve"}
    pengawas, _ = await make_staff("pengawas", organisation_id=cooperative)
    await sign_in(client, pengawas)
    watched = (await client.get("/koperasi/anggota")).text
    assert "Pak Tani" in watched
    assert "putuskan" not in watched
    assert (await client.post(path, data=form | {"is_ktp_checked": "1"})).status_code == 403
    await sign_in(client, pengurus)
    assert (await client.post(path, data=form)).status_code == 422
    assert (await client.post(path, data=form | {"is_ktp_checked": "1"})).status_code == 303
    async with database.connection() as connection:
        members = await connection.fetch(
            "SELECT person_id FROM role_assignment WHERE organisation_id = $1 AND role = 'member'", cooperative
        )
    assert [row["person_id"] for row in members] == [resident.person_id]


@pytest.mark.parametrize(
    ("role", "path", "granted"),
    [
        ("seller_owner", "/umkm/staf", "seller_staff"),
        ("pengurus", "/koperasi/staf", "cashier"),
        ("partner_staff", "/bumd/staf", "partner_staff"),
    ],
)
async def test_staff_page_gives_and_ends_a_role(client: httpx.AsyncClient, role: str, path: str, granted: str) -> None:
    person, organisation_id = await make_staff(role)
    newcomer = await make_person("Orang Baru")
    await sign_in(client, person)
    form = {"_once": _grant_once((await client.get(path)).text), "contact": "0819-0000-1111", "role": granted}
    nobody = await client.post(path, data=form)
    assert nobody.status_code == 422
    assert "0819-0000-1111" in nobody.text
    form = {"_once": _grant_once(nobody.text), "contact": newcomer.contact, "role": granted}
    given = [await client.post(path, data=form) for _ in range(2)]
    assert [answer.status_code for answer in given] == [303, 303]
    async with database.connection() as connection:
        assignment_id = await connection.fetchval(
            "SELECT id FROM role_assignment WHERE person_id = $1 AND organisation_id = $2 AND ended_at IS NULL",
            newcomer.person_id,
            organisation_id,
        )
    shown = (await client.get(path)).text
    assert "Orang Baru" in shown
    ending = {"_once": f"{_grant_once(shown)}-{assignment_id}"}
    assert ending["_once"] in shown
    assert (await client.post(f"{path}/{assignment_id}/akhiri", data=ending)).status_code == 303
    assert "Orang Baru" not in (await client.get(path)).text


async def test_pages_are_shown_in_english_too(client: httpx.AsyncClient) -> None:
    person = await make_person()
    await sign_in(client, person)
    await client.post("/bahasa", data={"language": "en"})
    for path, words in (
        ("/daftar/umkm", "Register a business"),
        ("/daftar/bumd", "Register a partner"),
        ("/akun/pengajuan", "My applications"),
        ("/akun/keanggotaan", "Become a member"),
    ):
        page = await client.get(path)
        assert page.status_code == 200
        assert words in page.text
