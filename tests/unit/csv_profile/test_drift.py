"""Changes planted between two versions of a file are told, each as what it is; chance and growth are not."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import pytest

from csv_profile.drift import drift
from csv_profile.profile import profile_stream

Rows = Sequence[Sequence[object]]
HEADER = ("order_id", "day", "country", "amount", "pieces", "note")


def profile(header: Sequence[str], rows: Rows) -> dict[str, Any]:
    lines = [",".join(map(str, row)) for row in (header, *rows)]
    return profile_stream(["\n".join(lines).encode() + b"\n"]).document


def orders(seed: int, count: int = 1000, first: int = 1, month: int = 1) -> list[list[object]]:
    random = Random(seed)
    return [
        [
            first + i,
            f"2026-{month:02}-{1 + i * 28 // count:02}",
            random.choice(["DE", "DE", "DE", "FR", "IT"]),
            f"{random.gauss(100, 15):.2f}",
            random.randrange(1, 60),
            random.choice(["", "gift", "urgent", "call first"]),
        ]
        for i in range(count)
    ]


@cache
def earlier() -> dict[str, Any]:
    return profile(HEADER, orders(1))


def found(rows: Rows, header: Sequence[str] = HEADER, before: Rows | None = None) -> dict[str, Any]:
    result = drift(profile(HEADER, before) if before else earlier(), profile(header, rows))
    assert result is not None
    return result


def told(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["name"], change["what"]) for change in result["changed"]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [40, 1000])
def test_the_next_file_of_the_same_source_has_not_changed(seed: int, count: int) -> None:
    result = found(orders(100 + seed, count, first=5000, month=2), before=orders(seed, count))
    assert told(result) == []
    assert result["summary"] == "no change"


def test_a_file_that_grew_tenfold_has_more_rows_and_nothing_else() -> None:
    result = found(orders(2, 5000, month=2), before=orders(1, 500))
    assert told(result) == []
    assert result["rows"] == {"before": 500, "now": 5000}
    assert result["summary"] == "5,000 rows (were 500)"


def changed(at: int, change: Callable[[Any, int], object]) -> list[list[object]]:
    return [[change(cell, i) if n == at else cell for n, cell in enumerate(row)] for i, row in enumerate(orders(2))]


@pytest.mark.parametrize(
    ("at", "change", "expected"),
    [
        (0, lambda cell, i: cell // 3, [("order_id", "distinct")]),
        (0, lambda cell, i: cell if i % 50 else 1, [("order_id", "unique")]),
        (0, lambda cell, i: f"A{cell}", [("order_id", "type")]),
        (1, lambda cell, i: ".".join(reversed(cell.split("-"))), [("day", "format")]),
        (1, lambda cell, i: cell.replace("2026", "2025"), [("day", "newest")]),
        (2, lambda cell, i: {"DE": "FR", "FR": "DE"}.get(cell, cell), [("country", "distribution")]),
        (2, lambda cell, i: f"X{i % 17}", [("country", "distinct"), ("country", "distribution")]),
        (2, lambda cell, i: cell.lower(), [("country", "distribution")]),
        (2, lambda cell, i: cell if i % 10 else "", [("country", "missing")]),
        (3, lambda cell, i: float(cell) + 8, [("amount", "distribution")]),
        (3, lambda cell, i: 100 + (float(cell) - 100) * 2, [("amount", "distribution")]),
        (3, lambda cell, i: float(cell) * 100, [("amount", "distribution")]),
        (3, lambda cell, i: cell if i % 4 else "n.a.!", [("amount", "invalid")]),
        (3, lambda cell, i: cell if i % 40 else "?", [("amount", "missing")]),
        (3, lambda cell, i: "10.00", [("amount", "distinct"), ("amount", "distribution")]),
        (4, lambda cell, i: cell + 12, [("pieces", "distribution")]),
        (5, lambda cell, i: cell or "none left", [("note", "missing"), ("note", "distribution")]),
    ],
)
def test_a_planted_change_is_told_and_no_other(
    at: int, change: Callable[[Any, int], object], expected: list[tuple[str, str]]
) -> None:
    assert told(found(changed(at, change))) == expected


def test_columns_added_gone_moved_and_renamed() -> None:
    rows = [[row[3], row[0], row[1], row[2], "x", row[5]] for row in orders(2)]
    result = found(rows, ("amount", "Order ID", "day", "land", "channel", "note"))
    assert result["added"] == ["channel"]
    assert result["gone"] == ["pieces"]
    assert result["renamed"] == [{"before": "order_id", "now": "Order ID"}, {"before": "country", "now": "land"}]
    assert result["moved"] == [{"name": "amount", "before": 4, "now": 1}]
    assert told(result) == []
    assert result["summary"] == (
        "gone: pieces; renamed: order_id → Order ID, country → land; added: channel; moved: amount"
    )


def test_a_column_in_the_place_of_another_with_other_contents_is_not_the_same_one() -> None:
    result = found(
        [[*row[:2], f"{row[2]}{i}", *row[3:]] for i, row in enumerate(orders(2))], (*HEADER[:2], "c", *HEADER[3:])
    )
    assert (result["added"], result["gone"], result["renamed"]) == (["c"], ["country"], [])


def test_a_renamed_column_that_changed_is_told_of_by_its_new_name() -> None:
    result = found(changed(3, lambda cell, i: float(cell) + 50), (*HEADER[:3], "Amount", *HEADER[4:]))
    assert told(result) == [("Amount", "distribution")]


def test_only_the_columns_that_left_the_order_have_moved() -> None:
    header = [f"c{i}" for i in range(30)]
    other = [*header[:5], *header[6:], header[5]]
    result = drift(profile(header, [range(30)] * 3), profile(other, [range(30)] * 3))
    assert result is not None
    assert result["moved"] == [{"name": "c5", "before": 6, "now": 30}]


def test_another_dialect_is_told() -> None:
    now = profile_stream([b"a;b\n1;2\n3;4\n"]).document
    result = drift(profile(["a", "b"], [(1, 2), (3, 4)]), now)
    assert result is not None
    assert result["file"] == [{"what": "delimiter", "before": ",", "now": ";"}]
    assert result["summary"] == "delimiter ',' → ';'"


def test_one_value_far_out_is_not_a_shift_of_the_rest() -> None:
    before = [[0 if i % 5 < 3 else 100 + i % 37] for i in range(3000)]
    now = [*before, [10**9]]
    result = drift(profile(["x"], before), profile(["x"], now))
    assert result is not None
    assert told(result) == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 x", b"a,b\n"])
def test_nothing_is_compared_where_there_is_nothing_to_compare_with(content: bytes) -> None:
    good, other = profile(HEADER, orders(1)), profile_stream([content]).document
    assert drift(None, good) is None
    if other["error"]:
        assert drift(other, good) is drift(good, other) is None
    else:
        assert drift(other, good) is not None


def test_profiles_of_two_formats_are_not_compared() -> None:
    good = profile(HEADER, orders(1))
    assert drift({**good, "profile_format": 0}, good) is None


def test_numbers_past_the_doubles_and_rare_files_do_no_harm() -> None:
    files = [
        b"x\n" + b"9" * 400 + b"\n1\n",
        b"x\n1\n",
        b"x\n\n",
        b"x,y\n,\n",
        b"x\n1\n1\n1\n",
        b"x\n-5\n1e308\n-1e308\n",
    ]
    documents = [profile_stream([content]).document for content in files]
    for a in documents:
        for b in documents:
            json.dumps(drift(a, b), allow_nan=False)


def test_no_cell_of_the_file_is_in_what_is_told() -> None:
    result = drift(profile(["town"], [["Mill"]] * 200), profile(["town"], [["Harbour"]] * 200))
    assert result is not None
    assert told(result) == [("town", "distribution")]
    assert "Mill" not in json.dumps(result)


def test_values_that_are_masked_are_not_compared() -> None:
    before = [["anna@example.org"]] * 200
    result = drift(profile(["mail"], before), profile(["mail"], [["ben@example.org"]] * 200))
    assert result is not None
    assert told(result) == []
