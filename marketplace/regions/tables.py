"""Piccolo table of regions: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import Boolean, DoublePrecision, ForeignKey, Text
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class Region(Table, tablename="region"):
    """Rows of `region`; constraints stand in migrations/foundation."""

    code = Text(null=False, default=None, primary_key=True)
    level = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    name = Text(null=False, default=None)
    name_key = Text(null=False, default=None)
    parent_code: ForeignKey["Region"] = ForeignKey(
        references="self", null=True, default=None, on_delete=OnDelete.restrict
    )
    postal_code = Text(null=True, default=None)
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    time_zone = Text(null=False, default=None)
    is_position_approximate = Boolean(null=False, default=False)
