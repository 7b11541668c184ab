"""The operator's people in the API: contacts masked, each page once, a disabled account out at once and back again."""

import httpx

from marketplace import database
from tests.factories import PASSWORD, command, make_organisation, make_person, make_staff, open_token, sign_in


async def test_people_are_listed_page_by_page_with_masked_contacts(client: httpx.AsyncClient) -> None:
    made = [await make_person(f"Warga {number}") for number in range(3)]
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    seen, cursor, text = [], "", ""
    while True:
        page = await client.get("/api/v1/people", params={"limit": 2, "cursor": cursor})
        seen += [(item["person_id"], item["is_disabled"]) for item in page.json()["items"]]
        text += page.text
        cursor = page.json()["next_cursor"] or ""
        if not cursor:
            break
    assert seen == [(person.person_id, False) for person in (*made, operator)]
    assert not any(person.contact in text or person.contact[1:] in text for person in made)


async def test_person_is_found_disabled_and_restored(client: httpx.AsyncClient) -> None:
    person = await make_person("Suharti", contact="0812-3456-7890")
    token = await open_token(person)
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    found = await client.post("/api/v1/people/lookups", json={"contact": "+62 812-3456-7890"}, headers=command())
    assert found.json()["person"]["contact_masked"] == "0812*****890"
    assert found.json()["session_count"] == 1
    nobody = await client.post("/api/v1/people/lookups", json={"contact": "0819-0000-1111"}, headers=command())
    assert [error["field"] for error in nobody.json()["errors"]] == ["contact"]
    path = f"/api/v1/people/{person.person_id}"
    disabled = await client.post(f"{path}/disabling", json={"reason": "Laporan."}, headers=command())
    assert (disabled.status_code, disabled.json()) == (200, {"sessions_ended": 1})
    assert (await client.post(f"{path}/disabling", json={}, headers=command())).status_code == 409
    theirs = {"authorization": f"Bearer {token}"}
    assert (await client.get("/api/v1/people/me", headers=theirs)).status_code == 401
    assert (await client.get(path)).json()["person"]["is_disabled"] is True
    assert (await client.post(f"{path}/restoring", json={}, headers=command())).status_code == 200
    body = {"contact": person.contact, "password": PASSWORD}
    assert (await client.post("/api/v1/sessions", json=body, headers=command())).status_code == 201
    async with database.connection() as connection:
        trail = await connection.fetch("SELECT action FROM audit_event WHERE action LIKE 'person.%' ORDER BY id")
    assert [row["action"] for row in trail] == ["person.looked_up", "person.disabled", "person.enabled"]


async def test_operator_does_not_disable_themselves_and_nobody_is_404(client: httpx.AsyncClient) -> None:
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    own = await client.post(f"/api/v1/people/{operator.person_id}/disabling", json={}, headers=command())
    assert own.status_code == 403
    assert (await client.get("/api/v1/people/999999")).status_code == 404
    assert (await client.delete("/api/v1/people/999999/sessions", headers=command())).status_code == 404


async def test_members_are_listed_page_by_page_to_board_and_supervisors(client: httpx.AsyncClient) -> None:
    board, cooperative = await make_staff("pengurus")
    elsewhere = await make_organisation("cooperative")
    for _ in range(3):
        await make_staff("member", organisation_id=cooperative)
    await make_staff("member", organisation_id=elsewhere)
    watcher, _ = await make_staff("pengawas", organisation_id=cooperative)
    for person in (board, watcher):
        await sign_in(client, person)
        first = (await client.get("/api/v1/organisations/current/members?limit=2")).json()
        rest = (
            await client.get("/api/v1/organisations/current/members", params={"cursor": first["next_cursor"]})
        ).json()
        assert [item["role"] for item in first["items"] + rest["items"]] == ["member"] * 3
        assert rest["next_cursor"] is None
