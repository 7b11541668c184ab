"""The gallery and an error page in a real browser: nobody is kept out, nothing overflows, nothing is fetched elsewhere.

Set ``LUMBUNG_SCREENSHOTS`` to a directory to keep what was seen there.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser_presence import find_chromium

CHROMIUM = find_chromium()
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
MOST_TRANSFERRED_BYTES = 100_000

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Address of a server that has nothing but the frame."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "tests.web.frame:app"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's chromium."""
    assert CHROMIUM, "these tests need chromium (set CHROMIUM to its path)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def _open(browser: Browser, url: str, **options: Any) -> tuple[Page, list[str]]:
    page = browser.new_context(**options).new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url, wait_until="load")
    return page, complaints


@pytest.mark.parametrize("path", ["/galeri", "/rusak/500"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_page_is_open_to_all(address: str, browser: Browser, width: int, scheme: Any, path: str) -> None:
    page, complaints = _open(
        browser,
        address + path,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        extra_http_headers={"cookie": "lumbung_session=contoh" if scheme == "dark" else "lumbung_language=en"},
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert [text for text in complaints if "status of 500" not in text] == []
    if directory := os.environ.get("LUMBUNG_SCREENSHOTS"):
        name = f"{path.strip('/').replace('/', '-')}-{width}-{scheme}.png"
        page.screenshot(path=Path(directory) / name, full_page=True)
    results = Axe().run(page, options=AXE_OPTIONS)
    assert results.response["violations"] == []
    page.context.close()


def test_first_view_is_light_and_asks_no_other_host(address: str, browser: Browser) -> None:
    page = browser.new_context(service_workers="block").new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    transferred: list[int] = []
    hosts: set[str] = set()
    session.on("Network.loadingFinished", lambda event: transferred.append(event["encodedDataLength"]))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(address + "/rusak/404", wait_until="networkidle")
    assert hosts == {address.removeprefix("http://")}
    assert 0 < sum(transferred) <= MOST_TRANSFERRED_BYTES
    page.context.close()


def test_page_without_scripts_keeps_what_works_without_them(address: str, browser: Browser) -> None:
    page, _ = _open(browser, address + "/galeri", java_script_enabled=False, viewport={"width": 360, "height": 800})
    assert page.locator("[data-step]").first.is_hidden()
    assert page.locator("[data-print]").first.is_hidden()
    assert page.locator("#jumlah").is_visible()
    assert page.locator("form.search button").is_visible()
    page.context.close()


def test_stepper_stays_between_its_limits(address: str, browser: Browser) -> None:
    page, _ = _open(browser, address + "/galeri")
    stepper = page.locator("[data-stepper]").first
    for _ in range(3):
        stepper.locator("[data-step='1']").click()
    assert page.locator("#jumlah").input_value() == "5"
    assert stepper.locator("[data-step='1']").is_disabled()
    page.context.close()


def test_receipt_prints_alone_and_narrow(address: str, browser: Browser) -> None:
    page, _ = _open(browser, address + "/galeri")
    page.emulate_media(media="print")
    assert page.locator(".site-head").is_hidden()
    assert page.locator(".site-foot").is_hidden()
    assert round(page.locator(".receipt").bounding_box()["width"]) == round(48 / 25.4 * 96)
    page.context.close()


def test_keyboard_reaches_the_content_first(address: str, browser: Browser) -> None:
    page, _ = _open(browser, address + "/rusak/404")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()
