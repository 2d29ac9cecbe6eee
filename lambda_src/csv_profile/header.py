"""Tells whether the first row of a table is its header, by how it differs from what stands below it."""

import re
from collections import Counter
from collections.abc import Sequence

from csv_profile.cells import LETTERS, NUMBERS, Kind, classify, folded
from csv_profile.options import Options

_NOTHING, _TEXT, _NUMBER, _MOMENT, _BOOL, _MIXED = "", "text", "number", "moment", "bool", "mixed"
_DIGITS = re.compile("[0-9]+")


def find_header(table: Sequence[list[str]], delimiter: str, options: Options) -> tuple[bool, str]:
    """Whether there is one, and why. `table` has no blank rows."""
    if options.header is not None:
        return options.header, "stated"
    if not table:
        return False, "there are no rows"
    first, *rest = [[cell.strip() for cell in row] for row in table]
    labels = [_family(cell, delimiter) for cell in first]
    if not rest:
        text = all(label in (_TEXT, _BOOL, _NOTHING) for label in labels)
        return text, "the only row is " + ("all text" if text else "not all text")
    columns = list(zip(*(row for row in rest if len(row) == len(first)), strict=True)) or [()] * len(first)
    below = [_family_of(column, delimiter, options) for column in columns]
    # A label may read as a yes or no: x, y, n. It is one only over such.
    labels = [
        _TEXT if label == _BOOL and not _has_like(cell, column, delimiter) else label
        for cell, label, column in zip(first, labels, columns, strict=True)
    ]
    unlike = sum(map(_is_unlike, labels, below))
    if all(label in (_TEXT, _NOTHING) for label in labels):
        if unlike:
            return True, f"text over {unlike} columns that are not text"
        if labels[1:].count(_NOTHING) * 2 >= len(labels):  # the first may be: it stands over names of rows
            return False, "half of its labels would be blank"
        return _by_text(first, rest)
    numbered = [(cell, column) for cell, label, column in zip(first, labels, columns, strict=True) if label == _NUMBER]
    if {_TEXT, _NUMBER} <= set(labels) <= {_TEXT, _NUMBER, _NOTHING} and _are_years(numbered):
        return True, "years over columns of other numbers"
    if _NUMBER in labels and _count_columns(first, labels, numbered):
        return True, "numbers that count columns of fractions"
    alike = sum(
        label not in (_TEXT, _NOTHING) and under not in (_TEXT, _NOTHING) and not _is_unlike(label, under)
        for label, under in zip(labels, below, strict=True)
    )
    return unlike > alike, f"unlike the cells below in {unlike} columns that are not text, like them in {alike}"


def _family(cell: str, delimiter: str) -> str:
    """Numbers are alike, and so are dates with and without a time."""
    if not cell:
        return _NOTHING
    kind = classify(cell, delimiter).kind
    if kind in NUMBERS or kind in (Kind.PADDED, Kind.UNIT):
        return _NUMBER
    if kind is Kind.BOOL or kind in LETTERS:
        return _BOOL
    return _TEXT if kind is Kind.STRING else _MOMENT


def _family_of(column: Sequence[str], delimiter: str, options: Options) -> str:
    """What four in five cells are that are not missing."""
    families = Counter(_family(cell, delimiter) for cell in column if folded(cell) not in options.nulls)
    if families[_TEXT] > 0.2 * families.total() or not families:
        return _TEXT if families else _NOTHING
    [(family, count)] = families.most_common(1)
    return family if count >= 0.8 * families.total() else _MIXED


def _has_like(label: str, column: Sequence[str], delimiter: str) -> bool:
    kind = classify(label, delimiter).kind
    return any(classify(cell, delimiter).kind == kind for cell in column)


def _is_unlike(label: str, under: str) -> bool:
    """A word over anything else, or a date over numbers. (A number over dates tells nothing.)"""
    return under not in (_TEXT, _NOTHING) and (label == _TEXT or (label, under) == (_MOMENT, _NUMBER))


def _are_years(numbered: Sequence[tuple[str, Sequence[str]]]) -> bool:
    """All different, and over columns that hold no years themselves."""
    years = {cell for cell, _ in numbered}
    return (
        len(years) == len(numbered)
        and all(map(_is_year, years))
        and not any(column and all(map(_is_year, column)) for _, column in numbered)
    )


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdecimal() and "1800" <= cell <= "2100"


def _count_columns(first: list[str], labels: list[str], numbered: Sequence[tuple[str, Sequence[str]]]) -> bool:
    """0, 1, 2 … or 1, 2, 3 … after a blank or a word, as programs write that have no names for columns."""
    cells = [cell for cell, _ in numbered]
    begin = 0 if cells[0] == "0" else 1
    return (
        labels[0] in (_TEXT, _NOTHING)
        and len(cells) == len(first) - 1 > 1
        and cells == [str(begin + i) for i in range(len(cells))]
        and any(not cell.isdecimal() for _, column in numbered for cell in column)
    )


def _by_text(first: list[str], rest: list[list[str]]) -> tuple[bool, str]:
    """Of text over text: a label seldom comes again as a value in its column, nor looks like the values there."""
    others = [row for row in rest if row != first] if len(first) > 1 else rest  # tables laid end to end
    like = unlike = 0
    for label, column in zip(first, zip(*(row for row in others if len(row) == len(first)), strict=True), strict=False):
        shapes = {_shape(cell) for cell in column if cell}
        coded = len(column) > 1 and len(shapes) == 1 and "9" in min(shapes)
        if label and (label in column or (coded and shapes == {_shape(label)})):
            like += 1
        elif coded or len(set(column)) * 2 <= len(column):
            unlike += 1
    header = not like or like < unlike
    return header, f"all columns are text; the first row is like the others in {like} of them, unlike in {unlike}"


def _shape(cell: str) -> str:
    """A17 and A8 are of one shape."""
    return _DIGITS.sub("9", cell)
