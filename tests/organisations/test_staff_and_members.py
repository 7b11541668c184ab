"""Staff and members over HTTP: who gives a role, who ends it, who becomes a member."""

from itertools import count

import httpx
import pytest

from marketplace import database
from marketplace.ids import OrganisationId
from tests.factories import (
    JATIMAKMUR,
    JATIWARINGIN,
    LAMBANGSARI,
    TestPerson,
    make_person,
    make_staff,
    sign_in,
)

_keys = count(1)


def once() -> dict[str, str]:
    return {"idempotency-key": f"staff-key-{next(_keys):06d}"}


async def _roles(organisation_id: int) -> list[tuple[int, str]]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT person_id, role FROM role_assignment WHERE organisation_id = $1 AND ended_at IS NULL ORDER BY id",
            organisation_id,
        )
    return [(row["person_id"], row["role"]) for row in rows]


async def test_pengurus_gives_and_ends_the_cashiers_role(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await make_staff("pengurus")
    newcomer = await make_person("Calon Kasir")
    await sign_in(client, pengurus)
    path = f"/api/v1/organisations/{cooperative}/staff"
    granted = await client.post(path, json={"contact": newcomer.contact, "role": "cashier"}, headers=once())
    assert granted.status_code == 201, granted.text
    assert (
        await client.post(path, json={"contact": newcomer.contact, "role": "cashier"}, headers=once())
    ).status_code == 409
    listed = (await client.get(path)).json()
    assert [(entry["person_name"], entry["role"], entry["is_self"]) for entry in listed] == [
        ("Pemegang pengurus", "pengurus", True),
        ("Calon Kasir", "cashier", False),
    ]
    assert newcomer.contact not in str(listed)
    token = await sign_in(client, newcomer)
    await sign_in(client, pengurus)
    assert (await client.delete(f"{path}/{granted.json()['assignment_id']}", headers=once())).status_code == 204
    me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {token}"})
    assert (me.json()["hat"], me.json()["hats"]) == (None, [])


async def test_same_key_twice_gives_and_ends_a_role_once(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await make_staff("pengurus")
    newcomer = await make_person("Calon Kasir")
    await sign_in(client, pengurus)
    path = f"/api/v1/organisations/{cooperative}/staff"
    body = {"contact": newcomer.contact, "role": "cashier"}
    assert (await client.post(path, json=body)).status_code == 422
    assert await _roles(cooperative) == [(pengurus.person_id, "pengurus")]
    key = once()
    first = await client.post(path, json=body, headers=key)
    second = await client.post(path, json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201), second.text
    assert first.json() == second.json()
    assert await _roles(cooperative) == [(pengurus.person_id, "pengurus"), (newcomer.person_id, "cashier")]
    other = await client.post(path, json=body | {"role": "store_manager"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    key = once()
    ended = [await client.delete(f"{path}/{first.json()['assignment_id']}", headers=key) for _ in range(2)]
    assert [answer.status_code for answer in ended] == [204, 204]
    assert await _roles(cooperative) == [(pengurus.person_id, "pengurus")]
    async with database.connection() as connection:
        audited = await connection.fetch(
            "SELECT action FROM audit_event WHERE organisation_id = $1 ORDER BY id", cooperative
        )
    assert [row["action"] for row in audited] == ["role.granted", "role.ended"]


async def test_same_key_twice_decides_a_membership_once(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await _cooperative_with_pengurus()
    resident = await make_person("Pak Tani", village_code=JATIMAKMUR)
    await sign_in(client, resident)
    key = once()
    asked = [await client.post(f"/api/v1/organisations/{cooperative}/memberships", headers=key) for _ in range(2)]
    assert asked[0].json() == asked[1].json()
    await sign_in(client, pengurus)
    path = f"/api/v1/organisations/memberships/{asked[0].json()['application_id']}/decision"
    body = {"is_approved": True, "is_ktp_checked": True}
    key = once()
    decided = [await client.post(path, json=body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in decided] == [204, 204]
    assert await _roles(cooperative) == [(pengurus.person_id, "pengurus"), (resident.person_id, "member")]


@pytest.mark.parametrize(
    ("role", "granted"),
    [
        ("cashier", "cashier"),
        ("store_manager", "cashier"),
        ("pengurus", "pengurus"),
        ("pengurus", "platform_operator"),
        ("seller_staff", "seller_staff"),
        ("seller_owner", "cashier"),
    ],
)
async def test_role_that_is_not_theirs_to_give_is_refused(client: httpx.AsyncClient, role: str, granted: str) -> None:
    person, organisation_id = await make_staff(role)
    newcomer = await make_person()
    await sign_in(client, person)
    answer = await client.post(
        f"/api/v1/organisations/{organisation_id}/staff",
        json={"contact": newcomer.contact, "role": granted},
        headers=once(),
    )
    assert answer.status_code == 403
    assert await _roles(organisation_id) == [(person.person_id, role)]


async def test_another_organisations_staff_is_not_found(client: httpx.AsyncClient) -> None:
    owner, _ = await make_staff("seller_owner")
    other, other_seller = await make_staff("seller_owner")
    await sign_in(client, owner)
    path = f"/api/v1/organisations/{other_seller}/staff"
    assert (await client.get(path)).status_code == 404
    assert (
        await client.post(path, json={"contact": owner.contact, "role": "seller_staff"}, headers=once())
    ).status_code == 404
    assert (await client.delete(f"{path}/1", headers=once())).status_code == 404
    profile = await client.put(
        f"/api/v1/organisations/{other_seller}/profile", json={"description": "Diubah"}, headers=once()
    )
    assert profile.status_code == 404
    assert await _roles(other_seller) == [(other.person_id, "seller_owner")]


async def test_contacts_cannot_be_tried_out_by_giving_roles(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await make_staff("pengurus")
    newcomer = await make_person("Calon Kasir")
    await sign_in(client, pengurus)
    path = f"/api/v1/organisations/{cooperative}/staff"
    codes = []
    for number in range(60):
        body = {"contact": f"0819-0000-{number:04d}", "role": "cashier"}
        codes.append((await client.post(path, json=body, headers=once())).status_code)
    assert codes == [422] * 60
    late = await client.post(path, json={"contact": newcomer.contact, "role": "cashier"}, headers=once())
    assert (late.status_code, late.json()["code"]) == (429, "too_many_requests")
    assert int(late.headers["retry-after"]) <= 3600
    assert await _roles(cooperative) == [(pengurus.person_id, "pengurus")]


async def test_last_owner_stays(client: httpx.AsyncClient) -> None:
    owner, seller = await make_staff("seller_owner")
    await sign_in(client, owner)
    path = f"/api/v1/organisations/{seller}/staff"
    mine = (await client.get(path)).json()[0]["assignment_id"]
    answer = await client.delete(f"{path}/{mine}", headers=once())
    assert (answer.status_code, answer.json()["code"]) == (409, "last_holder")
    partner = await make_person()
    await client.post(path, json={"contact": partner.contact, "role": "seller_owner"}, headers=once())
    assert (await client.delete(f"{path}/{mine}", headers=once())).status_code == 204
    assert await _roles(seller) == [(partner.person_id, "seller_owner")]


async def test_pengawas_does_not_also_act(client: httpx.AsyncClient) -> None:
    watcher, cooperative = await make_staff("pengawas")
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    path = f"/api/v1/organisations/{cooperative}/staff"
    assert (
        await client.post(path, json={"contact": watcher.contact, "role": "cashier"}, headers=once())
    ).status_code == 403
    assert await _roles(cooperative) == [(watcher.person_id, "pengawas")]


async def _cooperative_with_pengurus() -> tuple[TestPerson, OrganisationId]:
    return await make_staff("pengurus", region_code=JATIMAKMUR)


async def test_resident_of_the_village_becomes_a_member_once_the_ktp_was_seen(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await _cooperative_with_pengurus()
    resident = await make_person("Pak Tani", village_code=JATIMAKMUR)
    await sign_in(client, resident)
    asked = await client.post(f"/api/v1/organisations/{cooperative}/memberships", headers=once())
    again = await client.post(f"/api/v1/organisations/{cooperative}/memberships", headers=once())
    assert asked.json() == again.json()
    await sign_in(client, pengurus)
    waiting = (await client.get("/api/v1/organisations/memberships/waiting")).json()
    assert [entry["person_name"] for entry in waiting] == ["Pak Tani"]
    path = f"/api/v1/organisations/memberships/{asked.json()['application_id']}/decision"
    unseen = await client.post(path, json={"is_approved": True}, headers=once())
    assert [error["field"] for error in unseen.json()["errors"]] == ["is_ktp_checked"]
    assert (resident.person_id, "member") not in await _roles(cooperative)
    assert (
        await client.post(path, json={"is_approved": True, "is_ktp_checked": True}, headers=once())
    ).status_code == 204
    assert (
        await client.post(path, json={"is_approved": True, "is_ktp_checked": True}, headers=once())
    ).status_code == 409
    assert (resident.person_id, "member") in await _roles(cooperative)


async def test_resident_of_another_village_is_told_the_rule(client: httpx.AsyncClient) -> None:
    _, cooperative = await _cooperative_with_pengurus()
    await sign_in(client, await make_person(village_code=LAMBANGSARI))
    elsewhere = await client.post(f"/api/v1/organisations/{cooperative}/memberships", headers=once())
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "other_village")
    await sign_in(client, await make_person())
    unknown = await client.post(f"/api/v1/organisations/{cooperative}/memberships", headers=once())
    assert [error["field"] for error in unknown.json()["errors"]] == ["village"]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM membership_application") == 0


async def test_membership_is_not_decided_by_another_cooperative_or_by_oneself(client: httpx.AsyncClient) -> None:
    pengurus, cooperative = await _cooperative_with_pengurus()
    async with database.connection() as connection:
        await connection.execute("UPDATE person SET village_code = $1 WHERE id = $2", JATIMAKMUR, pengurus.person_id)
    await sign_in(client, pengurus)
    own = (await client.post(f"/api/v1/organisations/{cooperative}/memberships", headers=once())).json()[
        "application_id"
    ]
    path = f"/api/v1/organisations/memberships/{own}/decision"
    body = {"is_approved": True, "is_ktp_checked": True}
    assert (await client.post(path, json=body, headers=once())).json()["code"] == "own_application"
    stranger, _ = await make_staff("pengurus", region_code=JATIWARINGIN)
    await sign_in(client, stranger)
    assert (await client.post(path, json=body, headers=once())).status_code == 404
    assert (pengurus.person_id, "member") not in await _roles(cooperative)
