"""Distances and boxes without a database."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.regions.centroids import mean_position, pack_centroids, read_centroids
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


def test_packed_centroids_are_read_back(tmp_path: Path) -> None:
    positions = {"32.75.08.1003": (-6.2828, 106.9303), "32.75.08.1004": (-6.27, 106.9), "33.01.01.2001": (-7.5, 109.0)}
    path = tmp_path / "some.gz"
    path.write_bytes(pack_centroids(positions))
    assert read_centroids(path) == positions
    assert pack_centroids(positions) == pack_centroids(dict(reversed(positions.items())))


def test_file_holds_the_centroids_that_are_known() -> None:
    positions = read_centroids()
    assert len(positions) == 83_403
    assert positions["32.75.08.1003"] == (-6.2828, 106.9303)
    assert positions["32.16.06.2002"] == (-6.282, 107.0407)
    assert sum(code.startswith("32.75.") for code in positions) == 56
    assert sum(code.startswith("32.16.") for code in positions) == 187


def test_mean_of_positions() -> None:
    assert mean_position([(-6.0, 106.0), (-7.0, 107.0)]) == (-6.5, 106.5)
    assert mean_position([]) is None


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
