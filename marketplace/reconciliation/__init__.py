"""What banks, QRIS providers and counted tills say, held against the book: matched, or listed until somebody acts."""

from marketplace.reconciliation.before_closing import unexplained_differences
from marketplace.reconciliation.callbacks import handle_callbacks
from marketplace.reconciliation.differences import KIND_LABELS as DIFFERENCE_LABELS
from marketplace.reconciliation.differences import Difference, open_differences

__all__ = ["DIFFERENCE_LABELS", "Difference", "handle_callbacks", "open_differences", "unexplained_differences"]
