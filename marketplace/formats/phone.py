"""Indonesian telephone numbers: every usual spelling to E.164, and back to what people read.

E.164 is the only form that is stored. Sealing it at rest and looking it up is left to ``marketplace.sealing``;
whether a number answers is never asked.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from marketplace.formats.errors import FormatError
from marketplace.formats.typed import plain_text

_EMPTY = "Isi nomor telepon, misalnya 0812-3456-7890."
_UNREADABLE = "Nomor telepon tidak terbaca. Tulis nomor Indonesia, misalnya 0812-3456-7890 atau 021-8840-0000."
_NOT_MOBILE = "Isi nomor HP, misalnya 0812-3456-7890. Nomor telepon rumah tidak bisa dipakai di sini."

_MAX_TEXT_LENGTH = 40
_SEPARATORS = re.compile(r"[\s()./\-\u2010-\u2015\u2212]")
_DIALLED = re.compile(r"\+?[0-9]+")
_MOBILE: Final = re.compile(r"\+628[1-9][0-9]{7,10}")
_SHOWN_AT_START = 4
_SHOWN_AT_END = 3


def parse_phone(text: str) -> str:
    """E.164 (``+6281234567890``) from any usual spelling, mobile or landline.

    Reads ``0812-3456-7890``, ``+62 812…``, ``62812…``, ``812…``, the frequent mistake ``+62 0812…``, the dialled
    ``0062…`` and landlines such as ``(021) 884-0000``. Raises ``FormatError`` otherwise, also for two numbers in
    one field and for numbers of other countries.
    """
    kept = plain_text(text, longest=_MAX_TEXT_LENGTH)
    if not kept:
        raise FormatError(_EMPTY)
    dialled = _SEPARATORS.sub("", kept)
    if len(kept) > _MAX_TEXT_LENGTH or not _DIALLED.fullmatch(dialled):
        raise FormatError(_UNREADABLE)
    # Dialled from abroad. Left alone, lokal takes the zeros for a trunk prefix and reads area code 62.
    if dialled.startswith("0062"):
        dialled = "+" + dialled.removeprefix("00")
    import lokal  # noqa: PLC0415 - a tenth of the whole start, for what few requests need

    e164 = lokal.normalize_phone(dialled)
    if e164 is None:
        raise FormatError(_UNREADABLE)
    return e164


def parse_mobile(text: str) -> str:
    """As ``parse_phone``, and refuses whatever cannot receive a message (landlines, 0800 service numbers)."""
    e164 = parse_phone(text)
    if not is_mobile(e164):
        raise FormatError(_NOT_MOBILE)
    return e164


def is_mobile(e164: str) -> bool:
    """Whether an E.164 number is an Indonesian mobile number: +62 8, 10 to 13 digits with the leading 0.

    0800, 0804 and 0809 are service numbers, not mobiles.
    """
    return _MOBILE.fullmatch(e164) is not None


def format_phone(e164: str) -> str:
    """As people read it: ``0812-3456-7890``, ``(021) 8840000``."""
    import lokal  # noqa: PLC0415 - as above

    national = lokal.parse_phone(e164).national
    return e164 if national is None else national


def mask_phone(e164: str) -> str:
    """Enough to recognise one's own number, not enough to ring it: ``0812*****890``."""
    national = "0" + e164.removeprefix("+62")
    hidden = max(len(national) - _SHOWN_AT_START - _SHOWN_AT_END, 0)
    return national[:_SHOWN_AT_START] + "*" * hidden + (national[-_SHOWN_AT_END:] if hidden else "")


def whatsapp_link(e164: str, text: str = "") -> str | None:
    """Return a wa.me link that opens a chat with ``text`` typed in, or None for a number without WhatsApp (a landline).

    wa.me takes digits only, no plus and no leading zero. Opening the link does not send. The text travels in a URL:
    never put personal data in it.
    """
    if not is_mobile(e164):
        return None
    link = f"https://wa.me/{e164.removeprefix('+')}"
    return f"{link}?text={quote(text, safe='')}" if text else link
