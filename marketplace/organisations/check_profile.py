"""What an organisation says of itself, read field by field; several wrong fields are named at once."""

from collections.abc import Callable

from marketplace.accounts import parse_contact
from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.phone import parse_phone
from marketplace.organisations.identity_numbers import parse_ahu, parse_cooperative_nik, parse_nib, parse_npwp

_LONGEST = {"name": 160, "description": 2000, "address": 300}
_SHORTEST_NAME = 2


def _parse_email(text: str) -> str:
    if "@" not in text:
        message = "Alamat e-mail tidak terbaca. Tulis seperti nama@contoh.id."
        raise FormatError(message)
    return parse_contact(text).text


_READERS: dict[str, Callable[[str], str]] = {
    "phone": parse_phone,
    "email": _parse_email,
    "nib": parse_nib,
    "npwp": parse_npwp,
    "nik_koperasi": parse_cooperative_nik,
    "ahu_number": parse_ahu,
}


def check_profile(**typed: str) -> dict[str, str | None]:
    """Read the given fields; an empty optional one becomes None (text fields stay empty text).

    Raises:
        InvalidError: with a sentence for each field that cannot be accepted.

    """
    values: dict[str, str | None] = {}
    wrong: dict[str, str | tuple[str, dict[str, object]]] = {}
    for field, text in typed.items():
        kept = text.strip() if field == "description" else " ".join(text.split())
        if field in _READERS:
            try:
                values[field] = _READERS[field](kept) if kept else None
            except FormatError as error:
                wrong[field] = (error.message, error.facts)
            continue
        if field == "name" and len(kept) < _SHORTEST_NAME:
            wrong[field] = "Isi nama usaha atau lembaga."
        elif len(kept) > _LONGEST[field]:
            wrong[field] = ("Paling banyak {most} huruf.", {"most": _LONGEST[field]})
        values[field] = kept
    if wrong:
        raise InvalidError(fields=wrong)
    return values


def check_reason(text: str, *, field: str = "reason") -> str:
    """A reason that others can read, 3 to 500 letters.

    Raises:
        InvalidError: none, or too long.

    """
    kept = " ".join(text.split())
    if not 3 <= len(kept) <= 500:  # noqa: PLR2004 - said in the docstring
        raise InvalidError(fields={field: "Tulis alasan atau buktinya, 3 sampai 500 huruf."})
    return kept
