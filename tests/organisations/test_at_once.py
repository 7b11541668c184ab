"""Applications and roles that are sent at once or again, and regions that are only nearly meant."""

import asyncio
import html

import httpx
import pytest

from marketplace import clock, database
from marketplace.errors import ForbiddenError
from marketplace.ids import new_token
from marketplace.organisations.apply_organisation import MOST_WAITING
from marketplace.organisations.roles_cli import give_role
from tests.factories import JATIMAKMUR, command, grant, make_person, make_staff, sign_in

SELLER = {"name": "Keripik Bu Minah", "village_code": JATIMAKMUR, "size": "mikro"}


async def _count(statement: str, *arguments: object) -> int:
    async with database.connection() as connection:
        number: int = await connection.fetchval(statement, *arguments)
    return number


async def test_more_applications_at_once_than_may_wait_are_refused(client: httpx.AsyncClient) -> None:
    await sign_in(client, await make_person())
    answers = await asyncio.gather(
        *(client.post("/api/v1/organisations/sellers", json=SELLER, headers=command()) for _ in range(2 * MOST_WAITING))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * MOST_WAITING + [409] * MOST_WAITING
    assert await _count("SELECT count(*) FROM organisation WHERE kind = 'seller'") == MOST_WAITING


async def test_role_given_again_under_its_key_is_answered_when_no_more_may_be_tried(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    owner, seller = await make_staff("seller_owner")
    helper, key = await make_person(), command()
    await sign_in(client, owner)
    path, body = f"/api/v1/organisations/{seller}/staff", {"contact": helper.contact, "role": "seller_staff"}
    first = await client.post(path, json=body, headers=key)
    assert first.status_code == 201
    async with database.connection() as connection:
        await connection.execute("UPDATE rate_limit SET hits = 60")
    again = await client.post(path, json=body, headers=key)
    assert (again.status_code, again.text) == (201, first.text)
    assert (await client.post(path, json=body, headers=command())).status_code == 429


async def test_shell_does_not_let_anybody_watch_over_themselves(client: httpx.AsyncClient) -> None:
    """UU 25/1992: pengawas apart from pengurus; the same rule as on the page."""
    person, cooperative = await make_staff("pengurus")
    with pytest.raises(ForbiddenError):
        await give_role(person.contact, "pengawas", cooperative)
    watcher = await make_person()
    await grant(watcher, cooperative, "pengawas")
    with pytest.raises(ForbiddenError):
        await give_role(watcher.contact, "cashier", cooperative)
    assert await _count("SELECT count(*) FROM role_assignment WHERE organisation_id = $1", cooperative) == 2


@pytest.mark.parametrize("typed", ["Kota Bekasy", "Bekasii"])
async def test_region_that_is_only_similar_is_named_and_not_taken(client: httpx.AsyncClient, typed: str) -> None:
    await sign_in(client, await make_person())
    form = {"name": "Perumda Pangan", "region": typed, "legal_form": "perumda", "_once": new_token()}
    answer = await client.post("/daftar/bumd", data=form)
    said = html.unescape(answer.text)
    assert answer.status_code == 422
    assert "Mungkin maksud Anda" in said
    assert "Kota Bekasi" in said
    assert f'value="{typed}"' in said
    assert await _count("SELECT count(*) FROM organisation WHERE kind = 'partner'") == 0


async def test_members_beyond_the_first_hundred_are_on_the_next_page(client: httpx.AsyncClient) -> None:
    board, cooperative = await make_staff("pengurus")
    async with database.connection() as connection:
        await connection.execute(
            """
            WITH people AS (
                INSERT INTO person (display_name, email_sealed, email_fingerprint)
                SELECT 'Anggota ' || n, ('x' || n)::bytea, ('x' || n)::bytea FROM generate_series(1, 101) n RETURNING id
            )
            INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role)
            SELECT id, $1, 'cooperative', 'member' FROM people ORDER BY id
            """,
            cooperative,
        )
        # Sealed by nobody, so nobody opens it.
        await connection.execute(
            "UPDATE person SET email_sealed = NULL, email_fingerprint = NULL, phone_sealed = p.s,"
            " phone_fingerprint = email_fingerprint FROM (SELECT phone_sealed AS s FROM person"
            " WHERE id = $1) p WHERE display_name LIKE 'Anggota %'",
            board.person_id,
        )
    await sign_in(client, board)
    first = html.unescape((await client.get("/koperasi/anggota")).text)
    assert "Anggota 100 " in first
    assert "Anggota 101 " not in first
    (following,) = [part.split('"')[0] for part in first.split('href="/koperasi/anggota?setelah=')[1:]]
    second = html.unescape((await client.get(f"/koperasi/anggota?setelah={following}")).text)
    assert "Anggota 101 " in second
    assert "Anggota 100 " not in second
