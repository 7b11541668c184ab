"""What banks, QRIS providers and counted tills say, held against the book: matched, or listed until somebody acts."""

from marketplace.reconciliation.before_closing import unexplained_differences
from marketplace.reconciliation.callbacks import handle_callbacks
from marketplace.reconciliation.differences import KIND_LABELS as DIFFERENCE_LABELS
from marketplace.reconciliation.differences import Difference, open_differences
from marketplace.reconciliation.home_tasks import reconciliation_tasks
from marketplace.reconciliation.read_stripe import read_stripe_movements

__all__ = [
    "DIFFERENCE_LABELS",
    "Difference",
    "handle_callbacks",
    "open_differences",
    "read_stripe_movements",
    "reconciliation_tasks",
    "unexplained_differences",
]
