"""What members are given of a past year's earnings (SHU), as their meeting decided and two of the board recorded.

Amounts are entered, never computed here. Paying them out, in cash or for a tab, is for `orders`, which has the till.
"""

from marketplace.patronage.show_decisions import MemberBalance, list_member_balances
from marketplace.patronage.store import (
    find_payout,
    insert_payout,
    list_entries,
    list_names,
    list_stores_of,
    take_payout_number,
)

__all__ = [
    "MemberBalance",
    "find_payout",
    "insert_payout",
    "list_entries",
    "list_member_balances",
    "list_names",
    "list_stores_of",
    "take_payout_number",
]
