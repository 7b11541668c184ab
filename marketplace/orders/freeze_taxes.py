"""A sale keeps the taxes of the day on which it is paid (or invoiced, if that was before), whatever is set later.

UU PPN ps. 11: the tax is due when goods are delivered, or when they are paid if that comes first. Here nothing leaves
unpaid, so the day of the payment decides.
"""

from datetime import datetime

from marketplace.database import Connection
from marketplace.ids import OrderId, StoreId
from marketplace.orders import document_store
from marketplace.taxes import find_rates


async def freeze_taxes(connection: Connection, *, store_id: StoreId, order_id: OrderId, at: datetime) -> None:
    """Freeze the rates of a new or locked order. One statement where no tax is on, as in nearly all stores."""
    rates = await find_rates(connection, store_id=store_id, at=at)
    if rates.is_any:
        await document_store.insert_sale_taxes(connection, order_id=order_id, rates=rates, at=at)
