"""Limits stop those who try, not a repetition of what was answered, nor the owner of the account."""

import re

import httpx
import pytest

from marketplace import clock, database
from marketplace.sealing import current_sealer
from tests.factories import PASSWORD, command, make_person, sign_in

FRESH = "enam bebek di sawah"


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no quarter of an hour begin while a test counts."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


async def _exhaust() -> None:
    """Let every counter of this database stand far above its limit."""
    async with database.connection() as connection:
        await connection.execute("UPDATE rate_limit SET hits = 1000000")


async def _messages() -> int:
    async with database.connection() as connection:
        number: int = await connection.fetchval("SELECT count(*) FROM outgoing_message")
    return number


async def test_repeated_request_for_a_link_is_answered_alike_when_no_more_may_be_asked(
    client: httpx.AsyncClient,
) -> None:
    person, key = await make_person(), command()
    body = {"contact": person.contact}
    first = await client.post("/api/v1/password-resets", json=body, headers=key)
    await _exhaust()
    again = await client.post("/api/v1/password-resets", json=body, headers=key)
    assert (again.status_code, again.text) == (first.status_code, first.text) == (202, again.text)
    assert (await client.post("/api/v1/password-resets", json=body, headers=command())).status_code == 429
    assert await _messages() == 1


async def test_repeated_change_of_a_password_is_answered_alike_when_no_more_may_be_tried(
    client: httpx.AsyncClient,
) -> None:
    person, key = await make_person(), command()
    await sign_in(client, person)
    body = {"current_password": PASSWORD, "new_password": FRESH}
    assert (await client.put("/api/v1/people/me/password", json=body, headers=key)).status_code == 204
    await _exhaust()
    assert (await client.put("/api/v1/people/me/password", json=body, headers=key)).status_code == 204
    refused = await client.put("/api/v1/people/me/password", json=body, headers=command())
    assert refused.status_code == 429


async def test_repeated_reset_is_answered_alike_when_no_more_may_be_tried(client: httpx.AsyncClient) -> None:
    person, key = await make_person(), command()
    await client.post("/api/v1/password-resets", json={"contact": person.contact}, headers=command())
    async with database.connection() as connection:
        sealed = await connection.fetchval("SELECT body_sealed FROM outgoing_message")
    link = re.search(r"/sandi/(\S+)", current_sealer().open_sealed(sealed, purpose="outgoing_message.body"))
    assert link is not None
    body = {"token": link[1], "new_password": FRESH}
    assert (await client.post("/api/v1/password-resets/completion", json=body, headers=key)).status_code == 204
    await _exhaust()
    assert (await client.post("/api/v1/password-resets/completion", json=body, headers=key)).status_code == 204
    other = {**body, "token": "tautan-yang-tidak-ada"}
    refused = await client.post("/api/v1/password-resets/completion", json=other, headers=command())
    assert refused.status_code == 429


async def test_stranger_who_asks_for_links_does_not_keep_the_owner_from_asking(
    client: httpx.AsyncClient,
) -> None:
    """Five from one address; from another there are more."""
    person = await make_person()
    body = {"contact": person.contact}
    answers = [await client.post("/api/v1/password-resets", json=body, headers=command()) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    transport = httpx.ASGITransport(app=client._transport.app, client=("203.0.113.7", 1))  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=transport, base_url=client.base_url) as elsewhere:
        asked = await elsewhere.post("/api/v1/password-resets", json=body, headers=command())
    assert asked.status_code == 202
    assert await _messages() == 6
