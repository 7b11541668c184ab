"""Accounts that suppliers open to be sent transfers: made once, filled in at Stripe, known by what Stripe says of them.

Accounts of the first API with controller properties: ADR 0014 says why.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from payments.calls.calls import want_call
from payments.calls.store import count_ended_badly
from payments.connection import require_transaction
from payments.stripe import store
from payments.stripe.checkout import PROVIDER

if TYPE_CHECKING:
    from stripe.params import AccountCreateParams

    from payments.connection import Connection

ReceiverState: TypeAlias = Literal["none", "begun", "needs_more", "checking", "active"]


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody may be sent transfers: no account, form not filled in, more wanted, Stripe looks, or yes."""

    state: ReceiverState
    account_id: str = ""
    changed_at: datetime | None = None


async def find_receiver(connection: Connection, *, owner: str) -> Receiver:
    """Say how far an owner is with receiving transfers."""
    row = await store.find_account(connection, owner=owner)
    if row is None:
        return Receiver(state="none")
    state: ReceiverState = "checking"
    if row["may_receive"]:
        state = "active"
    elif not row["is_submitted"]:
        state = "begun"
    elif row["needs_more"]:
        state = "needs_more"
    return Receiver(state=state, account_id=row["account_id"], changed_at=row["changed_at"])


async def want_account(connection: Connection, *, owner: str, at: datetime) -> str:
    """Want an account for an owner; the key of the call, the same until it was refused or given up."""
    require_transaction(connection)
    attempt = 1 + await count_ended_badly(connection, key_start=f"account:{owner}:")
    key = f"account:{owner}:{attempt}"
    parameters: AccountCreateParams = {
        "country": "ID",
        "capabilities": {"transfers": {"requested": True}},
        # The platform took the buyer's money, so fees and what cannot be taken back are its own.
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
        },
        "metadata": {"owner": owner},
    }
    await want_call(
        connection,
        provider=PROVIDER,
        key=key,
        purpose="account",
        payment_id=None,
        input_={"owner": owner, "parameters": parameters},
        at=at,
    )
    return key
