"""Refusals that every area shares; each area adds its own facts beside its use cases.

A message is an Indonesian sentence and at the same time the key of its translation; values go in `facts`
(`"Sisa {left}"`, `left=3`). How an error is shown (problem+json, a sentence beside the field) is for http/ and web/.
"""

from typing import ClassVar


class LumbungError(Exception):
    """A refusal with a code for programs and a sentence for people."""

    status_code: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    default_message: ClassVar[str] = "Permintaan tidak dapat diproses."

    def __init__(self, message: str | None = None, **facts: object) -> None:
        """Take the Indonesian sentence and the values that fill it."""
        self.message = message or self.default_message
        self.facts = facts
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The sentence with its values, in Indonesian."""
        from marketplace.formats.facts import write_facts  # noqa: PLC0415 - formats have refusals of their own

        return self.message.format(**write_facts(self.facts, "id")) if self.facts else self.message

    def facts_in(self, language: str) -> dict[str, object]:  # noqa: ARG002 - for those with words of ours
        """The values that fill the sentence; a refusal whose values are words of ours gives them in the language."""
        return self.facts


class NotFoundError(LumbungError):
    """There is no such thing, or none that this actor may know of."""

    status_code = 404
    code = "not_found"
    default_message = "Halaman atau data ini tidak ditemukan."


class SignInRequiredError(LumbungError):
    """The action needs a signed-in person."""

    status_code = 401
    code = "sign_in_required"
    default_message = "Silakan masuk terlebih dahulu."


class ForbiddenError(LumbungError):
    """An insider lacks the right; the message is the reason."""

    status_code = 403
    code = "forbidden"
    default_message = "Anda tidak berhak melakukan ini."


class ConflictError(LumbungError):
    """The state has moved on: somebody was faster, or the page is stale."""

    status_code = 409
    code = "conflict"
    default_message = "Data sudah berubah. Muat ulang halaman lalu coba lagi."


class DayClosedError(ConflictError):
    """What was to be booked lies on a day that the store has closed."""

    code = "day_closed"
    default_message = "Pembukuan sampai {closed_through} sudah ditutup. Ulangi: catatan masuk ke hari ini."


class TooManyRequestsError(LumbungError):
    """A rate limit was reached; `retry_after_seconds` says when to come back."""

    status_code = 429
    code = "too_many_requests"
    default_message = "Terlalu banyak percobaan. Tunggu sebentar lalu coba lagi."

    def __init__(self, message: str | None = None, *, retry_after_seconds: int = 60, **facts: object) -> None:
        """Take the sentence and how long to wait."""
        super().__init__(message, **facts)
        self.retry_after_seconds = retry_after_seconds


class InvalidError(LumbungError):
    """Input that cannot be accepted, field by field.

    `fields` maps a field's name to (Indonesian sentence, facts); a plain sentence is accepted too.
    """

    status_code = 422
    code = "invalid"
    default_message = "Periksa kembali isian yang ditandai."

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: dict[str, "str | tuple[str, dict[str, object]]"] | None = None,
        **facts: object,
    ) -> None:
        """Take the sentence for the whole and one for each field."""
        super().__init__(message, **facts)
        self.fields: dict[str, tuple[str, dict[str, object]]] = {
            name: (entry, {}) if isinstance(entry, str) else entry for name, entry in (fields or {}).items()
        }
