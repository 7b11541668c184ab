"""For the operator: what moved on the platform's Stripe account and belongs to no store. Stores see their own only."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.errors import NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.policy import OPERATORS, only
from marketplace.orders import configured_stripe
from marketplace.reconciliation.pages import Amount
from marketplace.web.render import render_page
from payments.stripe import list_strange_movements, read_through

_SHOWN: Final = 100
_TIME_ZONE: Final = "Asia/Jakarta"
MOVEMENT_LABELS: Final = {
    "charge": "Pembayaran yang bukan milik gerai mana pun",
    "payment": "Pembayaran yang bukan milik gerai mana pun",
    "refund": "Pengembalian yang bukan milik gerai mana pun",
    "payment_refund": "Pengembalian yang bukan milik gerai mana pun",
    "adjustment": "Sengketa atau koreksi",
    "transfer": "Transfer yang bukan milik gerai mana pun",
    "transfer_refund": "Transfer yang ditarik kembali",
    "payout": "Pencairan yang berbeda dengan buku gerai",
    "payout_failure": "Pencairan yang gagal",
    "stripe_fee": "Biaya Stripe",
}
OTHER_MOVEMENT: Final = "Gerakan uang lain"


@get("/operator/stripe", opt=only(*OPERATORS))
async def strange_money_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What belongs to no store, the newest first, with its age."""
    if configured_stripe() is None:
        raise NotFoundError
    now = clock.now()
    async with database.connection() as connection:
        found = await list_strange_movements(connection, now=now, limit=_SHOWN)
        read = await read_through(connection)
    today = day_of(now, _TIME_ZONE)
    return render_page(
        request,
        "reconciliation/stripe.html",
        movements=[
            (
                one,
                Amount.of(one.net_sen),
                Amount.of(one.booked_sen),
                (today - day_of(one.happened_at, _TIME_ZONE)).days,
            )
            for one in found
        ],
        read=read,
        kinds=MOVEMENT_LABELS,
        other_kind=OTHER_MOVEMENT,
        time_zone=_TIME_ZONE,
    )


OPERATOR_PAGES: list[ControllerRouterHandler] = [strange_money_page]
