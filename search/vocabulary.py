"""The words of one index, and which of them a typed word may mean.

The rules are those that suit Indonesian goods: the first letter is always right (kopi is never topi), one edit is
forgiven from four letters and two from eight (optimal string alignment, so swapped neighbours are one edit), numbers
are exact.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.text import is_number
from search.typos import typos_allowed
from search.variants import EXACT_WORDS, Words

MAX_NEAR = 20
MAX_PREFIXED = 60
_MIN_PART_LENGTH = 3


class Meanings(msgspec.Struct, frozen=True):
    """Words of the index that a typed word may stand for; each in one of the lists only."""

    exact: Words = ()
    prefixed: Words = ()
    near: Words = ()
    far: Words = ()

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.exact or self.prefixed or self.near or self.far)


class Vocabulary:
    """Immutable; built anew with each commit of the index."""

    def __init__(self, frequencies: Iterable[tuple[str, int]], naming: Iterable[str]) -> None:
        """Take the words with the number of documents that hold each, and those that stand outside descriptions."""
        self._frequencies = dict(frequencies)
        self._naming = frozenset(naming)
        self._sorted = sorted(self._frequencies)
        by_first: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            if len(word) >= _MIN_PART_LENGTH and not is_number(word):
                by_first[word[0]].append(word)
        self._by_first = dict(by_first)
        self.meanings = lru_cache(maxsize=2048)(self._meanings)

    def __contains__(self, word: str) -> bool:
        """Tell whether a document holds exactly this word."""
        return word in self._frequencies

    def __len__(self) -> int:
        """Return the number of different words."""
        return len(self._frequencies)

    def names(self, meanings: Meanings) -> bool:
        """Tell whether one of the words stands in a title, a category or a name."""
        words = (*meanings.exact, *meanings.prefixed, *meanings.near, *meanings.far)
        return any(word in self._naming for word in words)

    def frequency(self, meanings: Meanings) -> int:
        """Return in about how many documents one of the words occurs."""
        words = (*meanings.exact, *meanings.prefixed, *meanings.near, *meanings.far)
        return sum(self._frequencies[word] for word in words)

    def _meanings(self, word: str, *, is_prefix: bool) -> Meanings:
        exact = (word,) if word in self._frequencies else ()
        if is_number(word):
            return Meanings(exact)
        prefixed = tuple(self._starting_with(word)) if is_prefix else ()
        limit = 0 if word in EXACT_WORDS else typos_allowed(word)
        near: list[str] = []
        far: list[str] = []
        if limit:
            found = process.extract(
                word,
                self._by_first.get(word[0], []),
                scorer=OSA.distance,
                score_cutoff=limit,
                limit=MAX_NEAR,
            )
            for other, distance, _ in found:
                if other != word and other not in prefixed:
                    (near if distance == 1 else far).append(other)
        return Meanings(exact, prefixed, tuple(near), tuple(far))

    def _starting_with(self, word: str) -> list[str]:
        first = bisect_left(self._sorted, word)
        found: list[str] = []
        for other in self._sorted[first : first + 10 * MAX_PREFIXED]:
            if not other.startswith(word):
                break
            if other != word:
                found.append(other)
        return sorted(found, key=lambda other: -self._frequencies[other])[:MAX_PREFIXED]

    def split(self, word: str) -> Words | None:
        """Return two words that were written together ("minyakgoreng"), or None."""
        if word in self._frequencies or is_number(word):
            return None
        parts = [
            (min(self._frequencies[left], self._frequencies[right]), left, right)
            for cut in range(_MIN_PART_LENGTH, len(word) - _MIN_PART_LENGTH + 1)
            if (left := word[:cut]) in self._frequencies and (right := word[cut:]) in self._frequencies
        ]
        return max(parts)[1:] if parts else None
