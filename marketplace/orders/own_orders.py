"""What a signed-in resident has ordered and not yet fetched: for the front page."""

from datetime import datetime

import msgspec

from marketplace.database import Connection
from marketplace.formats.dates import format_instant
from marketplace.ids import PersonId
from marketplace.orders import store
from marketplace.orders.buyer_views import STATE_KINDS
from marketplace.orders.states import state_name
from marketplace.web.render import translate


class OpenOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order that waits for somebody."""

    code: str
    tracking_token: str
    state: str
    fulfilment: str
    store_name: str
    total_rupiah: int
    hold_until: datetime | None
    time_zone: str

    def said(self, language: str) -> dict[str, object]:
        """The order in words, for a card."""
        text = translate(state_name(self.state, self.fulfilment), language)
        until = format_instant(self.hold_until, self.time_zone, language) if self.hold_until else ""
        return {
            "href": f"/pesanan/{self.tracking_token}",
            "code": self.code,
            "store": self.store_name,
            "total_rupiah": self.total_rupiah,
            "until": until,
            "state": {"kind": STATE_KINDS[self.state], "text": text},
        }


async def list_open_own_orders(connection: Connection, person_id: PersonId) -> list[OpenOrder]:
    """Orders that are placed, accepted or ready, the newest first, at most five; one statement."""
    rows = await store.list_open_person_orders(connection, person_id, limit=5)
    return [OpenOrder(**dict(row)) for row in rows]
