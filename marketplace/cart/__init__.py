"""Baskets of guests and residents, kept across sign-in. Which store serves them and at what price is for orders."""

from marketplace.cart.adopt_cart import adopt_cart
from marketplace.cart.change_cart import CartLines, ChangeLine, change_cart
from marketplace.cart.count_cart import count_cart
from marketplace.cart.keys import OWNERS, CartKey, cart_key_of
from marketplace.cart.remove_old_carts import remove_old_carts
from marketplace.cart.store import claim_and_lock_cart, claim_and_lock_carts, count_lines

__all__ = [
    "OWNERS",
    "CartKey",
    "CartLines",
    "ChangeLine",
    "adopt_cart",
    "cart_key_of",
    "change_cart",
    "claim_and_lock_cart",
    "claim_and_lock_carts",
    "count_cart",
    "count_lines",
    "remove_old_carts",
]
