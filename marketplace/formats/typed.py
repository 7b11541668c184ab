"""What was typed, made plain before it is read: full-width letters, odd spaces, marks that nobody sees.

Arabic digits and the like are left as they are, and refused by readers. So are digits that are more than digits: 5² is
not 52.
"""

import unicodedata
from typing import Final

_NOT_MERE: Final = ("<super>", "<sub>", "<circle>")


def plain_text(text: str, *, longest: int) -> str:
    """Small letters with single spaces between them, cut a letter after `longest` for the reader to refuse.

    Invisible marks go: telephones put some around a number that is copied from a contact.
    """
    return " ".join("".join(map(_plain, text[: 2 * longest])).casefold().split())[: longest + 1]


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    if unicodedata.category(letter) == "Cf":
        return ""
    if unicodedata.decomposition(letter).startswith(_NOT_MERE):
        return letter
    return unicodedata.normalize("NFKC", letter)
