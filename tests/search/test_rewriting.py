"""How queries are understood: pure, without an engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.mending import mend
from search.price_words import read_price_words
from search.rewriting import MAX_WORDS, Attempt, Matching, attempts, rewrite
from search.text import words_of
from search.variants import ALTERNATIVES, FILLERS, MEASURES, canonical

WORDS = {
    "Beras5kg": ("beras", "5", "kg"),
    "5kg-beras": ("5", "kg", "beras"),
    "kripik TELOR": ("keripik", "telur"),
    "migor 2 ltr": ("minyak", "goreng", "2", "liter"),
    "minyak kita": ("minyakita",),
    "gas melon": ("lpg", "3", "kg"),
    "Mak'Nyus": ("maknyus",),
    "kué lapis": ("kue", "lapis"),
    "1 karton": ("1", "dus"),
    "1 dus": ("1", "dus"),
    "bks": ("bungkus",),
    "  \t\n": (),
    "\ud800": (),
}


@pytest.mark.parametrize(("text", "expected"), WORDS.items())
def test_text_is_read_as_usual_words(text: str, expected: tuple[str, ...]) -> None:
    assert canonical(text) == expected


REWRITTEN = {
    "beras murah enak": ("beras",),
    "beli gula pasir untuk kue": ("gula", "pasir", "kue"),
    "yg murah": ("yang", "murah"),
    "murah 5": ("murah", "5"),
    '"beras" -ketan': ("beras", "ketan"),
    "": (),
    "?!": (),
}


@pytest.mark.parametrize(("text", "expected"), REWRITTEN.items())
def test_fillers_are_dropped_unless_nothing_else_is_left(text: str, expected: tuple[str, ...]) -> None:
    assert rewrite(text).words == expected


def test_long_query_keeps_ten_words_and_names_the_dropped() -> None:
    rewritten = rewrite("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas murah")
    assert len(rewritten.words) == MAX_WORDS
    assert rewritten.dropped == ("sebelas", "murah")


PRICES = {
    "beras dibawah 70rb": ("beras", None, 70_000),
    "beras di bawah Rp70.000": ("beras", None, 70_000),
    "madu max 100k": ("madu", None, 100_000),
    "batik di atas 1,5jt": ("batik", 1_500_000, None),
    "batik minimal 200 ribu maksimal 300 ribu": ("batik", 200_000, 300_000),
    "keripik 10-25rb": ("keripik", 10_000, 25_000),
    "keripik 10rb sampai 25rb": ("keripik", 10_000, 25_000),
    "mie kurang dari 5000": ("mie", None, 5_000),
    "kabel di bawah 5": ("kabel di bawah 5", None, None),
    "ukuran 10-20": ("ukuran 10-20", None, None),
    "keripik 25-10rb": ("keripik 25-10rb", None, None),
    "beras 5 kg": ("beras 5 kg", None, None),
}


@pytest.mark.parametrize(("text", "expected"), PRICES.items())
def test_price_words_become_limits_and_leave_the_text(text: str, expected: tuple[str, int | None, int | None]) -> None:
    read = read_price_words(text)
    assert (read.text.strip(), read.min_rupiah, read.max_rupiah) == expected


def test_all_words_are_tried_before_fewer() -> None:
    assert attempts(rewrite("brass 5kg")) == (
        Attempt(("brass", "5", "kg"), Matching.ALL),
        Attempt(("brass", "kg"), Matching.ALL, is_naming=True),
        Attempt(("brass",), Matching.ALL),
    )
    assert attempts(rewrite("gula pasir put")) == (
        Attempt(("gula", "pasir", "put"), Matching.ALL),
        Attempt(("gula", "pasir", "put"), Matching.ALL, is_typing=True),
        Attempt(("gula", "pasir", "put"), Matching.LAST, is_naming=True),
        Attempt(("gula", "pasir", "put"), Matching.FREQUENCY, is_naming=True),
    )
    assert attempts(rewrite("murah")) == (
        Attempt(("murah",), Matching.ALL),
        Attempt(("murah",), Matching.ALL, is_typing=True),
        Attempt((), Matching.ALL),
    )
    assert attempts(rewrite("")) == (Attempt((), Matching.ALL),)


ABOUT = {
    "beras 12rb": ("beras", 9_000, 15_000, "12rb"),
    "nasi box 20 ribu": ("nasi box", 15_000, 25_000, "20 ribu"),
    "kopi 20k": ("kopi", 15_000, 25_000, "20k"),
    "keripik rp 10.000": ("keripik", 7_500, 12_500, "rp 10.000"),
    "keripik Rp10.000,-": ("keripik", 7_500, 12_500, "rp10.000,-"),
    "jajanan 5000an": ("jajanan", 3_750, 6_250, "5000an"),
    "kerudung seharga 50000": ("kerudung", 37_500, 62_500, "seharga 50000"),
    "pensil 5000": ("pensil 5000", None, None, ""),
    "air 1.500 ml": ("air 1.500 ml", None, None, ""),
    "isi 10 kg": ("isi 10 kg", None, None, ""),
    "0rb": ("0rb", None, None, ""),
    "madu 1k2": ("madu 1k2", None, None, ""),
    "beras dibawah 70rb": ("beras", None, 70_000, ""),
}


@pytest.mark.parametrize(("text", "expected"), ABOUT.items())
def test_price_alone_means_about_that_much(text: str, expected: tuple[str, int | None, int | None, str]) -> None:
    read = read_price_words(text)
    assert (read.text.strip(), read.min_rupiah, read.max_rupiah, read.about) == expected


MENDED = {
    "rempeyak": ("peyek", "rempeyek"),
    "kripiksingkong": ("keripik singkong", "kripik singkong"),
    "telorayam": ("telur ayam", "telor ayam"),
    "indomei goreng": ("indomie goreng", "indomie goreng"),
    "rempeyek": None,
    "bandeng lunak": None,
    "topik": None,
    "beras": None,
}


@pytest.mark.parametrize(("text", "expected"), MENDED.items())
def test_word_that_is_nearly_a_listed_spelling_is_mended(text: str, expected: tuple[str, str] | None) -> None:
    mended = mend(canonical(text))
    assert (None if mended is None else (" ".join(mended.words), " ".join(mended.shown))) == expected


def test_lists_of_words_are_in_their_usual_spelling() -> None:
    for word in FILLERS | MEASURES:
        assert words_of(word) == (word,)
        assert canonical(word) == (word,)
    for name, others in ALTERNATIVES.items():
        assert canonical(" ".join(name)) == name
        assert all(canonical(" ".join(other)) == other for other in others)
        assert name not in others


@given(st.text())
def test_canonical_text_stays_as_it_is(text: str) -> None:
    words = canonical(text)
    assert canonical(" ".join(words)) == words


@given(st.text(max_size=500))
def test_any_text_is_understood(text: str) -> None:
    rewritten = rewrite(text)
    assert len(rewritten.words) <= MAX_WORDS
    *earlier, last = attempts(rewritten)
    assert all(attempt.words for attempt in earlier)
    assert last.words or all(word in FILLERS for word in rewritten.words)
