"""JSON API of a store's books: reports, activity, closing days."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.bookkeeping.close_day import ClosedDays, ClosingState, close_store_days, show_closing
from marketplace.bookkeeping.read_books import read_account, read_kind, show_accounts, show_activity, show_report
from marketplace.bookkeeping.schemas import (
    AccountLine,
    ActivityAnswer,
    BalanceSheetAnswer,
    CloseDays,
    ProfitAndLossAnswer,
    TrialBalanceAnswer,
    activity_answer,
    balance_sheet_answer,
    profit_and_loss_answer,
    trial_balance_answer,
)
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import Page, checked_limit
from marketplace.http.policy import BOOK_READERS, STORE_MANAGERS, only
from payments import BalanceSheet, DayTrialBalance, ProfitAndLoss

AnyRequest = Request[Any, Any, Any]
_TAGS = ["ledger"]

On = Annotated[date | None, QueryParameter(description="Last day, YYYY-MM-DD; today where left out.")]
Since = Annotated[date | None, QueryParameter(description="First day; that month's first where left out.")]


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@get("/stores/current/ledger/trial-balance", opt=only(*BOOK_READERS), tags=_TAGS)
async def get_trial_balance(actor: Actor, on: On = None) -> TrialBalanceAnswer:
    """Neraca saldo of the store at the end of a day, from transfers, whatever happened since."""
    shown = await show_report("trial_balance", actor.require_store(), through=_text(on))
    assert isinstance(shown.report, DayTrialBalance)  # noqa: S101 - that is what was asked for
    return trial_balance_answer(shown.report)


@get("/stores/current/ledger/profit-and-loss", opt=only(*BOOK_READERS), tags=_TAGS)
async def get_profit_and_loss(actor: Actor, since: Since = None, through: On = None) -> ProfitAndLossAnswer:
    """Perhitungan hasil usaha: what a span of days earned and cost."""
    shown = await show_report("profit_and_loss", actor.require_store(), since=_text(since), through=_text(through))
    assert isinstance(shown.report, ProfitAndLoss)  # noqa: S101 - that is what was asked for
    return profit_and_loss_answer(shown.report)


@get("/stores/current/ledger/balance-sheet", opt=only(*BOOK_READERS), tags=_TAGS)
async def get_balance_sheet(actor: Actor, on: On = None) -> BalanceSheetAnswer:
    """Neraca of the store at the end of a day."""
    shown = await show_report("balance_sheet", actor.require_store(), through=_text(on))
    assert isinstance(shown.report, BalanceSheet)  # noqa: S101 - that is what was asked for
    return balance_sheet_answer(shown.report)


@get("/stores/current/ledger/accounts/{kind:str}", opt=only(*BOOK_READERS), tags=_TAGS)
async def get_ledger_accounts(
    actor: Actor,
    kind: str,
    cursor: str | None = None,
    is_settled_too: bool = False,  # noqa: FBT001, FBT002 - a query
) -> Page[AccountLine]:
    """List accounts of a kind (till_cash, supplier_payable, …) as they are now; settled ones only if asked for."""
    shown = await show_accounts(read_kind(kind), actor.require_store(), cursor=cursor, is_settled_too=is_settled_too)
    return Page(
        items=[
            AccountLine(
                kind=shown.kind,
                reference=each.reference,
                name=each.name,
                balance_rupiah=each.balance_rupiah,
                held_rupiah=each.held_rupiah,
            )
            for each in shown.accounts
        ],
        next_cursor=shown.next_cursor,
    )


@get("/stores/current/ledger/accounts/{kind:str}/activity", opt=only(*BOOK_READERS), tags=_TAGS)
async def get_ledger_activity(
    actor: Actor,
    kind: str,
    reference: str = "",
    since: Since = None,
    through: On = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> ActivityAnswer:
    """Read an account's transfers of a span of days, oldest first, each with the balance after it."""
    shown = await show_activity(
        read_account(kind, reference),
        actor.require_store(),
        since=_text(since),
        through=_text(through),
        cursor=cursor,
        limit=checked_limit(limit),
    )
    return activity_answer(shown)


@get("/stores/current/ledger/closings", opt=only(*BOOK_READERS), tags=_TAGS)
async def get_closings(actor: Actor, cursor: str | None = None) -> ClosingState:
    """Say how far the book is closed, what stands in the way of closing yesterday, and the acts of closing."""
    return await show_closing(actor.require_store(), cursor=cursor)


@post("/stores/current/ledger/closings", opt=only(*STORE_MANAGERS), tags=_TAGS, status_code=200)
async def create_closing(request: AnyRequest, data: CloseDays, actor: Actor) -> ClosedDays:
    """Close all open days through one that is over. It never opens again; days closed before change nothing."""
    return await close_store_days(data.through, reason=data.reason, actor=actor, once=await once_from_header(request))


ROUTES: list[ControllerRouterHandler] = [
    create_closing,
    get_balance_sheet,
    get_closings,
    get_ledger_accounts,
    get_ledger_activity,
    get_profit_and_loss,
    get_trial_balance,
]
