"""What each store has on its shelves: a village shop's staples first, then goods of makers from nearby.

Own stock is bought from the seller and sold with a margin, consignment stays the maker's and leaves the cooperative a
fee, services and cooked-to-order goods are passed on. Member price <= public price <= ceiling always holds.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Literal

from marketplace.seeding.ceilings import highest_price
from marketplace.seeding.specs import ListingSpec
from marketplace.seeding.villages import bekasi_villages, squared_distance

if TYPE_CHECKING:
    from marketplace.seeding.specs import Catalogue, CooperativeSpec, ProductSpec, Village

_ORDERED_CATEGORIES = frozenset({"jasa", "lauk", "kue-basah"})
_CONSIGNED_CATEGORIES = frozenset(
    {"makanan-ringan", "minuman", "bumbu-sambal", "madu-herbal", "kerajinan", "fesyen", "kecantikan", "frozen-food"}
)
_STAPLES_OF_EACH_STORE = {"busy": 34, "small": 7}
_LOCAL_GOODS_OF_EACH_STORE = {"busy": (55, 95), "small": (2, 8)}
_NEAR_POOL = 420
_STOCK_OF_A_PACKAGE = ((20_000, 12, 70), (100_000, 4, 30), (10**9, 1, 8))  # (up to rupiah, least, most)


def build_listings(
    seed: int, catalogue: Catalogue, cooperatives: tuple[CooperativeSpec, ...], *, today: date
) -> tuple[ListingSpec, ...]:
    """Make the listings in store order; each (store, product) once, published products only."""
    random = Random(f"listings-{seed}")  # noqa: S311
    villages = {village.code: village for village in bekasi_villages()}
    published = [index for index, product in enumerate(catalogue.products) if product.state == "published"]
    staples = [index for index in published if catalogue.products[index].category == "sembako"]
    listings: list[ListingSpec] = []
    for store_index, cooperative in enumerate(cooperatives):
        near = _nearest_products(catalogue, published, villages[cooperative.village_code], villages)
        chosen = dict.fromkeys(_choose_staples(random, catalogue, staples, _STAPLES_OF_EACH_STORE[cooperative.size]))
        least, most = _LOCAL_GOODS_OF_EACH_STORE[cooperative.size]
        wanted = len(chosen) + random.randrange(least, most + 1)
        for product_index in _weighted_order(random, catalogue, near):
            if len(chosen) >= wanted:
                break
            chosen.setdefault(product_index)
        opened_on = cooperative.history[-1].since_on
        listings.extend(
            _list(random, store_index, product_index, catalogue.products[product_index], opened_on, today)
            for product_index in chosen
        )
    return tuple(listings)


def _choose_staples(random: Random, catalogue: Catalogue, staples: list[int], count: int) -> list[int]:
    """One offer of each regulated commodity first, then other staples by popularity, no two alike."""
    chosen: list[int] = []
    seen: set[tuple[str, int]] = set()
    shuffled = sorted(staples, key=lambda index: -catalogue.products[index].popularity * random.uniform(0.4, 1))
    for is_commodity_turn in (True, False):
        for index in shuffled:
            product = catalogue.products[index]
            if len(chosen) >= count:
                return chosen
            mark = (product.commodity or " ".join(product.name.split()[:2]), product.content_amount)
            if (product.commodity is not None) is is_commodity_turn and mark not in seen:
                seen.add(mark)
                chosen.append(index)
    return chosen


def _nearest_products(
    catalogue: Catalogue, published: list[int], home: Village, villages: dict[str, Village]
) -> list[int]:
    def distance(index: int) -> float:
        seller = catalogue.sellers[catalogue.products[index].seller_index]
        return squared_distance(home, villages[seller.village_code])

    goods = [index for index in published if catalogue.products[index].category != "sembako"]
    return sorted(goods, key=lambda index: (distance(index), index))[:_NEAR_POOL]


def _weighted_order(random: Random, catalogue: Catalogue, near: list[int]) -> list[int]:
    """Shuffle so that popular goods tend to come first."""
    return sorted(near, key=lambda index: random.expovariate(1) / catalogue.products[index].popularity)


def _list(
    random: Random, store_index: int, product_index: int, product: ProductSpec, opened_on: date, today: date
) -> ListingSpec:
    source: Literal["own_stock", "consignment", "made_to_order"] = "own_stock"
    if product.category in _ORDERED_CATEGORIES and (product.category == "jasa" or random.random() < 0.55):  # noqa: PLR2004
        source = "made_to_order"
    elif product.category in _CONSIGNED_CATEGORIES and random.random() < 0.6:  # noqa: PLR2004
        source = "consignment"
    fee = 0 if source == "own_stock" else random.choice((1_000, 1_200, 1_500, 2_000))
    price = _store_price(random, product, fee, today)
    member_price = _member_price(random, price, product.price_rupiah if source == "own_stock" else price * 24 // 25)
    first_day = max(opened_on, today - timedelta(days=300))
    listed_on = min(today - timedelta(days=91), first_day + timedelta(days=random.randrange(60)))
    return ListingSpec(
        store_index=store_index,
        product_index=product_index,
        source=source,
        price_rupiah=price,
        member_price_rupiah=member_price,
        cost_rupiah=product.price_rupiah if source == "own_stock" else 0,
        fee_basis_points=fee,
        stock_today=None if source == "made_to_order" else _stock(random, price),
        listed_on=listed_on,
    )


def _store_price(random: Random, product: ProductSpec, fee_basis_points: int, today: date) -> int:
    """Add a margin of 4 to 14 percent, or so much that the fee leaves the maker its price.

    Rounded as on a tag, never above the ceiling.
    """
    if fee_basis_points:
        price = product.price_rupiah * 10_000 // (10_000 - fee_basis_points)
    else:
        price = product.price_rupiah * random.randrange(1040, 1141) // 1000
    step = 100 if price < 10_000 else 500  # noqa: PLR2004
    price = (price + step - 1) // step * step
    if product.commodity is not None:
        highest = highest_price(product.commodity, product.content_amount, today)
        if highest is not None:
            price = min(price, highest // 100 * 100)
    return price


def _member_price(random: Random, price: int, least: int) -> int | None:
    """Four of five goods are cheaper for members; a part of what lies above `least` is theirs."""
    if random.random() < 0.2:  # noqa: PLR2004
        return None
    lowered = price - (price - least) * random.randrange(25, 61) // 100
    lowered = lowered // 100 * 100
    return lowered if least <= lowered < price else None


def _stock(random: Random, price: int) -> int:
    """Say what is left today: some shelves are empty, some nearly; dear goods lie in ones and twos."""
    chance = random.random()
    if chance < 0.03:  # noqa: PLR2004
        return 0
    if chance < 0.1:  # noqa: PLR2004
        return random.randrange(1, 4)
    least, most = next((least, most) for up_to, least, most in _STOCK_OF_A_PACKAGE if price <= up_to)
    return random.randrange(least, most + 1)
