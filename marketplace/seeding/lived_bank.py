"""The pilot's money at the bank: its QRIS code and account, cash brought there, and the statements that tell of it.

Every second morning the manager brings what bank and acquirer wrote down of the days before: what buyers paid, cash
that was brought, what was sent to suppliers and buyers. All of it is matched but two lines, as they happen in a real
village: a transfer that nobody knows, and a day's QRIS money paid out short.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from marketplace import clock, database
from marketplace.orders.bank_deposits import add_slip, decide_deposit, make_deposit
from marketplace.orders.channels import BankDetails, save_bank_account, save_qris
from marketplace.reconciliation.explain_difference import explain_difference
from marketplace.reconciliation.import_statement import import_statement
from marketplace.reconciliation.match_lines import take_line
from marketplace.reconciliation.name_moves import name_moves
from marketplace.seeding.cast import Cast, once
from marketplace.seeding.trade import WIB
from payments import (
    QRIS_ACCOUNT,
    Line,
    accounts,
    balance,
    find_channels,
    list_moves,
    list_open_lines,
    list_payout_days,
)

if TYPE_CHECKING:
    from marketplace.seeding.lived_counter import Counter, Seen

# Made up for examples: no acquirer knows this merchant.
_QRIS: Final = (
    "00020101021126670015COM.EXAMPLE.WWW011893600091000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW"
    "0215ID10200123456780303UMI5204541153033605802ID5915KKMP JATIMAKMUR6011KOTA BEKASI61051741362070703A016304CE0A"
)
_ACCOUNT: Final = BankDetails(bank="Bank Contoh", number="0012345678901", holder="KKMP Jatimakmur (demo)")
STRANGE_RUPIAH: Final = 75_000
STRANGE_TEXT: Final = "TRSF E-BANKING CR TANPA BERITA"
STRANGE_DAY: Final = 17
# Prices end in hundreds: no other day's money comes to the same amount.
SHORT_RUPIAH: Final = 1_250
_SHORT_FROM_DAY: Final = 8
# The difference stays within what an acquirer may have kept, so that a person may take the line for the day.
_SHORT_LEAST_RUPIAH: Final = 80_000
_FEE_DAY, _FEE_RUPIAH = 25, 6_500
_KEPT_IN_SAFE_RUPIAH: Final = 1_500_000
_STEP_RUPIAH: Final = 50_000
_EXPLAINED_AFTER: Final = timedelta(days=6)
_SATURDAY: Final = 5
_SLIP_PX: Final = (480, 300)


@dataclass(frozen=True, slots=True)
class _BankLine:
    """A line of the bank's statement, and what the manager knows it to be where it does not say so itself."""

    on: date
    text: str
    rupiah: int
    payment_id: int | None = None
    day: date | None = None
    is_fee: bool = False
    move: str = ""


@dataclass(slots=True)
class Bank:
    """The account and what of it was told. `first_day` is that of the finished month."""

    cast: Cast
    first_day: date
    last_day: date
    told_through: date | None = None
    told: int = 0
    paid_out: set[date] = field(default_factory=set)
    brought: list[_BankLine] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    short_day: date | None = None
    is_explained: bool = False

    async def register(self) -> None:
        """Take QRIS and transfers from now on."""
        await save_qris(_QRIS, actor=self.cast.manager, once=once())
        await save_bank_account(_ACCOUNT, actor=self.cast.manager, once=once())

    async def bring_statements(self, counter: Counter, today: date) -> None:
        """Bring what happened through yesterday: the acquirer's list first, it says which payments there were."""
        through = today - timedelta(days=1)
        since = self.told_through or self.first_day - timedelta(days=1)
        seen = counter.seen[self.told :]
        news = [one for one in seen if one.at.astimezone(WIB).date() <= through]
        qris = [one for one in news if one.method == "qris"]
        if qris:
            await self._import("qris", _qris_file(qris), today)
        lines = [
            *(_transfer_line(one) for one in news if one.method == "transfer"),
            *await self._payouts(through),
            *await self._sent(through),
            *(line for line in (*self.brought, *self._oddities()) if since < line.on <= through),
        ]
        if lines:
            lines.sort(key=lambda line: (line.on, line.text))
            await self._import("bank", _bank_file(lines), today)
            await self._finish(lines)
        self.told += len(news)
        self.told_through = through

    async def _import(self, kind: str, data: bytes, today: date) -> None:
        name = f"{'transaksi-qris' if kind == 'qris' else 'mutasi-rekening'}-{today - timedelta(days=1)}.csv"
        await import_statement(
            data,
            kind="qris" if kind == "qris" else "bank",
            file_name=name,
            columns=None,
            actor=self.cast.manager,
            once=once(),
        )

    async def _payouts(self, through: date) -> list[_BankLine]:
        """QRIS money reaches the account a day after it was paid; once in the month with some rupiah missing."""
        async with database.connection() as connection:
            days = await list_payout_days(connection, book=self.cast.book)
        lines: list[_BankLine] = []
        for found in days:
            if found.day >= through or found.day in self.paid_out:
                continue
            self.paid_out.add(found.day)
            rupiah, day = found.net.rupiah, found.day
            is_short = (
                self.short_day is None
                and self.first_day.replace(day=_SHORT_FROM_DAY) <= found.day < self.last_day
                and found.gross.rupiah >= _SHORT_LEAST_RUPIAH
            )
            if is_short:
                self.short_day = found.day
                lines.append(_BankLine(day + timedelta(days=1), f"QRIS SETTLEMENT {day:%d%m%y}", rupiah - SHORT_RUPIAH))
            else:
                lines.append(_BankLine(day + timedelta(days=1), f"QRIS SETTLEMENT {day:%d%m%y}", rupiah, day=found.day))
        return lines

    async def _sent(self, through: date) -> list[_BankLine]:
        """What left the account by the book: to suppliers by the transfer's number, back to a buyer by the order."""
        async with database.connection() as connection:
            account = (await find_channels(connection, book=self.cast.book, on=through)).bank_account
            if account is None:
                return []
            moves = await list_moves(
                connection,
                book=self.cast.book,
                account_reference=account.reference,
                since=self.first_day,
                through=through,
            )
            named = await name_moves(connection, self.cast.store_id, moves)
        news = [one for one in named if one.move.name not in self.sent]
        self.sent.update(one.move.name for one in news)
        return [
            _BankLine(
                one.move.on,
                f"TRSF E-BANKING DB {one.reference or f'KEMBALI {one.about}'}",
                one.move.amount.rupiah,
                move=one.move.name,
            )
            for one in news
        ]

    def _oddities(self) -> list[_BankLine]:
        """The bank's own cost, and a transfer of which nobody knows what it is for."""
        return [
            _BankLine(self.first_day.replace(day=STRANGE_DAY), STRANGE_TEXT, STRANGE_RUPIAH),
            _BankLine(self.first_day.replace(day=_FEE_DAY), "BIAYA ADMINISTRASI", -_FEE_RUPIAH, is_fee=True),
        ]

    async def _finish(self, told: Sequence[_BankLine]) -> None:
        """What did not match by itself the manager takes for what it is, as far as they know."""
        known = {(line.on, line.text): line for line in told}
        async with database.connection() as connection:
            left: list[Line] = await list_open_lines(connection, book=self.cast.book, limit=100)
        for line in left:
            meant = known.get((line.on, line.description))
            if meant is not None and (meant.payment_id or meant.day or meant.is_fee or meant.move):
                await take_line(
                    line.line_id,
                    payment_id=meant.payment_id,
                    day=meant.day,
                    is_bank_fee=meant.is_fee,
                    move=meant.move,
                    actor=self.cast.manager,
                    once=once(),
                )

    async def explain_short_day(self, today: date) -> None:
        """Days later the manager writes down why that day's QRIS money is still open; the bank's line stays open."""
        if self.is_explained or self.short_day is None or today < self.short_day + _EXPLAINED_AFTER:
            return
        self.is_explained = True
        note = f"Yang cair kurang Rp {SHORT_RUPIAH:,}; sudah ditanyakan ke penyedia QRIS.".replace(",", ".")
        await explain_difference(
            "payout_late", f"{QRIS_ACCOUNT}:{self.short_day}", note, actor=self.cast.manager, once=once()
        )

    async def bring_cash(self, *, kept_rupiah: int = _KEPT_IN_SAFE_RUPIAH) -> int | None:
        """The manager brings what the safe need not hold to the bank, and shows the slip."""
        async with database.connection() as connection:
            held = (await balance(connection, book=self.cast.book, account=accounts.SAFE)).rupiah
        amount = (held - kept_rupiah) // _STEP_RUPIAH * _STEP_RUPIAH
        if amount < _STEP_RUPIAH:
            return None
        deposit = await make_deposit(amount, actor=self.cast.manager, once=once())
        await add_slip(deposit.deposit_id, _slip(), actor=self.cast.manager, once=once())
        self.brought.append(_BankLine(_banking_day(clock.now().astimezone(WIB).date()), "SETORAN TUNAI", amount))
        return deposit.deposit_id

    async def see_cash(self, deposit_id: int) -> None:
        """Another person sees it on the account."""
        await decide_deposit(deposit_id, has_arrived=True, reason="", actor=self.cast.board, once=once())


def _banking_day(day: date) -> date:
    """The bank writes down on Monday what is brought at the weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _SATURDAY else day


def _transfer_line(seen: Seen) -> _BankLine:
    on = seen.at.astimezone(WIB).date()
    return _BankLine(on, f"TRSF E-BANKING CR PESANAN {seen.code}", seen.rupiah, payment_id=seen.payment_id)


def _bank_file(lines: Sequence[_BankLine]) -> bytes:
    """A bank's file as it writes it: what came and what went in columns of their own."""
    text = "Tanggal;Keterangan;Debet;Kredit\n"
    for line in lines:
        went, came = (f"{-line.rupiah},00", "") if line.rupiah < 0 else ("", f"{line.rupiah},00")
        text += f"{line.on:%d/%m/%Y};{line.text};{went};{came}\n"
    return text.encode()


def _qris_file(seen: Sequence[Seen]) -> bytes:
    """An acquirer's list of payments by number."""
    text = "Tanggal,Jam,RRN,Nominal\n"
    for one in seen:
        at = one.at.astimezone(WIB)
        text += f"{at:%d/%m/%Y},{at:%H:%M:%S},{one.reference},{one.rupiah}\n"
    return text.encode()


def _slip() -> bytes:
    """A photo of a slip that is plainly nobody's."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - Pillow loads slowly

    picture = Image.new("RGB", _SLIP_PX, "#f4efe2")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((16, 16, _SLIP_PX[0] - 16, _SLIP_PX[1] - 16), outline="#7a6a52", width=3)
    for place, text in enumerate(("BANK CONTOH", "SLIP SETORAN TUNAI", "KKMP JATIMAKMUR (DEMO)", "Data demo")):
        draw.text((40, 48 + 48 * place), text, fill="#3a3128")
    data = io.BytesIO()
    picture.save(data, format="PNG")
    return data.getvalue()


def at_clock(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day by the store's clock."""
    return datetime.combine(day, time(hour, minute), WIB)
