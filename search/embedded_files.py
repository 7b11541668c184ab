"""The embedded engine's files: versions of an index, the pointer to the current one, and who may write.

`<directory>/<index>/current` names the version in use and the fingerprint it was built with; it is replaced in one
step, so readers see either the old or the new version whole. Each version is a tantivy directory, which survives being
killed at any moment: what was not committed is not there. The writer's lock is an advisory lock on an open file, which
the system drops when its process ends, so none can be left behind.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import tantivy

from search.documents import Index
from search.embedded_schema import NAMING_FIELDS, build_schema, fingerprint, register_tokenizer
from search.errors import IndexBusy, IndexMissing
from search.vocabulary import Vocabulary

_OPEN_ATTEMPTS = 5
_MAX_CATEGORIES = 1000


class Pointer(msgspec.Struct, frozen=True):
    """Contents of `current`; the fingerprint is empty until the version was filled by a rebuild."""

    version: str
    fingerprint: str


class Snapshot(msgspec.Struct, frozen=True):
    """One commit of an index as readers see it."""

    signature: tuple[int, ...]
    is_filled: bool
    searcher: tantivy.Searcher
    vocabulary: Vocabulary
    categories: tuple[tuple[str, str], ...]
    """Slugs and names of the categories in use."""

    def must_be_built(self) -> None:
        """Raise `IndexMissing` for an index that was never filled: that it holds nothing says nothing."""
        if not self.is_filled and self.searcher.num_docs == 0:
            message = "the search index is not built yet"
            raise IndexMissing(message)


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


class IndexFiles:
    """The files of one logical index. Blocking; meant for a thread."""

    def __init__(self, directory: Path, index: Index) -> None:
        """Name the files; nothing is touched yet."""
        self.directory = directory / index.value
        self._pointer_path = self.directory / "current"
        self._opened: tuple[str, tantivy.Index] | None = None
        self._pointer: tuple[tuple[int, int, int], Pointer] | None = None

    def pointer(self) -> Pointer:
        """Return the version in use; raises `IndexMissing` where there is none."""
        try:
            stamp = _stamp(self._pointer_path)
            if self._pointer is None or self._pointer[0] != stamp:
                self._pointer = (
                    stamp,
                    msgspec.json.decode(self._pointer_path.read_bytes(), type=Pointer),
                )
        except (OSError, msgspec.MsgspecError) as error:
            message = f"no search index at {self.directory}"
            raise IndexMissing(message) from error
        return self._pointer[1]

    def signature(self) -> tuple[int, ...]:
        """Return numbers that change with each commit and each swap; costs two calls of stat."""
        pointer = self.pointer()
        try:
            return (
                *_stamp(self._pointer_path),
                *_stamp(self.directory / pointer.version / "meta.json"),
            )
        except OSError as error:
            message = f"no search index at {self.directory}"
            raise IndexMissing(message) from error

    def open_current(self) -> tantivy.Index:
        """Return the version in use, opened."""
        version = self.pointer().version
        if self._opened is None or self._opened[0] != version:
            try:
                self._opened = (version, open_version(self.directory / version))
            except ValueError as error:
                message = f"search index at {self.directory} cannot be opened: {error}"
                raise IndexMissing(message) from error
        return self._opened[1]

    def snapshot(self) -> Snapshot:
        """Load the latest commit. A swap in between only makes it try again."""
        for attempt in range(_OPEN_ATTEMPTS):
            try:
                signature = self.signature()
                index = self.open_current()
                index.reload()
                return _snapshot(signature, index.searcher(), is_filled=bool(self.pointer().fingerprint))
            except (IndexMissing, ValueError):
                self._pointer = self._opened = None
                if attempt == _OPEN_ATTEMPTS - 1:
                    raise
                time.sleep(0.02)
        raise AssertionError

    def create_version(self) -> str:
        """Make a new, empty version that nobody reads yet, and return its name."""
        version = f"v-{secrets.token_hex(6)}"
        path = self.directory / version
        path.mkdir(parents=True)
        tantivy.Index(build_schema(), path=str(path))
        return version

    def switch_to(self, version: str, *, is_filled: bool = True) -> None:
        """Make `version` the one in use and remove all others; whoever reads those keeps their open files."""
        temporary = self.directory / f"current.{secrets.token_hex(4)}"
        with temporary.open("wb") as file:
            file.write(msgspec.json.encode(Pointer(version, fingerprint() if is_filled else "")))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._pointer_path)
        self._pointer = self._opened = None
        self.remove_versions(keep=version)

    def remove_versions(self, *, keep: str) -> None:
        """Remove every version but `keep`, also those that a killed rebuild left behind."""
        for path in self.directory.glob("v-*"):
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)

    def remove_version(self, version: str) -> None:
        """Remove a version that was never put in use."""
        shutil.rmtree(self.directory / version, ignore_errors=True)

    @contextmanager
    def locked(self, timeout_seconds: float, *, is_rebuilding: bool = False) -> Iterator[None]:
        """Hold the right to write; raises `IndexBusy` if another process keeps it for longer than the timeout.

        A rebuild by another process keeps it too; `is_rebuilding` says that it is this process that rebuilds.
        """
        with self._lock_file("writer.lock", fcntl.LOCK_EX, timeout_seconds):
            if is_rebuilding:
                yield
            else:
                with self._lock_file("rebuild.lock", fcntl.LOCK_SH, timeout_seconds):
                    yield

    @contextmanager
    def locked_for_rebuild(self, timeout_seconds: float) -> Iterator[None]:
        """Hold the right to rebuild; raises `IndexBusy` like `locked`."""
        with self._lock_file("rebuild.lock", fcntl.LOCK_EX, timeout_seconds):
            yield

    @contextmanager
    def _lock_file(self, name: str, mode: int, timeout_seconds: float) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + timeout_seconds
        with (self.directory / name).open("wb") as file:
            while True:
                try:
                    fcntl.flock(file, mode | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        message = f"another process is writing {self.directory}"
                        raise IndexBusy(message) from None
                    time.sleep(0.02)
            yield


def open_version(path: Path) -> tantivy.Index:
    """Open one version. It is reloaded by hand, so that a query never meets two states. Raises ValueError."""
    index = tantivy.Index.open(str(path))
    register_tokenizer(index)
    index.config_reader("manual")
    return index


def _snapshot(signature: tuple[int, ...], searcher: tantivy.Searcher, *, is_filled: bool) -> Snapshot:
    everything = tantivy.Query.all_query()
    words = searcher.terms_with_prefix("words_all", "")
    naming = (word for field in NAMING_FIELDS for word, _ in searcher.terms_with_prefix(field, ""))
    counted = searcher.aggregate(
        everything,
        {"labels": {"terms": {"field": "category_labels", "size": _MAX_CATEGORIES}}},
    )
    labels = (bucket["key"].partition("\t") for bucket in counted["labels"]["buckets"])
    return Snapshot(
        signature,
        is_filled,
        searcher,
        Vocabulary(words, naming),
        tuple((slug, name) for slug, _, name in labels),
    )
