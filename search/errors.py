"""What can go wrong while searching or indexing.

A search that could not be carried out is always one of these errors and never an empty result: callers must be able to
tell "nothing found" from "we could not look". Turning errors into answers over HTTP is left to the caller.
"""


class SearchError(Exception):
    """Anything this package raises on purpose."""


class InvalidSearch(SearchError):
    """The query asks for something the index does not have.

    `fields` maps the name of the offending field to an Indonesian sentence that may be shown beside it.
    """

    def __init__(self, fields: dict[str, str]) -> None:
        """Keep the sentences by field."""
        super().__init__("; ".join(f"{name}: {sentence}" for name, sentence in fields.items()))
        self.fields = fields


class SearchUnavailable(SearchError):
    """The engine cannot be reached, did not answer in time, or answered with an error of its own."""


class IndexMissing(SearchUnavailable):
    """The index was never built on this engine: call `ensure_index` and `rebuild` first."""


class IndexBusy(SearchUnavailable):
    """Another process is writing the same index just now; the write was not done and may be tried again."""


class RebuildFailed(SearchError):
    """A rebuilt index did not hold what was handed over; the old one is still in use."""
