"""Placing baskets as orders, routing them to stores, and everything an order goes through to its end."""

from marketplace.orders.bank_deposits import DepositEndedError
from marketplace.orders.check_stripe import check_stripe, check_stuck_calls
from marketplace.orders.gateway_calls import make_gateway_calls
from marketplace.orders.gateway_events import handle_gateway_events
from marketplace.orders.home_tasks import HomeTask, register_home_tasks
from marketplace.orders.move_order import complete_orders, expire_orders, expire_payments
from marketplace.orders.own_orders import OpenOrder, list_open_own_orders
from marketplace.orders.plan import distance_km
from marketplace.orders.receive_money import ReceivedMoney, receive_money
from marketplace.orders.see_deposit import SeenLine, deposit_move, see_deposit
from marketplace.orders.share_setup import connect_seller, share_store
from marketplace.orders.show_payment import WaitingPayment, list_waiting_payments
from marketplace.orders.show_sharing import CardSharing, show_sharing
from marketplace.orders.states import STATE_NAMES
from marketplace.orders.stripe_access import (
    close_stripe,
    configured_stripe,
    open_stripe,
    stripe_in_use,
    stripe_settings,
)
from marketplace.orders.stuck_calls import StuckThing, resolve_stuck, show_stuck

__all__ = [
    "STATE_NAMES",
    "CardSharing",
    "DepositEndedError",
    "HomeTask",
    "OpenOrder",
    "ReceivedMoney",
    "SeenLine",
    "StuckThing",
    "WaitingPayment",
    "check_stripe",
    "check_stuck_calls",
    "close_stripe",
    "complete_orders",
    "configured_stripe",
    "connect_seller",
    "deposit_move",
    "distance_km",
    "expire_orders",
    "expire_payments",
    "handle_gateway_events",
    "list_open_own_orders",
    "list_waiting_payments",
    "make_gateway_calls",
    "open_stripe",
    "receive_money",
    "register_home_tasks",
    "resolve_stuck",
    "see_deposit",
    "share_store",
    "show_sharing",
    "show_stuck",
    "stripe_in_use",
    "stripe_settings",
]
