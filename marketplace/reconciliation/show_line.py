"""One line of a statement, and all that a person may take it for."""

from datetime import date, datetime

import msgspec

from marketplace import database
from marketplace.actor import Actor
from marketplace.books import book_of, order_of
from marketplace.errors import NotFoundError
from marketplace.orders import deposit_move
from marketplace.reconciliation import move_store, store
from marketplace.reconciliation.name_moves import name_moves
from payments import Line, find_line, list_candidates, list_move_candidates, list_payout_days, pays_out

_SEN = 100


class PaymentChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of the line's amount."""

    payment_id: int
    order_code: str
    started_at: datetime
    reference: str


class PayoutChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A day of QRIS payments, and what should come of them."""

    day: date
    net_rupiah: int


class DepositChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Cash brought to the bank. `differs_rupiah`: what the bank counted more (less: below zero).

    `needs_other`: the reader brought it, so another person says that this is it.
    """

    move: str
    deposit_id: int
    number: int
    state: str
    amount_rupiah: int
    differs_rupiah: int
    made_by_name: str
    made_at: datetime
    needs_other: bool


class MoveChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Money that the book has as sent (purpose: supplier, buyer, other) or paid out by a gateway (payout)."""

    move: str
    purpose: str
    about: str
    on: date
    amount_rupiah: int
    reference: str
    href: str


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line; `became` is empty while nothing did, and only then there are choices."""

    line_id: int
    kind: str
    on: date
    amount_sen: int
    description: str
    reference: str
    imported_at: datetime
    became: str
    payments: list[PaymentChoice] = []
    payouts: list[PayoutChoice] = []
    deposits: list[DepositChoice] = []
    moves: list[MoveChoice] = []
    may_be_fee: bool = False


async def show_line(line_id: int, *, actor: Actor) -> LineView:
    """Show a line of the actor's store.

    Raises:
        NotFoundError: the store has no such line.

    """
    async with database.connection() as connection:
        line = await find_line(connection, book=book_of(actor.require_store()), line_id=line_id)
        if line is None:
            raise NotFoundError
        view = LineView(
            line_id=line.line_id,
            kind=line.kind,
            on=line.on,
            amount_sen=line.amount_sen,
            description=line.description,
            reference=line.reference,
            imported_at=line.imported_at,
            became=line.became,
        )
        return view if line.became else await _with_choices(connection, view, line, actor)


async def _with_choices(connection: database.Connection, view: LineView, line: Line, actor: Actor) -> LineView:
    store_id = actor.require_store()
    book = book_of(store_id)
    candidates = await list_candidates(connection, book=book, line=line)
    codes = await store.list_order_codes(
        connection, store_id=store_id, order_ids=[order_of(one.payable) for one in candidates]
    )
    moves = await name_moves(connection, store_id, await list_move_candidates(connection, book=book, line=line))
    return msgspec.structs.replace(
        view,
        payments=[
            PaymentChoice(
                payment_id=one.payment_id,
                order_code=codes.get(order_of(one.payable), one.payable),
                started_at=one.recorded_at,
                reference=one.reference,
            )
            for one in candidates
        ],
        payouts=[
            PayoutChoice(day=day.day, net_rupiah=day.net.rupiah)
            for day in await list_payout_days(connection, book=book)
            if pays_out(line, day)
        ],
        deposits=await _deposits(connection, line, actor),
        moves=[
            MoveChoice(
                move=one.move.name,
                purpose=one.purpose,
                about=one.about,
                on=one.move.on,
                amount_rupiah=one.move.amount.rupiah,
                reference=one.reference,
                href=one.href,
            )
            for one in moves
        ],
        may_be_fee=line.kind == "bank" and line.amount_sen < 0 and line.amount_sen % _SEN == 0,
    )


async def _deposits(connection: database.Connection, line: Line, actor: Actor) -> list[DepositChoice]:
    counted = line.amount_sen // _SEN
    return [
        DepositChoice(
            move=deposit_move(row["id"]),
            deposit_id=row["id"],
            number=row["number"],
            state=row["state"],
            amount_rupiah=row["amount_rupiah"],
            differs_rupiah=counted - row["amount_rupiah"],
            made_by_name=row["made_by_name"],
            made_at=row["made_at"],
            needs_other=row["made_by"] == actor.person_id
            and (row["state"] != "arrived" or counted != row["amount_rupiah"]),
        )
        for row in await move_store.list_deposit_choices(connection, store_id=actor.require_store(), line=line)
    ]
