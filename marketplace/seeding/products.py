"""The 1.500 products: goods combined from families, flavours and sizes, in the words sellers really use.

A family says what can be made, its sizes and prices; each seller picks from its trade's families, writes names in its
own habit ("250 gr", "250g") and sets prices near the family's. Goods under a ceiling stay clearly below it, so that a
store can add its margin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from marketplace.seeding import licences
from marketplace.seeding.ceilings import highest_price
from marketplace.seeding.specs import LicenceSpec, ProductSpec, TierSpec
from marketplace.seeding.villages import bekasi_villages, read_data

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from marketplace.seeding.specs import SellerSpec

# (least quantity, percent off) of each scheme of grosir steps.
TIER_SCHEMES: dict[str, tuple[tuple[int, int], ...]] = {
    "grosir": ((6, 2), (24, 4)),
    "camilan": ((10, 6), (50, 12)),
    "kue": ((20, 5), (100, 11)),
    "busana": ((3, 4), (12, 10), (20, 14)),
    "boga": ((50, 4), (100, 8)),
    "none": (),
}
_BULK_UNITS = frozenset({"dus", "karung", "lusin", "kodi", "jerigen", "tray", "paket", "kotak"})
_SELLER_ROOM_PERCENT = 96  # a seller's price under a ceiling leaves the store at least 4 %
_SAME_GOOD = 0.82
_NOT_RESOLD = frozenset({"beras-sphp"})  # SPHP may not be sold on, so it has no grosir steps
_CONTENT = re.compile(r"^(?:peti )?(\d+(?:,\d+)?) (kg|g|ml|l)\b")
_PACKED = re.compile(r"^isi (\d+) x (\d+) (g|ml|l)\b")
_COUNTED = re.compile(r"^(?:isi|tray) (\d+)\b")
_IN_BASE: dict[str, tuple[int, Literal["gram", "ml"]]] = {
    "kg": (1000, "gram"),
    "g": (1, "gram"),
    "l": (1000, "ml"),
    "ml": (1, "ml"),
}
_UNIT_HABITS: tuple[dict[str, str], ...] = (
    {"g": " g", "kg": " kg", "ml": " ml", "l": " liter"},
    {"g": " gr", "kg": " kg", "ml": " ml", "l": " ltr"},
    {"g": "gr", "kg": "kg", "ml": "ml", "l": "L"},
    {"g": " gram", "kg": " kilo", "ml": " ml", "l": " liter"},
    {"g": " g", "kg": " kg", "ml": " ml", "l": " l"},
)
_SPELT = {"kripik": "keripik", "krupuk": "kerupuk", "peyek": "rempeyek", "sambel": "sambal"}
_MEASURE = re.compile(r"(?<=\d) (kg|g|ml|l)\b")


@dataclass(frozen=True, slots=True)
class _Size:
    label: str
    price_rupiah: int
    unit: str


@dataclass(frozen=True, slots=True)
class _Good:
    """One combination a seller may offer; `family` counts within the trade."""

    family: int
    name: str
    flavour: str
    size: _Size


@cache
def _families() -> dict[str, list[dict[str, Any]]]:
    trades: dict[str, list[dict[str, Any]]] = {}
    for name in ("goods_staples.toml", "goods_snacks.toml", "goods_homes.toml"):
        trades |= read_data(name)
    return trades


def room_of_trades() -> dict[str, int]:
    """How many different goods a seller of each trade can have at most."""
    return {
        trade: sum(
            len(family.get("kinds", [""])) * len(family.get("flavours", [""])) * len(family["sizes"])
            for family in families
        )
        for trade, families in _families().items()
    }


def build_products(random: Random, sellers: tuple[SellerSpec, ...], *, today: date) -> tuple[ProductSpec, ...]:
    """Every seller's goods, in seller order."""
    trades = read_data("trades.toml")
    products: list[ProductSpec] = []
    for seller_index, seller in enumerate(sellers):
        details = trades[seller.trade]
        habit = random.choice(_UNIT_HABITS)
        level_percent = random.randrange(94, 109)
        taken: set[str] = set()
        for good in _pick_goods(random, seller, details["unit"]):
            family = _families()[seller.trade][good.family]
            content_amount, content_unit = content_of(good.size.label)
            commodity = family.get("commodity") if content_unit != "pcs" else None
            price = _price(random, good.size.price_rupiah, level_percent, commodity, content_amount, today)
            number = len(products) + 1
            products.append(
                ProductSpec(
                    key=f"produk-{number:04d}",
                    seller_index=seller_index,
                    name=_name(random, good, seller, habit, taken),
                    description=_describe(random, family, details, seller),
                    category=details["category"],
                    unit=good.size.unit,
                    content_amount=content_amount,
                    content_unit=content_unit,
                    price_rupiah=price,
                    tiers=_tiers("none" if commodity in _NOT_RESOLD else details["tiers"], price, good.size.unit),
                    minimum_quantity=family.get("minimum", _minimum(details, good.size)),
                    licences=_licences(details, family, seller, number, today=today),
                    commodity=commodity,
                    is_halal=seller.halal_number is not None,
                    popularity=max(1, family["weight"] * random.randrange(40, 161) // 100),
                    state=_state(number),
                )
            )
    return tuple(products)


def content_of(label: str) -> tuple[int, Literal["gram", "ml", "pcs"]]:
    """Net content of a size label in base units: "1,2 kg" is 1200 gram, "isi 12 x 1 l" 12000 ml, "ukuran L" 1 pcs."""
    if packed := _PACKED.match(label):
        factor, unit = _IN_BASE[packed[3]]
        return int(packed[1]) * int(packed[2]) * factor, unit
    if measured := _CONTENT.match(label):
        factor, unit = _IN_BASE[measured[2]]
        whole, _, tenths = measured[1].partition(",")
        return int(whole) * factor + (int(tenths) * factor // 10 ** len(tenths) if tenths else 0), unit
    if counted := _COUNTED.match(label):
        return int(counted[1]), "pcs"
    return {"1 lusin": 12, "1 kodi": 20}.get(label, 1), "pcs"


def _pick_goods(random: Random, seller: SellerSpec, default_unit: str) -> list[_Good]:
    """Different goods, a family's sizes and flavours kept together the way one kitchen works."""
    candidates: list[tuple[float, _Good]] = []
    for index, family in enumerate(_families()[seller.trade]):
        liking = random.random() * family["weight"]
        names = family.get("kinds") or [random.choice(family["names"])]
        candidates.extend(
            (liking * random.uniform(0.5, 1), _Good(index, name, flavour, _size(text, default_unit)))
            for name in names
            for flavour in family.get("flavours", [""])
            for text in family["sizes"]
        )
    candidates.sort(key=lambda candidate: -candidate[0])
    chosen: list[_Good] = []
    spare: list[_Good] = []
    for _, good in candidates:
        (spare if any(_is_same(good, other) for other in chosen) else chosen).append(good)
    return (chosen + spare)[: seller.product_count]


def _is_same(good: _Good, other: _Good) -> bool:
    """Whether two goods differ only in spelling ("Brownies Kukus", "Brownis Kukus")."""
    return (
        good.flavour == other.flavour
        and good.size.label == other.size.label
        and SequenceMatcher(None, good.name, other.name).ratio() > _SAME_GOOD
    )


def _size(text: str, default_unit: str) -> _Size:
    label, _, rest = text.partition("=")
    price, _, unit = rest.partition("@")
    return _Size(label, int(price), unit or default_unit)


def _price(
    random: Random, usual: int, level_percent: int, commodity: str | None, content_amount: int, today: date
) -> int:
    """Set a price near the usual one, rounded as on a tag, under a ceiling with room for a margin."""
    if commodity is not None:
        price = usual * random.randrange(985, 1006) // 1000
        highest = highest_price(commodity, content_amount, today)
        if highest is not None:
            price = min(price, highest * _SELLER_ROOM_PERCENT // 100)
        return price // 100 * 100
    price = usual * level_percent // 100
    step = 100 if price < 4_000 else 500 if price < 100_000 else 1_000  # noqa: PLR2004
    return max(step, (price + step // 2) // step * step)


def _tiers(scheme: str, price: int, unit: str) -> tuple[TierSpec, ...]:
    """Make steps that really lower the price; packages that are wholesale already have none."""
    if unit in _BULK_UNITS:
        return ()
    step = 50 if price < 10_000 else 100  # noqa: PLR2004
    tiers: list[TierSpec] = []
    for minimum_quantity, percent_off in TIER_SCHEMES[scheme]:
        lowered = price * (100 - percent_off) // 100 // step * step
        if 0 < lowered < (tiers[-1].price_rupiah if tiers else price):
            tiers.append(TierSpec(minimum_quantity, lowered))
    return tuple(tiers)


def _minimum(details: dict[str, Any], size: _Size) -> int:
    """Apply the trade's least quantity to single pieces; a box is a quantity of its own."""
    return int(details.get("minimum", 1)) if size.unit == details["unit"] else 1


def _licences(
    details: dict[str, Any], family: dict[str, Any], seller: SellerSpec, number: int, *, today: date
) -> tuple[LicenceSpec, ...]:
    kind = family.get("licence", details["licence"])
    found: list[LicenceSpec] = []
    if kind == "pirt":
        bare = licences.food_licence("bpom_md", number, today=today)
        assert bare.expires_on is not None  # noqa: S101
        text = licences.pirt(
            package=details["package"],
            food_kind=details["food_kind"],
            regency_code=seller.village_code[:5],
            serial=number,
            expires_year=bare.expires_on.year,
        )
        found.append(LicenceSpec("pirt", text, bare.expires_on))
    elif kind != "none":
        found.append(licences.food_licence(kind, number, today=today))
    if seller.halal_number is not None:
        found.append(LicenceSpec("halal", seller.halal_number, None))
    return tuple(found)


def _name(random: Random, good: _Good, seller: SellerSpec, habit: dict[str, str], taken: set[str]) -> str:
    """Write the name as the seller does; about one in three carries the maker's name. None comes twice."""
    label = _MEASURE.sub(lambda match: habit[match[1]], good.size.label)
    label = " ".join(
        word if word[0].isdigit() or word in {"x", "g", "l", "+"} else _capital(word) for word in label.split()
    )
    parts = [good.name, good.flavour if good.flavour != "Original" or random.random() < 0.6 else ""]  # noqa: PLR2004
    if random.random() < 0.33:  # noqa: PLR2004
        parts.append(_maker(seller.name, good.name))
    if good.size.label not in {"1 pcs", "1 porsi", "1 bungkus", "sedang"}:
        parts.append(label)
    name = " ".join(part for part in parts if part)
    if name in taken:
        name = " ".join(part for part in (good.name, good.flavour, label, good.size.unit.capitalize()) if part)
    taken.add(name)
    return name


def _capital(word: str) -> str:
    return (
        word
        if word in {"kg", "gr", "gram", "ml", "ltr", "liter", "cm", "kilo", "orang"}
        else word[0].upper() + word[1:]
    )


def _maker(seller_name: str, good_name: str) -> str:
    """Give the whole name of the maker, or only its call name where the good's words would come twice."""
    said = {_SPELT.get(word, word) for word in good_name.lower().split()}
    if not said & {word.lower() for word in seller_name.split()}:
        return seller_name
    return next((who for who in read_data("call_names.toml")["who"] if seller_name.endswith(who)), "")


def _describe(random: Random, family: dict[str, Any], details: dict[str, Any], seller: SellerSpec) -> str:
    village = next(village for village in bekasi_villages() if village.code == seller.village_code)
    sentences = [family["text"], random.choice(details["closings"])]
    if random.random() < 0.5:  # noqa: PLR2004
        sentences.append(f"Dari {village.name}, {village.regency}.")
    return " ".join(sentences)


def _state(number: int) -> Literal["published", "draft", "paused"]:
    """Leave a few goods in draft or at rest, as in any real list."""
    if number % 97 == 0:
        return "draft"
    return "paused" if number % 79 == 0 else "published"
