"""Sentences in the reader's language: the Indonesian sentence is the key, ``translations/en*.po`` has the English.

Every ``en*.po`` is read, so each area may keep its own file (``en.orders.po``) without colliding with the others. A
sentence without an English entry is shown in Indonesian; ``tests/web/test_translations.py`` keeps that from landing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from marketplace.formats.facts import write_facts

if TYPE_CHECKING:
    from collections.abc import Callable

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")
TRANSLATIONS_DIRECTORY: Final = Path(__file__).parent / "translations"


@cache
def english_sentences() -> dict[str, str]:
    """Read every English sentence by its Indonesian one. Files that disagree raise ValueError: one word per thing."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - for those who read English, once

    sentences: dict[str, str] = {}
    for path in sorted(TRANSLATIONS_DIRECTORY.glob("en*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="en")
        for message in catalogue:
            if not message.id or not message.string:
                continue
            indonesian, english = str(message.id), str(message.string)
            if sentences.setdefault(indonesian, english) != english:
                error = f"{path.name} translates {indonesian!r} differently from an earlier file"
                raise ValueError(error)
    return sentences


def as_language(value: object) -> Language:
    """Take any text for a language; what is not English is Indonesian."""
    return "en" if value == "en" else "id"


def translate(sentence: str, language: str, /, **params: object) -> str:
    """Give the sentence in the language with its ``{params}`` filled in; days and Money are written in it too."""
    text = english_sentences().get(sentence, sentence) if language == "en" else sentence
    return text.format_map(write_facts(params, language)) if params else text


def translator(language: Language) -> Callable[..., str]:
    """Make the ``t`` of templates for one language."""

    def t(sentence: str, /, **params: object) -> str:
        return translate(sentence, language, **params)

    return t


TRANSLATORS: Final[dict[Language, Callable[..., str]]] = {language: translator(language) for language in LANGUAGES}
