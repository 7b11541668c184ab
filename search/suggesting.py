"""Suggestions while typing: which categories fit, and how the three kinds are put together. Pure, for every engine."""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from search.query import Suggestion, SuggestionKind
from search.rewriting import without_measures
from search.typos import typos_allowed
from search.variants import EXACT_WORDS, Words, canonical

MAX_CATEGORIES = 2
MAX_STORES = 2
TITLES_READ = 4
"""How many times as many titles are looked at as are asked for: the same goods come in several quantities."""


def _fits(word: str, others: Words, *, is_prefix: bool) -> bool:
    limit = 0 if word in EXACT_WORDS else typos_allowed(word)
    for other in others:
        if other == word or (is_prefix and other.startswith(word)):
            return True
        if limit and other[0] == word[0] and OSA.distance(word, other, score_cutoff=limit) <= limit:
            return True
    return False


def _fits_all(words: Words, text: str) -> bool:
    others = canonical(text)
    return all(_fits(word, others, is_prefix=position == len(words) - 1) for position, word in enumerate(words))


def _fitting(words: Words, suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Keep what holds all `words`, the last one perhaps unfinished, or everything if nothing does.

    Engines also find by the seller or the village, and one forgives errors in beginnings; beside a better suggestion
    that looks like a mistake.
    """
    return [one for one in suggestions if _fits_all(words, one.text)] or list(suggestions)


def _matching_categories(words: Words, categories: Iterable[tuple[str, str]]) -> list[Suggestion]:
    """Return the categories (slug, name) whose names hold all `words`, the last one perhaps unfinished."""
    return [Suggestion(SuggestionKind.CATEGORY, name, slug) for slug, name in categories if _fits_all(words, name)]


def _merged(
    categories: Sequence[Suggestion],
    titles: Sequence[Suggestion],
    stores: Sequence[Suggestion],
    limit: int,
) -> list[Suggestion]:
    """Put categories first, then titles, then stores; stores keep their place if there are any.

    Titles that differ by quantity only ("Keripik 250 g", "Keripik 1 kilo") are suggested once.
    """
    stores = stores[: min(MAX_STORES, max(0, limit - 1))]
    result = list(categories[: min(MAX_CATEGORIES, limit)])
    seen: set[Words] = set()
    room = max(limit - len(stores), 0)
    for title in titles:
        if len(result) >= room:
            break
        kind = without_measures(canonical(title.text))
        if kind not in seen:
            seen.add(kind)
            result.append(title)
    return [*result, *stores][:limit]


def put_together(
    words: Words,
    categories: Iterable[tuple[str, str]],
    titles: Sequence[Suggestion],
    stores: Sequence[Suggestion],
    limit: int,
) -> list[Suggestion]:
    """Return what to suggest for `words` out of the categories in use (slug, name) and the best titles and stores."""
    return _merged(_matching_categories(words, categories), _fitting(words, titles), _fitting(words, stores), limit)
