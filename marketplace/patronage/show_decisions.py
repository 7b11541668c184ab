"""Decisions about members' shares of the earnings, what a year has left to give, and what members can still have."""

from datetime import date, datetime
from typing import Any, Final

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import book_of, member_of
from marketplace.errors import NotFoundError
from marketplace.formats.dates import day_of
from marketplace.ids import StoreId
from marketplace.patronage import store
from marketplace.patronage.propose_patronage import FIRST_YEAR, MOST_SHARES
from payments import AccountKind, balances, find_book, profit_and_loss

MOST_DECISIONS: Final = 50


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision: proposed, approved or rejected, by which document, and what its shares come to."""

    decision_id: int
    year: int
    document: str
    state: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision_note: str
    member_count: int
    total_rupiah: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one member is given."""

    person_id: int
    name: str
    amount_rupiah: int


class DecisionView(DecisionRow, frozen=True, kw_only=True):
    """A decision with its shares; `is_own` where the reader proposed it."""

    is_own: bool
    time_zone: str
    shares: list[Share]


class YearView(msgspec.Struct, frozen=True, kw_only=True):
    """A year: whether its book is closed, what it earned by the book, and what of that can still be given."""

    year: int
    is_closed: bool
    earned_rupiah: int
    left_rupiah: int


class ProposalForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a proposal begins with: the year and the members without a share of it, at most 200.

    `has_next_year` where a later year is over too.
    """

    year: YearView
    has_next_year: bool
    members: list[Share]
    time_zone: str


class MemberBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What a member was given of the earnings and has not had yet."""

    person_id: int
    name: str
    left_rupiah: int


async def list_decisions(*, actor: Actor) -> list[DecisionRow]:
    """The latest 50 decisions of the actor's store, the newest first."""
    async with database.connection() as connection:
        rows = await store.list_decisions(connection, actor.require_store(), limit=MOST_DECISIONS)
    return [DecisionRow(**_row(row)) for row in rows]


async def show_decision(decision_id: int, *, actor: Actor) -> DecisionView:
    """A decision of the actor's store.

    Raises:
        NotFoundError: no such decision here.

    """
    async with database.connection() as connection:
        rows = await store.list_decisions(connection, actor.require_store(), decision_id=decision_id, limit=1)
        place = await store.find_place(connection, actor.require_store())
        if not rows or place is None:
            raise NotFoundError
        shares = await store.list_shares(connection, decision_id)
    return DecisionView(
        **_row(rows[0]),
        is_own=rows[0]["proposed_by"] == actor.person_id,
        time_zone=place["time_zone"],
        shares=[Share(**dict(share)) for share in shares],
    )


async def show_proposal_form(year: int | None, *, actor: Actor) -> ProposalForm:
    """What can be proposed of a year, last year where none (or none that is over) is named.

    Raises:
        NotFoundError: the cooperative has no store.

    """
    store_id = actor.require_store()
    async with database.connection() as connection:
        place = await store.find_place(connection, store_id)
        its = await find_book(connection, book=book_of(store_id))
        if place is None or its is None:
            raise NotFoundError
        last = day_of(clock.now(), place["time_zone"]).year - 1
        chosen = year if year is not None and FIRST_YEAR <= year <= last else last
        first, through = date(chosen, 1, 1), date(chosen, 12, 31)
        report = await profit_and_loss(connection, book=book_of(store_id), since=first, through=through)
        row = await store.find_year(connection, store_id=store_id, year=chosen)
        members = await store.list_members_without(
            connection, store_id=store_id, cooperative_id=place["cooperative_id"], year=chosen, limit=MOST_SHARES
        )
    promised = row["promised_rupiah"] if row else 0
    return ProposalForm(
        year=YearView(
            year=chosen,
            is_closed=its.closed_through is not None and its.closed_through >= through,
            earned_rupiah=report.earnings.rupiah,
            left_rupiah=max(0, report.earnings.rupiah - promised),
        ),
        has_next_year=chosen < last,
        members=[Share(person_id=member["person_id"], name=member["name"], amount_rupiah=0) for member in members],
        time_zone=place["time_zone"],
    )


async def list_member_balances(store_id: StoreId) -> list[MemberBalance]:
    """Members of a store's cooperative who can still have something, by name."""
    async with database.connection() as connection:
        lines = await balances(connection, book=book_of(store_id), kinds=(AccountKind.MEMBER_PATRONAGE,))
        left = {member_of(line.account.reference): line.balance.rupiah for line in lines if line.balance}
        names = await store.list_names(connection, sorted(left))
    return sorted(
        (
            MemberBalance(person_id=person, name=names.get(person, ""), left_rupiah=amount)
            for person, amount in left.items()
        ),
        key=lambda member: (member.name, member.person_id),
    )


def _row(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "decision_id": row["id"],
        **{name: row[name] for name in DecisionRow.__struct_fields__ if name != "decision_id"},
    }
