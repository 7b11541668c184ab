"""A day's work in the demonstration, done by hand in the browser, so that each page has something to show."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from playwright.sync_api import Page

OpenPage = Callable[[str], AbstractContextManager["Desk"]]


class Desk:
    """One person at work: opens pages, fills in forms and presses keys."""

    def __init__(self, page: Page, address: str) -> None:
        """Sit down at a signed-in page."""
        self.page, self.address = page, address

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.address + path)

    def follow(self, pattern: str, *, containing: str = "") -> None:
        """Open the first link of the page whose address matches and whose words contain that."""
        links = self.page.eval_on_selector_all(
            "main a[href]", "links => links.map((link) => [link.getAttribute('href'), link.textContent])"
        )
        found = next(
            (href for href, words in links if re.fullmatch(pattern, href) and containing in words),
            None,
        )
        assert found, f"{self.page.url} has no link {pattern} {containing}"
        self.go(found)

    def press(self, name: str, to: str, **fields: str) -> None:
        """Fill in the fields, press the key, and see that it leads to the address."""
        for field, value in fields.items():
            self.page.fill(f'main [name="{field}"]', value)
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=name).first.click()
        path = self.page.url.removeprefix(self.address)
        assert re.fullmatch(to, path), f"{name} led to {path}: {self.page.inner_text('main')[:300]}"


def sell_and_settle(sit_down: OpenPage) -> None:
    """Goods of the seller who looks later are sold; two people propose and approve a run, and one of them pays."""
    with sit_down("penjual") as seller:
        seller.go("/umkm")
        name = seller.page.inner_text("h1").strip()
    with sit_down("kepala") as manager:
        manager.go("/kasir")
        manager.press("Buka sif", "/kasir", float_rupiah="0")
        manager.go("/kasir/jual")
        manager.page.fill("#q", " ".join(name.split()[-2:]))
        manager.page.press("#q", "Enter")
        tile = manager.page.get_by_role("group", name="Barang", exact=True).locator("button:enabled").first
        tile.click()
        manager.page.locator(".basket-rows").wait_for()
        manager.press("Uang pas", r"/kasir/selesai/\d+")
        manager.go("/koperasi/pelunasan")
        manager.press("Ajukan untuk disetujui", r"/koperasi/pelunasan/\d+")
    with sit_down("pengurus") as board:
        board.go("/koperasi/pelunasan")
        board.follow(r"/koperasi/pelunasan/\d+")
        board.press("Setujui", r"/koperasi/pelunasan/\d+")
        board.follow(r"/koperasi/pelunasan/\d+/bayar/\d+", containing=name)
        board.page.check('main [name="method"][value="transfer"]')
        board.press("Catat pembayaran", r"/koperasi/pelunasan/.*", reference="CONTOH-1")


def lead_the_till(sit_down: OpenPage) -> None:
    """Goods on a member's tab and part of it paid, a code that waits for its money, cash under way, a counted till."""
    with sit_down("kepala") as manager:
        manager.go("/koperasi/setoran")
        manager.press("Keluarkan dari brankas", r"/koperasi/setoran/\d+", amount_rupiah="100.000")
        manager.go("/koperasi/kasbon")
        manager.press("Simpan", "/koperasi/kasbon", member_phone="0810 0000 0002", limit_rupiah="5jt")
        manager.go("/kasir")
        manager.follow("/kasir/pesanan/[^/]+")
        manager.follow("/kasir/pesanan/[^/]+/kasbon")
        manager.press("Catat kasbon", r"/kasir/selesai/\d+", member_phone="0810 0000 0002")
        manager.go("/koperasi/kasbon")
        manager.follow(r"/koperasi/kasbon/\d+")
        manager.press("Terima uang", r"/koperasi/kasbon/.*", amount_rupiah="1.000")
        manager.go("/kasir")
        manager.follow("/kasir/pesanan/[^/]+")
        manager.press("QRIS", r"/kasir/pesanan/[^/]+/bayar/\d+")
        manager.go("/kasir/serah-terima")
        manager.press("Siap diserahkan", "/kasir/laci", counted_rupiah="1.000")
    with sit_down("warga") as resident:
        resident.go("/akun/pesanan")
        resident.follow("/pesanan/[^/]+")
        resident.press("QRIS", r"/pesanan/[^/]+/bayar/\d+")


def keep_papers(sit_down: OpenPage) -> None:
    """Two orders that wait for their money get invoices; one of both is cancelled, which takes its invoice back."""
    with sit_down("kepala") as manager:
        manager.go("/kasir")
        orders = manager.page.eval_on_selector_all(
            'main a[href^="/kasir/pesanan/"]', "links => links.map((link) => link.getAttribute('href'))"
        )
        invoiced = 0
        # Those at the list's beginning wait for other pages.
        for path in reversed([order for order in orders if order.count("/") == 3]):
            manager.go(path)
            if not manager.page.locator('main a[href$="/faktur"]').count():
                continue
            manager.go(f"{path}/faktur")
            manager.press("Buat faktur", r"/koperasi/faktur/\d+", buyer_name="Warung Contoh")
            invoiced += 1
            if invoiced == 2:
                break
        assert invoiced == 2, "the demonstration has too few orders that wait for their money"
        manager.go(path.replace("/kasir/", "/koperasi/"))
        manager.page.locator("main details summary").filter(has_text="Batalkan pesanan").click()
        manager.press("Batalkan pesanan", "/koperasi/pesanan/.*", reason="Contoh")
