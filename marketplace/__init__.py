"""The trade: areas from regions (low) to discovery (high), composed in app.py. See docs/architecture.md."""

import sys

# structlog takes in rich (with pygments and attrs) wherever that is installed, as Litestar's command line brings it, to
# show tracebacks that we do not show (logs.py): a seventh of each start. After this, rich is there for whoever asks.
if not sys.modules.keys() & {"structlog", "rich"}:
    sys.modules["rich"] = None  # type: ignore[assignment]  # documented: importing it fails
    try:
        import structlog  # noqa: F401 - see above
    finally:
        del sys.modules["rich"]
