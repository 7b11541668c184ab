"""The one error of every reader in ``marketplace.formats`` and of the identity numbers.

Leaves the rendering (problem+json, the sentence beside a field, its translation) to the callers.
"""

from __future__ import annotations


class FormatError(ValueError):
    """What was typed cannot be read.

    ``message`` is an Indonesian message id with ``{name}`` places, ``params`` are the values for them. ``str()``
    gives the filled Indonesian sentence. Neither ever repeats the text that was typed: it may be personal data.
    """

    def __init__(self, message: str, **params: str | int) -> None:
        self.message = message
        self.params: dict[str, str | int] = params
        super().__init__(message.format(**params) if params else message)
