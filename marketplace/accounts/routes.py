"""The API of accounts. Whom the key of a command belongs to stands in repeats.py."""

from typing import Annotated, Any

from litestar import Request, delete, get, patch, post, put
from litestar.params import JSONBody, Parameter
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from marketplace.accounts.ask_password_reset import ask_password_reset
from marketplace.accounts.change_password import change_password as run_change_password
from marketplace.accounts.change_profile import change_profile as run_change_profile
from marketplace.accounts.repeats import find_done, once_for_contact, once_for_passwords, once_for_session
from marketplace.accounts.reset_password import reset_password as run_reset_password
from marketplace.accounts.schemas import (
    AskReset,
    ChangePassword,
    ChangeProfile,
    PersonView,
    ResetAsked,
    ResetPassword,
    SessionAnswer,
    SessionView,
    SignIn,
    SignUp,
    WearHat,
)
from marketplace.accounts.sign_in import sign_in as run_sign_in
from marketplace.accounts.sign_out import end_session as run_end_session
from marketplace.accounts.sign_out import sign_out as run_sign_out
from marketplace.accounts.sign_out import sign_out_everywhere as run_sign_out_everywhere
from marketplace.accounts.sign_up import sign_up as run_sign_up
from marketplace.accounts.views import answer_session, list_own_sessions, view_person
from marketplace.accounts.visit import visit_of
from marketplace.accounts.wear_hat import wear_hat as run_wear_hat
from marketplace.actor import Actor
from marketplace.errors import SignInRequiredError
from marketplace.http.idempotency import Once, once_from_header
from marketplace.http.policy import public, signed_in
from marketplace.ids import hash_token
from marketplace.web.render import translate

AnyRequest = Request[Any, Any, Any]
RESET_ANSWER = "Jika nomor atau e-mail itu terdaftar, tautan untuk mengatur ulang kata sandi sudah dikirim ke sana."
LARGEST_ID = 2**63 - 1


@post("/people", opt=public(), tags=["accounts"], summary="Sign up")
async def sign_up(request: AnyRequest, data: JSONBody[SignUp]) -> SessionAnswer:
    """Make an account with a mobile number or e-mail address and sign in; a single name is a whole name."""
    said = (data.display_name, data.village_code, data.language)
    once = once_for_contact(request, data.contact, said=said)
    return await answer_session(await run_sign_up(data, visit=visit_of(request), once=once))


@get("/people/me", opt=signed_in(), tags=["accounts"], summary="Read oneself")
async def read_person(actor: Actor) -> PersonView:
    """Read the signed-in person with the roles held and the one worn."""
    return await view_person(actor)


@patch("/people/me", opt=signed_in(), tags=["accounts"], summary="Change one's profile")
async def change_profile(request: AnyRequest, data: JSONBody[ChangeProfile], actor: Actor) -> PersonView:
    """Replace name, village and language."""
    return await run_change_profile(data, actor=actor, once=await once_from_header(request))


@put("/people/me/hat", opt=signed_in(), tags=["accounts"], summary="Change hats")
async def wear_hat(request: AnyRequest, data: JSONBody[WearHat], actor: Actor) -> PersonView:
    """Act from now on in one of one's own roles, or with null as a resident. Holds for this session."""
    return await run_wear_hat(data, actor=actor, once=await once_from_header(request))


@put(
    "/people/me/password",
    opt=signed_in(),
    status_code=HTTP_204_NO_CONTENT,
    tags=["accounts"],
    summary="Change the password",
)
async def change_password(request: AnyRequest, data: JSONBody[ChangePassword], actor: Actor) -> None:
    """Replace the password; every other session ends."""
    once = await once_for_passwords(request, f"person:{actor.require_person()}")
    await run_change_password(data, actor=actor, visit=visit_of(request), once=once)


@post("/sessions", opt=public(), tags=["accounts"], summary="Sign in")
async def sign_in(request: AnyRequest, data: JSONBody[SignIn]) -> SessionAnswer:
    """Begin a session of 30 days; send its token as `Authorization: Bearer …`.

    The key belongs to the account: it gives the same session again for a day, if the password is right.
    """
    once = once_for_contact(request, data.contact)
    return await answer_session(await run_sign_in(data, visit=visit_of(request), once=once))


@get("/sessions", opt=signed_in(), tags=["accounts"], summary="List one's sessions")
async def list_sessions(actor: Actor) -> list[SessionView]:
    """Where the person is signed in, the latest first; at most 100."""
    return await list_own_sessions(actor)


# The ends of sessions are open to everyone, since who repeats such a command is signed in no more: its key and the
# token of the session that ended make them out.


@delete("/sessions/current", opt=public(), tags=["accounts"], summary="Sign out")
async def sign_out(request: AnyRequest, actor: Actor) -> None:
    """End this session."""
    once = once_for_session(request)
    if await _is_still_to_do(actor, once):
        await run_sign_out(actor=actor, once=once)


@delete("/sessions/{session_id:int}", opt=public(), tags=["accounts"], summary="End another session")
async def end_session(
    request: AnyRequest, session_id: Annotated[int, Parameter(ge=1, le=LARGEST_ID)], actor: Actor
) -> None:
    """End one of one's own sessions, such as on a lost telephone."""
    once = once_for_session(request)
    if await _is_still_to_do(actor, once):
        await run_end_session(session_id, actor=actor, once=once)


@delete("/sessions", opt=public(), tags=["accounts"], summary="Sign out everywhere")
async def sign_out_everywhere(request: AnyRequest, actor: Actor) -> None:
    """End every session of the person, this one too."""
    once = once_for_session(request)
    if await _is_still_to_do(actor, once):
        await run_sign_out_everywhere(actor=actor, once=once)


async def _is_still_to_do(actor: Actor, once: Once) -> bool:
    if actor.is_signed_in:
        return True
    if await find_done(once) is None:
        raise SignInRequiredError
    return False


@post("/password-resets", opt=public(), status_code=HTTP_202_ACCEPTED, tags=["accounts"], summary="Forgot the password")
async def ask_reset(request: AnyRequest, data: JSONBody[AskReset]) -> ResetAsked:
    """Send a one-time link, good for an hour. The answer is the same whether there is such an account or not."""
    await ask_password_reset(data, visit=visit_of(request), once=once_for_contact(request, data.contact))
    return ResetAsked(message=translate(RESET_ANSWER, request.scope["state"]["language"]))


@post(
    "/password-resets/completion",
    opt=public(),
    status_code=HTTP_204_NO_CONTENT,
    tags=["accounts"],
    summary="Set a new password by the link",
)
async def reset_password(request: AnyRequest, data: JSONBody[ResetPassword]) -> None:
    """Spend the link's token and set the password; every session of the person ends."""
    once = await once_for_passwords(request, f"reset:{hash_token(data.token).hex()}")
    await run_reset_password(data, visit=visit_of(request), once=once)


ROUTES = [
    sign_up,
    read_person,
    change_profile,
    wear_hat,
    change_password,
    sign_in,
    list_sessions,
    sign_out,
    end_session,
    sign_out_everywhere,
    ask_reset,
    reset_password,
]
