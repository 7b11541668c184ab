"""Short ways to the people and organisations that a test needs; each call writes real rows in the open database.

Names are made up. Signing in goes around the password (hashing takes 50 ms on purpose); tests of signing in itself
post the form.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Final

import httpx
from argon2 import PasswordHasher

from marketplace import database
from marketplace.accounts import find_actor, parse_contact
from marketplace.accounts import store as accounts
from marketplace.accounts.open_session import open_session
from marketplace.accounts.visit import Visit
from marketplace.actor import Actor
from marketplace.http.cookies import session_cookie_name
from marketplace.http.policy import ROLE_KINDS
from marketplace.ids import OrganisationId, PersonId

# Villages that every test database knows.
JATIMAKMUR: Final = "32.75.08.1003"  # Kota Bekasi, Pondokgede
JATIWARINGIN: Final = "32.75.08.1001"
LAMBANGSARI: Final = "32.16.06.2002"  # Kabupaten Bekasi, Tambun Selatan
KOTA_BEKASI: Final = "32.75"
KABUPATEN_BEKASI: Final = "32.16"

PASSWORD: Final = "tiga ayam di lumbung"
# Cheap on purpose: the first real sign-in of such a person also shows that weak hashes are renewed.
PASSWORD_HASH: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

_numbers = count(1)
_FIRST_STATUS: Final = {"cooperative": "operating"}


@dataclass(frozen=True, slots=True)
class TestPerson:
    """A person of a test; `contact` is what they type to sign in."""

    __test__ = False

    person_id: PersonId
    display_name: str
    contact: str
    password: str = PASSWORD


async def make_person(
    display_name: str = "Warga Uji", *, contact: str | None = None, village_code: str | None = None
) -> TestPerson:
    """A person with the password `PASSWORD`; the contact is a fresh mobile number unless given."""
    contact = contact or f"0812{next(_numbers):08d}"
    async with database.transaction() as connection:
        person_id = await accounts.insert_person(
            connection,
            display_name=display_name,
            contact=parse_contact(contact),
            password_hash=PASSWORD_HASH,
            village_code=village_code,
            language="id",
        )
    assert person_id is not None, "the contact is taken"
    return TestPerson(person_id=person_id, display_name=display_name, contact=contact)


async def make_organisation(
    kind: str = "cooperative",
    name: str | None = None,
    *,
    region_code: str | None = JATIMAKMUR,
    status: str | None = None,
    status_on: date = date(2025, 7, 21),
) -> OrganisationId:
    """An organisation that is at work (`operating` or `active` unless told) with that one line of history."""
    status = status or _FIRST_STATUS.get(kind, "active")
    async with database.transaction() as connection:
        organisation_id: int = await connection.fetchval(
            "INSERT INTO organisation (kind, name, region_code, status, status_on) VALUES ($1, $2, $3, $4, $5)"
            " RETURNING id",
            kind,
            name or f"Organisasi Uji {next(_numbers)}",
            region_code,
            status,
            status_on,
        )
        await connection.execute(
            "INSERT INTO organisation_status (organisation_id, status, effective_on) VALUES ($1, $2, $3)",
            organisation_id,
            status,
            status_on,
        )
    return OrganisationId(organisation_id)


async def grant(person: TestPerson, organisation_id: int, role: str) -> int:
    """Give a role; return the assignment's id (what a session wears)."""
    async with database.transaction() as connection:
        assignment_id: int = await connection.fetchval(
            "INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role) VALUES ($1, $2, $3, $4)"
            " RETURNING id",
            person.person_id,
            organisation_id,
            ROLE_KINDS[role],
            role,
        )
    return assignment_id


async def open_token(person: TestPerson, *, wearing: int | None = None) -> str:
    """A fresh session's token. With one role besides membership that hat is on already; `wearing` puts on another."""
    async with database.transaction() as connection:
        password_hash = await accounts.find_password_hash(connection, person.person_id)
        opened = await open_session(connection, person.person_id, visit=Visit(), password_hash=password_hash)
        assert opened is not None, "the account is disabled"
        if wearing is not None:
            await connection.execute(
                "UPDATE session SET role_assignment_id = $1 WHERE person_id = $2 AND ended_at IS NULL",
                wearing,
                person.person_id,
            )
    return opened.token


async def sign_in(client: httpx.AsyncClient, person: TestPerson, *, wearing: int | None = None) -> str:
    """Sign `client` in as this person, for pages (cookie) and API (bearer token); return the token."""
    token = await open_token(person, wearing=wearing)
    client.cookies.set(session_cookie_name(), token)
    client.headers["authorization"] = f"Bearer {token}"
    return token


def sign_out(client: httpx.AsyncClient) -> None:
    """Make `client` a guest again, with no cookies at all."""
    client.cookies.clear()
    client.headers.pop("authorization", None)


async def actor_of(person: TestPerson, *, wearing: int | None = None) -> Actor:
    """The actor of a fresh session, for tests of use cases without HTTP."""
    actor = await find_actor(await open_token(person, wearing=wearing))
    assert actor is not None
    return actor


async def make_staff(
    role: str, *, organisation_id: int | None = None, region_code: str | None = JATIMAKMUR
) -> tuple[TestPerson, OrganisationId]:
    """A person wearing `role`, in a new organisation of the fitting kind unless one is given."""
    owner = (
        OrganisationId(organisation_id)
        if organisation_id is not None
        else await make_organisation(ROLE_KINDS[role], region_code=region_code)
    )
    person = await make_person(f"Pemegang {role}")
    await grant(person, owner, role)
    return person, owner


def command(**headers: str) -> dict[str, str]:
    """Headers of an API command with a fresh key, and what else is given."""
    return {"idempotency-key": secrets.token_hex(8), **headers}
