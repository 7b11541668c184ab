"""The plain values that the demonstration data consists of.

Everything is frozen and free of the database, so that generators can be tested alone and the loader can turn whole
lists into a few statements. Amounts are whole rupiah, contents whole base units (gram, ml, pcs), days are dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

LegalStatus = Literal["musdes", "akta", "sk_ahu", "operating"]
BuyerKind = Literal["guest", "resident", "member"]
Channel = Literal["counter", "online"]
Outcome = Literal["completed", "cancelled", "expired", "returned", "placed", "accepted", "ready"]


@dataclass(frozen=True, slots=True)
class Village:
    """A desa or kelurahan of Bekasi with an approximate position, good enough for "nearest" in a demonstration."""

    code: str
    name: str
    kind: Literal["desa", "kelurahan"]
    district_code: str
    district: str
    regency_code: str
    regency: str
    postal_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class LicenceSpec:
    """A licence number of valid shape that no authority has issued. `expires_on` is None where it has no end."""

    kind: Literal["pirt", "bpom_md", "bpom_tr", "bpom_na", "halal"]
    number: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class SellerSpec:
    """An invented micro or small business. `product_count` is how many goods it offers."""

    key: str
    name: str
    trade: str
    scale: Literal["mikro", "kecil"]
    categories: tuple[str, ...]
    village_code: str
    address: str
    phone: str
    nib: str | None
    halal_number: str | None
    since_on: date
    verified_on: date
    description: str
    product_count: int


@dataclass(frozen=True, slots=True)
class TierSpec:
    """A grosir step: from `minimum_quantity` sale units on, each costs `price_rupiah`."""

    minimum_quantity: int
    price_rupiah: int


@dataclass(frozen=True, slots=True)
class ProductSpec:
    """A good or service of a seller, priced per sale unit `unit` that holds `content_amount` of `content_unit`."""

    key: str
    seller_index: int
    name: str
    description: str
    category: str
    unit: str
    content_amount: int
    content_unit: Literal["gram", "ml", "pcs"]
    price_rupiah: int
    tiers: tuple[TierSpec, ...]
    minimum_quantity: int
    licences: tuple[LicenceSpec, ...]
    commodity: str | None
    is_halal: bool
    popularity: int
    state: Literal["published", "draft", "paused"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Sellers and products; a product names its seller by position."""

    sellers: tuple[SellerSpec, ...]
    products: tuple[ProductSpec, ...]


@dataclass(frozen=True, slots=True)
class PriceRuleSpec:
    """A ceiling (HET) that refuses or a reference (HAP) that warns, for `per_amount` base units, from a day on.

    `zone` is "1", "2", "3", "nasional" or a region code for a local decree; `effective_until` is the last day.
    """

    kind: Literal["het", "hap"]
    commodity: str
    zone: str
    amount_rupiah: int
    per_amount: int
    effective_from: date
    effective_until: date | None


@dataclass(frozen=True, slots=True)
class PartnerSpec:
    """A regional enterprise. The names of public institutions are real; everything they offer here is demo data."""

    key: str
    name: str
    legal_form: Literal["Perumda", "Perseroda", "BPRS"]
    region_code: str
    field: str
    description: str


@dataclass(frozen=True, slots=True)
class OfferSpec:
    """A partnership offer after PP 7/2021 ps. 106. `ladder` steps lower the price as the quantity rises."""

    key: str
    partner_key: str
    title: str
    pattern: str
    subject: Literal["goods", "service"]
    category: str | None
    unit: str
    ladder: tuple[TierSpec, ...]
    minimum_quantity: int
    quota: int
    region_code: str
    starts_on: date
    ends_on: date
    payment_term: Literal["tunai", "cod", "tempo", "konsinyasi"]
    payment_days: int | None
    description: str


@dataclass(frozen=True, slots=True)
class StatusSpec:
    """One dated step of a cooperative's legal history; `document` is the number of the paper that proves it."""

    status: LegalStatus
    since_on: date
    document: str | None


@dataclass(frozen=True, slots=True)
class StoreHours:
    """One opening of an ISO weekday (1 is Monday) in local time; a day with a midday break has two."""

    weekday: int
    opens_at: time
    closes_at: time


@dataclass(frozen=True, slots=True)
class CooperativeSpec:
    """A village's cooperative and its store (gerai). `size` tells how busy the demonstration makes it."""

    key: str
    name: str
    short_name: str
    kind: Literal["KDMP", "KKMP"]
    village_code: str
    nik_koperasi: str
    history: tuple[StatusSpec, ...]
    store_name: str
    address: str
    phone: str
    latitude: float
    longitude: float
    hours: tuple[StoreHours, ...]
    coverage_codes: tuple[str, ...]
    delivery_fee_rupiah: int | None
    size: Literal["busy", "small"]
    member_count: int


@dataclass(frozen=True, slots=True)
class ListingSpec:
    """A product on sale at a store, with its prices there and the stock that is left today (None: made to order).

    `cost_rupiah` is what one unit costs the cooperative (own stock); `fee_basis_points` its part of others' goods.
    """

    store_index: int
    product_index: int
    source: Literal["own_stock", "consignment", "made_to_order"]
    price_rupiah: int
    member_price_rupiah: int | None
    cost_rupiah: int
    fee_basis_points: int
    stock_today: int | None
    listed_on: date


@dataclass(frozen=True, slots=True)
class OrderLineSpec:
    """`listing_index` counts in the whole list of listings; `unit_price_rupiah` is what this buyer paid per unit."""

    listing_index: int
    quantity: int
    unit_price_rupiah: int


@dataclass(frozen=True, slots=True)
class OrderSpec:
    """One order or counter sale; instants are aware UTC. `member_number` is set for members only."""

    number: int
    store_index: int
    channel: Channel
    fulfilment: Literal["pickup", "delivery"]
    buyer_kind: BuyerKind
    member_number: int | None
    placed_at: datetime
    accepted_at: datetime | None
    ready_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome
    reason: str
    lines: tuple[OrderLineSpec, ...]
    delivery_fee_rupiah: int
    total_rupiah: int
    cash_tendered_rupiah: int | None


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role held at an organisation, which is named by the key of its spec."""

    role: str
    organisation_kind: Literal["cooperative", "seller", "partner", "agency", "operator"]
    organisation_key: str


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """An invented person for the demonstration sign-ins."""

    key: str
    name: str
    email: str
    phone: str
    home_village_code: str
    roles: tuple[RoleSpec, ...]


@dataclass(frozen=True, slots=True)
class AgencySpec:
    """The office that watches over the cooperatives of one kabupaten or kota."""

    key: str
    name: str
    region_code: str
