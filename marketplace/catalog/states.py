"""A product's way: draft until complete, published while cooperatives may list it, paused in between."""

from typing import Final, Literal

ProductState = Literal["draft", "published", "paused"]
ProductStep = Literal["publish", "pause"]

TRANSITIONS: Final[dict[tuple[str, str], ProductState]] = {
    ("draft", "publish"): "published",
    ("paused", "publish"): "published",
    ("published", "pause"): "paused",
}

STATE_NAMES: Final = {"draft": "konsep", "published": "tayang", "paused": "dijeda"}


def next_state(state: str, step: str) -> ProductState | None:
    """State after the step, or None where the step is not possible."""
    return TRANSITIONS.get((state, step))
