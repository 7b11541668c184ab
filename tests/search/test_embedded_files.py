"""The embedded index on disk: several processes, a killed writer, a damaged or outdated index."""

import asyncio
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from search import Document, Index, IndexBusy, IndexState, SearchQuery
from search.embedded_engine import EmbeddedEngine
from search.embedded_files import IndexFiles
from tests.search import corpus

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[EmbeddedEngine]:
    """Give an engine on an index of listings with one document."""
    engine = EmbeddedEngine(tmp_path)
    await engine.ensure_index(Index.LISTINGS)
    await engine.put(Index.LISTINGS, [corpus.listing(1, 1)])
    yield engine
    await engine.close()


@contextmanager
def other_process(code: str, directory: Path) -> "Iterator[subprocess.Popen[str]]":
    """Run `code` in a process of its own, with `engine` on the same directory and `corpus` at hand."""
    lines = [
        "import asyncio, pathlib, sys, time",
        "from search import *",
        "from search.embedded_engine import EmbeddedEngine",
        "from tests.search import corpus",
        "engine = EmbeddedEngine(pathlib.Path(sys.argv[1]))",
        "async def main():",
        textwrap.indent(textwrap.dedent(code), "    "),
        "asyncio.run(main())",
    ]
    command = [sys.executable, "-c", "\n".join(lines), str(directory)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


async def total(engine: EmbeddedEngine, text: str) -> int:
    """Return how many are found."""
    return (await engine.search(SearchQuery(text=text))).total


async def test_commit_of_another_process_is_noticed_with_its_words(reader: EmbeddedEngine, tmp_path: Path) -> None:
    assert await total(reader, "kripik singkon") == 0
    with other_process("await engine.put(Index.LISTINGS, [corpus.listing(18, 1)])", tmp_path) as writer:
        assert await asyncio.to_thread(writer.wait, 60) == 0
    assert await total(reader, "kripik singkon") == 1
    assert await reader.count(Index.LISTINGS) == 2


async def test_rebuild_by_another_process_is_noticed(reader: EmbeddedEngine, tmp_path: Path) -> None:
    assert await total(reader, "beras") == 1
    code = """
    async def documents():
        yield corpus.listing(37, 1)
    await engine.rebuild(Index.LISTINGS, documents())
    """
    with other_process(code, tmp_path) as writer:
        assert await asyncio.to_thread(writer.wait, 60) == 0
    assert await total(reader, "beras") == 0
    assert await total(reader, "kopi") == 1


async def test_writer_killed_in_the_middle_loses_only_what_was_not_committed(
    reader: EmbeddedEngine, tmp_path: Path
) -> None:
    code = """
    numbers = 0
    while True:
        await engine.put(Index.LISTINGS, [corpus.listing(2, 1, id=f"x-{numbers}-{n}") for n in range(200)])
        numbers += 1
        print(numbers, flush=True)
    """
    with other_process(code, tmp_path) as writer:
        assert writer.stdout is not None
        committed = 0
        for _ in range(5):
            committed = int(await asyncio.to_thread(writer.stdout.readline))
        writer.send_signal(signal.SIGKILL)
        await asyncio.to_thread(writer.wait, 60)
        rest = await asyncio.to_thread(writer.stdout.read)
        committed = max([committed, *(int(line) for line in rest.split())])

    held = {identifier async for identifier in reader.ids(Index.LISTINGS)} - {"1-1"}
    batches = {identifier.split("-")[1] for identifier in held}
    assert len(held) == 200 * len(batches), "a batch is there whole or not at all"
    assert {str(number) for number in range(committed)} <= batches
    await reader.put(Index.LISTINGS, [corpus.listing(37, 1)])
    assert await total(reader, "kopi") == 1


async def test_rebuild_killed_in_the_middle_leaves_the_old_index_and_no_rubbish(
    reader: EmbeddedEngine, tmp_path: Path
) -> None:
    code = """
    async def documents():
        for number in range(5000):
            yield corpus.listing(2, 1, id=f"x-{number}")
        print("filled", flush=True)
        time.sleep(600)
        yield corpus.listing(2, 1)
    await engine.rebuild(Index.LISTINGS, documents())
    """
    with other_process(code, tmp_path) as writer:
        assert writer.stdout is not None
        assert await asyncio.to_thread(writer.stdout.readline) == "filled\n"
        writer.kill()
        await asyncio.to_thread(writer.wait, 60)
    assert await reader.count(Index.LISTINGS) == 1
    await reader.put(Index.LISTINGS, [corpus.listing(37, 1)])
    assert await total(reader, "kopi") == 1

    async def documents() -> AsyncIterator[Document]:
        yield corpus.listing(1, 1)

    assert await reader.rebuild(Index.LISTINGS, documents()) == 1
    assert len(list((tmp_path / "listings").glob("v-*"))) == 1


async def test_write_while_another_process_rebuilds_is_refused_and_not_lost_silently(
    reader: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.embedded_engine.PUT_TIMEOUT_SECONDS", 0.2)
    with IndexFiles(tmp_path, Index.LISTINGS).locked_for_rebuild(1.0), pytest.raises(IndexBusy):
        await reader.put(Index.LISTINGS, [corpus.listing(37, 1)])
    assert await reader.count(Index.LISTINGS) == 1
    await reader.put(Index.LISTINGS, [corpus.listing(37, 1)])
    assert await reader.count(Index.LISTINGS) == 2


async def test_two_processes_writing_at_once_lose_nothing(reader: EmbeddedEngine, tmp_path: Path) -> None:
    code = """
    for number in range(10):
        await engine.put(Index.LISTINGS, [corpus.listing(2, 1, id=f"{name}-{number}")])
    """
    first, second = (f"name = {name!r}\n" + textwrap.dedent(code) for name in ("a", "b"))
    with other_process(first, tmp_path) as one, other_process(second, tmp_path) as other:
        assert await asyncio.to_thread(one.wait, 60) == 0
        assert await asyncio.to_thread(other.wait, 60) == 0
    assert await reader.count(Index.LISTINGS) == 21


async def test_damaged_index_is_created_anew(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    await engine.ensure_index(Index.STORES)
    (meta,) = (tmp_path / "stores").glob("v-*/meta.json")
    meta.write_text("rubbish")
    (tmp_path / "stores" / "current").write_text("rubbish too")
    fresh = EmbeddedEngine(tmp_path)
    assert await fresh.ensure_index(Index.STORES) is IndexState.CREATED
    await fresh.put(Index.STORES, corpus.stores())
    assert await fresh.count(Index.STORES) == 4
    await engine.close()
    await fresh.close()


async def test_index_of_another_layout_asks_for_a_rebuild_and_is_searched_meanwhile(
    reader: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.embedded_engine.fingerprint", lambda: "another")
    assert await reader.ensure_index(Index.LISTINGS) is IndexState.REBUILD_DUE
    assert await total(reader, "beras") == 1
