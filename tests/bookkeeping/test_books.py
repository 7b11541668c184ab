"""A store's books on pages, in the API and as files: exact figures, whose they are, and who may read them."""

import io
import zipfile
from datetime import timedelta
from html import unescape

import httpx
import pypdf
import pytest
from litestar import Litestar
from python_calamine import CalamineWorkbook

from marketplace import clock, database
from marketplace.bookkeeping import exports
from marketplace.bookkeeping.documents import Column, Document, Row
from marketplace.bookkeeping.exports import ExportTooSlowError, document_response
from marketplace.bookkeeping.names import EVENT_LABELS, event_name
from marketplace.bookkeeping.write_pdf import write_pdf
from marketplace.bookkeeping.write_xlsx import write_xlsx
from marketplace.books import book_of
from marketplace.formats.dates import WIB, day_of
from marketplace.web.translate import english_sentences
from payments import Money, Transfer, post
from payments.ledger.accounts import KINDS, OPENING_BALANCE, SAFE, supplier_payable
from tests.orders.counter_shop import Shop, add_person, browser, make_shop, open_till, order_goods, press

LEDGER = "/api/v1/stores/current/ledger"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    """Return a shop that sold two orders of 95.000 and took one back."""
    made = await make_shop()
    async with browser(app, made.tokens["cashier"]) as cashier, browser(app, "") as buyer:
        await open_till(cashier)
        for _ in range(2):
            order = await order_goods(buyer, made)
            path = f"/kasir/pesanan/{order['code']}"
            assert (await press(cashier, await cashier.get(path), f"{path}/bayar", tender="100000")).status_code == 303
        page = await cashier.get(f"{path}/kembalikan")
        returned = await press(cashier, page, f"{path}/kembalikan", reason="Kemasan bocor", all="1")
        assert returned.status_code == 303
    return made


def bearer(shop: Shop, role: str = "pengawas") -> dict[str, str]:
    return {"authorization": f"Bearer {shop.tokens[role]}"}


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def test_reports_of_a_day_are_exact_and_fit_each_other(client: httpx.AsyncClient, shop: Shop) -> None:
    trial = (await client.get(f"{LEDGER}/trial-balance", headers=bearer(shop))).json()
    assert {line["kind"]: (line["debit_rupiah"], line["credit_rupiah"]) for line in trial["lines"]} == {
        "till_cash": (95_000, 0),
        "buyer_receivable": (0, 0),
        "inventory": (240_000, 0),
        "supplier_payable": (0, 24_000),
        "opening_balance": (0, 300_000),
        "goods_revenue": (0, 130_000),
        "consignment_fee_revenue": (0, 6_000),
        "sales_returns": (65_000, 0),
        "cost_of_goods_sold": (60_000, 0),
    }
    assert trial["debit_rupiah"] == trial["credit_rupiah"] == 460_000

    earned = (await client.get(f"{LEDGER}/profit-and-loss", headers=bearer(shop))).json()
    assert {line["kind"]: line["amount_rupiah"] for line in earned["income"]} == {
        "goods_revenue": 130_000,
        "consignment_fee_revenue": 6_000,
        "sales_returns": -65_000,
    }
    assert {line["kind"]: line["amount_rupiah"] for line in earned["expenses"]} == {"cost_of_goods_sold": 60_000}
    assert (earned["income_rupiah"], earned["expense_rupiah"], earned["earnings_rupiah"]) == (71_000, 60_000, 11_000)

    sheet = (await client.get(f"{LEDGER}/balance-sheet", headers=bearer(shop))).json()
    assert (sheet["asset_rupiah"], sheet["liability_rupiah"], sheet["equity_rupiah"]) == (335_000, 24_000, 311_000)
    assert (sheet["earnings_this_year_rupiah"], sheet["earnings_before_rupiah"]) == (11_000, 0)

    before = (day_of(clock.now(), WIB) - timedelta(days=1)).isoformat()
    empty = (await client.get(f"{LEDGER}/balance-sheet", params={"on": before}, headers=bearer(shop))).json()
    assert (empty["asset_rupiah"], empty["assets"]) == (0, [])


async def test_statement_runs_to_the_balance_over_pages(client: httpx.AsyncClient, shop: Shop) -> None:
    (till,) = (await client.get(f"{LEDGER}/accounts/till_cash", headers=bearer(shop))).json()["items"]
    assert till["balance_rupiah"] == 95_000
    path, lines, cursor = f"{LEDGER}/accounts/till_cash/activity", [], None
    while True:
        query = {"reference": till["reference"], "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(path, params=query, headers=bearer(shop))).json()
        assert (page["opening_rupiah"], page["closing_rupiah"]) == (0, 95_000)
        lines += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    running = 0
    for line in lines:
        running += line["debit_rupiah"] - line["credit_rupiah"]
        assert line["balance_rupiah"] == running
    assert running == 95_000
    assert len({line["transfer_id"] for line in lines}) == len(lines) == 5


async def test_accounts_at_zero_are_shown_if_asked_for(client: httpx.AsyncClient, shop: Shop) -> None:
    path = f"{LEDGER}/accounts/buyer_receivable"
    assert (await client.get(path, headers=bearer(shop))).json()["items"] == []
    both = (await client.get(path, params={"is_settled_too": "true"}, headers=bearer(shop))).json()["items"]
    assert [line["balance_rupiah"] for line in both] == [0, 0]
    assert both[0]["name"].startswith("Piutang pembeli: ")


async def test_pages_show_the_same_figures_in_both_languages(app: Litestar, shop: Shop) -> None:
    async with browser(app, shop.tokens["store_manager"]) as manager:
        home = said(await manager.get("/koperasi/buku"))
        assert "Kas laci" in home
        assert "95.000" in home
        assert "/koperasi/buku" in said(await manager.get("/koperasi"))
        sheet = said(await manager.get("/koperasi/buku/neraca"))
        assert "SHU berjalan tahun" in sheet
        assert sheet.count("335.000") == 2
        earned = said(await manager.get("/koperasi/buku/hasil-usaha"))
        assert "(65.000)" in earned
        trial = said(await manager.get("/koperasi/buku/neraca-saldo"))
        assert trial.count("460.000") == 2
        accounts = said(await manager.get("/koperasi/buku/akun/till_cash"))
        assert "Kas laci: Sif " in accounts
        async with database.connection() as connection:
            await connection.execute("UPDATE person SET language = 'en' WHERE id = $1", shop.people["store_manager"])
        english = said(await manager.get("/koperasi/buku/neraca"))
        assert "Total assets" in english
        assert english.count("335,000") == 2


async def test_statement_page_names_order_and_event(app: Litestar, client: httpx.AsyncClient, shop: Shop) -> None:
    (till,) = (await client.get(f"{LEDGER}/accounts/till_cash", headers=bearer(shop))).json()["items"]
    async with browser(app, shop.tokens["pengawas"]) as reader:
        query = {"rujukan": till["reference"]}
        page = said(await reader.get("/koperasi/buku/akun/till_cash/mutasi", params=query))
        assert "Pembayaran pembeli · Piutang pembeli: " in page
        assert "(Kemasan bocor)" in page
        assert "Saldo akhir" in page
        single = await reader.get("/koperasi/buku/akun/goods_revenue")
        assert (single.status_code, single.headers["location"]) == (303, "/koperasi/buku/akun/goods_revenue/mutasi")
        assert "130.000" in said(await reader.get("/koperasi/buku/akun/goods_revenue/mutasi"))
        assert (await reader.get("/koperasi/buku/akun/till_cash/mutasi")).status_code == 422
        assert (await reader.get("/koperasi/buku/akun/nothing")).status_code == 404


async def test_days_that_are_none_are_refused_kindly(app: Litestar, client: httpx.AsyncClient, shop: Shop) -> None:
    tomorrow = (day_of(clock.now(), WIB) + timedelta(days=1)).isoformat()
    async with browser(app, shop.tokens["pengawas"]) as reader:
        for query, sentence in (
            ({"sampai": tomorrow}, "Hari itu belum tiba."),
            ({"sampai": "31/02/2025"}, "Tanggal ini tidak ada di kalender."),
            ({"dari": "2025-07-22", "sampai": "2025-07-21"}, "Hari pertama tidak boleh sesudah hari terakhir."),
            ({"dari": "2022-01-01", "sampai": "2025-07-21"}, "Laporan paling panjang dua tahun."),
            ({"sampai": "1901-01-01"}, "Tulis hari seperti 2025-07-21."),
        ):
            page = await reader.get("/koperasi/buku/hasil-usaha", params=query)
            assert page.status_code == 422
            assert sentence in said(page)
            assert next(iter(query.values())) in said(page)
    answer = await client.get(f"{LEDGER}/trial-balance", params={"on": tomorrow}, headers=bearer(shop))
    assert answer.status_code == 422
    for cursor in ("x", "WzEsMiwzXQ", "Wy01LDFd", "Wzk5OTk5OTk5OTk5LDFd"):
        answer = await client.get(
            f"{LEDGER}/accounts/goods_revenue/activity", params={"cursor": cursor}, headers=bearer(shop)
        )
        assert answer.status_code == 422


async def test_empty_book_says_so(app: Litestar) -> None:
    shop = await make_shop(chips_stock=0, rice_stock=0)
    async with browser(app, shop.tokens["pengawas"]) as reader:
        assert "Buku masih kosong" in said(await reader.get("/koperasi/buku"))
        for path in ("neraca-saldo", "hasil-usaha", "neraca", "akun/bank", "akun/inventory/mutasi"):
            page = await reader.get(f"/koperasi/buku/{path}", follow_redirects=True)
            assert page.status_code == 200
            assert "Belum ada" in said(page) or "Tidak ada akun yang bersaldo" in said(page)
        pdf = await reader.get("/koperasi/buku/neraca?bentuk=pdf")
        assert "Belum ada pencatatan" in pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()


async def test_spreadsheet_holds_numbers_and_no_formulas(app: Litestar, shop: Shop) -> None:
    async with database.transaction() as connection:
        await connection.execute("UPDATE organisation SET name = '=1+1' WHERE id = $1", shop.cooperative_id)
        await post(
            connection,
            book=book_of(shop.store_id),
            source="opening:uji",
            transfers=[
                Transfer(debit=SAFE, credit=OPENING_BALANCE, amount=Money(1_234_567), event="opening.safe_cash")
            ],
            author="system",
            occurred_at=clock.now(),
            reason='=HYPERLINK("http://x")',
        )
    async with browser(app, shop.tokens["pengawas"]) as reader:
        answer = await reader.get("/koperasi/buku/akun/safe_cash/mutasi?bentuk=xlsx")
        balance = await reader.get("/koperasi/buku/neraca-saldo?bentuk=xlsx")
    today = day_of(clock.now(), WIB)
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="mutasi-safe-cash-{today.replace(day=1)}-{today}.xlsx"'
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Mutasi Kas brankas"
    assert rows[2][0] == "=1+1"
    (line,) = [row for row in rows if row[2] == 1_234_567]
    assert line[0] == today
    assert line[1] == 'Saldo awal · Saldo awal · opening:uji (=HYPERLINK("http://x"))'
    assert line[4] == 1_234_567
    assert rows[-1][1:] == ["Saldo akhir", "", "", 1_234_567]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(balance.content)).get_sheet_by_index(0).to_python()
    assert sheet[-1] == ["Jumlah", 1_694_567, 1_694_567]
    assert sheet[6] == ["Akun", "Debit", "Kredit"]
    # neither text nor reason became a formula
    for file in (answer, balance):
        inside = zipfile.ZipFile(io.BytesIO(file.content))
        assert b"<f>" not in inside.read("xl/worksheets/sheet1.xml")


async def test_pdf_says_whose_which_days_and_how_many_pages(app: Litestar, shop: Shop) -> None:
    async with browser(app, shop.tokens["pengawas"]) as reader:
        answer = await reader.get("/koperasi/buku/neraca?bentuk=pdf")
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdf.PdfReader(io.BytesIO(answer.content))
    text = document.pages[0].extract_text()
    for part in ("Neraca", "Gerai", "Per ", "Jumlah kewajiban dan ekuitas 335.000", "Dicetak ", "Halaman 1 / 1"):
        assert part in text
    assert document.metadata is not None
    assert document.metadata.title == "Neraca"


def _document(rows: int) -> Document:
    return Document(
        name="uji",
        title="Uji [satu]/dua: *tiga*? yang panjang sekali judulnya",
        store_name="#panic() $x$ *Gerai*",
        cooperative_name="Koperasi",
        period="hari ini",
        printed="Dicetak kini",
        printed_at=clock.now(),
        language="id",
        columns=(Column("Akun", is_wide=True), Column("Rupiah", is_amount=True)),
        rows=tuple(Row(cells=(f"#let x = {n} // `kode`", -n)) for n in range(rows)),
        empty="kosong",
        notes=("#catatan",),
    )


def test_long_documents_repeat_their_heads_and_texts_are_no_markup() -> None:
    pages = pypdf.PdfReader(io.BytesIO(write_pdf(_document(120)))).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} / {len(pages)}" in page.extract_text()
        assert "Akun" in page.extract_text()
    assert "#panic() $x$ *Gerai*" in pages[0].extract_text()
    assert "#let x = 7 // `kode`" in pages[0].extract_text()
    assert "(119)" in pages[-1].extract_text()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx(_document(3)))).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[7:10]] == [0, -1, -2]


async def test_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExportTooSlowError):
        await document_response(_document(2_000), "pdf", limit_seconds=0.001)
    assert set(exports.LINES_IN_A_FILE) == {"xlsx", "pdf"}


async def test_statement_too_long_for_a_file_is_refused(
    app: Litestar, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exports.LINES_IN_A_FILE, "pdf", 1)
    async with browser(app, shop.tokens["pengawas"]) as reader:
        answer = await reader.get("/koperasi/buku/akun/goods_revenue/mutasi?bentuk=pdf")
    assert answer.status_code == 422
    assert "Berkas paling banyak 1 baris." in said(answer)


async def test_books_are_for_their_own_readers(app: Litestar, client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await client.get(f"{LEDGER}/trial-balance")).status_code == 401
    assert (await client.get(f"{LEDGER}/trial-balance", headers=bearer(shop, "cashier"))).status_code == 403
    other = await make_shop()
    theirs = (await client.get(f"{LEDGER}/trial-balance", headers=bearer(other))).json()
    assert "goods_revenue" not in {line["kind"] for line in theirs["lines"]}
    async with browser(app, shop.tokens["cashier"]) as cashier:
        assert "/koperasi/buku" not in said(await cashier.get("/koperasi"))
    async with browser(app, await add_person(shop, "pengurus")) as board:
        assert (await board.get("/koperasi/buku")).status_code == 200


def test_every_kind_and_event_has_its_word() -> None:
    english = english_sentences()
    assert {facts.indonesian for facts in KINDS.values()} <= set(english)
    assert set(EVENT_LABELS.values()) <= set(english)
    assert event_name("sale.owed.organisation:5", "id") == "Bagian pemasok"
    assert event_name("reversal:sale.goods", "en") == "Reversal"
    assert event_name("refund:4.given_back", "id") == "Uang lebih dikembalikan"
    assert event_name("return:1.goods", "id") == "Retur"
    assert event_name("something.new", "id") == "something.new"
    assert supplier_payable("organisation:5").reference == "organisation:5"
