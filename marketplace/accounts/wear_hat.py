"""Change the hat worn in this session."""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.errors import NotOwnHatError
from marketplace.accounts.schemas import WearHat
from marketplace.actor import Actor, Hat
from marketplace.audit import record_audit
from marketplace.errors import SignInRequiredError


async def wear_hat(command: WearHat, *, actor: Actor) -> Hat | None:
    """Put on one of the actor's own hats, or none to act as a resident; return the hat now worn.

    A role that ends meanwhile does no harm: what a session wears counts only while the role lasts.

    Raises:
        NotOwnHatError: the role is somebody else's or has ended.

    """
    if actor.session_id is None:
        raise SignInRequiredError
    hat = next((hat for hat in actor.hats if hat.assignment_id == command.assignment_id), None)
    if command.assignment_id is not None and hat is None:
        raise NotOwnHatError
    async with database.transaction() as connection:
        await store.set_worn_hat(connection, actor.session_id, command.assignment_id)
        await record_audit(
            connection,
            actor=actor,
            action="hat.worn",
            subject=f"session:{actor.session_id}",
            organisation_id=hat.organisation_id if hat else None,
            detail={"role": hat.role if hat else "resident"},
        )
    return hat
