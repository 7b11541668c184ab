"""Refusals about goods."""

from typing import Any

import msgspec

from marketplace.errors import ConflictError, InvalidError
from marketplace.web.translate import translate


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field that differs: what is saved now and what was sent from the old page."""

    field: str
    saved: str
    sent: str


class StaleError(ConflictError):
    """The page was older than the data: somebody else, or another tab, saved in between. Nothing was changed."""

    code = "stale"
    default_message = "Data sudah berubah sejak halaman ini dibuka. Periksa perbedaannya, lalu simpan lagi bila setuju."

    def __init__(self, *, version: int, changes: list[Change]) -> None:
        """Take the version that is saved now and the fields that differ."""
        self.version = version
        self.changes = changes
        super().__init__(version=version, changes=[msgspec.to_builtins(change) for change in changes])


class TransitionError(ConflictError):
    """The product is in a state that does not allow this."""

    code = "wrong_state"
    default_message = "Barang berstatus {state}, jadi langkah ini tidak bisa dilakukan."

    def facts_in(self, language: str) -> dict[str, object]:
        """The state's name in the reader's language."""
        return {**self.facts, "state": translate(str(self.facts["state"]), language)}


class NotReadyError(InvalidError):
    """Something is missing or has run out; `fields` says what."""

    code = "not_ready"
    default_message = "Barang belum bisa ditayangkan. Lengkapi dulu yang ditandai."


class PhotoError(InvalidError):
    """The file is no photograph that we can use."""

    code = "photo"

    def __init__(self, message: str, **facts: Any) -> None:
        """Take the sentence; it stands beside the field `photo`."""
        super().__init__(message, fields={"photo": (message, facts)}, **facts)


class UnitChangedError(InvalidError):
    """A larger unit holds another number of goods than the page showed; nothing was done."""

    status_code = 409
    code = "unit_changed"
    default_message = (
        "{name}: isi 1 {unit} berubah dari {old} menjadi {new} {base}. Periksa jumlahnya, lalu kirim lagi."
    )

    def __init__(self, *, field: str, **facts: Any) -> None:
        """Take the field that it stands beside; facts are name, unit, old, new and base."""
        super().__init__(fields={field: (self.default_message, facts)}, **facts)
