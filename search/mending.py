"""Typing errors in words that are written otherwise in the index: "rempeyak", "kripiksingkong". Pure, for every engine.

Engines forgive errors only in words they hold. A word of our own list of spellings is never among them, because titles
and queries hold its usual spelling ("rempeyek" stands as "peyek"), so what is nearly such a word is mended here.
"""

import msgspec
from rapidfuzz.distance import OSA

from search.text import is_number
from search.variants import LISTED, SPELT, Words, canonical

_MIN_LENGTH = 6
"""Shorter words are near too many others that the index may hold: "lunak" is not "luwak"."""
_TWO_ERRORS_LENGTH = 9
_MIN_PART_LENGTH = 3


class Mended(msgspec.Struct, frozen=True):
    """The words of a query in their usual spelling after mending, and how to show them."""

    words: Words
    shown: Words


def mend(words: Words) -> Mended | None:
    """Return `words` with every one that is nearly a listed spelling, or two of them written together; None if none is.

    A word that is listed itself is right as it is.
    """
    shown: list[str] = []
    for word in words:
        is_right = is_number(word) or len(word) < _MIN_LENGTH or word in LISTED
        shown.extend((word,) if is_right else _nearest(word) or _parts(word) or (word,))
    if tuple(shown) == words:
        return None
    return Mended(canonical(" ".join(shown)), tuple(shown))


def _nearest(word: str) -> Words | None:
    limit = 1 if len(word) < _TWO_ERRORS_LENGTH else 2
    near = [
        (distance, abs(len(other) - len(word)), other)
        for other in SPELT
        if len(other) >= _MIN_LENGTH - 1
        and other[0] == word[0]
        and (distance := OSA.distance(word, other, score_cutoff=limit)) <= limit
    ]
    return (min(near)[2],) if near else None


def _parts(word: str) -> Words | None:
    """Engines split a word into words they hold; this is for those where one part is spelt otherwise."""
    for cut in range(_MIN_PART_LENGTH, len(word) - _MIN_PART_LENGTH + 1):
        left, right = word[:cut], word[cut:]
        if (left in SPELT and right in LISTED) or (left in LISTED and right in SPELT):
            return left, right
    return None
