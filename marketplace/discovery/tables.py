"""Piccolo tables of discovery: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class SearchDirty(Table, tablename="search_dirty"):
    """Rows of `search_dirty`; constraints stand in migrations/foundation."""

    index_name = Text(null=False, default=None, primary_key=True)
    document_id = BigInt(null=False, default=None)
    generation = BigInt(null=False, default=None)
    marked_at = Timestamptz(null=False, default=None)
    leased_until = Timestamptz(null=True, default=None)
