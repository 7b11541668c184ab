"""Writing embedded indexes: commits of whole documents, and rebuilding beside the version in use.

Blocking; meant for the engine's writer thread.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import tantivy

from search.documents import Document
from search.embedded_files import IndexFiles, open_version
from search.embedded_schema import to_row
from search.errors import RebuildFailed, SearchUnavailable

WRITER_MEMORY_BYTES = 32_000_000
LOCK_TIMEOUT_SECONDS = 10.0


def _replace(writer: tantivy.IndexWriter, documents: Sequence[Document], ids: Sequence[str]) -> None:
    for identifier in ids:
        writer.delete_documents_by_term("id", identifier)
    for document in documents:
        writer.delete_documents_by_term("id", document.id)
        writer.add_document(to_row(document))


def commit(version: Path, documents: Sequence[Document], ids: Sequence[str]) -> None:
    """Remove `ids`, put `documents`, and make both visible in one step.

    The writer is opened and closed each time: that costs about a millisecond, and no process keeps others from writing
    for longer than it writes.
    """
    try:
        writer = open_version(version).writer(WRITER_MEMORY_BYTES, 1)
        _replace(writer, documents, ids)
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:
        message = f"search index at {version} could not be written: {error}"
        raise SearchUnavailable(message) from error


class Rebuild:
    """A new version on its way. `touched` holds what was put (or deleted: None) meanwhile, which wins."""

    def __init__(self, files: IndexFiles) -> None:
        """Nothing is touched before `begin`."""
        self.touched: dict[str, Document | None] = {}
        self._files = files
        self._locks = ExitStack()
        self._version: str | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._ids: set[str] = set()

    def begin(self) -> None:
        """Take the right to rebuild and open an empty version."""
        self._locks.enter_context(self._files.locked_for_rebuild(LOCK_TIMEOUT_SECONDS))
        self._version = self._files.create_version()
        self._writer = open_version(self._files.directory / self._version).writer(WRITER_MEMORY_BYTES, 1)

    def fill(self, documents: Sequence[Document]) -> None:
        """Add documents; of several with one id the last stays."""
        if self._writer is None:
            raise AssertionError
        _replace(self._writer, documents, ())
        self._ids.update(document.id for document in documents)

    def finish(self) -> int:
        """Add what was touched, compare, and put the new version in use; returns how many documents it holds."""
        if self._writer is None or self._version is None:
            raise AssertionError
        with self._files.locked(LOCK_TIMEOUT_SECONDS, is_rebuilding=True):
            touched = dict(self.touched)
            documents = [document for document in touched.values() if document is not None]
            _replace(self._writer, documents, list(touched))
            expected = len(
                (self._ids | touched.keys()) - {name for name, document in touched.items() if document is None}
            )
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None
            index = open_version(self._files.directory / self._version)
            index.reload()
            held = index.searcher().num_docs
            if held != expected:
                message = f"the rebuilt index holds {held} documents instead of {expected}"
                raise RebuildFailed(message)
            self._files.switch_to(self._version)
            self._version = None
        return held

    def end(self) -> None:
        """Let go of everything; a version that was not put in use is removed."""
        self._writer = None
        if self._version is not None:
            self._files.remove_version(self._version)
        self._locks.close()
