"""Placing baskets as orders, routing them to stores, and everything an order goes through to its end."""

from marketplace.orders.move_order import complete_orders, expire_orders
from marketplace.orders.postings import book_of, payable_of

__all__ = ["book_of", "complete_orders", "expire_orders", "payable_of"]
