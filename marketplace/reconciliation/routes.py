"""JSON API of reconciliation: importing statements, what does not match, what becomes of a line, a provider's key."""

import base64
import binascii
from datetime import date
from typing import Any, Literal

import msgspec
from litestar import Request, delete, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import book_of
from marketplace.errors import InvalidError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.reconciliation import store
from marketplace.reconciliation.differences import Difference, open_differences
from marketplace.reconciliation.explain_difference import explain_difference
from marketplace.reconciliation.import_statement import ImportedStatement, import_statement
from marketplace.reconciliation.match_lines import take_line
from marketplace.reconciliation.providers import (
    ProviderDetails,
    StoreProvider,
    close_provider,
    save_provider,
    show_provider,
)
from marketplace.reconciliation.show_line import LineView, show_line
from marketplace.reconciliation.taken import TakenLine
from payments import Columns

AnyRequest = Request[Any, Any, Any]
_FIRST_YEAR = 2020


class StatementUpload(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A statement file of at most 2 MB in base64: CSV or XLSX, of the store's bank account or of its QRIS acquirer.

    `columns` says where the heading is and which column (from 0) holds date, time, text, amount, direction, credit,
    debit, balance, reference, bill, fee; without it they are guessed by their names.
    """

    kind: Literal["bank", "qris"]
    file_name: str
    content_base64: str
    columns: Columns | None = None


class LineDecision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a line is, exactly one of: a payment's money, a day's QRIS pay-out, the bank's own cost, or a move.

    A move is what the book has at the bank already, by its name under `deposits` or `moves` of the line: a deposit,
    money that was sent to a supplier or a buyer, a pay-out of Stripe.
    """

    payment_id: int | None = None
    payout_of: date | None = None
    is_bank_fee: bool = False
    move: str = ""


class Explanation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why a difference stays; kind and subject as the list of differences says."""

    kind: str
    subject: str
    note: str


@get("/stores/current/differences", opt=only(*STORE_READERS))
async def get_differences(actor: Actor, on: date | None = None) -> list[Difference]:
    """What does not match up to the end of a day (today without one), the oldest first, explained ones too."""
    store_id = actor.require_store()
    if on is not None and on.year < _FIRST_YEAR:
        raise InvalidError(fields={"on": "Pilih tanggal mulai tahun 2020."})
    async with database.connection() as connection:
        today = day_of(clock.now(), await store.find_time_zone(connection, store_id))
        return await open_differences(connection, book_of(store_id), min(on or today, today))


@post("/stores/current/differences/explanations", opt=only(*STORE_MANAGERS), status_code=201)
async def create_explanation(request: AnyRequest, data: Explanation, actor: Actor) -> list[Difference]:
    """Say why a difference stays; what is open now."""
    return await explain_difference(
        data.kind, data.subject, data.note, actor=actor, once=await once_from_header(request)
    )


@post("/stores/current/statements", opt=only(*STORE_MANAGERS), status_code=201)
async def create_statement(request: AnyRequest, data: StatementUpload, actor: Actor) -> ImportedStatement:
    """Import a statement; lines that are there already are not added again."""
    try:
        content = base64.b64decode(data.content_base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError(fields={"content_base64": "Isi berkas harus dalam base64."}) from error
    return await import_statement(
        content,
        kind=data.kind,
        file_name=data.file_name,
        columns=data.columns,
        actor=actor,
        once=await once_from_header(request),
    )


@get("/stores/current/statement-lines/{line_id:int}", opt=only(*STORE_READERS))
async def get_line(actor: Actor, line_id: int) -> LineView:
    """A statement line, and while nothing became of it all that it may be taken for."""
    return await show_line(line_id, actor=actor)


@post("/stores/current/statement-lines/{line_id:int}/decision", opt=only(*STORE_MANAGERS), status_code=200)
async def create_line_decision(request: AnyRequest, data: LineDecision, actor: Actor, line_id: int) -> TakenLine:
    """Say what a statement line is."""
    return await take_line(
        line_id,
        payment_id=data.payment_id,
        day=data.payout_of,
        is_bank_fee=data.is_bank_fee,
        move=data.move,
        actor=actor,
        once=await once_from_header(request),
    )


@get("/stores/current/qris-provider", opt=only(*STORE_READERS))
async def get_provider(actor: Actor) -> StoreProvider:
    """Which provider's signed callbacks are listened to."""
    return await show_provider(actor.require_store())


@put("/stores/current/qris-provider", opt=only(*STORE_MANAGERS))
async def put_provider(request: AnyRequest, data: ProviderDetails, actor: Actor) -> StoreProvider:
    """Listen to this provider's signed callbacks from now on."""
    return await save_provider(data, actor=actor, once=await once_from_header(request))


@delete("/stores/current/qris-provider", opt=only(*STORE_MANAGERS), status_code=200)
async def delete_provider(request: AnyRequest, actor: Actor) -> StoreProvider:
    """Listen to nobody's callbacks any more."""
    return await close_provider(actor=actor, once=await once_from_header(request))


ROUTES: list[ControllerRouterHandler] = [
    create_explanation,
    create_line_decision,
    create_statement,
    delete_provider,
    get_differences,
    get_line,
    get_provider,
    put_provider,
]
