"""Changing a password, and resetting it by a one-time link, over HTTP."""

import html
import re
from datetime import timedelta

import httpx

from marketplace import database
from marketplace.accounts.passwords import hasher_for
from marketplace.settings import load_settings
from tests.factories import PASSWORD, TestPerson, command, make_person, open_token, sign_in

FRESH = "lima kambing di kandang"


async def _link_token(client: httpx.AsyncClient) -> str:
    page = html.unescape((await client.get("/kotak-keluar")).text)
    found = re.search(r"/sandi/([\w-]{20,})", page)
    assert found is not None, "no link in the outbox"
    return found[1]


async def _may_sign_in(client: httpx.AsyncClient, person: TestPerson, password: str) -> bool:
    answer = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": password}, headers=command()
    )
    return answer.status_code == 201


async def test_changing_the_password_ends_every_other_session(client: httpx.AsyncClient) -> None:
    person = await make_person()
    other = await open_token(person)
    await sign_in(client, person)
    answer = await client.put(
        "/api/v1/people/me/password", json={"current_password": PASSWORD, "new_password": FRESH}, headers=command()
    )
    assert answer.status_code == 204, answer.text
    assert (await client.get("/api/v1/people/me")).status_code == 200
    gone = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {other}"})
    assert gone.status_code == 401
    assert not await _may_sign_in(client, person, PASSWORD)
    assert await _may_sign_in(client, person, FRESH)


async def test_wrong_present_password_changes_nothing(client: httpx.AsyncClient) -> None:
    person = await make_person()
    other = await open_token(person)
    await sign_in(client, person)
    answer = await client.put(
        "/api/v1/people/me/password",
        json={"current_password": "bukan yang ini", "new_password": FRESH},
        headers=command(),
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["current_password"]
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {other}"})).status_code == 200
    assert await _may_sign_in(client, person, PASSWORD)


async def test_common_new_password_is_refused(client: httpx.AsyncClient) -> None:
    person = await make_person()
    await sign_in(client, person)
    answer = await client.put(
        "/api/v1/people/me/password",
        json={"current_password": PASSWORD, "new_password": "rahasia123"},
        headers=command(),
    )
    assert [error["field"] for error in answer.json()["errors"]] == ["new_password"]
    assert await _may_sign_in(client, person, PASSWORD)


async def test_reset_answers_alike_whether_the_account_exists_or_not(client: httpx.AsyncClient) -> None:
    person = await make_person()
    there = await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    nobody = await client.post("/api/v1/password-resets", json={"contact": "0819-0000-1111"}, headers=command())
    assert there.status_code == nobody.status_code == 202
    assert there.json() == nobody.json()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM password_reset") == 1
        assert await connection.fetchval("SELECT count(*) FROM outgoing_message") == 1


async def test_reset_runs_the_same_statements_whether_the_account_exists_or_not(client: httpx.AsyncClient) -> None:
    person = await make_person()
    seen: list[list[str]] = []
    for contact in (person.contact, "0819-0000-1111"):
        async with database.observed_statements() as statements:
            await client.post("/api/v1/password-resets", json={"contact": contact}, headers=command())
        seen.append(list(statements))
    assert seen[0] == seen[1]
    assert len(seen[0]) >= 4


async def test_sign_in_verifies_a_hash_also_where_there_is_no_account(client: httpx.AsyncClient) -> None:
    async with database.observed_statements() as statements:
        await client.post(
            "/api/v1/sessions", json={"contact": "0819-0000-1111", "password": PASSWORD}, headers=command()
        )
    unknown = list(statements)
    person = await make_person()
    async with database.observed_statements() as statements:
        await client.post(
            "/api/v1/sessions", json={"contact": person.contact, "password": "salah salah"}, headers=command()
        )
    assert unknown == list(statements)


async def test_link_sets_a_new_password_once_and_ends_every_session(client: httpx.AsyncClient) -> None:
    person = await make_person()
    held = await open_token(person)
    asked = await client.post("/sandi/lupa", data={"contact": person.contact})
    assert asked.status_code == 200
    token = await _link_token(client)
    assert (await client.get(f"/sandi/{token}")).headers["referrer-policy"] == "no-referrer"
    weak = await client.post(f"/sandi/{token}", data={"new_password": "qwerty123"})
    assert weak.status_code == 422
    done = await client.post(f"/sandi/{token}", data={"new_password": FRESH})
    assert (done.status_code, done.headers["location"]) == (303, "/masuk")
    again = await client.post(f"/sandi/{token}", data={"new_password": "enam itik di kolam"})
    assert again.status_code == 410
    assert (await client.get(f"/sandi/{token}")).status_code == 410
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {held}"})).status_code == 401
    assert await _may_sign_in(client, person, FRESH)
    assert not await _may_sign_in(client, person, "enam itik di kolam")


async def test_using_one_link_spends_the_others_of_that_person(client: httpx.AsyncClient) -> None:
    person = await make_person()
    await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    first = await _link_token(client)
    await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    second = await _link_token(client)
    assert first != second
    body = {"token": second, "new_password": FRESH}
    assert (await client.post("/api/v1/password-resets/completion", json=body, headers=command())).status_code == 204
    body = {"token": first, "new_password": "enam itik di kolam"}
    answer = await client.post("/api/v1/password-resets/completion", json=body, headers=command())
    assert (answer.status_code, answer.json()["code"]) == (410, "reset_link_spent")


async def test_link_older_than_an_hour_is_spent(client: httpx.AsyncClient) -> None:
    person = await make_person()
    await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    token = await _link_token(client)
    async with database.connection() as connection:
        lasts = await connection.fetchval("SELECT expires_at - created_at FROM password_reset")
        assert timedelta(minutes=59) < lasts <= timedelta(minutes=61)
        await connection.execute("UPDATE password_reset SET expires_at = now()")
    assert (await client.post(f"/sandi/{token}", data={"new_password": FRESH})).status_code == 410
    assert await _may_sign_in(client, person, PASSWORD)


async def test_disabled_person_gets_no_link(client: httpx.AsyncClient) -> None:
    person = await make_person()
    async with database.connection() as connection:
        await connection.execute("UPDATE person SET is_disabled = true")
    assert (
        await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    ).status_code == 202
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM outgoing_message") == 0


async def test_link_is_stored_sealed(client: httpx.AsyncClient) -> None:
    person = await make_person(contact="0812-5555-6666")
    await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    token = await _link_token(client)
    async with database.connection() as connection:
        message = await connection.fetchrow("SELECT * FROM outgoing_message")
        reset = await connection.fetchrow("SELECT token_hash FROM password_reset")
    assert message is not None
    assert reset is not None
    assert token.encode() not in message["body_sealed"]
    assert b"81255556666" not in message["recipient_sealed"]
    assert message["recipient_masked"] == "0812*****666"
    assert token.encode() not in reset["token_hash"]


async def test_sixth_request_for_a_link_in_an_hour_is_refused(client: httpx.AsyncClient) -> None:
    for _ in range(5):
        assert (
            await client.post("/api/v1/password-resets", json={"contact": "0819-0000-1111"}, headers=command())
        ).status_code == 202
    answer = await client.post("/api/v1/password-resets", json={"contact": "0819-0000-1111"}, headers=command())
    assert answer.status_code == 429


def test_production_hashes_by_rfc_9106_whatever_a_test_run_asks_for() -> None:
    production = load_settings(
        {
            "LUMBUNG_ENV": "production",
            "LUMBUNG_CHEAP_PASSWORDS": "1",
            "LUMBUNG_SECRET": "secret",
            "LUMBUNG_SEALING_KEYS": "secret",
        }
    )
    assert hasher_for(production).hash("kata sandi siapa").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
