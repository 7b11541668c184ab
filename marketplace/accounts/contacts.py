"""A person's way to be reached, as typed: a mobile number or an e-mail address, sealed for rest and masked for show.

Whether anybody answers there is not asked here; what is sent is for delivery.py.
"""

import re
import unicodedata
from typing import Final, Literal

import msgspec

from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.phone import mask_phone, parse_mobile
from marketplace.sealing import current_sealer

ContactKind = Literal["phone", "email"]

_EMPTY: Final = "Isi nomor HP atau alamat e-mail."
_EMAIL_WRONG: Final = "Alamat e-mail tidak terbaca. Tulis seperti nama@contoh.id."
_LONGEST_EMAIL: Final = 254
# One @, no blanks, a dot in the domain. More cannot be judged without sending a message.
_EMAIL: Final = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,24}")


class Contact(msgspec.Struct, frozen=True):
    """One address in its normalised spelling (E.164, or the e-mail in lower case)."""

    kind: ContactKind
    text: str

    def __repr__(self) -> str:
        """Never the address itself: a repr ends in logs."""
        return f"Contact({self.masked})"

    @property
    def masked(self) -> str:
        """Enough to recognise one's own, such as `0812*****890` or `s***@contoh.id`."""
        if self.kind == "phone":
            return mask_phone(self.text)
        name, _, domain = self.text.partition("@")
        return f"{name[0]}***@{domain}"

    @property
    def fingerprint(self) -> bytes:
        """32 bytes to find the person by."""
        return current_sealer().fingerprint(self.text, purpose=f"person.{self.kind}")

    @property
    def sealed(self) -> bytes:
        """The address encrypted for the person's row."""
        return current_sealer().seal(self.text, purpose=f"person.{self.kind}")


def parse_contact(text: str) -> Contact:
    """Read a mobile number in any usual spelling or an e-mail address.

    Raises:
        FormatError: neither of the two; the sentence never repeats what was typed.

    """
    kept = unicodedata.normalize("NFKC", text[: _LONGEST_EMAIL + 1]).strip()
    if not kept:
        raise FormatError(_EMPTY)
    if "@" not in kept:
        return Contact("phone", parse_mobile(kept))
    email = kept.lower()
    if len(email) > _LONGEST_EMAIL or ".." in email or not _EMAIL.fullmatch(email):
        raise FormatError(_EMAIL_WRONG)
    return Contact("email", email)


def read_contact(text: str, *, field: str = "contact") -> Contact:
    """As `parse_contact`, with the refusal at the form's field.

    Raises:
        InvalidError: it cannot be read.

    """
    try:
        return parse_contact(text)
    except FormatError as error:
        raise InvalidError(fields={field: (error.message, error.facts)}) from error


def open_contact(kind: ContactKind, sealed: bytes) -> Contact:
    """Give back the address that was sealed in a person's row."""
    return Contact(kind, current_sealer().open_sealed(sealed, purpose=f"person.{kind}"))


def contact_of(phone_sealed: bytes | None, email_sealed: bytes | None) -> Contact | None:
    """The address to show and write to: the phone where there is one."""
    if phone_sealed is not None:
        return open_contact("phone", phone_sealed)
    return open_contact("email", email_sealed) if email_sealed is not None else None
