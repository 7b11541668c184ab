"""The inbox as Piccolo knows it: a mirror of `payments/migrations/ways/50_inbox.sql` and `own_part`."""

from __future__ import annotations

from piccolo.columns import BigSerial, Boolean, Integer, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class GatewayEvent(Table, tablename="gateway_event"):
    """One event of one provider; `outcome` says what it led to."""

    id = BigSerial(primary_key=True)
    provider = Text(null=False)
    event_id = Text(null=False)
    kind = Text(null=False, default="")
    object_id = Text(null=False, default="")
    is_live = Boolean(null=False, default=True)
    body = Text(null=False)
    received_at = Timestamptz(null=False, default=TimestamptzNow())
    handled_at = Timestamptz(null=True, default=None)
    outcome = Text(null=False, default="")
    attempts = Integer(null=False, default=0)
    next_try_at = Timestamptz(null=False, default=TimestamptzNow())
    account_id = Text(null=False, default="")
