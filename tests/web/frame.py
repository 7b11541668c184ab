"""An application that has nothing but the frame, to look at it: gallery, pages of errors, a made-up cashier."""

from __future__ import annotations

import os
import tempfile
from typing import Any

os.environ.setdefault("LUMBUNG_DATA", tempfile.mkdtemp(prefix="lumbung-frame-"))

from litestar import Litestar, Request, Response, get
from litestar.middleware import DefineMiddleware
from litestar.params import FromPath

from marketplace.actor import Actor, Hat
from marketplace.http.visitor import VisitorMiddleware
from marketplace.ids import OrganisationId, PersonId, StoreId
from marketplace.web.assets import STATIC_ROUTES
from marketplace.web.pages import WEB_ROUTES
from marketplace.web.render import render_error


@get("/rusak/{status_code:int}", sync_to_thread=False)
def broken(request: Request[Any, Any, Any], status_code: FromPath[int]) -> Response[bytes]:
    """Answer with the page of an error."""
    return render_error(request, status_code)


async def load_cashier(_token: str) -> Actor:
    """Take every session for that of a made-up cashier with one hat."""
    hat = Hat(
        assignment_id=1,
        role="cashier",
        organisation_id=OrganisationId(1),
        organisation_kind="cooperative",
        organisation_name="Koperasi Kelurahan Merah Putih Jatimakmur",
        store_id=StoreId(1),
    )
    return Actor(person_id=PersonId(1), display_name="Kasir Contoh", hats=(hat,), hat=hat)


app = Litestar(
    [*WEB_ROUTES, *STATIC_ROUTES, broken],
    middleware=[DefineMiddleware(VisitorMiddleware, load_actor=load_cashier)],
)
