"""Who is told what an open till took: a cashier counts without a figure to count towards (ADR 0027).

By the hat worn: whoever is cashier and manager at once counts blind as cashier, and reads the books as manager.
"""

from marketplace.actor import Actor
from marketplace.http.policy import BOOK_READERS


def counts_blind(actor: Actor) -> bool:
    """Whether sums of open tills, and what they can be worked out from, are kept from this hat until the count."""
    return actor.require_hat().role not in BOOK_READERS
