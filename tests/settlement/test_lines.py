"""Due days and the spreading of a payment over lines: pure, exact, never more than is owed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.settlement.lines import (
    Line,
    Terms,
    due_day,
    due_rupiah,
    payable_rupiah,
    proposed_lines,
    spread,
)

DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def line(source: str, amount: int, *, due_in: int = 0, is_held: bool = False) -> Line:
    return Line(source=source, since=NOON, due_on=DAY + timedelta(days=due_in), amount_rupiah=amount, is_held=is_held)


def test_line_is_due_by_the_terms_of_its_day_on_the_clock_of_the_store() -> None:
    history = [Terms(rule="in_days", days=7, effective_at=NOON), Terms(effective_at=NOON + timedelta(hours=1))]
    before, at, after = NOON - timedelta(seconds=1), NOON, NOON + timedelta(hours=1)
    assert [due_day(instant, 1, history, "Asia/Jakarta") for instant in (before, at, after)] == [
        DAY,
        DAY + timedelta(days=7),
        DAY,
    ]
    assert due_day(at, -1, history, "Asia/Jakarta") == DAY
    evening = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert due_day(evening, 1, [], "Asia/Jakarta") == DAY + timedelta(days=1)


def test_run_takes_what_is_due_and_all_that_is_to_be_taken_off() -> None:
    lines = [line("a", 100), line("b", 50, due_in=1), line("c", 30, is_held=True), line("d", -20, due_in=0)]
    assert [one.source for one in proposed_lines(lines, due_on=DAY)] == ["a", "d"]
    assert due_rupiah(lines, due_on=DAY) == 80
    assert due_rupiah([line("a", 10), line("b", -30)], due_on=DAY) == 0


def test_payment_takes_off_first_and_then_pays_the_oldest_to_the_odd_rupiah() -> None:
    lines = [line("late", 50, due_in=1), line("early", 100), line("back", -20)]
    approved = {"late": 50, "early": 100, "back": -20}
    assert payable_rupiah(approved, lines, left_rupiah=130) == 130
    assert spread(101, approved, lines) == {"back": -20, "early": 100, "late": 21}
    with pytest.raises(ValueError, match="left over"):
        spread(131, approved, lines)


lines_strategy = st.lists(
    st.tuples(st.integers(-50_000, 50_000).filter(bool), st.booleans(), st.integers(0, 60_000)), max_size=8
)


@given(lines_strategy, st.integers(1, 200_000), st.data())
def test_whatever_is_owed_no_payment_exceeds_it(
    drawn: list[tuple[int, bool, int]], left: int, data: st.DataObject
) -> None:
    lines = [line(str(n), amount, is_held=is_held) for n, (amount, is_held, _) in enumerate(drawn)]
    approved = {str(n): cap for n, (_, _, cap) in enumerate(drawn)}
    payable = payable_rupiah(approved, lines, left_rupiah=left)
    assert 0 <= payable <= max(0, sum(one.amount_rupiah for one in lines))
    assert payable <= left
    if payable:
        amount = data.draw(st.integers(1, payable))
        parts = spread(amount, approved, lines)
        assert sum(parts.values()) == amount
        for one in lines:
            part = parts.get(one.source, 0)
            if one.amount_rupiah < 0:
                assert part == one.amount_rupiah
            else:
                assert 0 <= part <= (0 if one.is_held else min(one.amount_rupiah, approved[one.source]))
