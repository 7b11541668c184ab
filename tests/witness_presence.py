"""Tests marked `stripe_mock` and `localstripe` need those programs; where one is missing they are left out, audibly.

Both are witnesses from elsewhere beside our own fake, which always runs: stripe-mock checks requests against Stripe's
description of its API, localstripe is a stand-in by other people. Neither is part of the project.
"""

import os
import shutil

import pytest

HOW = {
    "stripe_mock": (
        "go install github.com/stripe/stripe-mock@latest, then have it on PATH or in STRIPE_MOCK=/path/to/stripe-mock"
    ),
    "localstripe": (
        "pip install localstripe into an environment of its own, then have it on PATH or in LOCALSTRIPE=/path/to/it"
    ),
}


def find_witness(name: str) -> str | None:
    """Path of the program."""
    return os.environ.get(name.upper()) or shutil.which(name.replace("_", "-"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests whose witness is not on this machine."""
    missing = [name for name in HOW if find_witness(name) is None]
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in missing)]
    if left_out:
        items[:] = [item for item in items if item not in set(left_out)]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which witness was missing and how to get it."""
    for name, how in HOW.items():
        if find_witness(name) is None:
            terminalreporter.write_line(f"Tests with {name} as a witness were left out: {how}")
