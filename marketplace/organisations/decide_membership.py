"""Decide on an application for membership: the pengurus of that cooperative."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.organisations import role_store, store
from marketplace.organisations.check_profile import check_reason
from marketplace.organisations.errors import OtherVillageError, OwnApplicationError, StatusMovedError
from marketplace.organisations.schemas import DecideMembership, MembershipDecided


async def decide_membership(
    application_id: int, command: DecideMembership, *, actor: Actor, once: Once | None = None
) -> MembershipDecided:
    """Approve (the person becomes a member) or decline with a reason. A second decision is a conflict.

    The KTP is looked at, face to face; nothing of it is stored.

    Raises:
        NotFoundError: no such application at the actor's cooperative.
        OwnApplicationError: it is the actor's own.
        InvalidError: approved without having seen the KTP, or declined without a reason.
        OtherVillageError: the person has moved since.
        StatusMovedError: it was decided before.

    """
    hat = actor.require_hat()
    if hat.role != "pengurus":
        raise NotFoundError
    if command.is_approved and not command.is_ktp_checked:
        raise InvalidError(fields={"is_ktp_checked": "Periksa KTP pemohon dulu, lalu centang."})
    reason = "" if command.is_approved else check_reason(command.reason)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, MembershipDecided)) is not None:
            return answer
        application = await role_store.lock_membership_application(connection, application_id)
        if application is None or application["cooperative_id"] != hat.organisation_id:
            raise NotFoundError
        if application["person_id"] == actor.person_id:
            raise OwnApplicationError
        if application["decision"] is not None:
            raise StatusMovedError
        if command.is_approved:
            cooperative = await store.find_organisation(connection, hat.organisation_id)
            if cooperative is None or cooperative["region_code"] != application["village_code"]:
                raise OtherVillageError
            await role_store.insert_role(
                connection,
                application["person_id"],
                hat.organisation_id,
                kind="cooperative",
                role="member",
                granted_by=actor.require_person(),
            )
        await role_store.set_membership_decision(
            connection,
            application_id,
            decision="approved" if command.is_approved else "declined",
            decided_by=actor.require_person(),
            reason=reason,
        )
        await record_audit(
            connection,
            actor=actor,
            action="membership.approved" if command.is_approved else "membership.declined",
            subject=f"membership_application:{application_id}",
            organisation_id=hat.organisation_id,
            detail={"is_ktp_checked": command.is_ktp_checked},
        )
        decided = MembershipDecided(application_id=application_id, is_approved=command.is_approved)
        if once:
            await once.keep_answer(connection, decided)
    return decided
