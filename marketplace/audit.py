"""The audit trail's pen: who did what, in the transaction that did it. Reading it is for oversight."""

from typing import Any

from marketplace import clock
from marketplace.actor import Actor
from marketplace.database import Connection


async def record_audit(
    connection: Connection,
    *,
    actor: Actor,
    action: str,
    subject: str,
    organisation_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one line. `subject` is like `product:17`; `detail` holds facts, never personal data."""
    await connection.execute(
        "INSERT INTO audit_event (happened_at, person_id, organisation_id, action, subject, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        clock.now(),
        actor.person_id,
        organisation_id if organisation_id is not None else (actor.hat.organisation_id if actor.hat else None),
        action,
        subject,
        detail or {},
    )
