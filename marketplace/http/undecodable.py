"""What does not decode as what a route takes, said in our words: where it stands, what kind of mistake, a sentence.

msgspec words its refusals in English, for programmers; programs get a code and a path here, people a sentence.
"""

import re
from typing import Any, Final

import msgspec
from litestar.exceptions import HTTPException, ValidationException

from marketplace.web.translate import translate


class Misfit(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake. `path` is from the body's root (`$.lines[0].quantity`), None outside the body."""

    field: str
    path: str | None
    code: str
    message: str
    facts: dict[str, str]

    def sentence(self, language: str) -> str:
        """What to tell people, the kinds of values in their words too."""
        facts = {
            name: " / ".join(translate(_KINDS.get(kind, kind), language) for kind in value.split(" | "))
            if name in ("wanted", "got")
            else value
            for name, value in self.facts.items()
        }
        return translate(self.message, language, **facts)


_KINDS: Final = {
    "str": "teks",
    "int": "bilangan bulat",
    "float": "angka",
    "bool": "true atau false",
    "array": "daftar",
    "object": "objek",
    "null": "null",
    "date": "tanggal (2026-11-24)",
    "datetime": "waktu (2026-11-24T02:05:00Z)",
    "time": "jam (08:00:00)",
}
_WRONG_KIND: Final = "Harus {wanted}, bukan {got}."
_MISSING: Final = "Wajib diisi."
_UNKNOWN: Final = "Isian ini tidak dikenal."
_BOUND: Final = "Harus {bound}."
_TOO_LARGE: Final = "Angka ini terlalu besar."
_LENGTH: Final = "Panjangnya harus {bound}."
_PATTERN: Final = "Bentuknya harus sesuai pola {pattern}."
_CHOICE: Final = "Pilihan ini tidak dikenal."
_MOMENT: Final = "Harus {wanted}."
_NO_JSON: Final = "Isi permintaan bukan JSON yang utuh."
_EMPTY: Final = "Isi permintaan kosong. Kirim JSON."
_UNREADABLE: Final = "Isian ini tidak dapat dibaca."

# In the order in which they are tried; groups are named as the facts of the sentence.
_WORDINGS: Final = (
    (re.compile(r"Object missing required field `(?P<name>.+?)`"), "missing", _MISSING),
    (re.compile(r"Object contains unknown field `(?P<name>.+?)`"), "unknown_field", _UNKNOWN),
    (re.compile(r"Missing required \w+ parameter '(?P<name>.+?)'"), "missing", _MISSING),
    (re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`"), "wrong_type", _WRONG_KIND),
    (re.compile(r"Expected `\w+` of length (?P<bound>[<>=]+ -?\d+)"), "wrong_length", _LENGTH),
    (re.compile(r"Expected `[^`]+` matching regex '(?P<pattern>.+)'"), "wrong_form", _PATTERN),
    (re.compile(r"Expected `[^`]+` (?P<bound>[<>=]+ -?[\d.e+]+)"), "out_of_bounds", _BOUND),
    (re.compile(r"Integer value out of range"), "out_of_bounds", _TOO_LARGE),
    (re.compile(r"Invalid RFC3339 encoded (?P<wanted>\w+)"), "wrong_form", _MOMENT),
    (re.compile(r"Invalid (?:enum )?value "), "unknown_choice", _CHOICE),
    (re.compile(r"^'data'$"), "missing", _EMPTY),
    (re.compile(r"JSON is malformed|Input data was truncated|MessagePack"), "no_json", _NO_JSON),
)
_PLACE: Final = re.compile(r" - at `\$\.?(?P<place>.*)`$")


def misfits_of(error: HTTPException) -> list[Misfit]:
    """Read the framework's refusal of an input; empty where it refuses something else (a path, a size)."""
    entries = error.extra if isinstance(error.extra, list) else []
    if entries:
        return [_misfit(str(entry.get("message", "")), str(entry.get("key", "")), _source(entry)) for entry in entries]
    if isinstance(error, ValidationException):
        return [_misfit(str(error.detail), "", "query")]
    if isinstance(error.__cause__, Exception) and error.status_code == 400:  # noqa: PLR2004 - a body that is no JSON
        text = str(error.__cause__)
        place = _PLACE.search(text)
        return [_misfit(text, place["place"] if place else "data", "body")]
    return []


def _source(entry: dict[str, Any]) -> str:
    return str(getattr(entry.get("source"), "value", entry.get("source") or ""))


def _misfit(text: str, key: str, source: str) -> Misfit:
    code, message, facts = _said(text)
    place = "" if key == "data" else key
    if name := facts.pop("name", ""):
        place = f"{place}.{name}" if place else name
    is_body = source == "body" or key == "data"
    path = (f"$.{place}" if place and not place.startswith("[") else f"${place}") if is_body else None
    return Misfit(field=place or "$", path=path, code=code, message=message, facts=facts)


def _said(text: str) -> tuple[str, str, dict[str, str]]:
    for wording, code, message in _WORDINGS:
        if found := wording.search(text):
            # Python writes a pattern's backslashes twice.
            return code, message, {name: value.replace("\\\\", "\\") for name, value in found.groupdict().items()}
    return "unreadable", _UNREADABLE, {}
