"""Tests marked `browser` need chromium. Where there is none they are left out and that is said, but never in CI."""

import os
import shutil

import pytest

REQUIRED_VARIABLE = "LUMBUNG_REQUIRE_BROWSER"

_HOW = (
    "Install chromium to run them (Debian and Ubuntu: apt install chromium; others: any Chromium or Chrome)"
    " or name it: CHROMIUM=/path/to/chromium make test"
)
_left_out = pytest.StashKey[int]()


def find_chromium() -> str | None:
    """Path of the machine's browser."""
    return os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser's tests out where there is no browser.

    Raises:
        UsageError: there is none, and CI or LUMBUNG_REQUIRE_BROWSER insists on it.

    """
    with_browser = [item for item in items if item.get_closest_marker("browser")]
    if not with_browser or find_chromium():
        return
    if os.environ.get("CI", "").lower() in ("1", "true") or os.environ.get(REQUIRED_VARIABLE):
        message = f"{len(with_browser)} browser tests cannot run: no chromium found. {_HOW}"
        raise pytest.UsageError(message)
    items[:] = [item for item in items if item not in set(with_browser)]
    config.hook.pytest_deselected(items=with_browser)
    config.stash[_left_out] = len(with_browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out and how to get it."""
    if count := config.stash.get(_left_out, 0):
        terminalreporter.section("left out", sep="-")
        terminalreporter.write_line(f"{count} browser tests were left out: no chromium found on this machine.")
        terminalreporter.write_line(_HOW)
