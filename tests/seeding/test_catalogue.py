"""The invented catalogue: counts, shapes, ceilings, no borrowed identities."""

from __future__ import annotations

import re
from collections import Counter

from lokal import wilayah

from marketplace.formats.quantity import UNITS
from marketplace.organisations.identity_numbers import IdentityKind, parse_identity_number
from marketplace.seeding.catalogue import CATEGORIES, build_catalogue
from marketplace.seeding.ceilings import highest_price, rule_on
from marketplace.seeding.products import content_of
from tests.seeding.conftest import SEED, TODAY, Demonstration

_KINDS: dict[str, IdentityKind] = {"pirt": "pirt", "halal": "halal"}


def test_same_seed_and_day_give_the_same_catalogue(demonstration: Demonstration) -> None:
    assert build_catalogue(SEED, today=TODAY) == demonstration.catalogue
    assert build_catalogue(SEED + 1, today=TODAY) != demonstration.catalogue


def test_catalogue_has_150_sellers_and_1500_products(demonstration: Demonstration) -> None:
    catalogue = demonstration.catalogue
    assert len(catalogue.sellers) == 150
    assert len(catalogue.products) == 1_500
    assert {product.category for product in catalogue.products} == set(CATEGORIES)
    assert {product.unit for product in catalogue.products} <= {unit.code for unit in UNITS}
    assert min(Counter(product.category for product in catalogue.products).values()) >= 30


def test_names_are_unique_where_buyers_would_confuse_them(demonstration: Demonstration) -> None:
    catalogue = demonstration.catalogue
    assert len({seller.name for seller in catalogue.sellers}) == 150
    assert len({seller.key for seller in catalogue.sellers}) == 150
    assert len({product.key for product in catalogue.products}) == 1_500
    assert len({(product.seller_index, product.name) for product in catalogue.products}) == 1_500
    assert len({product.name for product in catalogue.products}) > 1_300


def test_each_seller_offers_as_many_goods_as_said(demonstration: Demonstration) -> None:
    catalogue = demonstration.catalogue
    counts = Counter(product.seller_index for product in catalogue.products)
    assert [counts[index] for index in range(150)] == [seller.product_count for seller in catalogue.sellers]


def test_sellers_live_in_villages_of_bekasi(demonstration: Demonstration) -> None:
    for seller in demonstration.catalogue.sellers:
        assert wilayah.wilayah_name(seller.village_code) is not None
        assert seller.village_code[:5] in {"32.75", "32.16"}
        assert seller.since_on <= seller.verified_on < TODAY


def test_goods_under_a_ceiling_leave_room_below_it(demonstration: Demonstration) -> None:
    checked: Counter[str] = Counter()
    for product in demonstration.catalogue.products:
        if product.commodity is None:
            continue
        highest = highest_price(product.commodity, product.content_amount, TODAY)
        if highest is not None:
            assert product.price_rupiah < highest, product.name
            checked[product.commodity] += 1
    assert set(checked) == {"beras-medium", "beras-premium", "beras-sphp", "minyakita"}


def test_goods_under_a_reference_price_do_not_exceed_it(demonstration: Demonstration) -> None:
    for product in demonstration.catalogue.products:
        reference = rule_on(product.commodity, TODAY, kind="hap") if product.commodity else None
        if reference is not None:
            allowed = reference.amount_rupiah * product.content_amount // reference.per_amount
            assert product.price_rupiah <= allowed, product.name


def test_licence_numbers_have_valid_shape_and_lie_ahead(demonstration: Demonstration) -> None:
    kinds: Counter[str] = Counter()
    for product in demonstration.catalogue.products:
        for licence in product.licences:
            kind: IdentityKind = "bpom" if licence.kind in {"bpom_md", "bpom_tr", "bpom_na"} else _KINDS[licence.kind]
            assert parse_identity_number(kind, licence.number) == licence.number
            assert licence.expires_on is None or licence.expires_on > TODAY
            kinds[kind] += 1
        if product.category == "frozen-food":
            assert [licence.kind for licence in product.licences] == ["bpom_md", "halal"]
    assert kinds["pirt"] > 400
    assert kinds["halal"] > 600


def test_numbers_cannot_be_taken_for_issued_ones(demonstration: Demonstration) -> None:
    for seller in demonstration.catalogue.sellers:
        assert re.fullmatch(r"\+62810\d{8}", seller.phone)
        assert seller.nib is None or seller.nib.startswith("0000000")
        text = f"{seller.name} {seller.address} {seller.description}"
        assert not re.search(r"\d{10,}", text)
    for product in demonstration.catalogue.products:
        assert not re.search(r"\d{8,}", f"{product.name} {product.description}")


def test_grosir_steps_lower_the_unit_price(demonstration: Demonstration) -> None:
    with_steps = 0
    for product in demonstration.catalogue.products:
        prices = [product.price_rupiah, *(tier.price_rupiah for tier in product.tiers)]
        assert prices == sorted(set(prices), reverse=True), product.name
        assert [tier.minimum_quantity for tier in product.tiers] == sorted({t.minimum_quantity for t in product.tiers})
        assert all(tier.minimum_quantity > 1 for tier in product.tiers)
        with_steps += bool(product.tiers)
        if product.commodity == "beras-sphp":
            assert product.tiers == ()
    assert with_steps > 900


def test_descriptions_are_whole_sentences(demonstration: Demonstration) -> None:
    for product in demonstration.catalogue.products:
        assert 3 <= len(product.name) <= 120
        assert product.name == product.name.strip()
        assert "  " not in product.name
        assert product.description.count(".") >= 2
        assert product.description.endswith(".")
        assert product.price_rupiah > 0
        assert product.content_amount > 0


def test_size_labels_give_base_units() -> None:
    assert content_of("250 g") == (250, "gram")
    assert content_of("1,2 kg") == (1200, "gram")
    assert content_of("peti 10 kg") == (10_000, "gram")
    assert content_of("1 kg isi 8") == (1000, "gram")
    assert content_of("isi 12 x 1 l") == (12_000, "ml")
    assert content_of("isi 24 x 200 g") == (4_800, "gram")
    assert content_of("tray 30 butir") == (30, "pcs")
    assert content_of("1 kodi") == (20, "pcs")
    assert content_of("ukuran L") == (1, "pcs")
