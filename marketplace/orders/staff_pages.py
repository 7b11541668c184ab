"""All pages of the cooperative's people about orders and cash, by the modules that hold them."""

from litestar.types import ControllerRouterHandler

from marketplace.orders.pages_card import PAGES as CARD_PAGES
from marketplace.orders.pages_channels import PAGES as CHANNEL_PAGES
from marketplace.orders.pages_counter import PAGES as COUNTER_PAGES
from marketplace.orders.pages_deposits import PAGES as DEPOSIT_PAGES
from marketplace.orders.pages_documents import PAGES as DOCUMENT_PAGES
from marketplace.orders.pages_pay import PAGES as PAY_PAGES
from marketplace.orders.pages_receipt import PAGES as RECEIPT_PAGES
from marketplace.orders.pages_returns import PAGES as RETURN_PAGES
from marketplace.orders.pages_sell import PAGES as SELL_PAGES
from marketplace.orders.pages_store_orders import PAGES as STORE_ORDER_PAGES
from marketplace.orders.pages_tab import PAGES as TAB_PAGES
from marketplace.orders.pages_till import PAGES as TILL_PAGES
from marketplace.orders.report_pages import PAGES as REPORT_PAGES

PAGES: list[ControllerRouterHandler] = [
    *CARD_PAGES,
    *CHANNEL_PAGES,
    *COUNTER_PAGES,
    *DEPOSIT_PAGES,
    *DOCUMENT_PAGES,
    *PAY_PAGES,
    *RECEIPT_PAGES,
    *REPORT_PAGES,
    *RETURN_PAGES,
    *SELL_PAGES,
    *STORE_ORDER_PAGES,
    *TAB_PAGES,
    *TILL_PAGES,
]
