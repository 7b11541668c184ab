"""The pages of a signed-in person: home, hats, profile, password, sessions; and in development the outbox."""

from typing import Any

from litestar import Request, Response, get, post

from marketplace import database
from marketplace.accounts.delivery import list_outbox
from marketplace.accounts.pages import home_of
from marketplace.accounts.schemas import WearHat
from marketplace.accounts.views import list_own_sessions, view_person
from marketplace.accounts.wear_hat import wear_hat
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.http.forms import local_path, read_form, see_other
from marketplace.http.policy import public, signed_in
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
    )


@post("/akun/topi", opt=signed_in())
async def submit_hat(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Put on the chosen hat and go to that role's home."""
    form = await read_form(request)
    text = str(form.get("hat", ""))
    assignment_id = int(text) if text.isdecimal() and text.isascii() and len(text) <= _DIGITS_OF_AN_ID else None
    if text and assignment_id is None:
        raise NotFoundError
    hat = await wear_hat(WearHat(assignment_id=assignment_id), actor=actor)
    return see_other(local_path(str(form.get("next", "")), home_of(hat.role if hat else None)))


@get("/kotak-keluar", opt=public())
async def outbox_page(request: AnyRequest) -> Response[Any]:
    """What would have been sent, in development only: the one-time links are read here."""
    if not current_settings().is_development:
        raise NotFoundError
    async with database.connection() as connection:
        messages = await list_outbox(connection)
    return render_page(request, "accounts/outbox.html", messages=messages)


ACCOUNT_PAGES = [account_page, submit_hat, outbox_page]
