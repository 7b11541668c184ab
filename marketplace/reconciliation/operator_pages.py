"""For the operator: what moved on the platform's Stripe account and belongs to no store, and what got stuck there.

Stores see their own only.
"""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.forms import read_form, see_other
from marketplace.http.policy import OPERATORS, only
from marketplace.orders import configured_stripe, resolve_stuck, show_stuck
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
STUCK_LABELS: Final = {
    "refund": "Pengembalian ke kartu",
    "transfer": "Bagian pemasok",
    "reversal": "Bagian pemasok yang ditarik kembali",
    "look": "Halaman pembayaran yang tidak terbaca",
    "look_refund": "Pengembalian yang belum selesai di Stripe",
    "expire": "Halaman pembayaran yang belum tertutup",
    "event": "Kabar dari Stripe yang gagal diolah",
}
STUCK_SENTENCES: Final = {
    "refused": "Stripe menolak. Uangnya tercatat masih terutang dan bisa diminta lagi dari pesanannya.",
    "given_up": "Belum diketahui apakah Stripe melakukannya.",
    "event": "Berulang kali gagal diolah. Bila diperiksa, isinya diambil lagi dari Stripe.",
}
_LOOKED: Final = {
    "done": "Stripe sudah menjawab, dan yang terjadi di sana sekarang tercatat.",
    "refused": "Stripe tidak melakukannya. Uangnya tercatat terutang lagi dan bisa diminta lagi.",
    "waiting": "Stripe belum menjawab. Pekerja latar belakang akan terus memeriksanya.",
    "given_up": "Stripe tidak menjawab. Coba lagi nanti.",
}
_SEEN: Final = "Sudah ditandai dilihat."


@get("/operator/stripe", opt=only(*OPERATORS))
async def strange_money_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What belongs to no store, the newest first, with its age."""
    if configured_stripe() is None:
        raise NotFoundError
    now = clock.now()
    async with database.connection() as connection:
        found = await list_strange_movements(connection, now=now, limit=_SHOWN)
        read = await read_through(connection)
    stuck = await show_stuck()
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
        stuck=[(one, (today - day_of(one.since, _TIME_ZONE)).days) for one in stuck],
        stuck_labels=STUCK_LABELS,
        stuck_sentences=STUCK_SENTENCES,
        kinds=MOVEMENT_LABELS,
        other_kind=OTHER_MOVEMENT,
        time_zone=_TIME_ZONE,
    )


@post("/operator/stripe/periksa", opt=only(*OPERATORS))
async def submit_look(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """Ask Stripe what became of something that got stuck; of what Stripe refused, note that it was seen."""
    if configured_stripe() is None:
        raise NotFoundError
    form = await read_form(request)
    looked = await resolve_stuck(str(form.get("key", "")), actor=actor)
    return see_other("/operator/stripe", notice=_SEEN if form.get("was") == "refused" else _LOOKED[looked.state])


OPERATOR_PAGES: list[ControllerRouterHandler] = [strange_money_page, submit_look]
