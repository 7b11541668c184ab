"""The four reports as documents: which rows, in which order, under which words. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from marketplace.bookkeeping.documents import Column, Document, Row
from marketplace.bookkeeping.names import Names, event_name
from marketplace.bookkeeping.spans import Span
from marketplace.formats.dates import format_date, format_instant
from marketplace.web.translate import translate
from payments import Activity, BalanceSheet, DayTrialBalance, ProfitAndLoss
from payments.books.reports import Amount
from payments.ledger.accounts import KINDS, AccountKind


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the head of every report: whose it is, which days, printed when, in which language."""

    store_name: str
    cooperative_name: str
    time_zone: str
    span: Span
    printed_at: datetime
    language: str
    # how rows lead on to accounts; nothing does where the reader may not follow
    href_of: Callable[[AccountKind], str] | None = None

    def t(self, sentence: str, /, **params: object) -> str:
        """Give the sentence in the reader's language."""
        return translate(sentence, self.language, **params)

    def document(self, name: str, title: str, columns: Sequence[Column], rows: Sequence[Row], **more: Any) -> Document:
        """Put rows under this head."""
        span, t = self.span, self.t
        on_day = more.pop("on_day", False)
        days = span.through.isoformat() if on_day else f"{span.since.isoformat()}-{span.through.isoformat()}"
        first, last = (format_date(day, self.language) for day in (span.since, span.through))
        return Document(
            name=f"{name}-{days}",
            title=title,
            store_name=self.store_name,
            cooperative_name=self.cooperative_name,
            period=t("Per {day}", day=last) if on_day else t("{first} sampai {last}", first=first, last=last),
            printed=t("Dicetak {at}", at=format_instant(self.printed_at, self.time_zone, self.language)),
            printed_at=self.printed_at,
            language=self.language,
            columns=tuple(columns),
            rows=tuple(rows),
            **{"empty": t("Belum ada pencatatan pada hari-hari ini."), **more},
        )

    def kind(self, kind: AccountKind) -> str:
        """Word for a kind of account."""
        return self.t(KINDS[kind].indonesian)

    def href(self, kind: AccountKind) -> str:
        """Where a kind's row leads."""
        return self.href_of(kind) if self.href_of is not None else ""


def trial_balance_document(report: DayTrialBalance, paper: Paper) -> Document:
    """Neraca saldo: each kind's balance on its side, both sums below."""
    t = paper.t
    rows = [
        Row(
            cells=(paper.kind(line.kind), line.debit.rupiah or None, line.credit.rupiah or None),
            href=paper.href(line.kind),
        )
        for line in report.lines
        if line.debit or line.credit
    ]
    if rows:
        rows.append(Row(cells=(t("Jumlah"), report.debit.rupiah, report.credit.rupiah), style="total"))
    columns = (Column(t("Akun"), is_wide=True), Column(t("Debit"), is_amount=True), Column(t("Kredit"), is_amount=True))
    return paper.document("neraca-saldo", t("Neraca saldo"), columns, rows, on_day=True)


def profit_and_loss_document(report: ProfitAndLoss, paper: Paper) -> Document:
    """Perhitungan hasil usaha: income, expenses, what is left (SHU)."""
    t = paper.t
    rows: list[Row] = []
    if report.income or report.expenses:
        rows = [
            *_section(t("Pendapatan"), report.income, t("Jumlah pendapatan"), report.income_total.rupiah, paper),
            *_section(t("Beban"), report.expenses, t("Jumlah beban"), report.expense_total.rupiah, paper),
            Row(cells=(t("Sisa hasil usaha (SHU)"), report.earnings.rupiah), style="total"),
        ]
    return paper.document("hasil-usaha", t("Perhitungan hasil usaha"), _two_columns(paper), rows)


def balance_sheet_document(report: BalanceSheet, paper: Paper) -> Document:
    """Neraca: what there is, what is owed, what belongs to the members; both sides end in the same sum."""
    t = paper.t
    rows: list[Row] = []
    if report.assets or report.liabilities or report.equity or report.earnings_this_year or report.earnings_before:
        earnings = [
            Row(cells=(label, amount.rupiah))
            for label, amount in (
                (t("SHU tahun-tahun lalu"), report.earnings_before),
                (t("SHU berjalan tahun {year}", year=report.on.year), report.earnings_this_year),
            )
            if amount
        ]
        claims = report.liability_total.rupiah + report.equity_total.rupiah
        owed = _section(t("Kewajiban"), report.liabilities, t("Jumlah kewajiban"), report.liability_total.rupiah, paper)
        owned = _section(t("Ekuitas"), report.equity, t("Jumlah ekuitas"), report.equity_total.rupiah, paper)
        rows = [
            *_section(t("Aset"), report.assets, t("Jumlah aset"), report.asset_total.rupiah, paper),
            *owed,
            *owned[:-1],
            *earnings,
            owned[-1],
            Row(cells=(t("Jumlah kewajiban dan ekuitas"), claims), style="total"),
        ]
    return paper.document("neraca", t("Neraca"), _two_columns(paper), rows, on_day=True)


def activity_document(report: Activity, paper: Paper, names: Names, *, is_continued: bool = False) -> Document:
    """Mutasi: each transfer with the balance after it, between opening and closing balance."""
    t, kind = paper.t, report.account.kind
    rows: list[Row] = []
    if not is_continued and (report.lines or report.opening):
        rows.append(Row(cells=(paper.span.since, t("Saldo awal"), None, None, report.opening.rupiah), style="heading"))
    for line in report.lines:
        about = f"{event_name(line.event, paper.language)} · {names.account(line.counterpart)}"
        # what is said already by either account need not be said again
        is_said = line.source in (line.counterpart.reference, report.account.reference)
        text = about if is_said else f"{about} · {names.reference(line.source)}"
        if line.reason:
            text = f"{text} ({line.reason})"
        rows.append(
            Row(
                cells=(
                    line.booked_on,
                    text,
                    line.debit.rupiah or None,
                    line.credit.rupiah or None,
                    line.balance.rupiah,
                )
            )
        )
    if rows and report.next_after is None:
        rows.append(Row(cells=(paper.span.through, t("Saldo akhir"), None, None, report.closing.rupiah), style="total"))
    columns = (
        Column(t("Tanggal")),
        Column(t("Keterangan"), is_wide=True),
        Column(t("Debit"), is_amount=True),
        Column(t("Kredit"), is_amount=True),
        Column(t("Saldo"), is_amount=True),
    )
    title = t("Mutasi {account}", account=names.account(report.account))
    return paper.document(f"mutasi-{kind.value.replace('_', '-')}", title, columns, rows)


def _two_columns(paper: Paper) -> tuple[Column, ...]:
    return Column(paper.t("Akun"), is_wide=True), Column(paper.t("Rupiah"), is_amount=True)


def _section(heading: str, amounts: Sequence[Amount], total: str, total_rupiah: int, paper: Paper) -> list[Row]:
    return [
        Row(cells=(heading, None), style="heading"),
        *(
            Row(cells=(paper.kind(each.kind), each.amount.rupiah), href=paper.href(each.kind))
            for each in amounts
            if each.amount
        ),
        Row(cells=(total, total_rupiah), style="total"),
    ]
