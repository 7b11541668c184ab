"""What the buyer's pages say about a plan and an order: sentences for rules, steps and states, without SQL or HTML."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from marketplace.catalog import thumbnail_url
from marketplace.formats.distance import distance_text
from marketplace.formats.packs import Pack, UnitOption, packs_in_brackets, unit_option
from marketplace.formats.quantity import unit_name
from marketplace.formats.rupiah import format_rupiah
from marketplace.ids import StoreId
from marketplace.orders.plan import Plan, PlanLine, PlanOrder
from marketplace.orders.states import state_name
from marketplace.web.render import translate

# Why this store: the rule that routing.py found.
RULE_SENTENCES: Final = {
    "chosen": "Gerai pilihan Anda",
    "home": "Gerai di desa atau kelurahan Anda",
    "home_member": "Gerai koperasi Anda",
    "nearest": "Gerai terdekat yang punya barang ini",
    "nearest_open": "Gerai terdekat yang buka sekarang dan punya barang ini",
    "only_one": "Gerai yang kami temukan punya barang ini",
    "most_goods": "Punya paling banyak barang dari keranjang Anda",
    "rest": "Punya barang yang tidak ada di gerai lain dalam keranjang ini",
    "same_area": "Gerai di kecamatan atau kabupaten/kota Anda",
    "has_stock": "Punya semua barang ini",
}
# The steps a buyer follows; states after `handed_over` count as the end of the last.
PICKUP_STEPS_LABELS: Final = {
    "placed": "Menunggu gerai",
    "accepted": "Disiapkan",
    "ready": "Siap diambil",
    "handed_over": "Selesai",
}
DELIVERY_STEPS_LABELS: Final = {
    "placed": "Menunggu gerai",
    "accepted": "Disiapkan",
    "ready": "Siap diantar",
    "handed_over": "Selesai",
}
STATE_KINDS: Final = {
    "placed": "wait",
    "accepted": "info",
    "ready": "ok",
    "handed_over": "ok",
    "completed": "plain",
    "cancelled": "stop",
    "expired": "stop",
    "returned": "warn",
}
_WEEKDAY_LABELS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_DAY_SENTENCES: Final = {"closed": "tutup", "daily": "Setiap hari"}


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A store that the buyer may change to."""

    value: int
    text: str


class CartLineView(msgspec.Struct, frozen=True, kw_only=True):
    """One product of the cart as it is drawn; `old_rupiah` only where the price moved at the store chosen.

    Goods with larger units have `units` to choose from ("dus:12"), of which `chosen_unit` counts `chosen_quantity`.
    """

    product_id: int
    name: str
    unit: str
    quantity: int
    packs: str
    units: list[UnitOption]
    chosen_unit: str
    chosen_quantity: int
    unit_price_rupiah: int
    price_reason: str
    public_price_rupiah: int
    total_rupiah: int
    old_rupiah: int | None
    left: int | None
    is_made_to_order: bool
    is_counter_only: bool
    photo_url: str | None
    category: str
    options: list[Option]


class CartStoreView(msgspec.Struct, frozen=True, kw_only=True):
    """One store's part of the cart."""

    store_id: int
    name: str
    rule: str
    place: str | None
    distance: str | None
    is_open: bool
    is_member: bool
    may_deliver: bool
    delivery_fee_rupiah: int
    goods_rupiah: int
    is_counter_only: bool
    lines: list[CartLineView]


class UnservedView(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that no store can serve as they are in the cart; `options` are stores that could."""

    product_id: int
    name: str
    wanted: int
    left: int
    is_store_chosen: bool
    options: list[Option]


class CartView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole cart page. `is_placeless`: stores were found for somebody of whom no village is known."""

    stores: list[CartStoreView]
    unserved: list[UnservedView]
    goods_rupiah: int
    is_placeless: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.stores and not self.unserved


def rule_of(rule: str, *, is_member: bool) -> str:
    """Which sentence tells a rule: the home store is a member's own, or that of the buyer's village."""
    if rule == "home" and is_member:
        return "home_member"
    return rule if rule in RULE_SENTENCES else "has_stock"


def cart_view(plan: Plan, language: str, *, places: Mapping[StoreId, str | None]) -> CartView:
    """Put the plan into words; `places` names the village of stores whose distance is not known."""
    return CartView(
        stores=[_store(order, plan, language, places) for order in plan.orders],
        is_placeless=plan.village_code is None
        and not all(line.is_store_chosen for order in plan.orders for line in order.lines),
        unserved=[
            UnservedView(
                product_id=goods.product_id,
                name=goods.name,
                wanted=goods.wanted,
                left=goods.left,
                is_store_chosen=goods.is_store_chosen,
                options=_options(plan, goods.product_id, language, least=goods.wanted),
            )
            for goods in plan.unserved
        ],
        goods_rupiah=plan.goods_rupiah,
    )


def _store(order: PlanOrder, plan: Plan, language: str, places: Mapping[StoreId, str | None]) -> CartStoreView:
    return CartStoreView(
        store_id=order.store_id,
        name=order.store_name,
        rule=translate(RULE_SENTENCES[rule_of(order.rule, is_member=order.is_member)], language),
        place=places.get(order.store_id),
        distance=distance_text(order.distance_km, language),
        is_open=order.is_open,
        is_member=order.is_member,
        may_deliver=order.may_deliver,
        delivery_fee_rupiah=order.delivery_fee_rupiah,
        goods_rupiah=order.goods_rupiah,
        is_counter_only=any(line.is_counter_only for line in order.lines),
        lines=[
            CartLineView(
                product_id=line.product_id,
                name=line.name,
                unit=unit_name(line.unit_code, language),
                quantity=line.quantity,
                **_counted(line, language),
                unit_price_rupiah=line.unit_price_rupiah,
                price_reason=line.price_reason,
                public_price_rupiah=line.public_price_rupiah,
                total_rupiah=line.total_rupiah,
                old_rupiah=line.seen_price_rupiah
                if line.is_store_chosen and line.seen_price_rupiah != line.public_price_rupiah
                else None,
                left=line.available,
                is_made_to_order=line.source == "made_to_order",
                is_counter_only=line.is_counter_only,
                photo_url=thumbnail_url(line.photo_digest) if line.photo_digest else None,
                category=line.category_slug,
                options=_options(plan, line.product_id, language),
            )
            for line in order.lines
        ],
    )


def _counted(line: PlanLine, language: str) -> dict[str, Any]:
    """How a line is counted: in its largest unit that holds it evenly, with the others to choose from."""
    packs = line.conversions
    chosen = next((pack for pack in packs if line.quantity % pack.factor == 0), Pack(line.unit_code, 1))
    return {
        "packs": packs_in_brackets(line.quantity, line.unit_code, packs, language),
        "units": [unit_option(pack, line.unit_code, language) for pack in (Pack(line.unit_code, 1), *reversed(packs))]
        if packs
        else [],
        "chosen_unit": f"{chosen.unit_code}:{chosen.factor}",
        "chosen_quantity": line.quantity // chosen.factor,
    }


def _options(plan: Plan, product_id: int, language: str, *, least: int = 0) -> list[Option]:
    """Stores to change to; with `least` those alone that have so many, for choosing another one leads nowhere."""
    options = []
    for store in plan.alternatives.get(str(product_id), ()):
        if store["available"] is not None and store["available"] < least:
            continue
        parts = [str(store["store_name"]), format_rupiah(store["unit_price_rupiah"], language)]
        if distance := distance_text(store["distance_km"], language):
            parts.append(distance)
        if store["available"] is not None:
            parts.append(translate("sisa {n}", language, n=store["available"]))
        options.append(Option(value=store["store_id"], text=" · ".join(parts)))
    return options


class OrderStep(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an order's history."""

    text: str
    detail: str
    kind: str
    icon: str
    at: datetime


def steps_of(fulfilment: str, state: str, language: str) -> tuple[list[str], int]:
    """Steps of an order and which it stands at, from 1; one past the last when all are done."""
    labels = DELIVERY_STEPS_LABELS if fulfilment == "delivery" else PICKUP_STEPS_LABELS
    states = list(labels)
    at = len(states) + 1 if state in ("handed_over", "completed") else states.index(state) + 1
    return [translate(label, language) for label in labels.values()], at


def history_of(row: asyncpg.Record, language: str) -> list[OrderStep]:
    """An order's history, the latest first."""
    icons = {"stop": "circle-x", "wait": "clock", "warn": "undo-2"}
    return [
        OrderStep(
            text=translate(state_name(entry["state"], row["fulfilment"]), language),
            detail=translate(entry["reason"], language) if entry["reason"] else "",
            kind={"stop": "stop", "wait": "wait", "warn": "wait"}.get(STATE_KINDS[entry["state"]], "ok"),
            icon=icons.get(STATE_KINDS[entry["state"]], "check"),
            at=datetime.fromisoformat(entry["happened_at"]),
        )
        for entry in reversed(row["history"])
    ]


def hours_lines(rows: Sequence[Any], language: str) -> list[tuple[str, str]]:
    """Opening hours as (day, hours), every day of the week, or one line where all days are alike."""
    by_day: dict[int, list[str]] = {day: [] for day in range(1, 8)}
    for row in rows:
        by_day[row["weekday"]].append(f"{row['opens_at']}\u2013{row['closes_at']}")
    texts = [", ".join(by_day[day]).replace(":", ":" if language == "en" else ".") for day in by_day]
    if not any(texts):
        return []
    if len(set(texts)) == 1:
        return [(translate(_DAY_SENTENCES["daily"], language), texts[0])]
    closed = translate(_DAY_SENTENCES["closed"], language)
    return [(translate(label, language), text or closed) for label, text in zip(_WEEKDAY_LABELS, texts, strict=True)]
