"""Which words of a query were typing errors, judged by what was found: pure, and the same for every engine.

An engine that tolerates typing errors does not say what it took a word for. The hits do: a word that no hit holds, but
that is one or two edits away from a word that they hold, was meant to be that one.
"""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from search.documents import Document, StoreDocument
from search.indexed import indexed_fields
from search.rewriting import Attempt, Matching, Rewritten
from search.typos import typos_allowed
from search.variants import EXACT_WORDS, FILLERS, Words, canonical


def corrected_text(attempt: Attempt, best: Sequence[Document]) -> str | None:
    """Return the attempt's words with errors mended after the best hits, or None if nothing was wrong."""
    words = attempt.words
    if not words or not best:
        return None
    unchanged = " ".join(attempt.shown) or None
    titles = set(canonical(_title(best[0])))
    if all(word in titles for word in words):
        return unchanged
    texts = [_words_of_document(document) for document in best]
    known = set[str]().union(*texts)
    mended: list[str] = []
    for position, word in enumerate(words):
        is_typing = attempt.is_typing and position == len(words) - 1
        if word in known or word in EXACT_WORDS or (is_typing and any(other.startswith(word) for other in known)):
            mended.append(word)
        else:
            mended.append(
                next(
                    (near for text in texts if (near := _closest(word, text)) is not None),
                    word,
                )
            )
    text = " ".join(mended)
    return unchanged if text == " ".join(words) else text


def missing_words(rewritten: Rewritten, attempt: Attempt, best: Sequence[Document]) -> Words:
    """Return the words of the query that were given up, judged by the best hit; none if all were asked for."""
    asked = rewritten.mended.words if attempt.shown and rewritten.mended else rewritten.words
    if not best or (attempt.matching is Matching.ALL and attempt.words == asked):
        return ()
    known = _words_of_document(best[0])
    return tuple(word for word in asked if word not in known and _closest(word, known) is None)


def _title(document: Document) -> str:
    return document.name if isinstance(document, StoreDocument) else document.title


def _words_of_document(document: Document) -> set[str]:
    fields = indexed_fields(document)
    return set(f"{fields.words_title} {fields.words_category} {fields.words_names} {fields.words_more}".split())


def _closest(word: str, text: set[str]) -> str | None:
    limit = typos_allowed(word)
    if limit == 0:
        return None
    near = [
        (distance, other)
        for other in text
        # Who writes "duri" does not mean "dari", which says nothing about goods.
        if other[0] == word[0]
        and other not in FILLERS
        and (distance := OSA.distance(word, other, score_cutoff=limit)) <= limit
    ]
    return min(near)[1] if near else None
