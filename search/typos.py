"""How many typing errors are forgiven in a word, the same for every engine."""

from search.text import is_number

ONE_TYPO_LENGTH = 4
TWO_TYPOS_LENGTH = 8
"""Lengths from which one and two edits are forgiven. Four suits Indonesian staples: "bras" is meant to be "beras"."""


def typos_allowed(word: str) -> int:
    """Return how many edits are forgiven in `word`: none in numbers and in words of up to three letters."""
    if is_number(word) or len(word) < ONE_TYPO_LENGTH:
        return 0
    return 1 if len(word) < TWO_TYPOS_LENGTH else 2
