"""The contract, part one: what people type finds the right goods, on every engine."""

import pytest

from search import Index, SearchEngine, SearchQuery
from tests.search import corpus


async def titles(engine: SearchEngine, text: str, **fields: object) -> list[str]:
    """Return the titles found, in order."""
    result = await engine.search(SearchQuery(text=text, **fields))  # type: ignore[arg-type]
    return [getattr(hit.document, "title", "") for hit in result.hits]


EXACT_SETS = {
    "beras": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg", "Beras Merah Organik 1 kg"},
    "-beras": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg", "Beras Merah Organik 1 kg"},
    '"beras': {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg", "Beras Merah Organik 1 kg"},
    "BERAS!!": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg", "Beras Merah Organik 1 kg"},
    "bras": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg", "Beras Merah Organik 1 kg"},
    "bras 5kg": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg"},
    "beras5kg": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg"},
    "beras 5kg murah": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg"},
    "beras 5 kilo": {"Beras Pandan Wangi 5 kg", "Beras Medium SPHP 5kg"},
    "beras dibawah 70rb": {"Beras Medium SPHP 5kg", "Beras Merah Organik 1 kg"},
    "gla pasir": {"Gula Pasir Putih 1 kg"},
    "cabe rawit": {"Cabe Rawit Merah 250 gr"},
    "cabai rawit": {"Cabe Rawit Merah 250 gr"},
    "keripik murah enak": {"Kripik Singkong Balado", "Keripik Pisang Cokelat", "Keripik Tempe Renyah"},
    "kripik": {"Kripik Singkong Balado", "Keripik Pisang Cokelat", "Keripik Tempe Renyah"},
    "kripik singkon": {"Kripik Singkong Balado"},
    "krupuk": {"Kerupuk Udang Mentah", "Krupuk Kulit Sapi", "Rengginang Terasi"},
    "telor": {"Telor Ayam Negeri 1 kilo", "Telur Asin Bakar isi 6"},
    "endog": {"Telor Ayam Negeri 1 kilo", "Telur Asin Bakar isi 6"},
    "gas melon": {"Gas Elpiji 3kg Isi Ulang"},
    "elpiji 3 kg": {"Gas Elpiji 3kg Isi Ulang"},
    "sambel": {
        "Sambal Terasi Botol",
        "Sambel Bawang Level 5",
        "Merica Bubuk",
        "Kecap Manis 600 ml",
        "Trasi Udang Asli",
    },
    "odol": {"Pasta Gigi 190 gr"},
    "jual mukenah": {"Mukena Katun"},
}

FIRST = {
    "migor": "Minyak Goreng Sawit 1 Liter",
    "minyak kita": "Minyakita Pouch 1 L",
    "minyakita": "Minyakita Pouch 1 L",
    "indomie": "Indomie Goreng Jumbo",
    "singkong": "Singkong Segar 1 kg",
    "sambel terasi": "Sambal Terasi Botol",
    "sambal": "Sambal Terasi Botol",
    "madu lombok": "Madu Hutan Lombok 350 ml",
    "dodol": "Dodol Betawi",
    "dodl betawi": "Dodol Betawi",
    "keripik pisang coklat": "Keripik Pisang Cokelat",
    "kacang tanah": "Kacang Tanah Kupas 500 gr",
    "kue nastar": "Kue Kering Nastar",
    "trasi": "Trasi Udang Asli",
    "tani makmur singkong": "Singkong Segar 1 kg",
    "beras jatiasih": "Beras Merah Organik 1 kg",
}


@pytest.mark.parametrize(("text", "expected"), EXACT_SETS.items())
async def test_usual_query_finds_exactly_the_right_goods(engine: SearchEngine, text: str, expected: set[str]) -> None:
    found = await titles(engine, text, hits_per_page=48)
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(("text", "expected"), FIRST.items())
async def test_usual_query_shows_the_meant_goods_first(engine: SearchEngine, text: str, expected: str) -> None:
    assert (await titles(engine, text))[:1] == [expected]


async def test_kopi_shows_coffee_before_caps_and_never_hats(engine: SearchEngine) -> None:
    found = await titles(engine, "kopi")
    assert set(found[:2]) == {"Kopi Bubuk Robusta 200 gr", "Kopi Susu Botol"}
    assert "Topi Anyaman Pandan" not in found


async def test_brand_without_goods_of_its_own_finds_what_it_stands_for(engine: SearchEngine) -> None:
    assert await titles(engine, "indomie") == ["Indomie Goreng Jumbo", "Mie Instan Rasa Soto"]
    assert await titles(engine, "pampers") == ["Popok Bayi isi 20"]


async def test_word_that_nobody_sells_finds_nothing(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(text="helikopter"))
    assert (result.hits, result.total, result.is_total_exact) == ([], 0, True)


async def test_too_large_a_measure_falls_back_to_the_goods_and_says_so(engine: SearchEngine) -> None:
    result = await engine.search(SearchQuery(text="beras 25 kg"))
    assert {hit.document.id.split("-")[0] for hit in result.hits} == {"1", "2", "3"}
    assert result.missing_words == ("25",)


async def test_misspelt_query_says_how_it_was_read(engine: SearchEngine) -> None:
    assert (await engine.search(SearchQuery(text="dodl betawi"))).corrected == "dodol betawi"
    assert (await engine.search(SearchQuery(text="dodol betawi"))).corrected is None


async def test_unfinished_word_finds_what_begins_so_unless_told_it_is_finished(engine: SearchEngine) -> None:
    assert await titles(engine, "rengg") == ["Rengginang Terasi"]
    assert await titles(engine, "rengg", is_prefix=False) == []


async def test_other_name_of_the_goods_beats_words_scattered_over_title_and_description(
    empty_engine: SearchEngine,
) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    snack = corpus.listing(18, 1, title="Kerupuk Goreng", description="Digoreng dengan minyak baru.", popularity=9_999)
    other = corpus.listing(19, 1, title="Keripik Pedas", description="Bukan minyak goreng.", popularity=9_999)
    oil = corpus.listing(5, 1, title="MinyaKita Pouch 1 liter", description="Kemasan bantal.", popularity=0)
    await empty_engine.put(Index.LISTINGS, [snack, other, oil])
    for text in ("migor", "minyak goreng"):
        assert await titles(empty_engine, text) == [oil.title, snack.title, other.title]


async def test_sellers_name_inside_a_title_does_not_name_the_goods(empty_engine: SearchEngine) -> None:
    await empty_engine.ensure_index(Index.LISTINGS)
    sugar = corpus.listing(7, 1, title="Gula Putih Toko Teh Ecin 1 kilo", seller_name="Toko Teh Ecin", popularity=9_999)
    tea = corpus.listing(39, 1, title="Melati Celup Teh", popularity=0)
    await empty_engine.put(Index.LISTINGS, [sugar, tea])
    assert await titles(empty_engine, "teh") == [tea.title, sugar.title]
    assert await titles(empty_engine, "teh ecin") == [sugar.title]
