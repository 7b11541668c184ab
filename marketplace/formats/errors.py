"""The one error of every reader in ``marketplace.formats`` and of the identity numbers."""

from marketplace.errors import LumbungError


class FormatError(LumbungError, ValueError):
    """What was typed cannot be read.

    ``message`` and ``facts`` go beside the field that was typed in: ``InvalidError(fields={name: (message, facts)})``.
    Neither ever repeats the text that was typed: it may be personal data.
    """

    status_code = 422
    code = "unreadable"
    default_message = "Isian ini tidak terbaca."
