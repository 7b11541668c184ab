"""From attempts and conditions to tantivy queries. It reads a vocabulary and runs nothing.

A document's score is the sum over the words of the best way it holds each: exactly before beginning before typing
error, and within each in the title before category, names and the rest. Small bonuses for words side by side and for
short titles decide between equals.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
import tantivy
from tantivy import FieldType, Occur, Query

from search.embedded_schema import NAMING_FIELDS, SCHEMA, TEXT_FIELDS, TITLE_START
from search.indexed import Condition, Operator
from search.rewriting import Attempt, Matching
from search.text import is_number
from search.variants import ALTERNATIVES, MAX_PHRASE_WORDS, Words
from search.vocabulary import Meanings, Vocabulary

MAX_READINGS = 8
_EXACT_SCORES = (20.0, 15.0, 11.0, 7.0)
_PREFIX_SCORES = (11.0, 8.0, 6.0, 4.0)
_NEAR_SCORES = (6.0, 4.5, 3.5, 2.5)
_FAR_SCORES = (3.0, 2.2, 1.8, 1.2)
"""By field, in the order of TEXT_FIELDS."""
_SIDE_BY_SIDE_SCORE = 3.0
_TITLE_START_SCORE = 4.0
_TITLE_LENGTH_BOOST = 0.15
_ALTERNATIVE_BOOST = 0.9
_JOINED_BOOST = 0.9
_LARGE = 2**62


class TextQuery(msgspec.Struct, frozen=True):
    """A query for the words that are left of an attempt."""

    words: Words
    query: Query


def text_queries(attempt: Attempt, vocabulary: Vocabulary) -> Iterator[TextQuery]:
    """Yield the queries to try for one attempt, in order; none if its words are unknown."""
    words = attempt.words
    fields = len(NAMING_FIELDS) if attempt.is_naming else len(TEXT_FIELDS)
    if attempt.matching is Matching.ALL:
        query = _all_words(words, vocabulary, is_typing=attempt.is_typing, fields=fields)
        if query is not None:
            yield TextQuery(words, query)
        return
    known = [
        word
        for word in words
        if vocabulary.names(vocabulary.meanings(word, is_prefix=False)) or (word,) in ALTERNATIVES
    ]
    if attempt.matching is Matching.FREQUENCY:
        # Commonest first out: the rarest word says most about what is looked for.
        order = sorted(
            known,
            key=lambda word: -_frequency(word, vocabulary),
        )
    else:
        order = known[::-1]
    while known:
        query = _all_words(tuple(known), vocabulary, is_typing=False, fields=fields)
        if query is not None:
            yield TextQuery(tuple(known), query)
        known.remove(order.pop(0))


def _frequency(word: str, vocabulary: Vocabulary) -> int:
    """Return in about how many documents the word or another name of the same goods occurs."""
    others = ALTERNATIVES.get((word,), ())
    found = [[vocabulary.meanings(one, is_prefix=False) for one in words] for words in ((word,), *others)]
    return sum(min(vocabulary.frequency(meanings) for meanings in one) for one in found)


def _readings(words: Words, vocabulary: Vocabulary) -> list[tuple[Words, float]]:
    """Return the word sequences that may be meant: as typed, joined or split, and with other names of the goods."""
    readings = [(words, 1.0)]
    for start in range(len(words) - 1):
        joined = words[start] + words[start + 1]
        if joined in vocabulary and not is_number(joined):
            readings.append(((*words[:start], joined, *words[start + 2 :]), _JOINED_BOOST))
    for position, word in enumerate(words):
        parts = vocabulary.split(word)
        if parts is not None:
            readings.append(((*words[:position], *parts, *words[position + 1 :]), _JOINED_BOOST))
    for start in range(len(words)):
        for length in range(1, min(MAX_PHRASE_WORDS, len(words) - start) + 1):
            readings.extend(
                ((*words[:start], *other, *words[start + length :]), _ALTERNATIVE_BOOST)
                for other in ALTERNATIVES.get(words[start : start + length], ())
            )
    return readings[:MAX_READINGS]


def _all_words(words: Words, vocabulary: Vocabulary, *, is_typing: bool, fields: int) -> Query | None:
    queries: list[Query] = []
    for reading, boost in _readings(words, vocabulary):
        last = len(reading) - 1
        found = [
            vocabulary.meanings(word, is_prefix=is_typing and position == last and word == words[-1])
            for position, word in enumerate(reading)
        ]
        if all(found):
            # Scores are sums over words: a reading must neither win by more words nor lose by fewer. Who types "migor"
            # means "Minyakita" more than goods with "goreng" in the title and "minyak" in the description.
            scale = boost * len(words) / len(reading)
            query = _conjunction(found, fields)
            queries.append(query if scale == 1.0 else Query.boost_query(query, scale))
    if not queries:
        return None
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)


def _conjunction(found: Sequence[Meanings], fields: int) -> Query:
    clauses = [(Occur.Must, _word(meanings, fields)) for meanings in found]
    for left, right in pairwise(found):
        if left.exact and right.exact and left.exact != right.exact:
            phrase = Query.phrase_query(SCHEMA, "words_title", [left.exact[0], right.exact[0]], 1)
            clauses.append((Occur.Should, Query.const_score_query(phrase, _SIDE_BY_SIDE_SCORE)))
    if first := (found[0].exact or found[0].near)[:1]:
        # "trasi" is rather "Trasi Udang" than "Rengginang Terasi".
        start = Query.phrase_query(SCHEMA, "words_title", [TITLE_START, *first], 0)
        clauses.append((Occur.Should, Query.const_score_query(start, _TITLE_START_SCORE)))
    for meanings in found:
        if meanings.exact:
            title = Query.term_query(SCHEMA, "words_title", meanings.exact[0])
            clauses.append((Occur.Should, Query.boost_query(title, _TITLE_LENGTH_BOOST)))
    return Query.boolean_query(clauses)


def _word(meanings: Meanings, fields: int) -> Query:
    ways: list[Query] = []
    levels = (
        (meanings.exact, _EXACT_SCORES[:fields]),
        (meanings.prefixed, _PREFIX_SCORES[: len(NAMING_FIELDS)]),
        (meanings.near, _NEAR_SCORES[:fields]),
        (meanings.far, _FAR_SCORES[:fields]),
    )
    for words, scores in levels:
        if words:
            ways.extend(
                Query.const_score_query(_any_of(field, words), score)
                for field, score in zip(TEXT_FIELDS, scores, strict=False)
            )
    return Query.disjunction_max_query(ways)


def _any_of(field: str, words: Words) -> Query:
    if len(words) == 1:
        return Query.term_query(SCHEMA, field, words[0])
    return Query.term_set_query(SCHEMA, field, list(words))


def condition_query(condition: Condition) -> Query:
    """Return the query for one condition, without a score."""
    match condition.operator:
        case Operator.IN if len(condition.values) == 1:
            query = Query.term_query(SCHEMA, condition.field, condition.values[0])
        case Operator.IN:
            terms = [(Occur.Should, Query.term_query(SCHEMA, condition.field, value)) for value in condition.values]
            query = Query.boolean_query(terms)
        case Operator.AT_LEAST:
            query = _range(condition.field, int(condition.values[0]), _LARGE)
        case Operator.AT_MOST:
            query = _range(condition.field, -_LARGE, int(condition.values[0]))
    if condition.or_else is not None:
        query = Query.boolean_query([(Occur.Should, query), (Occur.Should, condition_query(condition.or_else))])
    return Query.const_score_query(query, 0.0)


def _range(field: str, low: int, high: int) -> Query:
    return Query.range_query(SCHEMA, field, FieldType.Integer, low, high)


def filtered(text: Query | None, conditions: Sequence[Condition]) -> Query:
    """Join words and conditions; without either, everything is found."""
    if not conditions:
        return tantivy.Query.all_query() if text is None else text
    clauses = [(Occur.Must, condition_query(condition)) for condition in conditions]
    if text is not None:
        clauses.append((Occur.Must, text))
    return Query.boolean_query(clauses)
