"""Placing baskets as orders, routing them to stores, and everything an order goes through to its end."""

from marketplace.orders.move_order import complete_orders, expire_orders, expire_payments
from marketplace.orders.own_orders import OpenOrder, list_open_own_orders
from marketplace.orders.plan import distance_km
from marketplace.orders.receive_money import ReceivedMoney, receive_money
from marketplace.orders.show_payment import WaitingPayment, list_waiting_payments
from marketplace.orders.states import STATE_NAMES

__all__ = [
    "STATE_NAMES",
    "OpenOrder",
    "ReceivedMoney",
    "WaitingPayment",
    "complete_orders",
    "distance_km",
    "expire_orders",
    "expire_payments",
    "list_open_own_orders",
    "list_waiting_payments",
    "receive_money",
]
