"""Distances and boxes without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.regions.names import key_of, level_of, name_key, short_name
from marketplace.regions.nearest import bounding_box, distance_km

latitudes = st.floats(-11, 6)
longitudes = st.floats(95, 141)


def test_known_distances_are_right() -> None:
    assert distance_km(-6.2828, 106.9303, -6.2828, 106.9303) == 0
    assert distance_km(-6.2828, 106.9303, -6.2820, 107.0407) == pytest.approx(12.203, abs=0.01)
    assert distance_km(0, 100, 0, 101) == pytest.approx(111.195, abs=0.001)
    assert distance_km(0, 0, 0, 180) == pytest.approx(20_015.1, abs=0.1)


@given(latitudes, longitudes, latitudes, longitudes, st.floats(0.1, 500))
def test_box_holds_everything_within_the_radius(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float, radius_km: float
) -> None:
    box = bounding_box(latitude, longitude, radius_km)
    if distance_km(latitude, longitude, other_latitude, other_longitude) <= radius_km - 1e-6:
        assert box.south <= other_latitude <= box.north
        assert box.west <= other_longitude <= box.east


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_the_same_both_ways(a: float, b: float, c: float, d: float) -> None:
    assert distance_km(a, b, c, d) == pytest.approx(distance_km(c, d, a, b))


def test_names_become_keys_and_short_forms() -> None:
    assert key_of("Pondok Gede") == key_of("PONDOKGEDE") == "pondokgede"
    assert key_of("Ma'rang") == "marang"
    assert name_key("Kota Administrasi Jakarta Pusat", "regency") == "jakartapusat"
    assert name_key("Kabupaten Bekasi", "regency") == "bekasi"
    assert name_key("Kota Baru", "village") == "kotabaru"
    assert name_key("Daerah Istimewa Yogyakarta", "province") == "yogyakarta"
    assert short_name("Kabupaten Bekasi", "kabupaten") == "Kab. Bekasi"
    assert short_name("Kota Bekasi", "kota") == "Kota Bekasi"
    assert short_name("Pondokgede", "kecamatan") == "Kec. Pondokgede"
    assert short_name("Abepura", "distrik") == "Distrik Abepura"
    assert level_of("32.75.08.1003") == "village"
