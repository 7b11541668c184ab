"""An order as the store's people see it on a page: words for codes, the contact opened only for those who serve it."""

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from marketplace.actor import Actor
from marketplace.formats.distance import distance_text
from marketplace.formats.phone import format_phone, whatsapp_link
from marketplace.http.policy import STORE_STAFF
from marketplace.orders.buyer_views import STATE_KINDS
from marketplace.orders.report import SOURCE_LABELS
from marketplace.orders.states import OPEN_STATES, state_name
from marketplace.sealing import CannotOpenError, current_sealer
from marketplace.web.render import translate

FULFILMENT_LABELS: Final = {
    "pickup": "Ambil di gerai",
    "delivery": "Diantar gerai",
    "counter": "Beli langsung di gerai",
}
RULE_LABELS: Final = {
    "chosen": "Pembeli memilih gerai ini.",
    "home": "Ini gerai koperasi di desa atau kelurahan pembeli.",
    "home_member": "Pembeli anggota koperasi ini.",
    "nearest": "Ini gerai terdekat yang punya semua barangnya.",
    "nearest_open": "Ini gerai terdekat yang sedang buka dan punya semua barangnya.",
    "only_one": "Tidak ditemukan gerai lain yang punya barangnya.",
    "most_goods": "Gerai ini punya paling banyak barang dari keranjang pembeli.",
    "rest": "Gerai ini punya barang yang tidak ada di gerai lain dalam pesanan yang sama.",
    "same_area": "Gerai ini sekecamatan atau sekabupaten/kota dengan pembeli.",
    "has_stock": "Gerai ini punya semua barangnya.",
    "counter": "Dijual langsung di kasir.",
}
# Afterwards nobody at the store needs to ring the buyer any more.
_STATES_WITH_CONTACT: Final = frozenset({*OPEN_STATES, "handed_over"})


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to hand the goods to, opened from its seal."""

    name: str
    phone: str
    call_href: str
    whatsapp_href: str | None
    address: str


def open_contact(row: asyncpg.Record, *, actor: Actor, language: str) -> Contact | None:
    """Open the buyer's contact for staff of the order's store while the order is alive; None for everybody else."""
    hat = actor.hat
    is_staff = hat is not None and hat.role in STORE_STAFF and hat.store_id == row["store_id"]
    if not is_staff or row["contact_sealed"] is None or row["state"] not in _STATES_WITH_CONTACT:
        return None
    sealer = current_sealer()
    try:
        known = msgspec.json.decode(sealer.open_sealed(row["contact_sealed"], purpose="order.contact"))
        address = (
            sealer.open_sealed(row["address_sealed"], purpose="order.address")
            if row["address_sealed"] is not None
            else ""
        )
    except (CannotOpenError, msgspec.DecodeError):
        return None
    phone = str(known.get("phone", ""))
    # The text travels in an address: the code is enough for the buyer to know, and tells nobody else anything.
    text = translate("Pesanan {code} di {store}.", language, code=row["code"], store=row["store_name"])
    if row["state"] == "ready":
        ready = "Pesanan {code} siap diambil di {store}."
        if row["fulfilment"] == "delivery":
            ready = "Pesanan {code} siap diantar dari {store}."
        text = translate(ready, language, code=row["code"], store=row["store_name"])
    return Contact(
        name=str(known.get("name", "")),
        phone=format_phone(phone) if phone else "",
        call_href=f"tel:{phone}",
        whatsapp_href=whatsapp_link(phone, text) if phone else None,
        address=address,
    )


def order_view(row: asyncpg.Record, *, actor: Actor, language: str) -> dict[str, Any]:
    """Values of the templates that show one order."""
    routing = row["routing"] or {}
    name = routing.get("rule", "")
    rule = RULE_LABELS.get("home_member" if name == "home" and row["is_member"] else name)
    return {
        "code": row["code"],
        "state": row["state"],
        "state_text": translate(state_name(row["state"], row["fulfilment"]), language),
        "state_kind": STATE_KINDS[row["state"]],
        "is_open": row["state"] in OPEN_STATES,
        "is_paid": row["paid_at"] is not None,
        "may_be_returned": row["paid_at"] is not None and row["state"] in (*OPEN_STATES, "handed_over", "completed"),
        "fulfilment": translate(FULFILMENT_LABELS[row["fulfilment"]], language),
        "is_delivered": row["fulfilment"] == "delivery",
        "is_member": row["is_member"],
        "goods_rupiah": row["goods_rupiah"],
        "delivery_rupiah": row["delivery_rupiah"],
        "total_rupiah": row["total_rupiah"],
        "placed_at": row["placed_at"],
        "paid_at": row["paid_at"],
        "hold_until": row["hold_until"],
        "note": row["note"],
        "why": translate(rule, language) if rule else None,
        "distance": distance_text(routing.get("distance_km"), language),
        "lines": [
            {**line, "source_text": translate(SOURCE_LABELS[line["source"]], language)} for line in row["lines"] or []
        ],
        "unit_count": sum(line["quantity"] - line["cancelled_quantity"] for line in row["lines"] or []),
        "history": [
            {
                "state_text": translate(state_name(step["state"], row["fulfilment"]), language),
                "kind": {"stop": "stop", "wait": "wait", "warn": "stop"}.get(STATE_KINDS[step["state"]], "ok"),
                "happened_at": datetime.fromisoformat(step["happened_at"]),
                "reason": step["reason"],
            }
            for step in row["history"] or []
        ],
        "contact": open_contact(row, actor=actor, language=language),
    }
