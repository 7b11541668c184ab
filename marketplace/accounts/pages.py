"""The pages of accounts that everybody meets: signing in, up and out, a forgotten password, the language."""

from typing import Any

from litestar import Request, Response, get, post

from marketplace.accounts.ask_password_reset import ask_password_reset
from marketplace.accounts.change_profile import change_language
from marketplace.accounts.errors import ContactTakenError, ResetLinkSpentError
from marketplace.accounts.reset_password import is_link_open, reset_password
from marketplace.accounts.routes import RESET_ANSWER
from marketplace.accounts.schemas import AskReset, OpenedSession, ResetPassword, SignIn, SignUp
from marketplace.accounts.sign_in import sign_in
from marketplace.accounts.sign_out import sign_out
from marketplace.accounts.sign_up import sign_up
from marketplace.accounts.village import read_village, typed_village, village_options
from marketplace.accounts.visit import visit_of
from marketplace.actor import Actor
from marketplace.errors import ConflictError, InvalidError, LumbungError, TooManyRequestsError
from marketplace.http.cookies import cart_cookie, language_cookie, session_cookie
from marketplace.http.forms import field_sentences, local_path, read_form, retry_after, see_other, sentence_of
from marketplace.http.policy import public
from marketplace.web.navigation import entries_for
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


def home_of(role: str | None) -> str:
    """Where the day begins for this role; a resident's is the shop."""
    return "/" if role is None else entries_for(role)[0].href


def _entered(opened: OpenedSession, next_path: str, *, notice: str = "") -> Response[Any]:
    response = see_other(local_path(next_path, home_of(opened.role)), notice=notice)
    response.cookies.append(session_cookie(opened.token))
    # What was in the guest's cart has been taken over; the next on this device must not find it.
    response.cookies.append(cart_cookie(""))
    return response


def _status_of(error: LumbungError) -> int:
    return error.status_code if isinstance(error, TooManyRequestsError | ConflictError) else 422


@get("/masuk", opt=public())
async def sign_in_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Ask for contact and password; who is signed in is sent on."""
    next_path = local_path(request.query_params.get("next"), "")
    if actor.is_signed_in:
        return see_other(next_path or home_of(actor.hat.role if actor.hat else None))
    return render_page(request, "accounts/sign_in.html", contact="", next=next_path, errors={}, problem="")


@post("/masuk", opt=public())
async def submit_sign_in(request: AnyRequest) -> Response[Any]:
    """Sign in and go on to where the person was heading."""
    form = await read_form(request)
    contact, next_path = str(form.get("contact", "")), str(form.get("next", ""))
    # A password is taken as typed: only read_form's trimming would change it.
    password = str((await request.form()).get("password", ""))
    try:
        opened = await sign_in(SignIn(contact=contact, password=password), visit=visit_of(request))
    except LumbungError as error:
        return render_page(
            request,
            "accounts/sign_in.html",
            status_code=_status_of(error),
            headers=retry_after(error),
            contact=contact,
            next=local_path(next_path, ""),
            errors=field_sentences(request, error),
            problem="" if isinstance(error, InvalidError) else sentence_of(request, error),
        )
    return _entered(opened, next_path)


@get("/daftar", opt=public())
async def sign_up_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Ask for name, contact and password."""
    next_path = local_path(request.query_params.get("next"), "")
    if actor.is_signed_in:
        return see_other(next_path or "/akun")
    typed = await typed_village(request.query_params.get("village"))
    return render_page(
        request,
        "accounts/sign_up.html",
        typed=typed,
        villages=[],
        next=next_path,
        errors={},
        problem="",
        is_taken=False,
    )


@post("/daftar", opt=public())
async def submit_sign_up(request: AnyRequest) -> Response[Any]:
    """Make the account and sign in."""
    form = await read_form(request)
    typed = {name: str(form.get(name, "")) for name in ("display_name", "contact", "village", "village_code")}
    next_path = str(form.get("next", ""))
    password = str((await request.form()).get("password", ""))
    try:
        opened = await sign_up(
            SignUp(
                display_name=typed["display_name"],
                contact=typed["contact"],
                password=password,
                village_code=await read_village(form),
                language=request.scope["state"]["language"],
            ),
            visit=visit_of(request),
        )
    except LumbungError as error:
        return render_page(
            request,
            "accounts/sign_up.html",
            status_code=_status_of(error),
            headers=retry_after(error),
            typed=typed,
            villages=village_options(error),
            next=local_path(next_path, ""),
            errors=field_sentences(request, error),
            problem="" if isinstance(error, InvalidError) else sentence_of(request, error),
            is_taken=isinstance(error, ContactTakenError),
        )
    return _entered(opened, next_path, notice="Akun Anda sudah jadi. Selamat belanja!")


@post("/keluar", opt=public())
async def submit_sign_out(actor: Actor) -> Response[Any]:
    """End the session, and leave nothing of it on this device."""
    await sign_out(actor=actor)
    response = see_other("/", notice="Anda sudah keluar.")
    response.cookies.append(session_cookie(""))
    response.cookies.append(cart_cookie(""))
    return response


@get("/sandi/lupa", opt=public())
async def forgot_page(request: AnyRequest) -> Response[Any]:
    """Ask whose password was forgotten."""
    return render_page(request, "accounts/forgot.html", contact="", errors={}, problem="", answer="")


@post("/sandi/lupa", opt=public())
async def submit_forgot(request: AnyRequest) -> Response[Any]:
    """Send the link, and say the same whether there is such an account or not."""
    contact = str((await read_form(request)).get("contact", ""))
    try:
        await ask_password_reset(AskReset(contact=contact), visit=visit_of(request))
    except LumbungError as error:
        return render_page(
            request,
            "accounts/forgot.html",
            status_code=_status_of(error),
            headers=retry_after(error),
            contact=contact,
            errors=field_sentences(request, error),
            problem="" if isinstance(error, InvalidError) else sentence_of(request, error),
            answer="",
        )
    return render_page(request, "accounts/forgot.html", contact="", errors={}, problem="", answer=RESET_ANSWER)


# The page's address holds the link's token, so it must not travel on as a referrer.
_NO_REFERRER = {"referrer-policy": "no-referrer"}


@get("/sandi/{token:str}", opt=public())
async def reset_page(request: AnyRequest, token: str) -> Response[Any]:
    """Ask for the new password, or say that the link is spent."""
    if not await is_link_open(token):
        return _spent(request)
    return render_page(request, "accounts/reset.html", headers=_NO_REFERRER, token=token, errors={})


@post("/sandi/{token:str}", opt=public())
async def submit_reset(request: AnyRequest, token: str) -> Response[Any]:
    """Set the new password."""
    password = str((await request.form()).get("new_password", ""))
    try:
        await reset_password(ResetPassword(token=token, new_password=password), visit=visit_of(request))
    except InvalidError as error:
        return render_page(
            request,
            "accounts/reset.html",
            status_code=422,
            headers=_NO_REFERRER,
            token=token,
            errors=field_sentences(request, error),
        )
    except ResetLinkSpentError:
        return _spent(request)
    response = see_other("/masuk", notice="Kata sandi baru sudah tersimpan. Silakan masuk.")
    response.cookies.append(session_cookie(""))
    return response


def _spent(request: AnyRequest) -> Response[Any]:
    return render_page(request, "accounts/reset_spent.html", status_code=410, headers=_NO_REFERRER)


@post("/bahasa", opt=public())
async def submit_language(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Change the language of the pages: for a person in their profile, for a guest in a cookie."""
    form = await read_form(request)
    language = "en" if form.get("language") == "en" else "id"
    if actor.is_signed_in:
        await change_language(language, actor=actor)
    response = see_other(local_path(str(form.get("next", ""))))
    response.cookies.append(language_cookie(language))
    return response


ENTRY_PAGES = [
    sign_in_page,
    submit_sign_in,
    sign_up_page,
    submit_sign_up,
    submit_sign_out,
    forgot_page,
    submit_forgot,
    reset_page,
    submit_reset,
    submit_language,
]
