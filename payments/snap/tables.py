"""The table of providers as Piccolo knows it: a mirror of `payments/migrations/statements/65_snap.sql`."""

from __future__ import annotations

from piccolo.columns import BigSerial, Boolean, Bytea, Text, Timestamptz
from piccolo.table import Table


class SnapProvider(Table, tablename="snap_provider"):
    """A provider that may tell a store's money; the active one is listened to."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    provider = Text(null=False)
    partner_id = Text(null=False)
    scheme = Text(null=False)
    secret_sealed = Bytea(null=False)
    public_key = Text(null=False, default="")
    is_active = Boolean(null=False, default=True)
    registered_at = Timestamptz(null=False)
    author = Text(null=False)
