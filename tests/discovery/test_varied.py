"""Choosing goods for the front page."""

from marketplace.discovery.varied import choose_varied


def goods(*names: str, category: str = "sembako") -> list[dict[str, str]]:
    return [{"name": name, "category_slug": category} for name in names]


def names_of(rows: list[dict[str, str]]) -> list[str]:
    return [row["name"] for row in rows]


def test_sizes_of_one_kind_leave_room_for_other_categories() -> None:
    rows = [
        *goods("MinyaKita 2 l", "MinyaKita 1 l", "Beras 5 kg", "Telur 1 kg"),
        *goods("Keripik balado", category="makanan-ringan"),
    ]
    assert names_of(choose_varied(rows, limit=3)) == ["MinyaKita 2 l", "Beras 5 kg", "Keripik balado"]


def test_free_places_are_filled_in_order() -> None:
    rows = goods("MinyaKita 2 l", "MinyaKita 1 l", "Beras 5 kg", "Telur 1 kg")
    assert names_of(choose_varied(rows, limit=4)) == ["MinyaKita 2 l", "Beras 5 kg", "MinyaKita 1 l", "Telur 1 kg"]


def test_few_goods_are_all_shown_and_none_gives_none() -> None:
    assert names_of(choose_varied(goods("Beras 5 kg"), limit=8)) == ["Beras 5 kg"]
    assert choose_varied([], limit=8) == []
