"""A column is accounted for value by value or in blocks, in fast ways and slow ones: all must come to the same."""

from collections import Counter
from typing import Any

from hypothesis import given
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
_BUDGET = Budget(held=2_000, sketch=8, hashes=16, frequent=4, turn=7)


def told(tally: Tally) -> dict[str, Any]:
    return {
        "counts": tally.counts(),
        "bools": tally.bools,
        "text": tally.text,
        "decimals": tally.decimals,
        "examples": tally.examples,
        "moments": {group: (m.count, m.range, +m.times) for group, m in tally.moments.items()},
        "numbers": {group: numbers.facts([]) for group, numbers in tally.numbers.items()},
    }


@given(_COLUMN, st.sampled_from(",;\t"))
def test_value_by_value_and_in_a_block(cells: list[str], delimiter: str) -> None:
    one, block = (Tally(NULLS, delimiter, 256) for _ in range(2))
    nulls = one.nulls(cells)
    present = [cell for cell in cells if cell not in nulls]
    one.add_counted(Counter(present), lambda value: 1 + cells.index(value))
    if present:
        block.add_all(present, cells, 1)
    assert told(one) == told(block)


@given(_COLUMN, st.integers(1, 20))
def test_columns_pass_their_budget_at_the_same_cell(cells: list[str], size: int) -> None:
    whole, parts = (Column(NULLS, ";", _BUDGET) for _ in range(2))
    missing = list(whole.add_all(cells, 1))
    missing_parts: list[int] = []
    for start in range(0, len(cells), size):
        missing_parts += [start + index for index in parts.add_all(cells[start : start + size], start + 1)]
    assert missing == missing_parts
    assert whole.facts() == parts.facts()


_FAR = [str(10.0 ** (i % 19) * 1.000003**i) for i in range(200)]


def test_a_number_weighs_the_same_with_its_count_and_in_a_block() -> None:
    """The C library's pow(x, 2) is not x * x for every double."""
    one, block = (Tally(NULLS, ",", 256) for _ in range(2))
    one.add_counted(dict.fromkeys([*_FAR, "1x"], 1), lambda _: 1)  # one by one, for what is no number among them
    block.add_all(_FAR, _FAR, 1)
    block.add_all(["1x"], ["1x"], 1)
    assert told(one)["numbers"] == told(block)["numbers"]


def test_zeros_keep_their_sign_in_a_sketch() -> None:
    cells = [f"{i}.5" for i in range(20)] + ["-0.0", "text"] * 3
    column = Column(NULLS, ",", _BUDGET)
    column.add_all(cells, 1)
    [numbers] = column.facts().numbers.values()
    assert [str(number) for number, _ in numbers.weighted if number == 0] == ["-0.0"] * 3
