"""Writes distances as people say them; measuring them is left to ``marketplace.regions``."""


def distance_text(distance_km: float | None, language: str) -> str | None:
    """Like "1,2 km"; None where a place is unknown or the same, for a village's position is only its middle."""
    if not distance_km:
        return None
    text = f"{distance_km:.1f}"
    return f"{text if language == 'en' else text.replace('.', ',')} km"
