"""Where a table begins, what is its header, and what is neither: each case in many forms, and what it must not be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from csv_profile.profile import profile_stream

_LABELS = ("name", "qty", "price", "day", "person", "count", "rate", "when")
_UNITS = ("text", "pieces", "EUR", "ISO", "text", "pieces", "EUR", "ISO")
_FORMS = [(delimiter, width) for delimiter in ",;\t|" for width in (3, 5, 8)]


@dataclass
class Sheet:
    """Lines with one delimiter, and rows of a name, a whole number, a fraction and a day, again and again."""

    delimiter: str
    width: int
    random: Random = field(default_factory=lambda: Random(5))

    @property
    def labels(self) -> list[str]:
        return list(_LABELS[: self.width])

    @property
    def header(self) -> str:
        return self.line(*self.labels)

    def line(self, *cells: str) -> str:
        return self.delimiter.join(cells)

    def padded(self, *cells: str) -> str:
        return self.line(*cells, *[""] * (self.width - len(cells)))

    def rows(self, count: int = 12) -> list[str]:
        return [self.line(*(self._cell(index % 4) for index in range(self.width))) for _ in range(count)]

    def _cell(self, kind: int) -> str:
        roll = self.random
        match kind:
            case 0:
                return roll.choice(("Ann", "Bo", "Cy", "Dee")) + roll.choice("abc")
            case 1:
                return str(roll.randint(1, 999))
            case 2:
                return f"{roll.random() * 100:.2f}"
            case _:
                return f"2024-{roll.randint(1, 12):02}-{roll.randint(1, 28):02}"

    def fill(self, count: int, make: Callable[[], str]) -> list[str]:
        return [self.line(*(make() for _ in range(self.width))) for _ in range(count)]

    def fraction(self) -> str:
        return f"{self.random.random():.3f}"

    def yes_or_no(self) -> str:
        return self.random.choice(("true", "false"))

    def small(self) -> str:
        return str(self.random.randint(0, 9))


Case = tuple[str, Sequence[str], dict[str, Any]]


def titles(s: Sheet) -> Iterator[Case]:
    table = [s.header, *s.rows()]
    yield "one title", [s.padded("Sales report"), *table], {"preamble_lines": 1, "rows": 12}
    yield "two titles", [s.padded("Sales"), s.padded("all of 2024"), *table], {"preamble_lines": 2}
    yield "a title and a blank", [s.padded("Sales"), s.padded(), *table], {"preamble_lines": 2}
    unnamed = ["", *s.labels[1:]]
    found = {"preamble_lines": 1, "names": ["column_1", *unnamed[1:]]}
    yield "over a blank label", [s.padded("Sales"), s.line(*unnamed), *s.rows()], found
    if s.width > 3:
        facts = [s.padded("Sales"), s.padded("From", "2024-01-01"), s.padded("To", "2024-12-31")]
        yield "facts, padded", [*facts, *table], {"preamble_lines": 3, "names": s.labels}
        facts = [s.line("Station", "Berlin"), s.line("Height", "34"), s.line("Day", "2024-01-01")]
        yield "facts", [*facts, *table], {"preamble_lines": 3, "names": s.labels}
        sparse = [s.padded("Ann") if index % 2 else row for index, row in enumerate(s.rows())]
        yield "rows of one cell are none", [s.header, *sparse], {"preamble_lines": 0, "rows": 12}
        yield "nor is a first one", [s.padded("Anna", "5"), *s.rows()], {"preamble_lines": 0, "rows": 13}


def spare_delimiters(s: Sheet) -> Iterator[Case]:
    for spare in (1, 3, 8):
        rows = [row + s.delimiter * spare for row in s.rows()]
        names = [*s.labels, *(f"column_{s.width + 1 + index}" for index in range(spare))]
        yield f"{spare} of them", [s.header, *rows], {"preamble_lines": 0, "names": names, "rows": 12}
    yield "and a title", ["Some title", s.header, *rows], {"preamble_lines": 1, "header": True, "rows": 12}


def numbers_as_labels(s: Sheet) -> Iterator[Case]:
    counted, tens = ([str(index * step + first) for index in range(s.width)] for step, first in ((1, 0), (10, 10)))
    yes, no = {"header": True, "rows": 9}, {"header": False, "rows": 10}
    yield "0 1 2 over yes and no", [s.line(*counted), *s.fill(9, s.yes_or_no)], yes
    yield "10 20 30 over yes and no", [s.line(*tens), *s.fill(9, s.yes_or_no)], yes
    yield "0 1 2 over fractions", [s.line(*counted), *s.fill(9, s.fraction)], yes
    yield "0 1 2 over text", [s.line(*counted), *s.rows(9)], yes
    measured = [s.line("s", *(s.fraction() for _ in range(s.width - 1))) for _ in range(9)]
    if s.width > 4:
        yield "at equal distances", [s.line("sample", *tens[1:]), *measured], yes
    yield "whole numbers are rows", s.fill(10, s.small), no
    yield "0 1 2 over whole numbers is one", [s.line(*counted), *s.fill(9, s.small)], no
    yield "fractions are rows", s.fill(10, s.fraction), no
    yield "yes and no are rows", s.fill(10, s.yes_or_no), no


def years(s: Sheet) -> Iterator[Case]:
    made = [s.line(str(1990 + index) if index % 7 else "17", *row.split(s.delimiter)[1:])
            for index, row in enumerate(s.rows(14), start=11)]  # fmt: skip
    yield "a year in the first row", made, {"header": False, "rows": 14}
    made = [
        s.line(str(2001 + index), *["a" * (index * 7 % 5 + 1) + "x" * c for c in range(s.width - 1)])
        for index in range(12)
    ]
    yield "beside text, and one without", [*made, s.line("", *"xyzuvwq"[: s.width - 1])], {"header": False, "rows": 13}
    labels = ["country", *map(str, range(2001, 2000 + s.width))]
    for kind, make in (("fractions", s.fraction), ("numbers", s.small)):
        rows = [s.line(land, *(make() for _ in labels[1:])) for land in ("France", "Peru", "Chad", "Mali")]
        yield f"over {kind}", [s.line(*labels), *rows], {"names": labels, "rows": 4}


def lines_of_a_header(s: Sheet) -> Iterator[Case]:
    units, rows = list(_UNITS[: s.width]), s.rows()
    both = [f"{label} {unit}" for label, unit in zip(s.labels, units, strict=True)]
    yield "units", [s.header, s.line(*units), *rows], {"names": both, "header_lines": 2, "rows": 12}
    if s.width > 3:
        groups = s.padded("", "Sales", "", "Times")
        over = ["", "Sales", "Sales", *["Times"] * (s.width - 3)]
        named = [f"{group} {label}".strip() for group, label in zip(over, s.labels, strict=True)]
        yield "groups", [groups, s.header, *rows], {"names": named, "header_lines": 2, "rows": 12}
        named = [f"{group} {label}".strip() for group, label in zip(over, both, strict=True)]
        yield "both", [groups, s.header, s.line(*units), *rows], {"names": named, "header_lines": 3, "rows": 12}
    one = {"names": s.labels, "header_lines": 1, "rows": 13}
    first = rows[0].split(s.delimiter)
    yield "missing cells are a row", [s.header, s.line(first[0], *["n/a"] * (s.width - 1)), *rows], one
    yield "one odd cell is in a row", [s.header, s.line(first[0], "unknown", *first[2:]), *rows], one
    texts = s.fill(13, lambda: "".join(s.random.choice("abcdefg") for _ in range(5)))
    yield "text over text", [s.header, *texts], one


def header_again(s: Sheet) -> Iterator[Case]:
    rows, quoted = s.rows(), s.line(*(f'"{label}"' for label in s.labels))
    found = {"names": s.labels, "rows": 24, "malformed_rows": 0}
    yield "once", [s.header, *rows, s.header, *rows], found | {"again": [14]}
    thrice = [s.header, *rows, s.header, s.header, *rows, s.header]
    yield "at the end, and twice in a row", thrice, found | {"again": [14, 15, 28]}
    yield "in quotes", [quoted, *rows, quoted, *rows], found | {"again": [14]}
    cells = [s.line(*(f'"{cell}"' for cell in row.split(s.delimiter))) for row in rows]
    yield "among quotes", [s.header, *cells, s.header, *cells], found | {"again": [14]}
    partly = s.line(s.labels[0], *rows[0].split(s.delimiter)[1:])
    yield "one label is not all", [s.header, *rows, partly, *rows], {"rows": 25, "again": []}
    if s.width > 3:
        groups = s.padded("", "Sales", "", "Times")
        yield (
            "of two lines",
            [groups, s.header, *rows, groups, s.header, *rows],
            found
            | {
                "names": ["name", "Sales qty", "Sales price", *[f"Times {label}" for label in s.labels[3:]]],
                "again": [15, 16],
            },
        )


def comments(s: Sheet) -> Iterator[Case]:
    rows, table = s.rows(), [s.header, *s.rows()]
    for count in (1, 60, 200):
        notes = [f"# note {index}" for index in range(count)]
        yield f"{count} before", [*notes, *table], {"preamble_lines": count, "names": s.labels, "rows": 12}
    wide = [f"# {s.line(*letters[: s.width])}" for letters in ("abcdefgh", "hgfedcba")]
    yield "as wide as the table", [*wide, *table], {"preamble_lines": 2, "names": s.labels, "rows": 12}
    told = [f"# it is{s.delimiter} so", f"# a{s.delimiter}b", wide[0]]
    yield "with delimiters", [*told, *table], {"preamble_lines": 3, "names": s.labels, "rows": 12}
    between = [line for row in rows for line in ("# one", "# two", row)]
    yield "more than rows", [s.header, *between], {"names": s.labels, "rows": 12, "comments": 24}
    between = [line for row in rows for line in (f"# so{s.delimiter} it is", row)]
    yield "with delimiters between rows", [s.header, *between], {"names": s.labels, "rows": 12, "comments": 12}
    named = ["#" + s.labels[0], *s.labels[1:]]
    yield "a header that begins so", ["#" + s.header, *rows], {"names": named, "rows": 12, "preamble_lines": 0}
    yield "a note above such", ["# by us", "#" + s.header, *rows], {"names": named, "rows": 12, "preamble_lines": 1}
    numbered = [s.line(f"#{index}", *row.split(s.delimiter)[1:]) for index, row in enumerate(rows)]
    yield "numbers that begin so", [s.header, *numbered], {"names": s.labels, "rows": 12, "comments": 0}


TABLES = (titles, spare_delimiters, numbers_as_labels, years, lines_of_a_header, header_again, comments)


@pytest.mark.parametrize(("delimiter", "width"), _FORMS)
@pytest.mark.parametrize("cases", TABLES)
def test_a_table(cases: Callable[[Sheet], Iterator[Case]], delimiter: str, width: int) -> None:
    for name, lines, expected in cases(Sheet(delimiter, width)):
        actual = found(lines)
        assert {key: actual[key] for key in expected} == expected, (name, actual["evidence"])


def test_what_is_found_does_not_hang_on_the_pieces_that_come() -> None:
    sheet = Sheet(",", 5)
    for cases in (titles, lines_of_a_header, header_again, comments):
        for _, lines, _ in cases(sheet):
            content = "\n".join(lines).encode()
            pieces = [content[start : start + 11] for start in range(0, len(content), 11)]
            assert profile_stream(pieces).to_json() == profile_stream([content]).to_json()


def found(lines: Sequence[str]) -> dict[str, Any]:
    document = profile_stream(["\n".join([*lines, ""]).encode()]).document
    issues = {issue["code"]: issue for issue in document["quality"]["issues"]}
    return {
        **document["file"],
        "names": [column["name"] for column in document["columns"]],
        "again": issues["repeated-header"]["lines"] if "repeated-header" in issues else [],
        "comments": issues["comment-row"]["count"] if "comment-row" in issues else 0,
        "extra": issues["extra-cell"]["count"] if "extra-cell" in issues else 0,
    }


@pytest.mark.parametrize("share", range(2, 12))
def test_a_text_with_some_commas_is_one_column(share: int) -> None:
    texts = ["it is, so it goes, on" if index % (share + 1) == 0 else f"plain text {index}" for index in range(40)]
    actual = found(["remark", *texts])
    assert (actual["names"], actual["rows"], actual["extra"], actual["delimiter"]) == (["remark"], 40, 0, None)
    content = "\n".join(["remark", *texts]).encode()
    assert profile_stream([content]).document["columns"][0]["top_values"][0]["value"] == "it is, so it goes, on"


@pytest.mark.parametrize("width", range(3, 8))
@pytest.mark.parametrize("quote", ['"', ""])
def test_a_header_without_a_label_for_names_of_rows(width: int, quote: str) -> None:
    for delimiter in " ,;\t":
        sheet = Sheet(delimiter, width)
        rows = [f"{quote}r{index}{quote}{delimiter}{row}" for index, row in enumerate(sheet.fill(15, sheet.fraction))]
        actual = found([sheet.line(*(f"{quote}{label}{quote}" for label in sheet.labels)), *rows])
        assert actual["names"] == ["column_1", *sheet.labels]
        assert (actual["delimiter"], actual["rows"], actual["malformed_rows"]) == (delimiter, 15, 0)
        again = [f"{quote}r{quote}{delimiter}{row}" for row in sheet.fill(15, sheet.fraction)]
        if delimiter != " ":
            assert found([sheet.header, *again])["names"][0] == sheet.labels[0], "these do not name rows"


@pytest.mark.parametrize("seed", range(10))
def test_prose_is_not_cut_at_spaces(seed: int) -> None:
    roll = Random(seed)
    words = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "dogs", "often"]
    texts = [" ".join(roll.choice(words) for _ in range(roll.choice((5, 6)))) for _ in range(20)]
    actual = found(["title", *texts])
    assert (actual["names"], actual["rows"]) == (["title"], 20)
