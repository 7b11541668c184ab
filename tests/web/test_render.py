"""Pages and fragments through a small application: what every template may rely on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar, Request, Response, get
from litestar.params import FromPath
from litestar.testing import TestClient

from marketplace.web.assets import ASSETS, STATIC_ROUTES
from marketplace.web.navigation import ENTRIES_BY_ROLE
from marketplace.web.pages import WEB_ROUTES
from marketplace.web.render import ERROR_PAGES, TEMPLATES_DIRECTORY, render_error


@get("/rusak/{status_code:int}", sync_to_thread=False)
def broken(request: Request[Any, Any, Any], status_code: FromPath[int]) -> Response[bytes]:
    """Answer with the page of an error."""
    return render_error(request, status_code)


@get("/kabar", sync_to_thread=False)
def told(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answer with a page that has something to tell once."""
    request.scope["state"]["notice"] = "Pesanan <b>diterima</b>."
    return render_error(request, 404)


@pytest.fixture(scope="module")
def client() -> Any:
    """Client of an application that has nothing but the frame."""
    with TestClient(Litestar([*WEB_ROUTES, *STATIC_ROUTES, broken, told])) as client:
        yield client


def test_gallery_draws_every_component(client: Any) -> None:
    answer = client.get("/galeri")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Rp\u00a062.500" in answer.text
    assert ">None<" not in answer.text


def test_page_has_nothing_inline(client: Any) -> None:
    text = client.get("/galeri").text
    assert " style=" not in text
    assert "<style" not in text
    assert "<script>" not in text
    assert "onclick" not in text


@pytest.mark.parametrize("status_code", sorted(ERROR_PAGES))
def test_error_has_its_page(client: Any, status_code: int) -> None:
    answer = client.get(f"/rusak/{status_code}")
    assert answer.status_code == status_code
    assert ERROR_PAGES[status_code].title in answer.text
    assert ERROR_PAGES[status_code].action_label in answer.text


def test_notice_is_told_once_and_escaped(client: Any) -> None:
    answer = client.get("/kabar")
    assert "Pesanan &lt;b&gt;diterima&lt;&#x2f;b&gt;." in answer.text
    assert "lumbung_notice=" in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_static_file_is_kept_for_ever_under_its_hash(client: Any) -> None:
    answer = client.get(ASSETS["app.css"].url)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == ASSETS["app.css"].content
    again = client.get(ASSETS["app.css"].url, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_static_file_of_an_older_version_is_not_kept(client: Any) -> None:
    answer = client.get("/static/000000000000/app.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, no-cache"


def test_unknown_static_file_is_not_found(client: Any) -> None:
    assert client.get("/static/000000000000/ada.css").status_code == 404
    assert client.get("/static/000000000000/../render.py").status_code == 404


def test_service_worker_names_files_that_exist(client: Any) -> None:
    text = client.get("/sw.js").text
    assert "asset:" not in text
    assert ASSETS["app.css"].url in text


def test_first_view_is_light(client: Any) -> None:
    page = client.get("/galeri", headers={"accept-encoding": "identity"}).content
    files = ("app.css", "app.js", "htmx.min.js", "icons.svg", "logo.svg", "fonts/plus-jakarta-sans.woff2")
    transferred = len(page) // 4 + sum(len(ASSETS[name].compressed or ASSETS[name].content) for name in files)
    assert transferred < 70_000


def test_icons_and_drawings_that_are_named_exist() -> None:
    templates = " ".join(path.read_text() for path in TEMPLATES_DIRECTORY.rglob("*.html"))
    named = set(re.findall(r'(?:\bicon\(|icon_name=|"icon": )"([a-z0-9-]+)"', templates))
    named |= {entry.icon for entries in ENTRIES_BY_ROLE.values() for entry in entries}
    assert named - set(re.findall(r'<symbol id="([a-z0-9-]+)"', ASSETS["icons.svg"].content.decode())) == set()
    drawings = set(re.findall(r'empty_state\("([a-z]+)"', templates))
    drawings |= {page.drawing for page in ERROR_PAGES.values()}
    assert {f"drawing/{name}.svg" for name in drawings} - set(ASSETS) == set()


def test_bar_has_at_most_five_entries() -> None:
    assert {role: len(entries) for role, entries in ENTRIES_BY_ROLE.items() if len(entries) > 5} == {}
