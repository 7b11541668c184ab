"""Why a statement cannot be read."""

from __future__ import annotations

from payments.errors import PaymentsError


class BadStatement(PaymentsError):
    """The file is no statement that can be read. `problem` is the Indonesian sentence, `params` fill it.

    `field` is file, or columns where the file is readable and only its columns are not understood.
    """

    code = "bad_statement"
    message = "{problem}"

    def __init__(self, problem: str, *, field: str = "file", **params: object) -> None:
        """Keep the sentence and where it belongs."""
        super().__init__(**params)
        self.problem = problem
        self.field = field
