"""Listings, orders, offers and people of the demonstration."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from marketplace.formats.quantity import UNITS
from marketplace.seeding.catalogue import CATEGORIES
from marketplace.seeding.ceilings import highest_price
from marketplace.seeding.offers import build_offers, build_partners
from marketplace.seeding.people import build_counter_staff, build_people
from marketplace.seeding.trade import WIB, build_orders
from marketplace.seeding.villages import JATIMAKMUR
from tests.seeding.conftest import NOW, SEED, TODAY, Demonstration, build_demonstration

PATTERNS = {
    "inti_plasma",
    "subkontrak",
    "waralaba",
    "perdagangan_umum",
    "distribusi_keagenan",
    "rantai_pasok",
    "bagi_hasil",
    "kerja_sama_operasional",
    "usaha_patungan",
    "penyumberluaran",
}


def test_same_seed_gives_the_same_trade(demonstration: Demonstration) -> None:
    again = build_demonstration(SEED)
    assert again.listings == demonstration.listings
    assert again.orders == demonstration.orders


def test_member_price_public_price_and_ceiling_stand_in_order(demonstration: Demonstration) -> None:
    for listing in demonstration.listings:
        product = demonstration.catalogue.products[listing.product_index]
        if listing.member_price_rupiah is not None:
            assert 0 < listing.member_price_rupiah < listing.price_rupiah
        if listing.source == "own_stock":
            assert listing.cost_rupiah == product.price_rupiah
            assert (listing.member_price_rupiah or listing.price_rupiah) >= listing.cost_rupiah
        else:
            assert 0 < listing.fee_basis_points <= 2_000
        highest = highest_price(product.commodity, product.content_amount, TODAY) if product.commodity else None
        assert highest is None or listing.price_rupiah <= highest, product.name


def test_every_store_lists_goods_once_and_busy_ones_many(demonstration: Demonstration) -> None:
    pairs = Counter((listing.store_index, listing.product_index) for listing in demonstration.listings)
    assert max(pairs.values()) == 1
    sizes = Counter(listing.store_index for listing in demonstration.listings)
    assert len(sizes) == 243
    for index, cooperative in enumerate(demonstration.cooperatives):
        assert (sizes[index] >= 80) is (cooperative.size == "busy")
    assert all(demonstration.catalogue.products[x.product_index].state == "published" for x in demonstration.listings)


def test_stock_is_missing_only_for_goods_made_to_order(demonstration: Demonstration) -> None:
    for listing in demonstration.listings:
        assert (listing.stock_today is None) == (listing.source == "made_to_order")
        assert listing.stock_today is None or listing.stock_today >= 0
    assert sum(listing.stock_today == 0 for listing in demonstration.listings) > 100


def test_orders_have_the_rhythm_of_a_village_shop(demonstration: Demonstration) -> None:
    orders = demonstration.orders
    assert len(orders) == 6_000
    assert [order.number for order in orders] == list(range(1, 6_001))
    assert [order.placed_at for order in orders] == sorted(order.placed_at for order in orders)
    local = [order.placed_at.astimezone(WIB) for order in orders]
    hours = Counter(moment.hour for moment in local)
    assert hours[9] > 2 * hours[12]
    assert hours[19] > hours[17]
    by_weekday = Counter(moment.weekday() for moment in local)
    assert by_weekday[5] > 1.3 * by_weekday[6]
    paydays = [moment for moment in local if moment.day >= 25 or moment.day <= 5]
    days = {moment.date() for moment in local}
    payday_count = sum(day.day >= 25 or day.day <= 5 for day in days)
    assert len(paydays) / payday_count > 1.3 * (len(local) - len(paydays)) / (len(days) - payday_count)
    assert sum(order.fulfilment == "delivery" for order in orders) < 0.1 * len(orders)


def test_orders_belong_to_one_store_and_add_up(demonstration: Demonstration) -> None:
    for order in demonstration.orders:
        assert 1 <= len(order.lines) <= 6
        assert len({line.listing_index for line in order.lines}) == len(order.lines)
        for line in order.lines:
            listing = demonstration.listings[line.listing_index]
            assert listing.store_index == order.store_index
            is_member_price = order.buyer_kind == "member" and listing.member_price_rupiah is not None
            expected = listing.member_price_rupiah if is_member_price else listing.price_rupiah
            assert line.unit_price_rupiah == expected
        goods = sum(line.quantity * line.unit_price_rupiah for line in order.lines)
        assert order.total_rupiah == goods + order.delivery_fee_rupiah
        if order.outcome in {"completed", "returned"}:
            assert order.cash_tendered_rupiah is not None
            assert order.cash_tendered_rupiah >= order.total_rupiah
        else:
            assert order.cash_tendered_rupiah is None


def test_orders_happen_in_opening_hours_and_before_now(demonstration: Demonstration) -> None:
    for order in demonstration.orders:
        local = order.placed_at.astimezone(WIB)
        cooperative = demonstration.cooperatives[order.store_index]
        assert NOW - timedelta(days=91) < order.placed_at <= NOW
        assert cooperative.history[-1].since_on <= local.date()
        assert any(
            hours.weekday == local.isoweekday() and hours.opens_at <= local.time() < hours.closes_at
            for hours in cooperative.hours
        )
        moments = [order.placed_at, order.accepted_at, order.ready_at, order.closed_at]
        happened = [moment for moment in moments if moment is not None]
        assert happened == sorted(happened)
        assert happened[-1] <= NOW


def test_pilot_has_orders_of_each_kind_waiting_whenever_one_looks(demonstration: Demonstration) -> None:
    pilot = next(i for i, c in enumerate(demonstration.cooperatives) if c.village_code == JATIMAKMUR)
    for now in (NOW, NOW.replace(hour=17), datetime(2026, 11, 21, 0, 5, tzinfo=UTC)):
        orders = build_orders(
            SEED, demonstration.catalogue, demonstration.cooperatives, demonstration.listings, now=now, total=40
        )
        waiting = Counter(
            order.outcome
            for order in orders
            if order.store_index == pilot and order.placed_at > now - timedelta(hours=20)
        )
        assert waiting["placed"] >= 3
        assert waiting["accepted"] >= 2
        assert waiting["ready"] >= 2


def test_a_few_orders_end_otherwise_and_some_are_open(demonstration: Demonstration) -> None:
    outcomes = Counter(order.outcome for order in demonstration.orders)
    assert outcomes["completed"] > 5_500
    for outcome in ("cancelled", "expired", "returned"):
        assert 20 < outcomes[outcome] < 300
    assert outcomes["placed"] + outcomes["accepted"] + outcomes["ready"] >= 5


def test_twelve_offers_fit_the_partners_and_the_law() -> None:
    offers = build_offers(today=TODAY)
    partners = {partner.key: partner for partner in build_partners()}
    assert len(offers) == 12
    assert {offer.pattern for offer in offers} <= PATTERNS
    assert len({offer.pattern for offer in offers}) >= 8
    assert {offer.payment_term for offer in offers} == {"tunai", "cod", "tempo", "konsinyasi"}
    for offer in offers:
        assert offer.partner_key in partners
        assert offer.unit in {unit.code for unit in UNITS}
        assert offer.category is None or offer.category in CATEGORIES
        assert (offer.payment_term == "tempo") == (offer.payment_days is not None)
        assert offer.minimum_quantity <= offer.quota
        assert offer.starts_on < TODAY < offer.ends_on
        prices = [tier.price_rupiah for tier in offer.ladder]
        assert prices == sorted(prices, reverse=True)
        assert offer.ladder[0].minimum_quantity == offer.minimum_quantity
        assert "Data demo" in offer.description


def test_people_cover_every_role_without_real_contacts(demonstration: Demonstration) -> None:
    people = build_people(demonstration.catalogue)
    staff = build_counter_staff(demonstration.cooperatives)
    roles = {role.role for person in people for role in person.roles}
    assert roles == {
        "member",
        "cashier",
        "store_manager",
        "pengurus",
        "pengawas",
        "seller_owner",
        "seller_staff",
        "partner_staff",
        "agency_officer",
        "platform_operator",
    }
    assert sum(person.roles == () for person in people) == 1
    assert max(len(person.roles) for person in people) >= 3
    everyone = [*people, *staff]
    assert len({person.email for person in everyone}) == len(everyone)
    assert len({person.phone for person in everyone}) == len(everyone)
    for person in everyone:
        assert person.email.endswith("@demo.test")
        assert re.fullmatch(r"\+62810\d{8}", person.phone)


def test_role_keys_name_organisations_that_exist(demonstration: Demonstration) -> None:
    keys = {
        *(seller.key for seller in demonstration.catalogue.sellers),
        *(cooperative.key for cooperative in demonstration.cooperatives),
        *(partner.key for partner in build_partners()),
        "dinas-kota",
        "dinas-kabupaten",
        "operator",
    }
    for person in build_people(demonstration.catalogue):
        assert {role.organisation_key for role in person.roles} <= keys
