"""The pages that belong to no area: the one shown without a network, and in development the gallery of components."""

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


WEB_ROUTES: Final = [offline, gallery]
