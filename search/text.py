"""Text to plain words, the same way for titles and for what people type.

Words are lower case, without accents, and either all letters or all digits: "Beras5kg" becomes "beras", "5", "kg".
Everything else separates words, so quotes and a leading minus have no meaning to any engine. Which words mean the same
is left to `variants`.
"""

import re
import unicodedata

MAX_WORD_LENGTH = 48
"""Longer runs of letters are cut: they are not words, and engines limit the length of a term."""

_RUN = re.compile(r"\d+|[^\W\d_]+")
_APOSTROPHES = str.maketrans("", "", "'`\u2018\u2019\u02bc")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of `text` in order; any string is accepted, also one without a single word."""
    folded = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return tuple(run[:MAX_WORD_LENGTH] for run in _RUN.findall(plain))


def is_number(word: str) -> bool:
    """Tell whether the word consists of digits."""
    return word[:1].isdigit()
