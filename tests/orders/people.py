"""Signed-in people for the tests of orders, straight in the tables."""

from datetime import timedelta

from marketplace import clock
from marketplace.database import Connection
from marketplace.ids import OrganisationId, PersonId, hash_token, new_token
from marketplace.sealing import current_sealer


async def make_signed_in(
    connection: Connection, *, role: str | None = None, organisation_id: OrganisationId | None = None, phone: str = ""
) -> tuple[PersonId, str]:
    """Make a person wearing a hat (or none) with an open session; their id and bearer token."""
    sealer, token = current_sealer(), new_token()
    email = f"{new_token()}@demo.test"
    person_id = await connection.fetchval(
        "INSERT INTO person (display_name, email_sealed, email_fingerprint, phone_sealed, phone_fingerprint)"
        " VALUES ('Orang Uji', $1, $2, $3, $4) RETURNING id",
        sealer.seal(email, purpose="person.email"),
        sealer.fingerprint(email, purpose="person.email"),
        sealer.seal(phone, purpose="person.phone") if phone else None,
        sealer.fingerprint(phone, purpose="person.phone") if phone else None,
    )
    assignment_id = None
    if role is not None:
        assignment_id = await connection.fetchval(
            "INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role)"
            " SELECT $1, id, kind, $3 FROM organisation WHERE id = $2 RETURNING id",
            person_id,
            organisation_id,
            role,
        )
    await connection.execute(
        "INSERT INTO session (token_hash, person_id, role_assignment_id, expires_at) VALUES ($1, $2, $3, $4)",
        hash_token(token),
        person_id,
        assignment_id,
        clock.now() + timedelta(days=1),
    )
    return PersonId(person_id), token
