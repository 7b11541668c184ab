"""The contract, part three: writing, comparing, rebuilding, and never raising on what people type."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import (
    Document,
    FallbackEngine,
    Index,
    IndexMissing,
    IndexState,
    InvalidSearch,
    ListingDocument,
    RebuildFailed,
    SearchEngine,
    SearchQuery,
    SearchUnavailable,
)
from search.embedded_engine import EmbeddedEngine
from tests.search import corpus


async def stream(documents: Iterable[Document]) -> AsyncIterator[Document]:
    """Hand documents over one by one."""
    for document in documents:
        yield document


async def ids_of(engine: SearchEngine, index: Index = Index.LISTINGS) -> set[str]:
    """Return all ids."""
    return {identifier async for identifier in engine.ids(index)}


async def found_ids(engine: SearchEngine, text: str) -> list[str]:
    """Return the ids found."""
    return [hit.id for hit in (await engine.search(SearchQuery(text=text))).hits]


async def test_index_that_was_never_made_is_an_error_and_not_an_empty_answer(empty_engine: SearchEngine) -> None:
    with pytest.raises(SearchUnavailable):
        await empty_engine.search(SearchQuery(text="beras"))
    with pytest.raises(IndexMissing):
        await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1)])
    with pytest.raises(SearchUnavailable):
        await empty_engine.count(Index.LISTINGS)
    assert not (await empty_engine.health()).is_healthy


async def test_index_is_created_once_and_ready_when_it_was_built(empty_engine: SearchEngine) -> None:
    assert await empty_engine.ensure_index(Index.LISTINGS) is IndexState.CREATED
    assert await empty_engine.ensure_index(Index.LISTINGS) is IndexState.REBUILD_DUE
    assert await empty_engine.count(Index.LISTINGS) == 0
    assert await empty_engine.rebuild(Index.LISTINGS, stream([])) == 0
    assert await empty_engine.ensure_index(Index.LISTINGS) is IndexState.READY
    assert (await empty_engine.search(SearchQuery(text="beras"))).total == 0


async def test_index_that_was_never_built_is_no_empty_answer(empty_engine: SearchEngine) -> None:
    for index in Index:
        await empty_engine.ensure_index(index)
    for query in (SearchQuery(text="beras"), SearchQuery(), SearchQuery(text="beras 12rb", index=Index.OFFERS)):
        with pytest.raises(IndexMissing):
            await empty_engine.search(query)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(37, 1)])
    assert await found_ids(empty_engine, "kopi") == ["37-1"]
    assert await found_ids(empty_engine, "beras") == []


async def test_engine_with_all_indexes_is_healthy(engine: SearchEngine) -> None:
    health = await engine.health()
    assert health.is_healthy
    assert health.engine == engine.name


async def test_written_document_is_found_at_once_and_replaced_as_a_whole(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1), corpus.listing(37, 1)])
    assert await found_ids(empty_engine, "beras") == ["1-1"]
    await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1, title="Jagung Pipil", category_names=())])
    assert await found_ids(empty_engine, "jagung") == ["1-1"]
    assert await found_ids(empty_engine, "beras") == []
    assert await empty_engine.count(Index.LISTINGS) == 2


async def test_same_id_twice_in_one_write_keeps_the_last(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1), corpus.listing(1, 1, title="Jagung Pipil")])
    assert await empty_engine.count(Index.LISTINGS) == 1
    assert await found_ids(empty_engine, "jagung") == ["1-1"]


async def test_deleted_document_is_gone_and_deleting_again_is_no_error(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1), corpus.listing(2, 1)])
    await empty_engine.delete(Index.LISTINGS, ["1-1", "never-there"])
    await empty_engine.delete(Index.LISTINGS, ["1-1"])
    assert await ids_of(empty_engine) == {"2-1"}
    assert await empty_engine.count(Index.LISTINGS) == 1
    await empty_engine.put(Index.LISTINGS, [])
    await empty_engine.delete(Index.LISTINGS, [])
    assert await ids_of(empty_engine) == {"2-1"}


async def test_ids_and_count_tell_what_the_index_holds(engine: SearchEngine) -> None:
    assert await ids_of(engine) == {listing.id for listing in corpus.listings()}
    assert await engine.count(Index.LISTINGS) == len(corpus.listings())
    assert await ids_of(engine, Index.STORES) == {"1", "2", "3", "4"}
    assert await engine.count(Index.OFFERS) == 6


async def test_document_beyond_its_limits_is_refused_and_nothing_of_the_batch_is_written(
    empty_engine: SearchEngine,
) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    good = corpus.listing(1, 1)
    for bad in (
        corpus.listing(2, 1, id="a b"),
        corpus.listing(2, 1, id=""),
        corpus.listing(2, 1, category_slugs=("x" * 201,)),
        corpus.listing(2, 1, region_code=""),
        corpus.offers()[0],
    ):
        with pytest.raises(InvalidSearch):
            await empty_engine.put(Index.LISTINGS, [good, bad])
    assert await empty_engine.count(Index.LISTINGS) == 0


async def test_very_long_text_is_kept_whole_and_searched_at_its_beginning(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    long = corpus.listing(1, 1, title="kelapa " * 2000, description="parut " * 50_000 + "x" * 100_000)
    await empty_engine.put(Index.LISTINGS, [long])
    result = await empty_engine.search(SearchQuery(text="kelapa parut"))
    assert [hit.document for hit in result.hits] == [long]


async def test_rebuild_replaces_everything_and_says_how_much_it_holds(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(60, 3)])
    everything = corpus.listings()
    assert await empty_engine.rebuild(Index.LISTINGS, stream(everything[:50])) == 50
    assert await ids_of(empty_engine) == {listing.id for listing in everything[:50]}
    assert await found_ids(empty_engine, "kemeja koko") == []
    assert await empty_engine.ensure_index(Index.LISTINGS) is IndexState.READY


async def test_rebuild_with_nothing_leaves_an_empty_index(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1)])
    assert await empty_engine.rebuild(Index.LISTINGS, stream([])) == 0
    assert await empty_engine.count(Index.LISTINGS) == 0


async def test_writes_during_a_rebuild_are_found_during_and_after_it(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1), corpus.listing(2, 3)])

    async def changing() -> AsyncIterator[Document]:
        yield corpus.listing(1, 1)  # old by the time it arrives
        await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1, title="Jagung Pipil"), corpus.listing(37, 1)])
        await empty_engine.delete(Index.LISTINGS, ["2-3"])
        assert await found_ids(empty_engine, "jagung") == ["1-1"]
        yield corpus.listing(2, 3)
        yield corpus.listing(49, 1)

    assert await empty_engine.rebuild(Index.LISTINGS, changing()) == 3
    assert await ids_of(empty_engine) == {"1-1", "37-1", "49-1"}
    assert await found_ids(empty_engine, "jagung") == ["1-1"]


async def test_rebuild_whose_source_fails_leaves_the_old_index_as_it_was(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    await empty_engine.put(Index.LISTINGS, [corpus.listing(1, 1)])

    async def breaking() -> AsyncIterator[Document]:
        yield corpus.listing(2, 1)
        raise RebuildFailed

    with pytest.raises(RebuildFailed):
        await empty_engine.rebuild(Index.LISTINGS, breaking())
    assert await ids_of(empty_engine) == {"1-1"}
    await empty_engine.put(Index.LISTINGS, [corpus.listing(3, 1)])
    assert await ids_of(empty_engine) == {"1-1", "3-1"}


async def test_product_on_sale_in_many_stores_is_shown_once_on_every_page(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    many: list[Document] = [
        msgspec.structs.replace(corpus.listing(product_id, 1), id=f"{product_id}-{number}", store_id=number)
        for product_id in (1, 2, 3)
        for number in range(1, 301)
    ]
    await empty_engine.put(Index.LISTINGS, many)
    first = await empty_engine.search(SearchQuery(text="beras", hits_per_page=2))
    second = await empty_engine.search(SearchQuery(text="beras", hits_per_page=2, page=2))
    shown = [hit.document for hit in (*first.hits, *second.hits)]
    assert sorted(found.product_id for found in shown if isinstance(found, ListingDocument)) == [1, 2, 3]
    assert (first.total, second.total) == (3, 3)


async def test_engine_with_another_behind_keeps_both_alike(empty_engine: SearchEngine, tmp_path: Path) -> None:
    behind = EmbeddedEngine(tmp_path / "behind")
    both = FallbackEngine(empty_engine, behind)
    assert await both.ensure_index(Index.LISTINGS) is IndexState.CREATED
    assert await both.ensure_index(Index.LISTINGS) is IndexState.REBUILD_DUE
    await both.put(Index.LISTINGS, [corpus.listing(60, 3), corpus.listing(59, 1)])
    await both.delete(Index.LISTINGS, ["60-3"])
    for engine in (both, empty_engine, behind):
        assert await ids_of(engine) == {"59-1"}

    async def changing() -> AsyncIterator[Document]:
        yield corpus.listing(1, 1)
        await both.put(Index.LISTINGS, [corpus.listing(2, 3)])

    assert await both.rebuild(Index.LISTINGS, changing()) == 2
    for engine in (both, empty_engine, behind):
        assert await ids_of(engine) == {"1-1", "2-3"}
    result = await both.search(SearchQuery(text="beras"))
    assert (result.engine, result.is_degraded, result.total) == (empty_engine.name, False, 2)
    await behind.close()


anything = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(), max_size=30),
    st.lists(
        st.sampled_from(
            [
                "beras",
                "5kg",
                "-",
                '"',
                "migor",
                "dibawah",
                "70rb",
                "gas",
                "melon",
                "murah",
                "\x00",
                "AND",
                "OR",
                "(",
                "*",
                "10-20rb",
            ]
        ),
        max_size=14,
    ).map(" ".join),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=anything)
async def test_whatever_is_typed_is_answered(engine: SearchEngine, text: str) -> None:
    result = await engine.search(SearchQuery(text=text))
    assert len(result.hits) == min(24, result.total)
    await engine.suggest(text)
