"""Piccolo tables of http: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class IdempotencyKey(Table, tablename="idempotency_key"):
    """Rows of `idempotency_key`; constraints stand in migrations/foundation."""

    scope = Text(null=False, default=None, primary_key=True)
    key = Text(null=False, default=None)
    request_hash = Bytea(null=False, default=None)
    body = Bytea(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)


class RateLimit(Table, tablename="rate_limit"):
    """Rows of `rate_limit`; constraints stand in migrations/foundation."""

    bucket = Text(null=False, default=None, primary_key=True)
    window_start = Timestamptz(null=False, default=None)
    hits = Integer(null=False, default=None)
