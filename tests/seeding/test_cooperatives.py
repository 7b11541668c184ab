"""The cooperatives of Bekasi: both published counts can be reproduced from their dated history."""

from __future__ import annotations

import re
from datetime import date

import pytest
from lokal import wilayah

from marketplace.organisations.identity_numbers import parse_ahu, parse_cooperative_nik
from marketplace.seeding.cooperatives import build_cooperatives, count_with_status
from marketplace.seeding.villages import JATIMAKMUR, LAMBANGSARI, bekasi_villages
from tests.seeding.conftest import SEED, Demonstration


def test_every_village_of_bekasi_has_its_cooperative(demonstration: Demonstration) -> None:
    cooperatives = demonstration.cooperatives
    assert [cooperative.village_code for cooperative in cooperatives] == [village.code for village in bekasi_villages()]
    assert sum(cooperative.village_code.startswith("32.75.") for cooperative in cooperatives) == 56
    assert sum(cooperative.village_code.startswith("32.16.") for cooperative in cooperatives) == 187
    assert sum(cooperative.kind == "KKMP" for cooperative in cooperatives) == 56 + 8
    assert len({cooperative.name for cooperative in cooperatives}) == 243
    assert build_cooperatives(SEED) == cooperatives


@pytest.mark.parametrize(
    ("regency_code", "on", "status", "count"),
    [
        ("32.16", date(2025, 5, 20), "musdes", 187),
        ("32.16", date(2025, 5, 20), "sk_ahu", 130),
        ("32.16", date(2025, 7, 21), "sk_ahu", 187),
        ("32.75", date(2025, 7, 21), "akta", 56),
        ("32.75", date(2025, 7, 21), "sk_ahu", 56),
        ("32.75", date(2025, 7, 21), "operating", 1),
        ("32.16", date(2025, 7, 21), "operating", 0),
        ("32.16", date(2026, 11, 22), "operating", 187),
    ],
)
def test_history_reproduces_the_published_counts(
    demonstration: Demonstration, regency_code: str, on: date, status: str, count: int
) -> None:
    assert count_with_status(demonstration.cooperatives, status, regency_code=regency_code, on=on) == count


def test_histories_run_forward_in_time(demonstration: Demonstration) -> None:
    for cooperative in demonstration.cooperatives:
        assert [step.status for step in cooperative.history] == ["musdes", "akta", "sk_ahu", "operating"]
        days = [step.since_on for step in cooperative.history]
        assert days == sorted(days)


def test_names_follow_the_rule_for_villages_of_equal_name(demonstration: Demonstration) -> None:
    by_village = {cooperative.village_code: cooperative for cooperative in demonstration.cooperatives}
    assert by_village[JATIMAKMUR].name == "Koperasi Kelurahan Merah Putih Jatimakmur Kecamatan Pondokgede"
    assert by_village[LAMBANGSARI].name == "Koperasi Desa Merah Putih Lambangsari Kecamatan Tambun Selatan"
    assert by_village["32.75.01.1001"].name == "Koperasi Kelurahan Merah Putih Bekasijaya"
    assert sum(" Kecamatan " in cooperative.name for cooperative in demonstration.cooperatives) == 117


def test_pilot_opened_on_the_day_of_the_launch(demonstration: Demonstration) -> None:
    pilot = next(c for c in demonstration.cooperatives if c.village_code == JATIMAKMUR)
    assert pilot.history[-1].since_on == date(2025, 7, 21)
    assert pilot.size == "busy"


def test_numbers_have_valid_shape_and_are_unique(demonstration: Demonstration) -> None:
    ahu_numbers = {step.document for c in demonstration.cooperatives for step in c.history if step.status == "sk_ahu"}
    assert len(ahu_numbers) == 243
    for number in ahu_numbers:
        assert parse_ahu(number or "") == number
    assert len({c.nik_koperasi for c in demonstration.cooperatives}) == 243
    for cooperative in demonstration.cooperatives:
        assert parse_cooperative_nik(cooperative.nik_koperasi) == cooperative.nik_koperasi
        assert re.fullmatch(r"\+62810\d{8}", cooperative.phone)


def test_stores_have_hours_and_cover_villages_that_exist(demonstration: Demonstration) -> None:
    for cooperative in demonstration.cooperatives:
        assert len({hours.weekday for hours in cooperative.hours}) >= 5
        assert all(hours.opens_at < hours.closes_at for hours in cooperative.hours)
        assert cooperative.village_code not in cooperative.coverage_codes
        assert all(wilayah.wilayah_name(code) for code in cooperative.coverage_codes)
        assert (cooperative.delivery_fee_rupiah is None) == (cooperative.coverage_codes == ())
    assert sum(cooperative.size == "busy" for cooperative in demonstration.cooperatives) == 60
