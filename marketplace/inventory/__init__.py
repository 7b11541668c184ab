"""Store stock: a ledger of movements with a balance and what it cost, and reservations for orders."""

from marketplace.inventory.check_books import BookFinding, check_books
from marketplace.inventory.errors import (
    OutOfStockError,
    ReturnTooLargeError,
    Shortage,
    StockBelowReservedError,
    StockBelowZeroError,
    StockNotHeldError,
)
from marketplace.inventory.locked_store import RESERVE_LOCKED, lock_free
from marketplace.inventory.stock import (
    StockFinding,
    adjust_stock,
    check_stock,
    count_stock,
    receive_stock,
    release,
    release_some,
    reserve,
    sell_direct,
    sell_reserved,
    take_back,
    turned_or_short,
)
from marketplace.inventory.store import RESERVE, Cause, find_moved_value

__all__ = [
    "RESERVE",
    "RESERVE_LOCKED",
    "BookFinding",
    "Cause",
    "OutOfStockError",
    "ReturnTooLargeError",
    "Shortage",
    "StockBelowReservedError",
    "StockBelowZeroError",
    "StockFinding",
    "StockNotHeldError",
    "adjust_stock",
    "check_books",
    "check_stock",
    "count_stock",
    "find_moved_value",
    "lock_free",
    "receive_stock",
    "release",
    "release_some",
    "reserve",
    "sell_direct",
    "sell_reserved",
    "take_back",
    "turned_or_short",
]
