"""Making an account over HTTP: names, contacts, passwords, villages, twins."""

import asyncio

import httpx
import pytest

from marketplace import database
from tests.factories import JATIMAKMUR, PASSWORD, command, make_person

NEW = {"display_name": "Suparti", "contact": "0813-1111-2222", "password": "empat bebek di sawah"}


async def _count_people() -> int:
    async with database.connection() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM person"))


async def test_single_name_and_phone_make_an_account_that_is_signed_in(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/people", json={**NEW, "village_code": JATIMAKMUR}, headers=command())
    assert answer.status_code == 201, answer.text
    person = answer.json()["person"]
    assert (person["display_name"], person["village_code"]) == ("Suparti", JATIMAKMUR)
    me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {answer.json()['token']}"})
    assert me.json()["person_id"] == person["person_id"]


async def test_phone_and_password_are_not_readable_in_the_database(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/people", json=NEW, headers=command())
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM person")
        audits = await connection.fetch("SELECT action, detail FROM audit_event ORDER BY id")
    assert row is not None
    assert b"81311112222" not in row["phone_sealed"] + row["phone_fingerprint"]
    assert row["password_hash"].startswith("$argon2id$")
    assert [audit["action"] for audit in audits] == ["session.opened", "person.signed_up"]
    assert all("81311112222" not in str(audit["detail"]) for audit in audits)


async def test_email_is_found_whatever_its_case(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/people", json={**NEW, "contact": "Ibu.Tani@Contoh.ID"}, headers=command())
    answer = await client.post(
        "/api/v1/sessions", json={"contact": " ibu.tani@contoh.id ", "password": NEW["password"]}, headers=command()
    )
    assert answer.status_code == 201
    assert answer.json()["person"]["contact_masked"] == "i***@contoh.id"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"display_name": "   "}, "display_name"),
        ({"display_name": "12345"}, "display_name"),
        ({"display_name": "x" * 121}, "display_name"),
        ({"contact": "021-8840000"}, "contact"),
        ({"contact": "12"}, "contact"),
        ({"contact": "siapa@contoh"}, "contact"),
        ({"password": "pendek7"}, "password"),
        ({"password": "p" * 201}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "Bismillah99"}, "password"),
        ({"password": "merahputih2025"}, "password"),
        ({"password": "12345678"}, "password"),
        ({"password": "aaaaaaaa"}, "password"),
        ({"password": "081311112222"}, "password"),
        ({"password": "suparti suparti suparti", "display_name": "Suparti Suparti Suparti"}, "password"),
        ({"village_code": "99.99.99.9999"}, "village_code"),
        ({"village_code": "32.75"}, "village_code"),
        ({"language": "fr"}, "language"),
    ],
)
async def test_what_cannot_be_accepted_is_named_at_its_field(
    client: httpx.AsyncClient, change: dict[str, str], field: str
) -> None:
    answer = await client.post("/api/v1/people", json={**NEW, **change}, headers=command())
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await _count_people() == 0


async def test_long_plain_words_are_a_good_password(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/people", json={**NEW, "password": "padi menguning di ladang"}, headers=command()
    )
    assert answer.status_code == 201


async def test_taken_contact_is_refused_and_the_account_stays_as_it_was(client: httpx.AsyncClient) -> None:
    person = await make_person("Yang Pertama", contact="0813-1111-2222")
    answer = await client.post("/api/v1/people", json=NEW, headers=command())
    assert (answer.status_code, answer.json()["code"]) == (409, "contact_taken")
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT id, display_name FROM person")
        assert await connection.fetchval("SELECT count(*) FROM session") == 0
    assert [(row["id"], row["display_name"]) for row in rows] == [(person.person_id, "Yang Pertama")]


async def test_form_sent_twice_makes_one_account_and_signs_in_both_times(client: httpx.AsyncClient) -> None:
    form = {"display_name": "Suparti", "contact": NEW["contact"], "password": NEW["password"]}
    first = await client.post("/daftar", data=form)
    second = await client.post("/daftar", data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert await _count_people() == 1


async def test_same_phone_signed_up_at_once_by_many_becomes_exactly_one_account(client: httpx.AsyncClient) -> None:
    passwords = [f"kata sandi milik warga nomor {number}" for number in range(6)]
    answers = await asyncio.gather(
        *(
            client.post("/api/v1/people", json={**NEW, "password": password}, headers=command())
            for password in passwords
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert await _count_people() == 1


async def test_form_keeps_what_was_typed_except_the_password(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/daftar", data={"display_name": "Suparti", "contact": "bukan nomor", "password": "rahasia sekali ini"}
    )
    assert answer.status_code == 422
    assert "Suparti" in answer.text
    assert "bukan nomor" in answer.text
    assert "rahasia sekali ini" not in answer.text


async def test_form_with_a_village_typed_takes_it_and_asks_where_several_have_the_name(
    client: httpx.AsyncClient,
) -> None:
    form = {"display_name": "Suparti", "contact": NEW["contact"], "password": NEW["password"]}
    several = await client.post("/daftar", data={**form, "village": "jati"})
    assert several.status_code == 422
    assert 'name="village_code"' in several.text
    nowhere = await client.post("/daftar", data={**form, "village": "Atlantis Raya"})
    assert nowhere.status_code == 422
    assert await _count_people() == 0
    one = await client.post("/daftar", data={**form, "village": "jatimakmur bekasi"})
    assert one.status_code == 303
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT village_code FROM person") == JATIMAKMUR


async def test_guests_cart_is_kept_across_signing_up_and_in(client: httpx.AsyncClient) -> None:
    token = "a-guest-carts-token-1"
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO cart (token_hash, village_code) VALUES (sha256($1::bytea), $2)", token.encode(), JATIMAKMUR
        )
    client.cookies.set("lumbung_cart", token)
    answer = await client.post(
        "/daftar", data={"display_name": "Suparti", "contact": NEW["contact"], "password": NEW["password"]}
    )
    assert answer.status_code == 303, answer.text
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT c.village_code FROM cart c JOIN person p ON p.id = c.person_id")
        assert await connection.fetchval("SELECT count(*) FROM cart") == 1
    assert row is not None
    assert row["village_code"] == JATIMAKMUR


async def test_unknown_fields_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/people", json={**NEW, "is_operator": True}, headers=command())
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    assert await _count_people() == 0
