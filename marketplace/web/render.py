"""Templates to responses: ``render_page`` for whole pages, ``render_fragment`` for parts of pages, ``render_error``.

A page is a template that extends ``layout.html`` and fills its blocks; the components are there as ``ui``, no import
needed. Every template also sees, whatever the handler passes:

``actor``
    the ``Actor`` who is signed in, or None for a guest
``language``, ``path``, ``query``, ``csrf_token``, ``time_zone``, ``cart_count``
    text, and the number of goods in the cart
``t(sentence, **params)``
    the Indonesian sentence in the reader's language; components take finished text, so their callers translate
``notice``
    what just happened, told once: None or a ``Notice``
``asset(name)``
    the address of a static file
filters
    ``rupiah``, ``number``, ``date``, ``full_date``, ``datetime``, ``time``, ``mask_phone``; by the page's ``time_zone``

They are read from ``request.state`` (the middleware of ``marketplace.http`` puts them there) and have safe defaults.

Where minijinja is not Jinja2:

- Macros see the page's variables even when imported: no ``with context``. Blocks see the imports of the layout.
- No ``**kwargs`` or ``varargs`` in macros: a component takes ``attrs={"hx-get": "/x"}``. Too many arguments raise.
- ``none`` is printed as ``None``: guard with ``if x is not none``. A missing variable, key or attribute raises, also in
  ``if``; ask by ``is defined`` or ``|default("")``. ``x|default("")`` keeps ``none``.
- A NamedTuple arrives as a bare tuple, its names lost: pass msgspec structs, dataclasses or mappings.
- Slashes are escaped too (``&#x2f;``), in attributes as in text: browsers read them back, tests must unescape.
- ``mapping|items`` gives pairs; ``{**a}`` and ``{% trans %}`` do not exist; ``{% set x %}...{% endset %}`` keeps HTML.
- Each call into Python costs 1 to 2 microseconds, so does reading an attribute: pass plain structs, format in filters.

The content security policy allows nothing inline: no ``style=``, no ``on...=``, no ``<script>`` with text, anywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import minijinja
import msgspec
from litestar import MediaType, Request, Response

from marketplace.actor import Actor, Hat
from marketplace.formats.dates import WIB
from marketplace.http.cookies import notice_cookie
from marketplace.http.csrf import mask_token
from marketplace.http.policy import ROLE_NAMES
from marketplace.web.assets import ASSETS, asset_url
from marketplace.web.filters import FILTERS
from marketplace.web.navigation import current_entry, entries_for
from marketplace.web.translate import TRANSLATORS, Language, as_language, translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "ENVIRONMENT",
    "ERROR_PAGES",
    "SHARED_SECONDS",
    "Notice",
    "is_unknown",
    "page_context",
    "render_error",
    "render_fragment",
    "render_page",
    "render_text",
    "translate",
    "wants_fragment",
]

TEMPLATES_DIRECTORY: Final = Path(__file__).parent / "templates"
PRIVATE: Final = "private, no-store"
# Prices, stock and opening hours on a page for everybody may be so old; a cart and an order read them again.
SHARED_SECONDS: Final = 10
HTML: Final = MediaType.HTML

_CATEGORIES_WITH_DRAWING: Final = frozenset(
    name.removeprefix("category/").removesuffix(".svg") for name in ASSETS if name.startswith("category/")
)


class Notice(msgspec.Struct, frozen=True):
    """What just happened, told once at the top of the next page, with the next step or the way back."""

    text: str
    kind: Literal["ok", "wait", "stop", "info"] = "ok"
    action_label: str | None = None
    action_href: str | None = None


# Sentences that the cookie carries to the next page, and the way on that belongs to them: label and address.
NOTICE_ACTIONS: Final = {"Barang masuk keranjang.": ("Lihat keranjang", "/keranjang")}


# Sentences that tell what has to be done first: nothing happened yet, so they are not told in green.
NOTICES_OF_WAITING: Final = frozenset(
    {
        "Belum ada sif yang terbuka. Buka dulu di sini.",
        "Isi dulu desa atau kelurahan Anda.",
        "Sebagian barang belum bisa dipesan. Periksa yang ditandai.",
    }
)


def _notice_of(text: str, language: Language, path: str) -> Notice:
    kind: Literal["ok", "wait"] = "wait" if text in NOTICES_OF_WAITING else "ok"
    label, href = NOTICE_ACTIONS.get(text, (None, None))
    if href == path:
        return Notice(text, kind)
    return Notice(text, kind, action_label=translate(label, language) if label else None, action_href=href)


def drawing_url(category: str | None) -> str:
    """Give the drawing that stands in for a photograph; an unknown category gets the basket of everything."""
    return asset_url(f"category/{category if category in _CATEGORIES_WITH_DRAWING else 'lain'}.svg")


def create_environment(*, development: bool = False) -> minijinja.Environment:
    """Build the one environment. In development templates are read anew for each page."""
    return minijinja.Environment(
        loader=minijinja.load_from_path(TEMPLATES_DIRECTORY),
        filters=FILTERS,
        globals={
            "asset": asset_url,
            "icons_url": asset_url("icons.svg"),
            "drawing_url": drawing_url,
            "entries_for": entries_for,
            "current_entry": current_entry,
            "role_names": ROLE_NAMES,
        },
        undefined_behavior="strict",
        trim_blocks=True,
        lstrip_blocks=True,
        reload_before_render=development,
    )


ENVIRONMENT: Final = create_environment()


def page_context(request: Request[Any, Any, Any]) -> dict[str, object]:
    """Collect what every page shows of the person and the request."""
    scope = request.scope
    state: Mapping[str, object] = scope.get("state") or {}
    actor = state.get("actor")
    language = as_language(state.get("language"))
    notice = state.get("notice") or None
    return {
        "actor": actor if isinstance(actor, Actor) and actor.is_signed_in else None,
        "language": language,
        "csrf_token": mask_token(str(state.get("csrf_token") or "")),
        "path": scope["path"],
        "query": scope.get("query_string", b"").decode("latin-1"),
        "time_zone": WIB,
        "t": TRANSLATORS[language],
        "cart_count": state.get("cart_count") or 0,
        "notice": _notice_of(notice, language, scope["path"]) if isinstance(notice, str) else notice,
    }


def is_unknown(request: Request[Any, Any, Any]) -> bool:
    """Tell whether nothing is known of who asks: neither a session nor a cart, nor a sentence that waits for them."""
    state: Mapping[str, object] = request.scope.get("state") or {}
    return not (state.get("session_token") or state.get("cart_token") or state.get("notice"))


def render_text(request: Request[Any, Any, Any], template: str, /, **context: object) -> str:
    """Render a template with the page's context, without a response. A missing variable raises TemplateError."""
    return ENVIRONMENT.render_template(template, **(page_context(request) | context))


def render_page(
    request: Request[Any, Any, Any],
    template: str,
    /,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    shared_seconds: int = 0,
    **context: object,
) -> Response[bytes]:
    """Answer with a whole page. Pages are private and not stored unless ``headers`` say otherwise.

    With ``shared_seconds`` what is shown to somebody unknown (``is_unknown``) is kept so long and shown to others
    unknown: it may depend on the address, the language and the village, on nothing else.
    """
    values = page_context(request) | context
    control = {"cache-control": PRIVATE}
    if shared_seconds and status_code == OK and is_unknown(request):
        control = {"cache-control": f"public, max-age={shared_seconds}", "vary": "cookie"}
    response = Response(
        ENVIRONMENT.render_template(template, **values).encode(),
        status_code=status_code,
        media_type=HTML,
        headers={**control, **(headers or {})},
    )
    if values["notice"] is not None:
        response.cookies.append(notice_cookie(""))
    return response


def render_fragment(
    request: Request[Any, Any, Any],
    template: str,
    /,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> Response[bytes]:
    """Answer with a part of a page for htmx to swap in; caches keep it apart from the page of the same address."""
    body = render_text(request, template, **context).encode()
    extra = {"cache-control": PRIVATE, "vary": "HX-Request", **(headers or {})}
    return Response(body, status_code=status_code, media_type=HTML, headers=extra)


def wants_fragment(request: Request[Any, Any, Any]) -> bool:
    """Tell whether htmx asks for a part (and is not restoring a page from its history)."""
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def render_error(
    request: Request[Any, Any, Any],
    status_code: int,
    sentence: str | None = None,
    /,
    *,
    headers: Mapping[str, str] | None = None,
    hats: Sequence[Hat] = (),
    way_back: str = "",
    page: ErrorPage | None = None,
) -> Response[bytes]:
    """Answer with the friendly page of an error. ``sentence`` (finished text) replaces the usual one.

    ``page`` replaces the one of the status. With ``hats`` it offers to put one on and go to ``way_back``.
    """
    usual = ERROR_PAGES.get(status_code) or ERROR_PAGES[500 if status_code >= FIRST_FAILURE else 400]
    return render_page(
        request,
        "error.html",
        status_code=status_code,
        headers=headers,
        page=page or usual,
        sentence=sentence,
        hats=hats,
        way_back=way_back,
    )


FIRST_FAILURE: Final = 500
OK: Final = 200


class ErrorPage(msgspec.Struct, frozen=True):
    """What the page of an error says: msgids for title, sentence and next step, and where that leads."""

    drawing: str
    title: str
    sentence: str
    action_label: str
    action_href: str


SUSPENDED: Final = ErrorPage(
    "pintu",
    "Sedang dibekukan",
    "Usaha atau lembaga Anda sedang dibekukan. Tanyakan kepada pengelola Lumbung.",
    "Lihat di akun Anda",
    "/akun",
)
ERROR_PAGES: Final[dict[int, ErrorPage]] = {
    400: ErrorPage(
        "jalan",
        "Permintaan ini tidak kami pahami",
        "Mungkin tautannya terpotong saat disalin. Coba ulangi dari halaman sebelumnya.",
        "Ke beranda",
        "/",
    ),
    401: ErrorPage(
        "pintu",
        "Silakan masuk dulu",
        "Halaman ini memerlukan akun. Masuk dengan nomor HP atau surel Anda.",
        "Masuk",
        "/masuk",
    ),
    403: ErrorPage(
        "pintu",
        "Halaman ini bukan untuk peran Anda",
        "Ganti peran di bagian atas halaman, atau minta pengurus memberi Anda akses.",
        "Ke beranda",
        "/",
    ),
    404: ErrorPage(
        "jalan",
        "Halaman ini tidak ada",
        "Mungkin alamatnya keliru, atau barangnya sudah tidak dijual. Coba cari namanya.",
        "Cari barang",
        "/cari",
    ),
    409: ErrorPage(
        "jam",
        "Ada yang lebih dulu mengubahnya",
        "Data ini berubah sejak Anda membukanya. Muat ulang halaman, periksa, lalu coba lagi.",
        "Ke beranda",
        "/",
    ),
    413: ErrorPage(
        "catatan",
        "Kiriman terlalu besar",
        "Yang dikirim melebihi batas. Pilih berkas yang lebih kecil, lalu kirim lagi.",
        "Ke beranda",
        "/",
    ),
    422: ErrorPage(
        "catatan",
        "Isian belum lengkap",
        "Ada isian yang belum bisa kami terima. Kembali ke halaman sebelumnya; isian Anda masih ada di sana.",
        "Ke beranda",
        "/",
    ),
    429: ErrorPage(
        "jam",
        "Pelan-pelan dulu, ya",
        "Terlalu banyak permintaan dalam waktu singkat. Tunggu sebentar, lalu coba lagi.",
        "Ke beranda",
        "/",
    ),
    500: ErrorPage(
        "lumbung",
        "Maaf, ada yang rusak di pihak kami",
        "Kejadian ini sudah tercatat, dan tidak ada yang tersimpan setengah jalan. Coba lagi sebentar.",
        "Ke beranda",
        "/",
    ),
    503: ErrorPage(
        "lumbung",
        "Lumbung sedang dirapikan",
        "Kami sedang tutup sebentar untuk perawatan. Silakan kembali beberapa menit lagi.",
        "Coba lagi",
        "/",
    ),
}
