"""Signing in, up and out and changing passwords happen once per key, and the key alone opens nothing."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.accounts import open_session as opening
from marketplace.accounts import store
from marketplace.ids import PersonId
from marketplace.sealing import current_sealer
from tests.factories import PASSWORD, TestPerson, command, make_person, sign_in, sign_out
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store

NEW = {"display_name": "Suparti", "contact": "0813-1111-2222", "password": "lima kambing di kandang"}
FRESH = "enam bebek di sawah"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def count(table: str, condition: str = "true") -> int:
    async with database.connection() as connection:
        number: int = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {condition}")
    return number


async def post_session(client: httpx.AsyncClient, person: TestPerson, key: dict[str, str], **more: Any) -> Any:
    body = {"contact": person.contact, "password": PASSWORD} | more
    return await client.post("/api/v1/sessions", json=body, headers=key)


async def link_token(person: TestPerson) -> str:
    async with database.connection() as connection:
        sealed = await connection.fetchval("SELECT body_sealed FROM outgoing_message ORDER BY id DESC LIMIT 1")
    found = re.search(r"/sandi/(\S+)", current_sealer().open_sealed(sealed, purpose="outgoing_message.body"))
    assert found is not None, person
    return found[1]


async def test_same_key_at_once_and_later_is_one_session(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    answers = [*await asyncio.gather(*(post_session(client, person, key) for _ in range(4)))]
    answers.append(await post_session(client, person, key))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.text for answer in answers}) == 1
    assert await count("session") == 1
    assert await count("audit_event", "action = 'session.opened'") == 1
    me = await client.get("/api/v1/people/me", headers=bearer(answers[0].json()["token"]))
    assert me.json()["person_id"] == person.person_id


async def test_key_does_not_depend_on_where_the_caller_is(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    first = await post_session(client, person, key)
    client.cookies.set("lumbung_cart", "a-guest-carts-token-1")
    assert (await post_session(client, person, key | bearer(first.json()["token"]))).text == first.text
    assert await count("session") == 1


async def test_who_knows_the_key_but_not_the_password_gets_nothing(client: httpx.AsyncClient) -> None:
    person, stranger, key = await make_person(), await make_person(), command()
    mine = await post_session(client, person, key)
    wrong = await post_session(client, person, key, password="salah salah")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    # Somebody else with the same key, as copied from an example, gets a session of their own.
    theirs = await post_session(client, stranger, key)
    assert theirs.status_code == 201
    assert theirs.json()["token"] != mine.json()["token"]
    assert theirs.json()["person"]["person_id"] == stranger.person_id


async def test_repeated_sign_in_after_signing_out_gives_no_dead_token(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    token = (await post_session(client, person, key)).json()["token"]
    await client.delete("/api/v1/sessions/current", headers=command(**bearer(token)))
    again = await post_session(client, person, key)
    assert (again.status_code, again.json()["code"]) == (409, "session_ended")
    assert await count("session") == 1
    assert (await post_session(client, person, command())).status_code == 201


async def test_repeated_sign_in_with_the_old_password_is_refused_after_a_change(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    token = (await post_session(client, person, key)).json()["token"]
    body = {"current_password": PASSWORD, "new_password": FRESH}
    changed = await client.put("/api/v1/people/me/password", json=body, headers=command(**bearer(token)))
    assert changed.status_code == 204
    assert (await post_session(client, person, key)).status_code == 401
    # The session that changed it goes on; who proves the new password may have it again.
    assert (await post_session(client, person, key, password=FRESH)).json()["token"] == token


async def test_disabled_person_gets_no_session_again(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    await post_session(client, person, key)
    async with database.connection() as connection:
        await connection.execute("UPDATE person SET is_disabled = true")
    assert (await post_session(client, person, key)).json()["code"] == "account_disabled"


async def test_same_key_signs_up_once(client: httpx.AsyncClient) -> None:
    key = command()
    answers = await asyncio.gather(*(client.post("/api/v1/people", json=NEW, headers=key) for _ in range(4)))
    answers.append(await client.post("/api/v1/people", json=NEW, headers=key))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.text for answer in answers}) == 1
    assert (await count("person"), await count("session")) == (1, 1)


async def test_same_key_with_other_sign_up_is_refused(client: httpx.AsyncClient) -> None:
    key = command()
    first = await client.post("/api/v1/people", json=NEW, headers=key)
    other_name = await client.post("/api/v1/people", json={**NEW, "display_name": "Sutini"}, headers=key)
    assert (other_name.status_code, other_name.json()["code"]) == (409, "idempotency_key_reused")
    other_password = await client.post("/api/v1/people", json={**NEW, "password": FRESH}, headers=key)
    assert (other_password.status_code, other_password.json()["code"]) == (409, "contact_taken")
    assert first.json()["token"] not in other_password.text + other_name.text
    assert (await count("person"), await count("session")) == (1, 1)


async def test_sign_up_of_somebody_who_has_an_account_signs_in_once(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/people", json=NEW, headers=command())
    key = command()
    answers = await asyncio.gather(*(client.post("/api/v1/people", json=NEW, headers=key) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert (await count("person"), await count("session")) == (1, 2)


async def test_same_key_changes_the_password_once(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    await sign_in(client, person)
    body = {"current_password": PASSWORD, "new_password": FRESH}
    path = "/api/v1/people/me/password"
    answers = await asyncio.gather(*(client.put(path, json=body, headers=key) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [204] * 3
    for other in ({**body, "new_password": "tujuh itik di kolam"}, {**body, "current_password": "bukan yang ini"}):
        refused = await client.put(path, json=other, headers=key)
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert await count("audit_event", "action = 'password.changed'") == 1
    # Changed again since: what was asked first was still done once.
    back = {"current_password": FRESH, "new_password": "tujuh itik di kolam"}
    assert (await client.put(path, json=back, headers=command())).status_code == 204
    assert (await client.put(path, json=body, headers=key)).status_code == 204
    assert (await post_session(client, person, command(), password="tujuh itik di kolam")).status_code == 201


async def test_same_key_answers_alike_when_its_twin_came_between(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the two looked for its key in vain, then waited until the other had changed the password."""
    person, key = await make_person(), command()
    await sign_in(client, person)
    body = {"current_password": PASSWORD, "new_password": FRESH}
    is_waiting, twin_is_done = asyncio.Event(), asyncio.Event()
    find_password_hash = store.find_password_hash

    async def find_late(connection: database.Connection, person_id: PersonId) -> str | None:
        if not is_waiting.is_set():
            is_waiting.set()
            await twin_is_done.wait()
        return await find_password_hash(connection, person_id)

    monkeypatch.setattr(store, "find_password_hash", find_late)
    late = asyncio.create_task(client.put("/api/v1/people/me/password", json=body, headers=key))
    await is_waiting.wait()
    assert (await client.put("/api/v1/people/me/password", json=body, headers=key)).status_code == 204
    twin_is_done.set()
    assert (await late).status_code == 204
    assert await count("audit_event", "action = 'password.changed'") == 1


async def test_same_key_spends_a_link_once_and_another_is_refused(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    body = {"token": await link_token(person), "new_password": FRESH}
    path = "/api/v1/password-resets/completion"
    answers = await asyncio.gather(*(client.post(path, json=body, headers=key) for _ in range(3)))
    answers.append(await client.post(path, json=body, headers=key))
    assert [answer.status_code for answer in answers] == [204] * 4
    other = await client.post(path, json={**body, "new_password": "tujuh itik di kolam"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    spent = await client.post(path, json=body, headers=command())
    assert (spent.status_code, spent.json()["code"]) == (410, "reset_link_spent")
    assert await count("audit_event", "action = 'password.reset'") == 1


async def test_same_key_asks_for_one_link(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    body = {"contact": person.contact}
    answers = await asyncio.gather(*(client.post("/api/v1/password-resets", json=body, headers=key) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert await count("outgoing_message") == 1


@pytest.mark.parametrize("path", ["/api/v1/sessions/current", "/api/v1/sessions"])
async def test_signing_out_is_answered_again_to_the_same_key_only(client: httpx.AsyncClient, path: str) -> None:
    person, key = await make_person(), command()
    await sign_in(client, person)
    answers = await asyncio.gather(*(client.delete(path, headers=key) for _ in range(3)))
    answers.append(await client.delete(path, headers=key))
    assert [answer.status_code for answer in answers] == [204] * 4
    assert (await client.delete(path, headers=command())).status_code == 401
    # Another session with that key is another command.
    token = await sign_in(client, person)
    assert (await client.delete(path, headers=key)).status_code == 204
    assert (await client.get("/api/v1/people/me", headers=bearer(token))).status_code == 401
    sign_out(client)
    assert (await client.delete(path, headers=key)).status_code == 401


async def test_ending_a_session_is_answered_again_and_another_one_refused(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    await sign_in(client, person)
    await sign_in(client, person)
    mine, lost = [entry["session_id"] for entry in (await client.get("/api/v1/sessions")).json()]
    answers = [await client.delete(f"/api/v1/sessions/{lost}", headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await client.delete(f"/api/v1/sessions/{mine}", headers=key)).status_code == 409
    assert (await client.delete(f"/api/v1/sessions/{lost}", headers=command())).status_code == 404
    # One's own, by its number: the repetition comes from nobody any more.
    last = command()
    assert [(await client.delete(f"/api/v1/sessions/{mine}", headers=last)).status_code for _ in range(2)] == [204, 204]


async def test_nothing_secret_can_be_read_among_the_keys(client: httpx.AsyncClient) -> None:
    person = await make_person(contact="0812-7777-0001")
    session = await post_session(client, person, command())
    up = await client.post("/api/v1/people", json=NEW, headers=command())
    client.headers.update(bearer(session.json()["token"]))
    body = {"current_password": PASSWORD, "new_password": FRESH}
    await client.put("/api/v1/people/me/password", json=body, headers=command())
    await client.patch("/api/v1/people/me", json={"display_name": "Nama Rahasia"}, headers=command())
    async with database.connection() as connection:
        product_id = await make_seller_product(connection)
        await make_listing(connection, store_id=await make_store(connection), product_id=product_id)
        goods = [{"product_id": product_id, "quantity": 1}]
    cart = await client.post(
        "/api/v1/carts", json={"lines": goods, "village_code": JATIMAKMUR}, headers=command(authorization="")
    )
    assert (session.status_code, up.status_code, cart.status_code) == (201, 201, 201)
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT scope || key AS named, request_hash || body AS kept FROM idempotency_key")
    assert len(rows) == 5
    lying = b"".join(row["named"].encode() + row["kept"] for row in rows)
    secrets = (session.json()["token"], up.json()["token"], cart.json()["cart_token"], PASSWORD, FRESH, NEW["password"])
    for secret in (*secrets, "Nama Rahasia", "81277770001", "81311112222", "display_name"):
        assert secret.encode() not in lying, secret


async def test_kept_answer_opens_in_its_own_row_only(client: httpx.AsyncClient) -> None:
    victim, thief = await make_person(), await make_person()
    theirs, mine = command(), command()
    await post_session(client, victim, theirs)
    await post_session(client, thief, mine)
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE idempotency_key SET body = (SELECT body FROM idempotency_key WHERE key = $1) WHERE key = $2",
            theirs["idempotency-key"],
            mine["idempotency-key"],
        )
    answer = await post_session(client, thief, mine)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize("path", ["/api/v1/people", "/api/v1/sessions"])
async def test_request_that_was_killed_leaves_nothing_and_can_be_repeated(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    if path == "/api/v1/sessions":
        await make_person(contact=NEW["contact"])
    body = NEW if path == "/api/v1/people" else {"contact": NEW["contact"], "password": PASSWORD}
    people, key = await count("person"), command()
    reached = asyncio.Event()

    async def hang(*_args: object, **_kwargs: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(opening, "record_audit", hang)
        request = asyncio.create_task(client.post(path, json=body, headers=key))
        await reached.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    assert (await count("person"), await count("session"), await count("idempotency_key")) == (people, 0, 0)
    answer = await client.post(path, json=body, headers=key)
    assert answer.status_code == 201
    assert (await count("session"), await count("idempotency_key")) == (1, 1)
