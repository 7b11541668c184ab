"""The process's search engine, opened with the application or the worker and closed with it."""

from marketplace.settings import Settings
from search import SearchEngine, open_engine

_engine: SearchEngine | None = None


def open_search(settings: Settings) -> SearchEngine:
    """Choose and remember the engine of this process; nothing is read or connected before the first question."""
    global _engine  # noqa: PLW0603 - one engine per process, as one pool
    _engine = open_engine(settings.meili_url, settings.meili_key, settings.search_directory)
    return _engine


def current_engine() -> SearchEngine:
    """The engine that `open_search` chose."""
    if _engine is None:
        message = "the search engine is not open"
        raise RuntimeError(message)
    return _engine


async def close_search() -> None:
    """Let go of the engine."""
    global _engine
    if _engine is not None:
        engine, _engine = _engine, None
        await engine.close()
