"""Every page, as each kind of user, on a phone: open to everyone, whole, quiet, its forms usable without scripts.

The small demonstration is loaded once; each role is one sign-in in one window.
"""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from litestar import Litestar
from playwright.sync_api import Browser, Page, Response, sync_playwright

from marketplace import database, discovery
from marketplace.regions import load_regions
from marketplace.seeding.people import PASSWORD
from marketplace.seeding.seed_demo import seed_demo
from marketplace.settings import load_settings
from search import Index
from tests.browser.busy_day import Desk, keep_papers, lead_the_till, sell_and_settle
from tests.browser.conftest import ARGUMENTS, AXE_OPTIONS, CHROMIUM
from tests.browser.every_page import NO_PAGES, OF_STRIPE, ON_THE_WAY, PAGES
from tests.conftest import TEMPLATE

MOST_TRANSFERRED_BYTES = 100_000
_ORDERS = 300

LOOK = Path(__file__).with_name("look.js").read_text()


class Demo(NamedTuple):
    """Where the running demonstration is."""

    address: str


async def _prepare(admin_url: str, url: str, name: str, data: Path) -> None:
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    finally:
        await admin.close()
    settings = load_settings({**os.environ, "DATABASE_URL": url, "LUMBUNG_DATA": str(data)})
    await database.open_pool(url, size=2)
    discovery.open_search(settings)
    try:
        async with database.transaction() as connection:
            await load_regions(connection, only=("31.75",))
        await seed_demo(order_total=_ORDERS)
        for index in Index:
            await discovery.rebuild_search(index)
    finally:
        await discovery.close_search()
        await database.close_pool()


@pytest.fixture(scope="module")
def demo(postgres_url: str, template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole application over real HTTP, with the small demonstration in a database of its own."""
    name, data = f"pages_{os.getpid()}", tmp_path_factory.mktemp("lumbung")
    url = template_url.replace(f"/{TEMPLATE}", f"/{name}")
    asyncio.run(_prepare(postgres_url, url, name, data))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [sys.executable, "-m", "marketplace.cli", "serve", "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": url, "LUMBUNG_URL": address, "LUMBUNG_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            _wait(port, server)
            yield Demo(address)
        finally:
            server.terminate()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended by itself"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not answer within a minute")


@pytest.fixture(scope="module")
def browser(demo: Demo) -> Iterator[Browser]:
    """Chromium of this machine, once for all roles."""
    assert demo
    assert CHROMIUM, "these tests need chromium (set CHROMIUM to its path)"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


class Walk:
    """One person's window; collects what is wrong instead of stopping at the first."""

    def __init__(self, page: Page, address: str) -> None:
        """Listen to the page from the start."""
        self.page, self.address = page, address
        self.wrong: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("request", self._check_host)

    def _note(self, message: Any) -> None:
        # Chromium reports an answer that is an error; the status is checked here.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.wrong.append(f"{self.page.url}: {message.text}")

    def _check_host(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"{self.page.url} asks {request.url}")

    def open(self, entry: str) -> Response | None:
        """Open a page of the table, through the page that leads to it if there is one."""
        way, *goals = entry.split(" → ")
        response = self.page.goto(self.address + way)
        for goal in goals:
            links = self.page.eval_on_selector_all(
                "main a[href]", "links => links.map((link) => link.getAttribute('href'))"
            )
            found = next((link for link in links if _reads(goal, link)), None)
            if found is None:
                self.wrong.append(f"{entry}: {self.page.url} has no link to {goal}")
                return None
            response = self.page.goto(self.address + found)
        return response

    def look(self, entry: str, *, status: int = 200) -> None:
        """Check one page; what is wrong is noted with its entry."""
        response = self.open(entry)
        if response is None:
            return
        seen = self.page.evaluate(LOOK, response.text())
        expected = {"overflow": 0, "headings": 1, "language": "id", "small": [], "helpless": [], "inline": 0}
        faults: list[Any] = [(key, seen[key]) for key, value in expected.items() if seen[key] != value]
        if response.status != status:
            faults.append(("status", response.status))
        if not seen["title"].endswith(" · Lumbung") or len(seen["title"]) < len("X · Lumbung"):
            faults.append(("title", seen["title"]))
        found = Axe().run(self.page, options=AXE_OPTIONS).response["violations"]
        faults.extend((entry["id"], [node["html"][:120] for node in entry["nodes"][:3]]) for entry in found)
        self.wrong.extend(f"{entry} ({self.page.url}): {fault}" for fault in faults)


def _reads(goal: str, link: str) -> bool:
    """Whether a link is the page of the table, its `…` filled in."""
    pattern = re.escape(goal.removesuffix("…")).replace("…", "[^/]+") + ("(.*[0-9A-Z].*)" if goal.endswith("…") else "")
    return re.fullmatch(pattern, link) is not None


def _walk(browser: Browser, demo: Demo, who: str, *, scheme: str = "light") -> Walk:
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="id-ID", color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    walk = Walk(context.new_page(), demo.address)
    if who == "guest":
        return walk
    walk.page.goto(demo.address + "/masuk")
    walk.page.fill('input[name="contact"]', f"{who}@demo.test")
    walk.page.fill('input[name="password"]', PASSWORD)
    with walk.page.expect_navigation():
        walk.page.locator("main form button[type=submit]").first.click()
    # A member shops as a resident until they put on the hat.
    if walk.page.locator("#hat").count() and not walk.page.locator("#hat").input_value():
        with walk.page.expect_navigation():
            walk.page.select_option("#hat", index=1)
    return walk


def _prepare_guest(walk: Walk) -> None:
    walk.open("/cari?q=beras → /produk/…")
    with walk.page.expect_navigation():
        walk.page.get_by_role("button", name="Masukkan keranjang").click()


def _prepare_cashier(walk: Walk) -> None:
    walk.page.goto(walk.address + "/kasir")
    walk.page.fill("#float_rupiah", "0")
    with walk.page.expect_navigation():
        walk.page.locator("main form").get_by_role("button", name="Buka sif").click()


@pytest.fixture(scope="module")
def busy_day(browser: Browser, demo: Demo) -> None:
    """Everything that has to have been done once for a page to show something."""

    @contextmanager
    def sit_down(who: str) -> Iterator[Desk]:
        walk = _walk(browser, demo, who)
        yield Desk(walk.page, demo.address)
        walk.page.context.close()
        assert walk.wrong == []

    sell_and_settle(sit_down)
    lead_the_till(sit_down)
    keep_papers(sit_down)


_PREPARATIONS = {"guest": _prepare_guest, "kasir": _prepare_cashier}
# Answers other than 200 that are right.
_STATUS = {"/sandi/tidak-dikenal": 410, "/sah/tidak-ada": 404}


# The first one also loads the demonstration and leads the busy day; then up to forty pages are looked at.
@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("busy_day")
@pytest.mark.parametrize("who", list(PAGES))
def test_pages_of_a_role_are_whole_and_open_to_everyone(browser: Browser, demo: Demo, who: str) -> None:
    walk = _walk(browser, demo, who)
    _PREPARATIONS.get(who, lambda _: None)(walk)
    for entry in PAGES[who]:
        walk.look(entry, status=_STATUS.get(entry, 200))
    walk.page.context.close()
    assert walk.wrong == []


@pytest.mark.browser
def test_pages_are_readable_in_the_dark(browser: Browser, demo: Demo) -> None:
    walk = _walk(browser, demo, "kasir", scheme="dark")
    for entry in ("/", "/cari?q=beras → /produk/…", "/kemitraan", "/koperasi", "/kasir/jual", "/koperasi/laporan"):
        walk.look(entry)
    walk.page.context.close()
    assert walk.wrong == []


@pytest.mark.browser
def test_first_view_transfers_at_most_100_kilobytes(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    sizes: list[int] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(demo.address + "/", wait_until="networkidle")
    context.close()
    assert sum(sizes) <= MOST_TRANSFERRED_BYTES, sizes


def test_table_names_every_page(built_app: Litestar) -> None:
    visited = {
        re.sub(r"\?.*", "", entry.rpartition(" → ")[2]).replace("/…", "/1").removesuffix("…") for entry in _entries()
    }
    templates = {
        re.sub(r":\w+}", "}", route.path)
        for route in built_app.routes
        if "GET" in getattr(route, "methods", ()) and not route.path.startswith(("/api", "/schema"))
    }
    missing = {
        template
        for template in templates - NO_PAGES - OF_STRIPE - ON_THE_WAY
        if not any(re.fullmatch(re.sub(r"\{\w+}", "[^/]+", template), address) for address in visited)
    }
    assert missing == set()


def _entries() -> list[str]:
    return [entry for entries in PAGES.values() for entry in entries]
