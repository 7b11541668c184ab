"""The tables of payables as Piccolo knows them: a mirror of `payments/migrations/payables/10_allocation.sql`."""

from __future__ import annotations

from piccolo.columns import BigInt, Text
from piccolo.table import Table


class SupplierAllocation(Table, tablename="supplier_allocation"):
    """How much of a payment settled the debt of one source."""

    transfer_id = BigInt(primary_key=True, null=False)
    source = Text(null=False)
    book = Text(null=False)
    account_id = BigInt(null=False)
    amount_rupiah = BigInt(null=False)
