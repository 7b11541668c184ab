"""Reading a page's form and answering with a redirect."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from marketplace.errors import InvalidError, LumbungError, TooManyRequestsError
from marketplace.http.cookies import notice_cookie
from marketplace.ids import new_token
from marketplace.web.render import translate

# Where a request's state keeps all values of the fields that its form repeats.
REPEATED_FIELDS: Final = "repeated_fields"
UNREADABLE = "Ada huruf yang tidak terbaca. Ketik ulang isian ini."


async def read_form(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Fields of the posted form, text trimmed; of a repeated name the last (use `form_list` for all).

    Raises:
        InvalidError: a field holds the character NUL, which no keyboard makes and PostgreSQL cannot store.

    """
    form = await request.form()
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if "\0" in name or (isinstance(value, str) and "\0" in value):
            raise InvalidError(UNREADABLE, fields={name.replace("\0", ""): UNREADABLE})
        if isinstance(value, str):
            values.setdefault(name, []).append(value.strip())
    # For idempotency.once_from_form: of two forms that differ in the first of these, the second is no repetition.
    request.scope["state"][REPEATED_FIELDS] = {name: many for name, many in values.items() if len(many) > 1}
    return {name: value.strip() if isinstance(value, str) else value for name, value in form.items()}


async def form_list(request: Request[Any, Any, Any], name: str) -> list[str]:
    """All values of a repeated field."""
    form = await request.form()
    return [value for value in form.getall(name, []) if isinstance(value, str)]


def see_other(path: str, *, notice: str = "") -> Response[Any]:
    """Redirect after a form (303, so that reloading does not post again), with a sentence for the next page."""
    response: Response[Any] = Redirect(path, status_code=303)
    if notice:
        response.cookies.append(notice_cookie(quote(notice)))
    return response


def local_path(text: str | None, default: str = "/") -> str:
    """A `next` path that stays on this site, else `default`.

    Browsers drop control characters and read a backslash as a slash, so `/<tab>/other.site` would leave it.
    """
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return default
    return default if any(letter < " " for letter in text) else text


def retry_after(error: LumbungError) -> dict[str, str]:
    """Header that says when to come back, for a page that shows a rate limit beside its form."""
    return {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, TooManyRequestsError) else {}


def field_sentences(request: Request[Any, Any, Any], error: LumbungError) -> dict[str, str]:
    """What to show beside the fields of the form, in the reader's language; empty where the refusal names none."""
    if not isinstance(error, InvalidError):
        return {}
    language = request.scope["state"]["language"]
    return {name: translate(message, language, **facts) for name, (message, facts) in error.fields.items()}


def sentence_of(request: Request[Any, Any, Any], error: LumbungError) -> str:
    """The refusal as a whole, in the reader's language."""
    return sentence_in(error, request.scope["state"]["language"])


def sentence_in(error: LumbungError, language: str) -> str:
    """The refusal as a whole in a language, the words of ours in it too."""
    return translate(error.message, language, **error.facts_in(language))


def shown_refusal(
    request: Request[Any, Any, Any], error: LumbungError | None, form: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a page with a form needs: its status, sentences of a refusal, what was typed, and a new key (`once`).

    `problem` is the refusal as a whole, empty where it stands beside fields (`errors`).
    """
    errors = field_sentences(request, error) if error is not None else {}
    return {
        "status_code": 200 if error is None else error.status_code,
        "errors": errors,
        "problem": sentence_of(request, error) if error is not None and not errors else "",
        "typed": {name: value for name, value in (form or {}).items() if isinstance(value, str) and name[:1] != "_"},
        "once": new_token(),
    }
