"""The nearest page that can be read, for an address that only takes a form.

Such an address stands in the browser while a refused form is shown again: the language switch, a reload by hand or a
bookmark then asks to read it.
"""

import re
from functools import cache
from typing import Final

from litestar import Litestar
from litestar.routes import HTTPRoute

from marketplace.http.forms import local_path

_PARTS: Final = {"int": "-?[0-9]+", "str": "[^/]+", "path": ".+"}


def nearest_page(app: Litestar, path: str) -> str:
    """The longest beginning of `path` that a page answers to, else the front page."""
    parts = [part for part in path.split("/") if part]
    while parts:
        parts.pop()
        above = "/" + "/".join(parts)
        if any(page.fullmatch(above) for page in _pages(app)):
            return local_path(above)
    return "/"


@cache
def _pages(app: Litestar) -> list[re.Pattern[str]]:
    return [
        re.compile("/".join(_pattern(part) for part in route.path.split("/")))
        for route in app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods and not route.path.startswith("/api/")
    ]


def _pattern(part: str) -> str:
    return _PARTS[part[1:-1].rpartition(":")[2]] if part.startswith("{") else re.escape(part)
