"""Price ceilings: which row is in force, and what it says."""

from datetime import date

from marketplace.catalog import Ceiling, Commodity, ceiling_in_force, highest_price, judge_price
from marketplace.web.translate import translate
from payments.money import Money

SPHP = Commodity(code="beras-sphp", name_id="beras SPHP", base_unit="gram", is_ceiling_required=True)
TODAY = date(2026, 11, 22)


def _ceiling(
    amount_rupiah: int,
    region_code: str | None = "32",
    *,
    kind: str = "het",
    effective_on: date = date(2024, 5, 1),
    until_on: date | None = None,
) -> Ceiling:
    return Ceiling(
        commodity_code="beras-sphp",
        kind=kind,  # type: ignore[arg-type]
        region_code=region_code,
        per_quantity=1000,
        amount_rupiah=amount_rupiah,
        effective_on=effective_on,
        until_on=until_on,
        rule="Bapanas 2024",
    )


def test_price_of_five_kilograms_is_compared_per_kilogram() -> None:
    """62.500 for 5 kg is exactly 12.500 a kilogram; one rupiah more is refused and the rule named."""
    judged = [
        judge_price(
            Money(rupiah),
            content_quantity=5000,
            commodity=SPHP,
            ceilings=[_ceiling(12_500)],
            region_code="32.75.08.1003",
            on=TODAY,
        )
        for rupiah in (62_500, 62_501)
    ]
    assert [verdict.outcome for verdict in judged] == ["fine", "above_het"]
    assert translate(judged[1].message, "id", **judged[1].facts) == (
        "Melebihi HET beras SPHP Rp\u00a012.500/kg (Bapanas 2024) sejak 1 Mei 2024."
        " Untuk isi barang ini paling tinggi Rp\u00a062.500."
    )


def test_required_ceiling_without_row_refuses() -> None:
    """A ceiling elsewhere does not count here."""
    verdict = judge_price(
        Money(1),
        content_quantity=1000,
        commodity=SPHP,
        ceilings=[_ceiling(12_500, "81")],
        region_code="32.75.08.1003",
        on=TODAY,
    )
    assert verdict.outcome == "missing"
    assert verdict.is_refused
    assert verdict.message.startswith("HET belum diisi")


def test_reference_price_only_warns() -> None:
    """HAP: the price may be used."""
    sugar = Commodity(code="gula-pasir", name_id="gula pasir", base_unit="gram")
    verdict = judge_price(
        Money(17_501),
        content_quantity=1000,
        commodity=sugar,
        ceilings=[_ceiling(17_500, None, kind="hap")],
        region_code="32.75",
        on=TODAY,
    )
    assert verdict.outcome == "above_hap"
    assert not verdict.is_refused


def test_local_decree_goes_before_the_zone_and_the_zone_before_the_country() -> None:
    """The longest region code that covers the place wins."""
    rows = [_ceiling(3, None), _ceiling(2, "32"), _ceiling(1, "32.16")]
    found = [
        ceiling_in_force(rows, kind="het", region_code=code, on=TODAY)
        for code in ("32.16.06.2002", "32.75.08.1003", "31.71")
    ]
    assert [ceiling.amount_rupiah for ceiling in found if ceiling] == [1, 2, 3]


def test_row_is_in_force_from_its_first_to_its_last_day() -> None:
    """Both borders count."""
    rows = [
        _ceiling(12_500, until_on=date(2025, 8, 21)),
        _ceiling(13_500, effective_on=date(2025, 8, 22)),
    ]
    amounts = [
        ceiling.amount_rupiah
        for day in (date(2024, 5, 1), date(2025, 8, 21), date(2025, 8, 22))
        if (ceiling := ceiling_in_force(rows, kind="het", region_code="32", on=day))
    ]
    assert amounts == [12_500, 12_500, 13_500]
    assert ceiling_in_force(rows, kind="het", region_code="32", on=date(2024, 4, 30)) is None


def test_highest_price_rounds_down() -> None:
    """A fraction of a rupiah is the buyer's."""
    assert highest_price(_ceiling(12_501), 250) == Money(3_125)
