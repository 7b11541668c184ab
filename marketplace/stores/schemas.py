"""What goes in and out of stores: settings, listings, and what the public sees of goods and stores."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from marketplace.formats.packs import Pack
from marketplace.ids import ListingId, OrganisationId, ProductId, StoreId
from marketplace.stores.hours import Spell
from marketplace.stores.prices import Tier

Source = Literal["own_stock", "consignment", "made_to_order"]
Price = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000, description="Whole rupiah")]
Text160 = Annotated[str, msgspec.Meta(max_length=160)]
Minute = Annotated[int, msgspec.Meta(ge=0, le=1440)]


class SpellBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One spell of opening; weekday 1 is Monday, minutes since midnight."""

    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)]
    opens_minute: Minute
    closes_minute: Minute


class StoreBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of a store; `version` is the one the editor saw."""

    version: Annotated[int, msgspec.Meta(ge=0)]
    name: Annotated[str, msgspec.Meta(min_length=3, max_length=160)]
    address: Text160 = ""
    landmark: Text160 = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    latitude: Annotated[float, msgspec.Meta(ge=-12, le=7)] | None = None
    longitude: Annotated[float, msgspec.Meta(ge=94, le=142)] | None = None
    is_active: bool = True
    is_delivering: bool = False
    delivery_fee_rupiah: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    hold_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 24
    hours: Annotated[tuple[SpellBody, ...], msgspec.Meta(max_length=28)] = ()


class StoreAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A store after a command."""

    store_id: StoreId
    version: int


class CoverageBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A village that the store delivers to, or no longer."""

    village_code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}$")]
    is_covered: bool


class ListingBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a store sells a product. Own stock has a cost; consignment and made to order have a fee."""

    source: Source
    price_rupiah: Price
    member_price_rupiah: Price | None = None
    cost_rupiah: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0
    fee_basis_points: Annotated[int, msgspec.Meta(ge=0, le=10_000, description="2000 is 20 %")] = 0


class NewListingBody(ListingBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As ListingBody, for a product that the store does not list yet."""

    product_id: ProductId


class EditListingBody(ListingBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As ListingBody, with the version that the editor saw."""

    version: Annotated[int, msgspec.Meta(ge=1)]


class ListingStepBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a listing off the shelf or put it back."""

    step: Literal["pause", "resume"]


class ListingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A listing after a command. `warnings` are sentences that do not refuse."""

    listing_id: ListingId
    state: str
    version: int
    warnings: list[str] = []


class OwnListing(msgspec.Struct, frozen=True, kw_only=True):
    """A listing as its store sees it. `lapsed_licence` and `lapsed_on`: why the market took the product off sale."""

    id: ListingId
    product_id: ProductId
    name: str
    unit_code: str
    category_slug: str
    photo_digest: str | None
    product_state: str
    product_price_rupiah: int
    seller_id: OrganisationId
    seller_name: str
    source: Source
    price_rupiah: int
    member_price_rupiah: int | None
    cost_rupiah: int
    fee_basis_points: int
    state: str
    version: int
    on_hand: int
    reserved: int
    conversions: tuple[Pack, ...] = ()
    lapsed_licence: str | None = None
    lapsed_on: date | None = None


class ShownProduct(msgspec.Struct, frozen=True, kw_only=True):
    """One product in a public list; `price_rupiah` is the lowest at a store, or the seller's where none lists it.

    `store_count` is at most 100, which stands for as many or more.
    """

    id: ProductId
    name: str
    category_slug: str
    unit_code: str
    seller_id: OrganisationId
    seller_name: str
    photo_url: str | None
    price_rupiah: int
    store_count: int
    is_halal: bool


class Licence(msgspec.Struct, frozen=True, kw_only=True):
    """A licence number as shown to buyers."""

    kind: str
    number: str
    expires_on: str | None


class ProductOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A store that sells the product. `left` is None for goods made to order; the member price only for members."""

    listing_id: ListingId
    store_id: StoreId
    store_name: str
    village: str
    distance_km: float | None
    is_open: bool
    is_delivering: bool
    source: Source
    price_rupiah: int
    member_price_rupiah: int | None
    has_member_price: bool
    is_member: bool
    left: int | None
    tiers: list[Tier] = []


class ShownProductDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A product's public page."""

    id: ProductId
    name: str
    description: str
    category_slug: str
    unit_code: str
    content_quantity: int
    base_unit: str
    min_quantity: int
    is_halal: bool
    is_counter_only: bool
    seller_id: OrganisationId
    seller_name: str
    seller_place: str
    photo_url: str | None
    price_rupiah: int
    conversions: list[Pack]
    licences: list[Licence]
    offers: list[ProductOffer]


class ShownListing(msgspec.Struct, frozen=True, kw_only=True):
    """Goods on a store's public page."""

    listing_id: ListingId
    product_id: ProductId
    name: str
    category_slug: str
    unit_code: str
    photo_url: str | None
    price_rupiah: int
    member_price_rupiah: int | None
    left: int | None


class ShownStore(msgspec.Struct, frozen=True, kw_only=True):
    """A store in a public list."""

    id: StoreId
    name: str
    village: str
    regency: str
    address: str
    is_open: bool
    is_delivering: bool
    distance_km: float | None = None


class StoreDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A store's settings and its public page."""

    id: StoreId
    cooperative_id: OrganisationId
    cooperative_name: str
    name: str
    village_code: str
    village: str
    district: str
    regency: str
    address: str
    landmark: str
    phone: str | None
    latitude: float | None
    longitude: float | None
    time_zone: str
    is_active: bool
    is_delivering: bool
    delivery_fee_rupiah: int
    hold_hours: int
    version: int
    hours: tuple[Spell, ...]
    coverage: tuple[dict[str, Any], ...] = ()
