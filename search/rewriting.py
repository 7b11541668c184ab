"""From what a person typed to the words that are searched for, and the ways they are tried one after the other.

Pure and the same for every engine. Two ways of matching are needed because neither finds everything: asking for all
words misses "gla pasir" when "gla" is unknown, and dropping the commonest word keeps a rare filler ("murah") instead of
the goods; so fillers are dropped here first. Typing errors within a word are left to the engines.
"""

from enum import StrEnum
from functools import lru_cache

import msgspec

from search.mending import Mended, mend
from search.price_words import read_price_words
from search.text import is_number
from search.variants import FILLERS, MEASURES, Words, canonical

MAX_WORDS = 10
"""Meilisearch reads no more than ten words of a query; the same holds for every engine here."""

MAX_TEXT_LENGTH = 400
"""Characters of a query that are looked at; the rest is ignored."""


class Matching(StrEnum):
    """How many of the words a document must hold."""

    ALL = "all"
    FREQUENCY = "frequency"
    """All that are known, then fewer: the commonest words are dropped first."""
    LAST = "last"
    """Fewer and fewer, dropped from the end."""


class Attempt(msgspec.Struct, frozen=True):
    """One way of asking. `is_typing` tells that the last word is the last one typed and may be unfinished.

    `shown` is how to show the words where they were mended; else it is empty. `is_naming` keeps to what names goods:
    where words are given up or a price is guessed, one that only a description holds says too little ("popok bayi" is
    not honey that is not for babies).
    """

    words: Words
    matching: Matching
    is_typing: bool = False
    shown: Words = ()
    is_naming: bool = False


class Rewritten(msgspec.Struct, frozen=True):
    """A query as it was understood: words in their usual spelling, fillers dropped, price limits taken out.

    `price_about` is the price as typed where the limits are a guess around it, `text` then the query without it.
    """

    words: Words
    dropped: Words = ()
    price_min_rupiah: int | None = None
    price_max_rupiah: int | None = None
    is_typing: bool = False
    mended: Mended | None = None
    price_about: str = ""
    text: str = ""


@lru_cache(maxsize=4096)
def rewrite(text: str) -> Rewritten:
    """Understand `text`; any string is accepted, and one without words gives an empty `words` (browse)."""
    price = read_price_words(text[:MAX_TEXT_LENGTH])
    words = canonical(price.text)
    kept = tuple(word for word in words if word not in FILLERS)
    if not any(not is_number(word) for word in kept):
        kept = words
    kept = kept[:MAX_WORDS]
    is_typing = bool(kept) and kept[-1] == words[-1] and kept[-1].isalpha() and kept[-1] not in MEASURES
    return Rewritten(
        words=kept,
        dropped=tuple(word for word in words if word not in kept),
        price_min_rupiah=price.min_rupiah,
        price_max_rupiah=price.max_rupiah,
        is_typing=is_typing and text[-1:].isalpha(),
        mended=mend(kept),
        price_about=price.about,
        text=price.text.strip(),
    )


def without_measures(words: Words) -> Words:
    """Drop quantities ("5 kg", "1 dus") as long as a word remains that names the goods."""
    kept = tuple(word for word in words if word not in MEASURES and not is_number(word))
    return kept or words


@lru_cache(maxsize=4096)
def attempts(rewritten: Rewritten) -> tuple[Attempt, ...]:
    """Return the ways to try, in order; the first that finds anything is the answer.

    Taking one whole attempt, and not pieces of several, keeps totals, pages and facet counts consistent.
    """
    words, is_typing = rewritten.words, rewritten.is_typing
    if not words:
        return (Attempt((), Matching.ALL),)
    # Whole words first: a beginning with a typing error is almost anything ("beras" begins like "Bekasi").
    is_naming = bool(rewritten.price_about)
    tried = [Attempt(words, Matching.ALL, is_naming=is_naming)]
    if is_typing and not is_naming:
        tried.append(Attempt(words, Matching.ALL, is_typing=True))
    shown: Words = ()
    if rewritten.mended is not None:
        words, shown = rewritten.mended.words, rewritten.mended.shown
        tried.append(Attempt(words, Matching.ALL, shown=shown, is_naming=is_naming))
    core = without_measures(words)
    named = tuple(word for word in words if not is_number(word))
    if core != words and named not in (core, words):
        # "telur 1 tray" is rather a tray of 30 than any egg.
        tried.append(Attempt(named, Matching.ALL, shown=without_measures(shown), is_naming=True))
    if core != words:
        shown = without_measures(shown)
        tried.append(Attempt(core, Matching.ALL, shown=shown, is_naming=is_naming))
    if len(core) > 1:
        # Indonesian names the thing first: "kaos polos" is rather any shirt than anything plain.
        tried.append(Attempt(core, Matching.LAST, shown=shown, is_naming=True))
        tried.append(Attempt(core, Matching.FREQUENCY, shown=shown, is_naming=True))
    if all(word in FILLERS for word in words):
        # "promo" alone names nothing, so everything is shown.
        tried.append(Attempt((), Matching.ALL))
    return tuple(tried)


def suggesting(rewritten: Rewritten) -> tuple[Attempt, ...]:
    """Return the ways to look for suggestions: the words as typed, then mended; none without words."""
    tried = [Attempt(rewritten.words, Matching.ALL, rewritten.is_typing)] if rewritten.words else []
    if rewritten.mended is not None:
        tried.append(Attempt(rewritten.mended.words, Matching.ALL, shown=rewritten.mended.shown))
    return tuple(tried)
