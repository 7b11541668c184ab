"""Every page of a buyer's way: cart, checkout, following an order."""

from marketplace.orders.pages_cart import CART_PAGES
from marketplace.orders.pages_checkout import CHECKOUT_PAGES
from marketplace.orders.pages_order import ORDER_PAGES

BUYER_PAGES = [*CART_PAGES, *CHECKOUT_PAGES, *ORDER_PAGES]
