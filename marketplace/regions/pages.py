"""The page to choose a village: type, look, pick, and come back to the form one came from with its code.

Other pages link to `/wilayah?next=/daftar` and get `?village=32.75.08.1003` added to that address. With htmx the same
address answers with the list alone.
"""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.http.forms import local_path
from marketplace.http.policy import public
from marketplace.regions.find_regions import find_regions
from marketplace.regions.schemas import FoundRegions
from marketplace.web.render import render_fragment, render_page, wants_fragment

_LIMIT = 30
# Who comes without a form to return to picks the village they shop from.
_SHOPPING = "/keranjang/wilayah?next=/"


@get("/wilayah", opt=public(), include_in_schema=False)
async def choose_village(
    request: Request[Any, Any, Any],
    q: Annotated[str, QueryParameter(max_length=100)] = "",
    next_path: Annotated[str, QueryParameter(name="next", max_length=500)] = "",
) -> Response[bytes]:
    """Show villages by name, each with kecamatan and kabupaten/kota, as a list to pick from."""
    typed = q.strip()
    found = FoundRegions(regions=[])
    if typed:
        async with database.connection() as connection:
            found = await find_regions(connection, typed, level="village", limit=_LIMIT)
    target = urlsplit(local_path(next_path or _SHOPPING, ""))
    options = [
        {
            "value": village.code,
            "title": village.label,
            "text": f"{village.province} {village.postal_code or ''}".strip(),
        }
        for village in found.regions
    ]
    context: dict[str, Any] = {
        "q": typed,
        "options": options,
        "is_guess": found.is_guess,
        "is_full": len(options) == _LIMIT,
        "next_path": next_path if target.path else "",
        "target": target.path,
        # The query of a form's action is dropped by the browser on GET: it travels in fields.
        "kept": [(name, value) for name, value in parse_qsl(target.query) if name != "village"],
    }
    if wants_fragment(request):
        return render_fragment(request, "regions/villages.html", **context)
    return render_page(request, "regions/choose.html", **context)


PAGES: list[ControllerRouterHandler] = [choose_village]
