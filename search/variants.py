"""Spellings and other names of the same goods, from `data/variants.toml`.

`canonical` is applied to every title when it is indexed and to every query, so both engines see one spelling and need
no stemmer (Indonesian stemmers turn "keripik" into "ripik" and "minuman" into "minum"). `ALTERNATIVES` widen a query
only. A change of the file changes `FINGERPRINT`, which makes every index due for a rebuild.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from types import MappingProxyType

import msgspec

from search.text import words_of

Words = tuple[str, ...]

MAX_PHRASE_WORDS = 3
"""Longest entry, in words, that is looked for in a text."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    fillers: list[str]
    measures: list[str]
    known: list[str]
    spelling: dict[str, str]
    alternatives: dict[str, list[str]]


def _replace(words: Sequence[str], table: Mapping[Words, Words]) -> Words:
    """Replace each longest run of words that is in the table, from left to right, once."""
    result: list[str] = []
    position = 0
    while position < len(words):
        for length in range(min(MAX_PHRASE_WORDS, len(words) - position), 0, -1):
            replacement = table.get(tuple(words[position : position + length]))
            if replacement is not None:
                result.extend(replacement)
                position += length
                break
        else:
            result.append(words[position])
            position += 1
    return tuple(result)


_RAW = (resources.files("search") / "data" / "variants.toml").read_bytes()
_FILE = msgspec.convert(tomllib.loads(_RAW.decode()), _File)
_SPELLING: Mapping[Words, Words] = {words_of(other): words_of(usual) for other, usual in _FILE.spelling.items()}

FINGERPRINT = hashlib.sha256(_RAW).hexdigest()[:12]
FILLERS = frozenset(_FILE.fillers)
MEASURES = frozenset(_FILE.measures)
ALTERNATIVES: Mapping[Words, tuple[Words, ...]] = MappingProxyType(
    {
        _replace(words_of(name), _SPELLING): tuple(_replace(words_of(meant), _SPELLING) for meant in others)
        for name, others in _FILE.alternatives.items()
    }
)
SPELT = frozenset(name[0] for name in (*_SPELLING, *ALTERNATIVES) if len(name) == 1)
"""Single words that stand for something else, so that no index need hold them."""
LISTED = frozenset(
    word
    for words in (
        *(_SPELLING.keys() | set(_SPELLING.values()) | ALTERNATIVES.keys()),
        *(other for others in ALTERNATIVES.values() for other in others),
        (*_FILE.known, *_FILE.fillers, *_FILE.measures),
    )
    for word in words
)
"""Every word of the file: none of them is a typing error."""
EXACT_WORDS = (
    frozenset(_FILE.known)
    | FILLERS
    | {
        name[0]
        for name in ALTERNATIVES
        if len(name) == 1 and not any(name[0] in other for others in ALTERNATIVES.values() for other in others)
    }
)
"""Words in which no errors are forgiven: brands ("masako" is not "masak"), fillers, and words that are near others."""


def canonical(text: str) -> Words:
    """Return the words of `text` in their usual spelling: "Kripik telor 2kg" is keripik, telur, 2, kg."""
    return _replace(words_of(text), _SPELLING)
