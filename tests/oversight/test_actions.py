"""Whoever reads the audit trail meets words, not names of code."""

import re
from pathlib import Path

import marketplace
from marketplace.catalog.states import STATE_NAMES as PRODUCT_STATES
from marketplace.orders.states import STATE_NAMES as ORDER_STATES
from marketplace.oversight.actions import ACTION_LABELS

_SOURCES = Path(marketplace.__file__).parent
# Made of a state: every state that a step can lead to.
_MADE = {
    *(f"order.{state}" for state in ORDER_STATES if state not in {"placed", "expired"}),
    *(f"product_{state}" for state in PRODUCT_STATES if state != "draft"),
    *("application_accepted", "application_declined", "offer_published", "offer_closed"),
    *("listing_added", "listing_edited", "listing_active", "listing_paused"),
}


def test_every_action_that_is_recorded_has_a_name() -> None:
    written = {
        name for path in _SOURCES.rglob("*.py") for name in re.findall(r'\baction="([a-z_.]+)"', path.read_text())
    }
    assert len(written) > 30
    assert written | _MADE <= set(ACTION_LABELS)
