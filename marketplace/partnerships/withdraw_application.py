"""A cooperative takes back an application that has not been answered."""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import ApplicationId
from marketplace.partnerships import store
from marketplace.partnerships.schemas import ApplicationSaved
from marketplace.partnerships.states import check_application_step


async def withdraw_application(application_id: ApplicationId, *, actor: Actor, once: Once) -> ApplicationSaved:
    """Withdraw; after that the cooperative may apply for the offer again.

    Raises:
        NotFoundError: no application of this cooperative.
        WrongApplicationStateError: the partner has answered already.

    """
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ApplicationSaved)) is not None:
            return answer
        application = await store.lock_application(connection, application_id)
        if application is None or application["cooperative_id"] != actor.require_hat().organisation_id:
            raise NotFoundError
        check_application_step(application["state"], "withdrawn")
        await store.update_application(
            connection,
            application_id,
            state="withdrawn",
            reason="",
            decided_at=clock.now(),
            decided_by=actor.require_person(),
        )
        await record_audit(
            connection, actor=actor, action="application_withdrawn", subject=f"application:{application_id}"
        )
        answer = ApplicationSaved(application_id=application_id, state="withdrawn")
        await once.keep_answer(connection, answer)
        return answer
