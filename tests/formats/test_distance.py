"""How far something is, in words."""

import pytest

from marketplace.formats.distance import distance_text


@pytest.mark.parametrize(
    ("distance_km", "language", "text"),
    [
        (1.25, "id", "1,2 km"),
        (1.25, "en", "1.2 km"),
        (12.0, "id", "12,0 km"),
        (0.0, "id", None),
        (None, "id", None),
    ],
)
def test_distance_is_said_in_the_language_and_not_where_it_is_unknown(
    distance_km: float | None, language: str, text: str | None
) -> None:
    assert distance_text(distance_km, language) == text
