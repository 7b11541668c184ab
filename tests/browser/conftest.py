"""A real server on a free port with the test's database, and the machine's chromium."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
async def live_server(database_url: str) -> AsyncIterator[str]:
    """Address of the whole application, served by granian over real HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--port", str(port)),
        "marketplace.app:create_app",
        env={**os.environ, "DATABASE_URL": database_url, "LUMBUNG_URL": address},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _until_it_answers(port, server)
        yield address
    finally:
        if server.returncode is None:
            server.send_signal(signal.SIGTERM)
        await server.wait()


async def _until_it_answers(port: int, server: asyncio.subprocess.Process) -> None:
    for _ in range(600):
        assert server.returncode is None, "the server ended by itself"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    pytest.fail("the server did not answer within a minute")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Start the machine's chromium."""
    assert CHROMIUM, "these tests need chromium (set CHROMIUM to its path)"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        await started.close()


class Visitor:
    """One person's browser window, which notes what must not happen: errors, other hosts, doors shut by axe."""

    def __init__(self, context: BrowserContext, page: Page, address: str, *, has_scripts: bool) -> None:
        """Watch the page from its first request on."""
        self.context = context
        self.page = page
        self.address = address
        self.has_scripts = has_scripts
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))

    def _note(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    async def go(self, path: str) -> None:
        """Open a page of the site and look at it."""
        await self.page.goto(self.address + path, wait_until="load")
        await self.look()

    async def press(self, name: str, *, inside: str = "main") -> None:
        """Press the button or link of this name, wait for the page that follows, and look at it."""
        choices = self.page.locator(f"{inside} button:not([aria-hidden='true']), {inside} a")
        target = choices.filter(has_text=name).filter(visible=True).first
        before = await self.page.evaluate("performance.timeOrigin") if self.has_scripts else None
        await target.click()
        if before is not None:
            await self.page.wait_for_function("before => performance.timeOrigin !== before", arg=before)
        await self.page.wait_for_load_state("load")
        await self.look()

    async def look(self) -> None:
        """Nothing runs over the edge, and axe finds no door shut; without scripts axe cannot look."""
        if not self.has_scripts:
            return
        overflow = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow == 0, f"{self.page.url} is {overflow} px too wide"
        found = await Axe().run(self.page, options=AXE_OPTIONS)
        said = [(entry["id"], [node["html"] for node in entry["nodes"]]) for entry in found.response["violations"]]
        assert said == [], f"{self.page.url}: {said}"

    async def text(self) -> str:
        """What the page says, as one line."""
        return " ".join((await self.page.locator("main").inner_text()).split())

    def check(self) -> None:
        """No error was told to the console and no other host was asked."""
        assert self.complaints == []
        assert self.hosts == {self.address.removeprefix("http://")}


OpenVisitor = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def visit(browser: Browser, live_server: str) -> OpenVisitor:
    """Give the way to open fresh windows, 360 px wide and with scripts unless told otherwise."""

    async def open_window(*, has_scripts: bool = True, width: int = 360) -> Visitor:
        context = await browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=has_scripts, locale="id-ID"
        )
        context.set_default_timeout(20_000)
        return Visitor(context, await context.new_page(), live_server, has_scripts=has_scripts)

    return open_window
