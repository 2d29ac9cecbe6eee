"""A column is accounted for value by value or in blocks, in fast ways and slow ones: all must come to the same."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from csv_profile.column import Budget, Column
from csv_profile.options import NULLS
from csv_profile.tally import Tally

_CELL = st.one_of(
    st.sampled_from(["", "NA", " na ", "N/a", "true", "No", "2024-02-30", "2024-02-29", "01/02/2024", "Jan 5, 2024"]),
    st.sampled_from(["1e999", "1_0", "٣", "+5", "-.5", "5.", "1.5e3", "007", " 12 ", "nan", "inf", "text", "May", "-"]),
    st.sampled_from(["2024-01-05T10:00:00", "2024-01-05 10:00:00.120", "2024-01-05T10:00:00Z", "2024-01-05T25:00:00"]),
    st.sampled_from(
        [
            "1,5",
            "1.234,5",
            "1,234",
            "-1,234,567",
            "1,234.5",
            "T",
            "f",
            "1\n2",
            "12:30",
            "5/6/24 7:08 pm",
            "2024-01-05T10:00:00+02:00",
        ]
    ),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text(max_size=5),
)
_COLUMN = st.one_of(
    st.lists(_CELL, min_size=1, max_size=80),
    st.lists(st.integers(-999, 999).map(str), min_size=1, max_size=80),
    st.lists(st.dates().map(str), min_size=1, max_size=80),
    st.lists(st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds")), min_size=1, max_size=80),
)
_BUDGET = Budget(values=10, chars=60, sketch=8, hashes=16)


def told(tally: Tally) -> dict[str, Any]:
    return {
        "missing": tally.missing,
        "counts": {kind: count for kind, count in tally.counts().items() if count},
        "bools": tally.bools,
        "lengths": (tally.chars, tally.shortest, tally.longest),
        "examples": tally.examples,
        "moments": {kind: (m.count, m.range, m.times) for kind, m in tally.moments.items()},
        "numbers": {
            kind: (n.count, n.low, n.high, n.zeros, n.negatives, n.total(), n.spread())
            for kind, n in tally.numbers.items()
        },
    }


@settings(deadline=None)
@given(_COLUMN, st.sampled_from(",;\t"))
def test_value_by_value_and_in_a_block(cells: list[str], delimiter: str) -> None:
    one, block = (Tally(NULLS, delimiter, 256) for _ in range(2))
    for value in dict.fromkeys(cells):
        one.add(value, cells.count(value), lambda value: 1 + cells.index(value))
    block.add_all(cells, 1)
    assert told(one) == told(block)


@settings(deadline=None)
@given(_COLUMN, st.integers(1, 20))
def test_columns_pass_their_budget_at_the_same_cell(cells: list[str], size: int) -> None:
    whole, parts = (Column(NULLS, ";", _BUDGET) for _ in range(2))
    whole.add_all(cells, 1)
    for start in range(0, len(cells), size):
        parts.add_all(cells[start : start + size], start + 1)
    assert told(whole.finish()) == told(parts.finish())
    assert (whole.exact, whole.values(), whole.distinct()) == (parts.exact, parts.values(), parts.distinct())
    for kind, numbers in whole.finish().numbers.items():
        assert numbers.sketch.weighted() == parts.finish().numbers[kind].sketch.weighted()
