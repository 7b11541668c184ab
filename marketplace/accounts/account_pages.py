"""The pages of a signed-in person: home, hats, profile, password, sessions; and in development the outbox."""

from typing import Any

from litestar import Request, Response, get, post

from marketplace import database
from marketplace.accounts.change_password import change_password
from marketplace.accounts.change_profile import change_profile
from marketplace.accounts.delivery import list_outbox
from marketplace.accounts.pages import home_of
from marketplace.accounts.schemas import ChangePassword, ChangeProfile, WearHat
from marketplace.accounts.sign_out import end_session, sign_out_everywhere
from marketplace.accounts.views import list_own_sessions, view_person
from marketplace.accounts.village import read_village, typed_village, village_options
from marketplace.accounts.visit import visit_of
from marketplace.accounts.wear_hat import wear_hat
from marketplace.actor import Actor
from marketplace.errors import InvalidError, NotFoundError, TooManyRequestsError
from marketplace.http.cookies import cart_cookie, language_cookie, session_cookie
from marketplace.http.forms import field_sentences, local_path, read_form, retry_after, see_other, sentence_of
from marketplace.http.policy import SuspendedError, public, signed_in
from marketplace.settings import current_settings
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]

_DIGITS_OF_AN_ID = 18  # what fits a bigint


@get("/akun", opt=signed_in())
async def account_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Home of a person: orders, roles, profile, where they are signed in."""
    return render_page(
        request,
        "accounts/account.html",
        person=await view_person(actor),
        sessions=await list_own_sessions(actor),
        suspended=[sentence_of(request, SuspendedError(suspension)) for suspension in actor.suspensions],
        village_label=(await typed_village(actor.village_code)).get("village", ""),
    )


@get("/akun/profil", opt=signed_in())
async def profile_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show name, village and language to be changed."""
    typed = {"display_name": actor.display_name, "language": actor.language}
    chosen = request.query_params.get("village") or actor.village_code
    return render_page(
        request, "accounts/profile.html", typed=typed | await typed_village(chosen), villages=[], errors={}
    )


@post("/akun/profil", opt=signed_in())
async def submit_profile(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Replace name, village and language."""
    form = await read_form(request)
    typed = {name: str(form.get(name, "")) for name in ("display_name", "village", "village_code", "language")}
    try:
        command = ChangeProfile(
            display_name=typed["display_name"], village_code=await read_village(form), language=typed["language"]
        )
        await change_profile(command, actor=actor)
    except InvalidError as error:
        return render_page(
            request,
            "accounts/profile.html",
            status_code=422,
            typed=typed,
            villages=village_options(error),
            errors=field_sentences(request, error),
        )
    response = see_other("/akun", notice="Data Anda sudah tersimpan.")
    response.cookies.append(language_cookie(command.language))
    return response


@get("/akun/sandi", opt=signed_in())
async def password_page(request: AnyRequest) -> Response[Any]:
    """Ask for the present and the new password."""
    return render_page(request, "accounts/password.html", errors={}, problem="")


@post("/akun/sandi", opt=signed_in())
async def submit_password(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Change the password; other devices are signed out."""
    form = await request.form()
    command = ChangePassword(
        current_password=str(form.get("current_password", "")), new_password=str(form.get("new_password", ""))
    )
    try:
        await change_password(command, actor=actor, visit=visit_of(request))
    except (InvalidError, TooManyRequestsError) as error:
        return render_page(
            request,
            "accounts/password.html",
            status_code=error.status_code,
            headers=retry_after(error),
            errors=field_sentences(request, error),
            problem="" if isinstance(error, InvalidError) else sentence_of(request, error),
        )
    return see_other("/akun", notice="Kata sandi sudah diganti. Perangkat lain sudah keluar.")


@post("/akun/sesi/{session_id:int}/akhiri", opt=signed_in())
async def submit_end_session(session_id: int, actor: Actor) -> Response[Any]:
    """End one of one's other sessions."""
    await end_session(session_id, actor=actor)
    return see_other("/akun", notice="Perangkat itu sudah keluar.")


@post("/akun/keluar-semua", opt=signed_in())
async def submit_sign_out_everywhere(actor: Actor) -> Response[Any]:
    """End every session, this one too."""
    await sign_out_everywhere(actor=actor)
    response = see_other("/masuk", notice="Semua perangkat sudah keluar.")
    response.cookies.append(session_cookie(""))
    response.cookies.append(cart_cookie(""))
    return response


@post("/akun/topi", opt=signed_in())
async def submit_hat(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Put on the chosen hat and go to that role's home."""
    form = await read_form(request)
    text = str(form.get("hat", ""))
    assignment_id = int(text) if text.isdecimal() and text.isascii() and len(text) <= _DIGITS_OF_AN_ID else None
    if text and assignment_id is None:
        raise NotFoundError
    person = await wear_hat(WearHat(assignment_id=assignment_id), actor=actor)
    home = home_of(person.hat.role if person.hat else None)
    way_on = local_path(str(form.get("next", "")), home)
    return see_other(way_on, notice="" if way_on == home else "Anda sudah berganti peran.")


@get("/kotak-keluar", opt=public())
async def outbox_page(request: AnyRequest) -> Response[Any]:
    """What would have been sent, in development only: the one-time links are read here."""
    if not current_settings().is_development:
        raise NotFoundError
    async with database.connection() as connection:
        messages = await list_outbox(connection)
    return render_page(request, "accounts/outbox.html", messages=messages)


ACCOUNT_PAGES = [
    account_page,
    profile_page,
    submit_profile,
    password_page,
    submit_password,
    submit_hat,
    submit_end_session,
    submit_sign_out_everywhere,
    outbox_page,
]
