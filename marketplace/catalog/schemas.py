"""What goes in and out of catalog: the API's bodies and the use cases' commands and answers."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from marketplace.ids import OrganisationId, ProductId

Rupiah = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000, description="Whole rupiah")]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
BaseUnit = Literal["gram", "ml", "pcs"]
LicenceKind = Literal["pirt", "bpom", "halal", "sni"]
PauseReason = Annotated[Literal["licence"], msgspec.Meta(description="Why the market paused it, not its seller")]


class TierBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Grosir: from this quantity on, this price a unit."""

    from_quantity: Annotated[int, msgspec.Meta(ge=2, le=1_000_000)]
    price_rupiah: Rupiah


class ConversionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One larger unit holds `factor` of the product's own unit: 1 dus = 12 botol."""

    unit_code: str
    factor: Annotated[int, msgspec.Meta(ge=2, le=1_000_000)]


class LicenceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A licence number and the last day on which it is valid; None where it has none."""

    kind: LicenceKind
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    expires_on: date | None = None


class ProductBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a seller says about a product."""

    name: Annotated[str, msgspec.Meta(min_length=3, max_length=120)]
    description: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    category_slug: str
    unit_code: str
    content_quantity: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)] = 1
    base_unit: BaseUnit = "pcs"
    commodity_code: str | None = None
    price_rupiah: Rupiah
    min_quantity: Count = 1
    is_halal: bool = False
    tiers: Annotated[tuple[TierBody, ...], msgspec.Meta(max_length=6)] = ()
    conversions: Annotated[tuple[ConversionBody, ...], msgspec.Meta(max_length=6)] = ()
    licences: Annotated[tuple[LicenceBody, ...], msgspec.Meta(max_length=4)] = ()


class EditProductBody(ProductBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As ProductBody, with the version that the editor saw."""

    version: Annotated[int, msgspec.Meta(ge=1)]


class StepBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a product's way."""

    step: Literal["publish", "pause"]


class ProductAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A product after a command. `warnings` are sentences that do not refuse (a reference price).

    `is_back_on_sale`: it was off the market for a lapsed licence, and this renewal put it back.
    """

    product_id: ProductId
    state: str
    version: int
    warnings: list[str] = []
    is_back_on_sale: bool = False


class PhotoAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the photo of a product is served."""

    product_id: ProductId
    photo_url: str
    thumbnail_url: str


class SellerProduct(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a seller's own list."""

    id: ProductId
    name: str
    category_slug: str
    unit_code: str
    price_rupiah: int
    state: str
    paused_for: PauseReason | None
    photo_digest: str | None
    listing_count: int
    licence_until: date | None = None


class ProductDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A product with all that its seller edits."""

    id: ProductId
    seller_id: OrganisationId
    name: str
    description: str
    category_slug: str
    unit_code: str
    content_quantity: int
    base_unit: BaseUnit
    commodity_code: str | None
    price_rupiah: int
    min_quantity: int
    is_halal: bool
    photo_digest: str | None
    state: str
    paused_for: PauseReason | None
    version: int
    updated_at: datetime
    tiers: tuple[TierBody, ...] = ()
    conversions: tuple[ConversionBody, ...] = ()
    licences: tuple[LicenceBody, ...] = ()
