"""Signing in and out over HTTP: the API's token, the pages' cookie, fixation, limits, disabled people."""

import httpx

from marketplace import database
from tests.factories import PASSWORD, command, grant, make_organisation, make_person, make_staff, sign_in, sign_out


async def test_right_password_opens_a_session_whose_token_reads_oneself(client: httpx.AsyncClient) -> None:
    person = await make_person("Suharti", contact="0812-3456-7890")
    answer = await client.post(
        "/api/v1/sessions", json={"contact": "+62 812 3456 7890", "password": PASSWORD}, headers=command()
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["person"]["person_id"] == person.person_id
    assert body["person"]["contact_masked"] == "0812*****890"
    assert body["person"]["hat"] is None
    me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {body['token']}"})
    assert me.status_code == 200
    assert me.json()["display_name"] == "Suharti"


async def test_token_is_stored_only_as_a_digest(client: httpx.AsyncClient) -> None:
    person = await make_person()
    answer = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": PASSWORD}, headers=command()
    )
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT token_hash, device FROM session")
    assert row is not None
    assert answer.json()["token"].encode() not in row["token_hash"]
    assert len(row["token_hash"]) == 32


async def test_wrong_password_and_unknown_contact_get_the_same_answer(client: httpx.AsyncClient) -> None:
    person = await make_person()
    wrong = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": "salah salah"}, headers=command()
    )
    unknown = await client.post(
        "/api/v1/sessions", json={"contact": "0819-9999-0000", "password": "salah salah"}, headers=command()
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "wrong_credentials"
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM session") == 0


async def test_unreadable_contact_is_named_at_its_field(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/sessions", json={"contact": "bukan nomor", "password": PASSWORD}, headers=command()
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["contact"]


async def test_form_sets_a_fresh_cookie_and_a_planted_one_is_never_taken_over(client: httpx.AsyncClient) -> None:
    person = await make_person()
    planted = "planted-by-an-attacker-1"
    client.cookies.set("lumbung_session", planted)
    answer = await client.post("/masuk", data={"contact": person.contact, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    token = answer.cookies["lumbung_session"]
    assert token != planted
    assert "HttpOnly" in answer.headers["set-cookie"]
    api = {"authorization": f"Bearer {planted}"}
    assert (await client.get("/api/v1/people/me", headers=api)).status_code == 401
    api = {"authorization": f"Bearer {token}"}
    assert (await client.get("/api/v1/people/me", headers=api)).status_code == 200


async def test_signing_in_again_ends_the_session_held_before(client: httpx.AsyncClient) -> None:
    person, other = await make_person(), await make_person()
    first = await sign_in(client, person)
    answer = await client.post("/masuk", data={"contact": other.contact, "password": PASSWORD})
    assert answer.status_code == 303
    me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {first}"})
    assert me.status_code == 401


async def test_form_with_wrong_password_keeps_the_contact_but_not_the_password(client: httpx.AsyncClient) -> None:
    person = await make_person()
    answer = await client.post("/masuk", data={"contact": person.contact, "password": "salah sekali"})
    assert answer.status_code == 422
    assert person.contact in answer.text
    assert "salah sekali" not in answer.text
    assert "tidak cocok" in answer.text
    assert "lumbung_session" not in answer.cookies


async def test_after_signing_in_the_wanted_page_comes_next_but_never_another_site(client: httpx.AsyncClient) -> None:
    person = await make_person()
    form = {"contact": person.contact, "password": PASSWORD}
    assert (await client.post("/masuk", data={**form, "next": "/keranjang"})).headers["location"] == "/keranjang"
    assert (await client.post("/masuk", data={**form, "next": "//evil.example/"})).headers["location"] == "/"


async def test_only_working_hat_is_put_on_and_its_home_comes_next(client: httpx.AsyncClient) -> None:
    cashier, _ = await make_staff("cashier")
    answer = await client.post("/masuk", data={"contact": cashier.contact, "password": PASSWORD})
    assert answer.headers["location"] == "/kasir"
    me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {answer.cookies['lumbung_session']}"})
    assert me.json()["hat"]["role"] == "cashier"


async def test_hat_worn_last_is_put_on_again(client: httpx.AsyncClient) -> None:
    person = await make_person()
    grant_one = await grant(person, await make_organisation("seller"), "seller_owner")
    await grant(person, await make_organisation("cooperative"), "cashier")
    await sign_in(client, person, wearing=grant_one)
    sign_out(client)
    answer = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": PASSWORD}, headers=command()
    )
    assert answer.json()["person"]["hat"]["assignment_id"] == grant_one


async def test_disabled_person_is_signed_out_and_cannot_sign_in(client: httpx.AsyncClient) -> None:
    person = await make_person()
    await sign_in(client, person)
    async with database.connection() as connection:
        await connection.execute("UPDATE person SET is_disabled = true WHERE id = $1", person.person_id)
    assert (await client.get("/api/v1/people/me")).status_code == 401
    sign_out(client)
    right = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": PASSWORD}, headers=command()
    )
    wrong = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": "salah salah"}, headers=command()
    )
    assert (right.status_code, right.json()["code"]) == (403, "account_disabled")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")


async def test_eleventh_attempt_for_one_contact_is_refused_even_with_the_right_password(
    client: httpx.AsyncClient,
) -> None:
    person, other = await make_person(), await make_person()
    for _ in range(10):
        answer = await client.post(
            "/api/v1/sessions", json={"contact": person.contact, "password": "salah salah"}, headers=command()
        )
        assert answer.status_code == 401
    answer = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": PASSWORD}, headers=command()
    )
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    answer = await client.post(
        "/api/v1/sessions", json={"contact": other.contact, "password": PASSWORD}, headers=command()
    )
    assert answer.status_code == 201
    async with database.connection() as connection:
        buckets = [row["bucket"] for row in await connection.fetch("SELECT bucket FROM rate_limit")]
    assert not any(person.contact[1:] in bucket or "127.0.0.1" in bucket for bucket in buckets)


async def test_weak_hash_is_renewed_at_sign_in(client: httpx.AsyncClient) -> None:
    person = await make_person()
    await client.post("/api/v1/sessions", json={"contact": person.contact, "password": PASSWORD}, headers=command())
    async with database.connection() as connection:
        renewed = await connection.fetchval("SELECT password_hash FROM person WHERE id = $1", person.person_id)
    assert renewed.startswith("$argon2id$v=19$m=64,t=2,p=1$"), "the parameters of the test run"
    again = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": PASSWORD}, headers=command()
    )
    assert again.status_code == 201


async def test_signing_out_ends_this_session_only(client: httpx.AsyncClient) -> None:
    person = await make_person()
    other = await sign_in(client, person)
    mine = await sign_in(client, person)
    assert (await client.delete("/api/v1/sessions/current", headers=command())).status_code == 204
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {mine}"})).status_code == 401
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {other}"})).status_code == 200


async def test_signing_out_everywhere_ends_all_and_nobody_elses(client: httpx.AsyncClient) -> None:
    person, neighbour = await make_person(), await make_person()
    tokens = [await sign_in(client, person) for _ in range(3)]
    theirs = await sign_in(client, neighbour)
    await sign_in(client, person)
    assert (await client.delete("/api/v1/sessions", headers=command())).status_code == 204
    for token in tokens:
        me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {token}"})
        assert me.status_code == 401
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {theirs}"})).status_code == 200


async def test_one_of_ones_own_sessions_is_ended_and_a_strangers_is_not_found(client: httpx.AsyncClient) -> None:
    person, neighbour = await make_person(), await make_person()
    await sign_in(client, neighbour)
    theirs = (await client.get("/api/v1/sessions")).json()[0]["session_id"]
    lost = await sign_in(client, person)
    lost_id = (await client.get("/api/v1/sessions")).json()[0]["session_id"]
    await sign_in(client, person)
    assert [entry["is_current"] for entry in (await client.get("/api/v1/sessions")).json()] == [True, False]
    assert (await client.delete(f"/api/v1/sessions/{theirs}", headers=command())).status_code == 404
    assert (await client.delete(f"/api/v1/sessions/{lost_id}", headers=command())).status_code == 204
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {lost}"})).status_code == 401
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT ended_at IS NULL FROM session WHERE id = $1", theirs)


async def test_page_sign_out_clears_the_cookies(client: httpx.AsyncClient) -> None:
    person = await make_person()
    token = await sign_in(client, person)
    answer = await client.post("/keluar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cleared = [value for value in answer.headers.get_list("set-cookie") if "Max-Age=0" in value]
    assert sorted(value.partition("=")[0] for value in cleared) == ["lumbung_cart", "lumbung_session"]
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {token}"})).status_code == 401


async def test_finding_the_actor_is_one_statement(client: httpx.AsyncClient) -> None:
    person, _ = await make_staff("pengurus")
    await sign_in(client, person)
    async with database.observed_statements() as seen:
        assert (await client.get("/api/v1/sessions")).status_code == 200
    assert len(seen) == 2
