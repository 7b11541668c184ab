"""When a paper needs a duty stamp (meterai). Pure; the rows are dated data.

UU 10/2020 ps. 3 (2) g: a document that states a sum of more than Rp 5.000.000 and says that money was received, or that
a debt is paid or set off; ps. 5: Rp 10.000. Exactly five million needs none. An invoice only asks for money, and goods
on a tab are not paid: neither says that money was received. Papers for an organisation's own use are exempt (ps. 7 f):
so is the slip of a deposit, which goes from the store's safe to the store's account.
"""

from typing import Final

import msgspec

DUTIABLE_KINDS: Final = frozenset({"receipt", "repayment", "credit_note", "remittance"})


class StampDuty(msgspec.Struct, frozen=True, kw_only=True):
    """The rule of a day: above which sum, and how much."""

    above_rupiah: int
    duty_rupiah: int


def duty_of(duty: StampDuty | None, *, kind: str, total_rupiah: int, is_paid: bool = True) -> int:
    """Rupiah of duty that a paper bears; 0 where none is due. `is_paid` is false where no money changed hands."""
    if duty is None or kind not in DUTIABLE_KINDS or not is_paid or total_rupiah <= duty.above_rupiah:
        return 0
    return duty.duty_rupiah
