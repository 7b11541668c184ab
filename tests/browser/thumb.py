"""One thumb on a small phone: it taps what can be seen, swipes to what cannot, and types on the pad that comes up.

Counted apart: `taps` (a key, link, field or tick touched), `keys` (characters typed on the pad; the tap into the field
counts as a tap) and `swipes` (each brings up to four fifths of a screen into view). Opening the first page of a flow
and coming back to it count as nothing.
"""

from __future__ import annotations

import math
from typing import Any, Final

from playwright.async_api import Browser, Locator

from tests.browser.conftest import Visitor

# WCAG 2.2 asks for 24; a thumb on the move wants 44.
SMALLEST_TARGET_PX: Final = 44
_WIDTH, _HEIGHT = 360, 640
_SWIPE = 0.8


class Thumb:
    """A cashier's or manager's phone, signed in."""

    def __init__(self, visitor: Visitor) -> None:
        """Take the phone; nothing is counted yet."""
        self.visitor, self.page = visitor, visitor.page
        self.taps = self.keys = self.swipes = 0
        self.away: list[str] = []

    async def start(self, path: str) -> None:
        """Open the first page of a flow and count from there."""
        await self.visitor.go(path)
        self.taps = self.keys = self.swipes = 0

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.locator("main")

    async def tap(self, target: Locator) -> None:
        """Touch something, after swiping to it where it cannot be seen."""
        await target.wait_for()
        await self._swipe_to(target)
        box = await target.evaluate(
            "node => { const box = (node.closest('label, a, button') || node).getBoundingClientRect();"
            " return [box.width, box.height] }"
        )
        assert min(box) >= SMALLEST_TARGET_PX, f"{self.page.url}: {await target.inner_text()} is {box} px"
        self.taps += 1
        await target.tap()

    async def _swipe_to(self, target: Locator) -> None:
        """A sticky bar may cover the ends of the screen: what is under it cannot be seen either."""
        away: float = await target.evaluate(
            "node => { const box = node.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;"
            " if (y < 0 || y > innerHeight) return Math.abs(y - innerHeight / 2);"
            " const top = document.elementFromPoint(x, y);"
            " return top && (node.contains(top) || top.contains(node)) ? 0 : Math.abs(y - innerHeight / 2) }"
        )
        if away:
            self.away.append(f"{self.page.url.removeprefix(self.visitor.address)}: {await target.inner_text()}")
            self.swipes += math.ceil(away / (_HEIGHT * _SWIPE))
            await target.evaluate("node => node.scrollIntoView({ block: 'center', behavior: 'instant' })")

    async def press(self, target: Locator) -> None:
        """Tap what leads to another page, and look at that."""
        before = await self.page.evaluate("performance.timeOrigin")
        await self.tap(target)
        await self.page.wait_for_function("before => performance.timeOrigin !== before", arg=before)
        await self.page.wait_for_load_state("load")
        await self.visitor.look()

    async def button(self, name: str) -> None:
        """Press the key of the page with these words."""
        await self.press(self.main.get_by_role("button", name=name).first)

    async def link(self, name: str) -> None:
        """Press the link of the page with these words."""
        await self.press(self.main.get_by_role("link", name=name).first)

    async def type(self, field: str, text: str) -> None:
        """Tap into a field and type on the pad."""
        target = self.main.locator(f'[name="{field}"]')
        await self.tap(target)
        self.keys += len(text)
        await target.press_sequentially(text)

    def counted(self) -> dict[str, int]:
        """What it took."""
        return {"taps": self.taps, "keys": self.keys, "swipes": self.swipes}


async def take_phone(browser: Browser, address: str, token: str, *, scheme: Any = "light") -> Thumb:
    """A phone of 360 by 640 px with a touch screen, on which the holder of the session is signed in."""
    context = await browser.new_context(
        viewport={"width": _WIDTH, "height": _HEIGHT},
        has_touch=True,
        is_mobile=True,
        locale="id-ID",
        color_scheme=scheme,
    )
    context.set_default_timeout(20_000)
    await context.add_cookies([{"name": "lumbung_session", "value": token, "url": address}])
    return Thumb(Visitor(context, await context.new_page(), address, has_scripts=True))
