"""The pages that belong to no area: about, help, privacy, complaints, without a network; in development the gallery."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get

from marketplace.errors import NotFoundError
from marketplace.http.policy import public
from marketplace.settings import current_settings
from marketplace.web.gallery import GALLERY
from marketplace.web.render import HTML, render_page, render_text


@get("/luring", opt=public(), include_in_schema=False, sync_to_thread=False)
def offline(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Show the page that the service worker keeps: the same for everybody."""
    return Response(
        render_text(request, "offline.html").encode(), media_type=HTML, headers={"cache-control": "public, no-cache"}
    )


@get("/galeri", opt=public(), include_in_schema=False, sync_to_thread=False)
def gallery(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Show every component with example data, in development only."""
    if not current_settings().is_development:
        raise NotFoundError
    return render_page(request, "gallery.html", **GALLERY)


_HOUR_SECONDS: Final = 3600


def _text_page(request: Request[Any, Any, Any], template: str) -> Response[bytes]:
    return render_page(request, template, shared_seconds=_HOUR_SECONDS)


@get("/tentang", opt=public(), include_in_schema=False, sync_to_thread=False)
def about(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Say what Lumbung is and who runs which part of it."""
    return _text_page(request, "public/about.html")


@get("/bantuan", opt=public(), include_in_schema=False, sync_to_thread=False)
def help_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answer what buyers, cooperatives, sellers and partners ask first."""
    return _text_page(request, "public/help.html")


@get("/privasi", opt=public(), include_in_schema=False, sync_to_thread=False)
def privacy(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Say which personal data are kept, why, for how long, and what one may ask for."""
    return _text_page(request, "public/privacy.html")


@get("/pengaduan", opt=public(), include_in_schema=False, sync_to_thread=False)
def complaints(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Say whom to turn to when something went wrong, step by step."""
    return _text_page(request, "public/complaints.html")


WEB_ROUTES: Final = [offline, gallery, about, help_page, privacy, complaints]
