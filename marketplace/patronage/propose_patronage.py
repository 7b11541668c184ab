"""One of the board records what the members' meeting gave each member of a year's earnings; nothing is owed yet."""

from datetime import date
from typing import Final

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import book_of
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId, StoreId
from marketplace.patronage import store
from marketplace.patronage.errors import AboveEarningsError, ShareExistsError, YearOpenError
from payments import Money, find_book, profit_and_loss

FIRST_YEAR: Final = 2000
MOST_SHARES: Final = 200
LARGEST_SHARE_RUPIAH: Final = 1_000_000_000
LONGEST_DOCUMENT: Final = 120
_LARGEST_ID: Final = 2**63 - 1
_NAMED: Final = 5


class NewShare(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What one member is given."""

    person_id: int
    amount_rupiah: int


class ProposePatronage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The command: members' shares of a year's earnings, at most 200 a time, by the meeting's `document`."""

    year: int
    document: str
    shares: list[NewShare]


class DecisionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How a decision stands: proposed, approved or rejected; `total_rupiah` is the sum of its shares."""

    decision_id: int
    state: str
    total_rupiah: int


@database.retry_on_conflict
async def propose_patronage(command: ProposePatronage, *, actor: Actor, once: Once) -> DecisionAnswer:
    """Record shares for a second person's approval; what they come to is set aside of the year's earnings.

    Locks the year.

    Raises:
        InvalidError: a year, document, amount or member that cannot be right.
        YearOpenError: the year's book is not closed.
        AboveEarningsError: more than the year earned and nobody was given yet.
        ShareExistsError: a member has a share of that year.

    """
    amounts, document = _checked(command)
    total, year = sum(amounts.values()), command.year
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, DecisionAnswer)) is not None:
            return answer
        cooperative_id = await _require_past(connection, store_id, year)
        names = await store.list_members(connection, cooperative_id, sorted(amounts))
        if len(names) < len(amounts):
            raise InvalidError(fields={"shares": "Hanya anggota koperasi ini yang mendapat bagian SHU."})
        earned = await _earned(connection, store_id, year)
        await store.open_year(connection, store_id=store_id, year=year, earned_rupiah=earned)
        if not await store.promise(connection, store_id=store_id, year=year, amount_rupiah=total):
            its = await store.find_year(connection, store_id=store_id, year=year)
            left = max(0, earned - (its["promised_rupiah"] if its else 0))
            raise AboveEarningsError(year=year, left=Money(left), total=Money(total))
        decision_id = await store.insert_decision(
            connection, store_id=store_id, year=year, document=document, proposed_by=person_id, at=now
        )
        having = await store.insert_shares(
            connection, decision_id=decision_id, store_id=store_id, year=year, amounts=amounts
        )
        if having:
            raise ShareExistsError(year=year, names=", ".join(sorted(names[one] for one in having)[:_NAMED]))
        await record_audit(
            connection,
            actor=actor,
            action="patronage.proposed",
            subject=f"patronage_decision:{decision_id}",
            detail={"year": year, "members": len(amounts), "amount": total, "document": document},
        )
        answer = DecisionAnswer(decision_id=decision_id, state="proposed", total_rupiah=total)
        await once.keep_answer(connection, answer)
        return answer


def _checked(command: ProposePatronage) -> tuple[dict[int, int], str]:
    """Return amounts by person and the document's name."""
    document = " ".join(command.document.split())
    fields: dict[str, str | tuple[str, dict[str, object]]] = {}
    if not 1 <= len(document) <= LONGEST_DOCUMENT:
        fields["document"] = "Tulis nomor atau nama berita acara RAT, paling panjang 120 huruf."
    if not 1 <= len(command.shares) <= MOST_SHARES:
        fields["shares"] = "Tulis bagian SHU untuk sedikitnya satu anggota, paling banyak 200 sekali ajukan."
    elif not all(1 <= share.amount_rupiah <= LARGEST_SHARE_RUPIAH for share in command.shares):
        fields["shares"] = "Setiap bagian antara Rp 1 dan Rp 1.000.000.000."
    elif len({share.person_id for share in command.shares}) < len(command.shares):
        fields["shares"] = "Ada anggota yang tertulis dua kali."
    elif not all(1 <= share.person_id <= _LARGEST_ID for share in command.shares):
        fields["shares"] = "Hanya anggota koperasi ini yang mendapat bagian SHU."
    if fields:
        raise InvalidError(fields=fields)
    return {share.person_id: share.amount_rupiah for share in command.shares}, document


async def _require_past(connection: database.Connection, store_id: StoreId, year: int) -> OrganisationId:
    """Let a year pass that is over and closed; return the store's cooperative."""
    place = await store.find_place(connection, store_id)
    its = await find_book(connection, book=book_of(store_id))
    if place is None or its is None:
        raise NotFoundError
    if not FIRST_YEAR <= year < day_of(clock.now(), place["time_zone"]).year:
        raise InvalidError(fields={"year": "Pilih tahun yang sudah lewat."})
    if its.closed_through is None or its.closed_through < date(year, 12, 31):
        raise YearOpenError(year=year)
    return OrganisationId(place["cooperative_id"])


async def _earned(connection: database.Connection, store_id: StoreId, year: int) -> int:
    """What a closed year earned, in rupiah; below zero it lost."""
    report = await profit_and_loss(
        connection, book=book_of(store_id), since=date(year, 1, 1), through=date(year, 12, 31)
    )
    return report.earnings.rupiah
