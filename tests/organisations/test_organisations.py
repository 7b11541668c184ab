"""Applying, deciding, suspending, legal status, staff and members, over HTTP."""

import asyncio
from datetime import date
from itertools import count
from typing import Any

import asyncpg
import httpx
import pytest

from marketplace import database
from marketplace.organisations import count_cooperatives_by_status_on
from tests.factories import (
    JATIMAKMUR,
    JATIWARINGIN,
    KABUPATEN_BEKASI,
    KOTA_BEKASI,
    LAMBANGSARI,
    TestPerson,
    grant,
    make_organisation,
    make_person,
    make_staff,
    sign_in,
)

SELLER = {"name": "Keripik Bu Minah", "village_code": JATIMAKMUR, "size": "mikro", "nib": "1905 2500 93184"}
_keys = count(1)


def once() -> dict[str, str]:
    return {"idempotency-key": f"test-key-{next(_keys):06d}"}


async def _post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post(f"/api/v1{path}", json=body, headers=once())


async def _applied(client: httpx.AsyncClient) -> tuple[TestPerson, int]:
    applicant = await make_person("Bu Minah")
    await sign_in(client, applicant)
    answer = await _post(client, "/organisations/sellers", SELLER)
    assert answer.status_code == 201, answer.text
    return applicant, answer.json()["organisation_id"]


async def _statuses(organisation_id: int) -> list[str]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT status FROM organisation_status WHERE organisation_id = $1 ORDER BY effective_on, id",
            organisation_id,
        )
    return [row["status"] for row in rows]


async def _roles(organisation_id: int) -> list[tuple[int, str]]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT person_id, role FROM role_assignment WHERE organisation_id = $1 AND ended_at IS NULL ORDER BY id",
            organisation_id,
        )
    return [(row["person_id"], row["role"]) for row in rows]


async def test_seller_applied_for_is_approved_and_its_applicant_becomes_the_owner(client: httpx.AsyncClient) -> None:
    applicant, seller = await _applied(client)
    assert (await client.get(f"/api/v1/organisations/{seller}")).status_code == 404
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    waiting = (await client.get("/api/v1/organisations/waiting")).json()
    assert [(entry["applicant_name"], entry["organisation"]["nib"]) for entry in waiting] == [
        ("Bu Minah", "1905250093184")
    ]
    answer = await _post(client, f"/organisations/{seller}/decision", {"is_approved": True, "reason": "NIB cocok"})
    assert (answer.status_code, answer.json()["status"]) == (200, "active")
    assert await _statuses(seller) == ["applied", "verified", "active"]
    assert await _roles(seller) == [(applicant.person_id, "seller_owner")]
    assert (await client.get(f"/api/v1/organisations/{seller}")).json()["name"] == "Keripik Bu Minah"
    await sign_in(client, applicant)
    assert (await client.get("/api/v1/people/me")).json()["hat"]["role"] == "seller_owner"


async def test_cooperative_of_the_same_village_may_approve_and_another_finds_nothing(client: httpx.AsyncClient) -> None:
    _, seller = await _applied(client)
    elsewhere, _ = await make_staff("pengurus", region_code=JATIWARINGIN)
    await sign_in(client, elsewhere)
    assert (await client.get("/api/v1/organisations/waiting")).json() == []
    decision = {"is_approved": True, "reason": "Kenal orangnya"}
    assert (await _post(client, f"/organisations/{seller}/decision", decision)).status_code == 404
    assert await _statuses(seller) == ["applied"]
    manager, _ = await make_staff("store_manager", region_code=JATIMAKMUR)
    await sign_in(client, manager)
    assert (await _post(client, f"/organisations/{seller}/decision", decision)).status_code == 200


@pytest.mark.parametrize("role", ["agency_officer", "cashier", "pengawas", "seller_owner", "partner_staff"])
async def test_nobody_else_decides(client: httpx.AsyncClient, role: str) -> None:
    _, seller = await _applied(client)
    person, _ = await make_staff(role)
    await sign_in(client, person)
    answer = await _post(client, f"/organisations/{seller}/decision", {"is_approved": True, "reason": "Baik"})
    assert answer.status_code in (403, 404)
    assert await _statuses(seller) == ["applied"]


async def test_nobody_decides_their_own_application(client: httpx.AsyncClient) -> None:
    applicant, seller = await _applied(client)
    await grant(applicant, await make_organisation(), "pengurus")
    await sign_in(client, applicant)
    answer = await _post(client, f"/organisations/{seller}/decision", {"is_approved": True, "reason": "Saya sendiri"})
    assert (answer.status_code, answer.json()["code"]) == (403, "own_application")
    assert await _statuses(seller) == ["applied"]


async def test_declined_with_a_reason_gives_no_role_and_cannot_be_decided_again(client: httpx.AsyncClient) -> None:
    _, seller = await _applied(client)
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    without = await _post(client, f"/organisations/{seller}/decision", {"is_approved": False, "reason": " "})
    assert [error["field"] for error in without.json()["errors"]] == ["reason"]
    assert await _statuses(seller) == ["applied"]
    body = {"is_approved": False, "reason": "Alamat tidak ditemukan"}
    assert (await _post(client, f"/organisations/{seller}/decision", body)).status_code == 200
    again = await _post(client, f"/organisations/{seller}/decision", {"is_approved": True, "reason": "Ternyata ada"})
    assert (again.status_code, again.json()["code"]) == (409, "status_moved")
    assert await _statuses(seller) == ["applied", "declined"]
    assert await _roles(seller) == []


async def test_two_decide_at_once_and_exactly_one_counts(client: httpx.AsyncClient) -> None:
    _, seller = await _applied(client)
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    answers = await asyncio.gather(
        *(
            _post(client, f"/organisations/{seller}/decision", {"is_approved": is_approved, "reason": "Diperiksa"})
            for is_approved in (True, False, True, False)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_same_key_applies_once_and_numbers_are_unique(client: httpx.AsyncClient) -> None:
    await sign_in(client, await make_person())
    headers = once()
    first = await client.post("/api/v1/organisations/sellers", json=SELLER, headers=headers)
    again = await client.post("/api/v1/organisations/sellers", json=SELLER, headers=headers)
    assert first.json() == again.json()
    twin = await _post(client, "/organisations/sellers", SELLER | {"name": "Nama Lain"})
    assert [error["field"] for error in twin.json()["errors"]] == ["nib"]
    without_key = await client.post("/api/v1/organisations/sellers", json=SELLER)
    assert without_key.status_code == 422
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM organisation WHERE kind = 'seller'") == 1


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"village_code": "32.75"}, ["village_code"]),
        ({"village_code": "99.01.01.2001"}, ["village_code"]),
        ({"nib": "123", "npwp": "1", "phone": "12", "email": "x"}, ["phone", "email", "nib", "npwp"]),
    ],
)
async def test_application_names_each_wrong_field(
    client: httpx.AsyncClient, change: dict[str, str], fields: list[str]
) -> None:
    await sign_in(client, await make_person())
    answer = await _post(client, "/organisations/sellers", SELLER | change)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == fields
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM organisation") == 0


async def test_partner_needs_a_regency_and_only_the_operator_approves(client: httpx.AsyncClient) -> None:
    applicant = await make_person()
    await sign_in(client, applicant)
    body = {"name": "Perumda Pangan Contoh", "region_code": JATIMAKMUR, "legal_form": "perumda"}
    assert (await _post(client, "/organisations/partners", body)).status_code == 422
    partner = (await _post(client, "/organisations/partners", body | {"region_code": KOTA_BEKASI})).json()
    pengurus, _ = await make_staff("pengurus")
    await sign_in(client, pengurus)
    path = f"/organisations/{partner['organisation_id']}/decision"
    decision = {"is_approved": True, "reason": "Perda pendirian ada"}
    assert (await _post(client, path, decision)).status_code == 404
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    assert (await _post(client, path, decision)).status_code == 200
    assert await _roles(partner["organisation_id"]) == [(applicant.person_id, "partner_staff")]


async def test_suspension_takes_hats_off_and_reactivation_gives_them_back(client: httpx.AsyncClient) -> None:
    owner, seller = await make_staff("seller_owner")
    operator, home = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    assert (await _post(client, f"/organisations/{home}/suspension", {"reason": "Uji coba"})).status_code == 403
    suspended = await _post(client, f"/organisations/{seller}/suspension", {"reason": "Barang palsu"})
    assert suspended.json()["status"] == "suspended"
    assert (await _post(client, f"/organisations/{seller}/suspension", {"reason": "Lagi"})).status_code == 409
    token = await sign_in(client, owner)
    assert (await client.get("/api/v1/people/me")).json()["hats"] == []
    await sign_in(client, operator)
    back = await _post(client, f"/organisations/{seller}/reactivation", {"reason": "Sudah diperbaiki"})
    assert back.json()["status"] == "active"
    me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {token}"})
    assert [hat["role"] for hat in me.json()["hats"]] == ["seller_owner"]
    assert await _statuses(seller) == ["active", "suspended", "active"]


async def test_legal_status_is_dated_and_a_step_back_needs_its_reason(client: httpx.AsyncClient) -> None:
    cooperative = await make_organisation("cooperative", status="musdes", status_on=date(2025, 4, 10))
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    path = f"/organisations/{cooperative}/statuses"

    async def record(status: str, day: str, evidence: str) -> httpx.Response:
        return await _post(client, path, {"status": status, "effective_on": day, "evidence": evidence})

    assert (await record("sk_ahu", "2025-06-02", "AHU-0018900.AH.01.29.TAHUN 2025")).json()["status"] == "sk_ahu"
    late = await record("akta", "2025-05-15", "Akta notaris nomor 12")
    assert late.json()["status"] == "sk_ahu"
    back = await record("akta", "2025-07-01", "keliru")
    assert [error["field"] for error in back.json()["errors"]] == ["evidence"]
    future = await record("operating", "2999-01-01", "Belum terjadi")
    assert [error["field"] for error in future.json()["errors"]] == ["effective_on"]
    assert await _statuses(cooperative) == ["musdes", "akta", "sk_ahu"]
    history = (await client.get(f"/api/v1{path}")).json()
    assert [line["effective_on"] for line in history] == ["2025-04-10", "2025-05-15", "2025-06-02"]
    on = {
        day: (await count_cooperatives_by_status_on(date.fromisoformat(day), KOTA_BEKASI)).by_status
        for day in ("2025-04-09", "2025-05-14", "2025-05-20", "2025-06-02")
    }
    assert on == {
        "2025-04-09": {},
        "2025-05-14": {"musdes": 1},
        "2025-05-20": {"akta": 1},
        "2025-06-02": {"sk_ahu": 1},
    }


async def test_history_cannot_be_rewritten(pool: None) -> None:
    await make_organisation("cooperative")
    async with database.connection() as connection:
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute("UPDATE organisation_status SET effective_on = '2020-01-01'")
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute("DELETE FROM organisation_status")


async def test_counts_of_bekasi_are_those_of_the_reports_of_their_days(pool: None) -> None:
    async with database.transaction() as connection:
        villages = await connection.fetch(
            "SELECT code FROM region WHERE level = 'village' AND code ~ '^32[.](16|75)' ORDER BY code"
        )
        first, later, city = date(2025, 5, 12), date(2025, 7, 14), date(2025, 7, 21)
        regency_villages = [row["code"] for row in villages if row["code"].startswith(KABUPATEN_BEKASI)]
        for row in villages:
            code = row["code"]
            in_regency = code in regency_villages
            day = (first if regency_villages.index(code) < 130 else later) if in_regency else city
            organisation_id = await connection.fetchval(
                "INSERT INTO organisation (kind, name, region_code, status, status_on)"
                " VALUES ('cooperative', $1, $2, 'sk_ahu', $3) RETURNING id",
                f"Koperasi {code}",
                code,
                day,
            )
            await connection.executemany(
                "INSERT INTO organisation_status (organisation_id, status, effective_on) VALUES ($1, $2, $3)",
                [(organisation_id, "musdes", date(2025, 5, 1)), (organisation_id, "sk_ahu", day)],
            )
    may = await count_cooperatives_by_status_on(date(2025, 5, 20), KABUPATEN_BEKASI)
    july = await count_cooperatives_by_status_on(date(2025, 7, 21), KABUPATEN_BEKASI)
    kota = await count_cooperatives_by_status_on(date(2025, 7, 21), KOTA_BEKASI)
    assert (may.with_papers, may.total, may.by_status) == (130, 187, {"sk_ahu": 130, "musdes": 57})
    assert (july.with_papers, july.total) == (187, 187)
    assert (kota.with_papers, kota.total) == (56, 56)


async def test_suspended_cooperative_keeps_the_papers_it_had(pool: None) -> None:
    cooperative = await make_organisation("cooperative", status="sk_ahu", status_on=date(2025, 6, 1))
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO organisation_status (organisation_id, status, effective_on) VALUES ($1, 'suspended', $2)",
            cooperative,
            date(2025, 8, 1),
        )
    counts = await count_cooperatives_by_status_on(date(2025, 8, 2), JATIMAKMUR)
    assert (counts.with_papers, counts.by_status) == (1, {"suspended": 1})


async def test_profile_is_changed_by_who_may_and_numbers_keep_apart(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await make_staff("pengurus", region_code=JATIMAKMUR)
    await sign_in(client, pengurus)
    path = f"/api/v1/organisations/{cooperative}/profile"
    changed = await client.put(
        path, json={"nik_koperasi": "3275080120002", "ahu_number": "AHU-0018900.AH.01.29.TAHUN 2025"}, headers=once()
    )
    assert (changed.status_code, changed.json()["nik_koperasi"]) == (200, "3275080120002")
    wrong = await client.put(path, json={"nik_koperasi": "3275010101900001"}, headers=once())
    assert "NIK (KTP)" in wrong.json()["errors"][0]["message"]
    cashier, _ = await make_staff("cashier", organisation_id=cooperative)
    await sign_in(client, cashier)
    assert (await client.put(path, json={"description": "Diubah kasir"}, headers=once())).status_code == 403
    owner, seller = await make_staff("seller_owner")
    await sign_in(client, owner)
    path = f"/api/v1/organisations/{seller}/profile"
    not_theirs = await client.put(path, json={"nik_koperasi": "3275080120003"}, headers=once())
    assert not_theirs.status_code == 422


async def test_public_list_pages_through_organisations_at_work(client: httpx.AsyncClient) -> None:
    ids = [await make_organisation("seller", f"Usaha {number}") for number in range(3)]
    await make_organisation("seller", "Di Kabupaten", region_code=LAMBANGSARI)
    await make_organisation("seller", "Dibekukan", status="suspended")
    query: dict[str, str | int] = {"kind": "seller", "region": KOTA_BEKASI, "limit": 2}
    first = (await client.get("/api/v1/organisations", params=query)).json()
    second = (await client.get("/api/v1/organisations", params=query | {"cursor": first["next_cursor"]})).json()
    assert [item["organisation_id"] for item in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None
    assert "npwp" not in first["items"][0]
