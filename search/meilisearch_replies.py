"""Answers of Meilisearch to what is not a search, as far as we read them."""

from typing import Literal

import msgspec


class Record(msgspec.Struct):
    """What we know of an index: the settings it was built with."""

    id: str
    fingerprint: str


class Stats(msgspec.Struct, rename="camel"):
    """Part of an index's statistics."""

    number_of_documents: int


class Status(msgspec.Struct):
    """Answer of `/health`."""

    status: Literal["available"]


class Id(msgspec.Struct):
    """A document with its id only."""

    id: str


class PageOfIds(msgspec.Struct):
    """A page of documents with their ids."""

    results: list[Id]


class Uid(msgspec.Struct):
    """An index by its name."""

    uid: str


class Indexes(msgspec.Struct):
    """A list of indexes."""

    results: list[Uid]


class TaskRef(msgspec.Struct, rename="camel"):
    """The number of a task that was queued."""

    task_uid: int
