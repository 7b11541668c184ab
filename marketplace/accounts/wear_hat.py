"""Change the hat worn in this session."""

import msgspec

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.errors import NotOwnHatError
from marketplace.accounts.schemas import PersonView, WearHat
from marketplace.accounts.views import build_person
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import SignInRequiredError
from marketplace.http.idempotency import Once


async def wear_hat(command: WearHat, *, actor: Actor, once: Once | None = None) -> PersonView:
    """Put on one of the actor's own hats, or none to act as a resident; return the person with the hat now worn.

    A role that ends meanwhile does no harm: what a session wears counts only while the role lasts.

    Raises:
        NotOwnHatError: the role is somebody else's or has ended.
        KeyReusedError: the key came before with other input.

    """
    if actor.session_id is None:
        raise SignInRequiredError
    hat = next((hat for hat in actor.hats if hat.assignment_id == command.assignment_id), None)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, PersonView)) is not None:
            return answer
        if command.assignment_id is not None and hat is None:
            raise NotOwnHatError
        await store.set_worn_hat(connection, actor.session_id, command.assignment_id)
        await record_audit(
            connection,
            actor=actor,
            action="hat.worn",
            subject=f"session:{actor.session_id}",
            organisation_id=hat.organisation_id if hat else None,
            detail={"role": hat.role if hat else "resident"},
        )
        person = await build_person(connection, msgspec.structs.replace(actor, hat=hat))
        if once:
            await once.keep_answer(connection, person)
    return person
