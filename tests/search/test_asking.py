"""The contract, part two: filters, facets, orders, pages and suggestions, on every engine.

What is expected is counted from the corpus by plain loops, so it holds whatever the corpus says.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from search import (
    Facet,
    Filters,
    Index,
    InvalidSearch,
    ListingDocument,
    Near,
    OfferDocument,
    SearchEngine,
    SearchQuery,
    SearchResult,
    Sort,
    StoreDocument,
    SuggestionKind,
)
from tests.search import corpus

LISTINGS = corpus.listings()


def shown(result: SearchResult) -> list[ListingDocument]:
    """Return the listings of a result."""
    return [hit.document for hit in result.hits if isinstance(hit.document, ListingDocument)]


async def all_pages(engine: SearchEngine, **fields: object) -> list[ListingDocument]:
    """Return the listings of all pages in order."""
    found: list[ListingDocument] = []
    page = 1
    while True:
        result = await engine.search(SearchQuery(page=page, hits_per_page=20, **fields))  # type: ignore[arg-type]
        found.extend(shown(result))
        if page * 20 >= result.total:
            return found
        page += 1


def products(listings: Iterable[ListingDocument]) -> set[int]:
    """Return the product numbers."""
    return {listing.product_id for listing in listings}


FILTERS: list[tuple[Filters, Callable[[ListingDocument], bool]]] = [
    (Filters(category="sembako"), lambda listing: "sembako" in listing.category_slugs),
    (Filters(category="keripik"), lambda listing: "keripik" in listing.category_slugs),
    (Filters(region="32"), lambda listing: listing.region_code.startswith("32.")),
    (Filters(region="32.75"), lambda listing: listing.store_id in {1, 2}),
    (Filters(region="32.16.06"), lambda listing: listing.store_id in {3, 4}),
    (Filters(region="32.75.09.1004"), lambda listing: listing.store_id == 2),
    (Filters(price_min_rupiah=20_000), lambda listing: listing.price_rupiah >= 20_000),
    (Filters(price_max_rupiah=19_500), lambda listing: listing.price_rupiah <= 19_500),
    (
        Filters(price_min_rupiah=10_000, price_max_rupiah=20_000),
        lambda listing: 10_000 <= listing.price_rupiah <= 20_000,
    ),
    (Filters(is_in_stock=True), lambda listing: listing.is_in_stock),
    (Filters(is_in_stock=False), lambda listing: not listing.is_in_stock),
    (Filters(is_halal=True), lambda listing: listing.is_halal),
    (Filters(store_ids=(2, 4)), lambda listing: listing.store_id in {2, 4}),
    (Filters(product_ids=(1, 18)), lambda listing: listing.product_id in {1, 18}),
    (
        Filters(category="makanan-ringan", region="32.75.08", is_halal=True, price_max_rupiah=20_000),
        lambda listing: (
            "makanan-ringan" in listing.category_slugs and listing.store_id == 1 and listing.price_rupiah <= 20_000
        ),
    ),
]


@pytest.mark.parametrize("number", range(len(FILTERS)))
async def test_filter_keeps_exactly_what_fits_and_shows_each_product_once(engine: SearchEngine, number: int) -> None:
    filters, fits = FILTERS[number]
    expected = {listing.id for listing in LISTINGS if fits(listing)}
    found = await all_pages(engine, filters=filters)
    assert {listing.id for listing in found} <= expected
    assert len(found) == len(products(found))
    assert products(found) == {listing.product_id for listing in LISTINGS if listing.id in expected}


async def test_filter_value_with_quotes_and_slashes_finds_nothing(engine: SearchEngine) -> None:
    for value in ('"', "\\", 'a" OR price_rupiah > 0 OR "', "a, b]", "'", '\\"', "%_*"):
        result = await engine.search(SearchQuery(filters=Filters(category=value)))
        assert result.total == 0


async def test_empty_query_shows_everything_in_stock_first(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery())
    assert result.total == len(corpus.PRODUCTS)
    assert result.is_total_exact
    assert [listing.product_id for listing in shown(result)] == list(range(1, 25))
    assert all(listing.is_in_stock for listing in shown(result))


async def test_text_of_fillers_alone_names_nothing_and_shows_everything(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(text="untuk yang"))
    assert (result.words, result.total) == (("untuk", "yang"), len(corpus.PRODUCTS))


async def test_price_ascending_shows_each_product_at_its_cheapest(engine: SearchEngine) -> None:
    cheapest: dict[int, int] = {}
    for listing in LISTINGS:
        cheapest[listing.product_id] = min(listing.price_rupiah, cheapest.get(listing.product_id, 10**9))
    found = await all_pages(engine, sort=Sort.PRICE_ASC)
    assert [listing.price_rupiah for listing in found] == sorted(cheapest.values())
    assert {listing.product_id: listing.price_rupiah for listing in found} == cheapest


async def test_price_descending_is_strict_also_with_text(engine: SearchEngine) -> None:
    found = shown(await engine.search(SearchQuery(text="beras", sort=Sort.PRICE_DESC)))
    assert [(listing.product_id, listing.price_rupiah) for listing in found] == [(1, 75_500), (2, 64_000), (3, 25_000)]


async def test_newest_shows_the_latest_listing_first(engine: SearchEngine) -> None:
    found = shown(await engine.search(SearchQuery(sort=Sort.NEWEST, hits_per_page=3)))
    assert [listing.id for listing in found] == ["60-4", "59-3", "58-4"]


async def test_nearest_shows_the_nearer_store_first_and_leaves_out_stores_not_near(engine: SearchEngine) -> None:
    near = Near(latitude=-6.283, longitude=107.042, store_ids=(3, 4, 2))
    found = shown(await engine.search(SearchQuery(text="beras", sort=Sort.NEAREST, near=near)))
    assert {(listing.product_id, listing.store_id) for listing in found} == {(1, 3), (2, 3), (3, 3)}
    near = Near(latitude=-6.301, longitude=106.961, store_ids=(2, 1))
    found = shown(await engine.search(SearchQuery(text="beras", sort=Sort.NEAREST, near=near)))
    assert [(listing.product_id, listing.store_id) for listing in found] == [(3, 2), (1, 1)]


async def test_pages_follow_one_another_without_gap_or_repeat(engine: SearchEngine) -> None:
    found = await all_pages(engine)
    assert [listing.product_id for listing in found[:20]] == list(range(1, 21))
    assert products(found) == set(range(1, 61))
    assert len(found) == 60


async def test_page_behind_the_last_is_empty_with_the_same_total(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(text="beras", page=5))
    assert (result.hits, result.total) == ([], 3)


async def test_answer_brings_documents_back_as_they_were_handed_over(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(text="nastar", filters=Filters(store_ids=(3,))))
    assert shown(result) == [corpus.listing(25, 3)]


# Facets


def category_counts(fits: Callable[[ListingDocument], bool]) -> dict[str, int]:
    """Count products by category."""
    pairs = {(slug, listing.product_id) for listing in LISTINGS if fits(listing) for slug in listing.category_slugs}
    return dict(Counter(slug for slug, _ in pairs))


def counts(result: SearchResult, facet: Facet) -> dict[str, int]:
    """Return the counts of one facet."""
    return {found.value: found.count for found in result.facets[facet]}


ALL_FACETS = (Facet.CATEGORY, Facet.REGION, Facet.PRICE, Facet.IN_STOCK, Facet.HALAL)


async def test_facets_without_filters_count_everything(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(facets=ALL_FACETS))
    assert counts(result, Facet.CATEGORY) == category_counts(lambda _: True)
    halal = {listing.product_id for listing in LISTINGS if listing.is_halal}
    assert counts(result, Facet.HALAL) == {"true": len(halal), "false": 60 - len(halal)}
    regions = Counter(listing.region_code[:5] for listing in LISTINGS)
    assert counts(result, Facet.REGION) == dict(regions)
    stock = Counter("true" if listing.is_in_stock else "false" for listing in LISTINGS)
    assert counts(result, Facet.IN_STOCK) == dict(stock)
    assert result.price_span is not None
    assert result.price_span.min_rupiah == min(listing.price_rupiah for listing in LISTINGS)
    assert result.price_span.max_rupiah == max(listing.price_rupiah for listing in LISTINGS)


async def test_each_facet_is_counted_as_if_its_own_filter_were_not_set(engine: SearchEngine) -> None:
    filters = Filters(category="sembako", region="32.16", price_max_rupiah=30_000, is_halal=True)
    result = await engine.search(SearchQuery(filters=filters, facets=ALL_FACETS))

    def fits(listing: ListingDocument, *, but: Facet) -> bool:
        return (
            (but is Facet.CATEGORY or "sembako" in listing.category_slugs)
            and (but is Facet.REGION or listing.store_id in {3, 4})
            and (but is Facet.PRICE or listing.price_rupiah <= 30_000)
            and (but is Facet.HALAL or listing.is_halal)
        )

    assert counts(result, Facet.CATEGORY) == category_counts(lambda listing: fits(listing, but=Facet.CATEGORY))
    districts = Counter(listing.region_code[:8] for listing in LISTINGS if fits(listing, but=Facet.REGION))
    assert counts(result, Facet.REGION) == dict(districts)
    halal = {(listing.is_halal, listing.product_id) for listing in LISTINGS if fits(listing, but=Facet.HALAL)}
    assert counts(result, Facet.HALAL) == dict(Counter("true" if is_halal else "false" for is_halal, _ in halal))
    prices = [listing.price_rupiah for listing in LISTINGS if fits(listing, but=Facet.PRICE)]
    assert result.price_span is not None
    assert (result.price_span.min_rupiah, result.price_span.max_rupiah) == (min(prices), max(prices))


async def test_facets_with_text_count_only_what_the_text_finds(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(text="bras", facets=(Facet.CATEGORY, Facet.PRICE)))
    assert counts(result, Facet.CATEGORY) == {"sembako": 3, "beras": 3}
    assert result.price_span is not None
    assert (result.price_span.min_rupiah, result.price_span.max_rupiah) == (24_000, 75_500)


async def test_facets_of_nothing_are_empty(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(text="helikopter", facets=ALL_FACETS))
    assert (result.total, result.price_span) == (0, None)
    assert all(found == [] for found in result.facets.values())


# Offers and stores


async def offer_numbers(engine: SearchEngine, **fields: object) -> list[str]:
    """Return the ids of the offers found."""
    result = await engine.search(SearchQuery(index=Index.OFFERS, **fields))  # type: ignore[arg-type]
    assert all(isinstance(hit.document, OfferDocument) for hit in result.hits)
    return [hit.id for hit in result.hits]


async def test_offer_is_found_from_every_village_it_holds_in(engine: SearchEngine) -> None:
    found = {
        "32.75.08.1003": {"offer-1", "offer-2", "offer-3", "offer-4", "offer-6"},
        "32.75.09": {"offer-1", "offer-2", "offer-4", "offer-6"},
        "32.16.06.2002": {"offer-1", "offer-5", "offer-6"},
        "33.29": {"offer-6"},
        "32": {"offer-1", "offer-2", "offer-3", "offer-4", "offer-5", "offer-6"},
    }
    for region, expected in found.items():
        assert set(await offer_numbers(engine, filters=Filters(region=region))) == expected


async def test_offers_are_filtered_by_pattern_kind_partner_and_end(engine: SearchEngine) -> None:
    assert set(await offer_numbers(engine, filters=Filters(pattern="keagenan"))) == {"offer-4", "offer-5"}
    assert set(await offer_numbers(engine, filters=Filters(kind="service"))) == {"offer-3", "offer-4", "offer-5"}
    assert await offer_numbers(engine, filters=Filters(partner_ids=(6,))) == ["offer-6"]
    still_open = set(await offer_numbers(engine, filters=Filters(valid_at=1_800_000_000)))
    assert still_open == {"offer-1", "offer-3", "offer-4", "offer-5", "offer-6"}


async def test_offers_without_a_price_come_last_both_ways(engine: SearchEngine) -> None:
    ascending = await offer_numbers(engine, sort=Sort.PRICE_ASC)
    descending = await offer_numbers(engine, sort=Sort.PRICE_DESC)
    assert ascending[:4] == ["offer-1", "offer-2", "offer-6", "offer-3"]
    assert descending[:4] == ["offer-3", "offer-6", "offer-2", "offer-1"]
    assert set(ascending[4:]) == set(descending[4:]) == {"offer-4", "offer-5"}


async def test_offer_facets_count_offers_and_leave_missing_prices_out(engine: SearchEngine) -> None:
    facets = (Facet.CATEGORY, Facet.PATTERN, Facet.KIND, Facet.PRICE)
    result = await engine.search(SearchQuery(index=Index.OFFERS, facets=facets, filters=Filters(kind="goods")))
    assert counts(result, Facet.KIND) == {"goods": 3, "service": 3}
    assert counts(result, Facet.CATEGORY) == {"sembako": 3}
    assert counts(result, Facet.PATTERN) == {"rantai_pasok": 2, "perdagangan_umum": 1}
    assert result.price_span is not None
    assert (result.price_span.min_rupiah, result.price_span.max_rupiah) == (11_500, 98_000)


async def test_offers_are_found_by_words(engine: SearchEngine) -> None:
    assert await offer_numbers(engine, text="sewa lapak pasar") == ["offer-3"]
    assert await offer_numbers(engine, text="migor curah") == ["offer-2"]
    assert await offer_numbers(engine, text="tirta") == ["offer-4"]


async def test_stores_are_found_by_name_village_and_delivery(engine: SearchEngine) -> None:
    async def names(**fields: object) -> set[str]:
        result = await engine.search(SearchQuery(index=Index.STORES, **fields))  # type: ignore[arg-type]
        return {hit.document.name for hit in result.hits if isinstance(hit.document, StoreDocument)}

    assert await names(text="jatimakmur") == {"Gerai Jatimakmur"}
    assert await names(text="tambun selatan") == {"Gerai Lambangsari", "Gerai Mekarsari"}
    assert await names(filters=Filters(is_delivering=True)) == {"Gerai Jatimakmur", "Gerai Lambangsari"}
    assert await names(filters=Filters(region="32.75")) == {"Gerai Jatimakmur", "Gerai Jatiasih"}


async def test_several_questions_are_answered_in_order(engine: SearchEngine) -> None:
    queries = [
        SearchQuery(text="nastar"),
        SearchQuery(text="jatiasih", index=Index.STORES),
        SearchQuery(text="helikopter"),
        SearchQuery(text="beras 25 kg"),
        SearchQuery(text="sewa kios", index=Index.OFFERS),
    ]
    together = await engine.multi_search(queries)
    assert [result.query for result in together] == queries
    assert [[hit.id for hit in result.hits] for result in together] == [
        [hit.id for hit in (await engine.search(query)).hits] for query in queries
    ]
    assert [result.total for result in together] == [1, 1, 0, 3, 1]


# Suggestions


async def test_suggestions_offer_categories_titles_and_stores(engine: SearchEngine) -> None:
    found = await engine.suggest("kerip")
    assert (found[0].kind, found[0].target) == (SuggestionKind.CATEGORY, "keripik")
    titles = [suggestion.text for suggestion in found if suggestion.kind is SuggestionKind.TITLE]
    assert set(titles[:3]) == {
        "Kripik Singkong Balado",
        "Keripik Pisang Cokelat",
        "Keripik Tempe Renyah",
    }
    stores = [suggestion for suggestion in await engine.suggest("jatima") if suggestion.kind is SuggestionKind.STORE]
    assert [(store.text, store.target) for store in stores] == [("Gerai Jatimakmur", "1")]


async def test_suggestions_forgive_typing_errors_and_keep_to_the_limit(engine: SearchEngine) -> None:
    assert "Kue Kering Nastar" in {suggestion.text for suggestion in await engine.suggest("nasttar")}
    assert "Kripik Singkong Balado" in {suggestion.text for suggestion in await engine.suggest("kripiksingkong")}
    assert len(await engine.suggest("b", limit=3)) == 3
    assert await engine.suggest("") == []
    assert await engine.suggest('"-') == []


# Refusals


REFUSED: list[tuple[SearchQuery, set[str]]] = [
    (SearchQuery(page=0), {"page"}),
    (SearchQuery(page=60, hits_per_page=48), {"page"}),
    (SearchQuery(hits_per_page=0), {"hits_per_page"}),
    (SearchQuery(hits_per_page=49), {"hits_per_page"}),
    (SearchQuery(filters=Filters(price_min_rupiah=-1)), {"price_min_rupiah"}),
    (SearchQuery(filters=Filters(price_max_rupiah=10**20)), {"price_max_rupiah"}),
    (SearchQuery(filters=Filters(store_ids=(10**20,))), {"store_ids"}),
    (SearchQuery(filters=Filters(product_ids=(-1,))), {"product_ids"}),
    (SearchQuery(filters=Filters(price_min_rupiah=2, price_max_rupiah=1)), {"price_max_rupiah"}),
    (SearchQuery(filters=Filters(category="x" * 201)), {"category"}),
    (SearchQuery(filters=Filters(region="\n")), {"region"}),
    (SearchQuery(filters=Filters(pattern="keagenan")), {"pattern"}),
    (SearchQuery(index=Index.STORES, filters=Filters(category="beras")), {"category"}),
    (SearchQuery(index=Index.STORES, sort=Sort.PRICE_ASC), {"sort"}),
    (SearchQuery(index=Index.STORES, facets=(Facet.HALAL,)), {"facets"}),
    (SearchQuery(sort=Sort.NEAREST), {"near"}),
    (SearchQuery(near=Near(latitude=91, longitude=0, store_ids=(1,))), {"near"}),
    (SearchQuery(near=Near(latitude=0, longitude=0, store_ids=())), {"near"}),
]


@pytest.mark.parametrize(("query", "fields"), REFUSED)
async def test_impossible_query_is_refused_naming_the_field(
    engine: SearchEngine, query: SearchQuery, fields: set[str]
) -> None:
    with pytest.raises(InvalidSearch) as refusal:
        await engine.search(query)
    assert set(refusal.value.fields) == fields
