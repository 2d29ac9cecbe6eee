"""Tells whether the first row of a table is its header, by how it differs from what stands below it."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from csv_profile.cells import LETTERS, NUMBERS, Kind, classify, folded
from csv_profile.options import Options

_NOTHING, _TEXT, _NUMBER, _MOMENT, _BOOL, _MIXED = "", "text", "number", "moment", "bool", "mixed"
_DIGITS = re.compile("[0-9]+")
_MOST_LINES = 3
_ROWS_BELOW = 3  # it takes as many to tell a header's further line


class Header(NamedTuple):
    lines: int  # 0 where there is none
    why: str
    row_names: bool = False  # it has one label less than there are columns: none for the first


def find_header(table: Sequence[list[str]], delimiter: str, options: Options) -> Header:
    """`table` has no blank rows."""
    if options.header is not None:
        return Header(int(options.header), "stated", options.header and _names_rows(table))
    if not table:
        return Header(0, "there are no rows")
    table = [[cell.strip() for cell in row] for row in table]
    row_names = _names_rows(table)
    if row_names:
        table = [["", *table[0]], *table[1:]]
    found, why = _is_header(table, delimiter, options)
    if not found:
        if _is_over_header(table, delimiter, options):
            found, why = True, "labels of groups over labels of columns"
        else:
            return Header(0, why)
    if row_names:
        why += "; it has no label for the first column, which names the rows"
    lines = _lines(table, delimiter, options)
    if lines > 1:
        why += f"; {lines} lines are one header, their labels joined"
    return Header(lines, why, row_names)


def joined(lines: Sequence[Sequence[str]]) -> list[str]:
    """The labels of a header of some lines. One that stands above several columns stands in the first of them."""
    width = max(map(len, lines))
    labels = [""] * width
    for line in lines:
        before = ""
        for index in range(width):
            text = line[index].strip() if index < len(line) else ""
            before = text or (before if line is not lines[-1] else "")
            labels[index] = f"{labels[index]} {before}".strip()
    return labels


def names_typed_columns(table: Sequence[Sequence[str]], delimiter: str, options: Options) -> bool:
    """The first row is words only, and over at least one column that is none."""
    first, *rest = [[cell.strip() for cell in row] for row in table]
    below = [_family_of(column, delimiter, options) for column in _columns(first, rest)]
    labels = [_family(cell, delimiter) for cell in first]
    return set(labels) <= {_TEXT, _NOTHING} and any(map(_is_unlike, labels, below))


def _columns(first: Sequence[str], rest: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The cells below each label, of rows of the usual width, which may end in cells that have no label."""
    wide = Counter(len(row) for row in rest if len(row) >= len(first))
    width = len(first) if wide[len(first)] or not wide else max(wide, key=wide.__getitem__)
    found: list[Sequence[str]] = list(zip(*(row[: len(first)] for row in rest if len(row) == width), strict=True))
    return found or [()] * len(first)


def _names_rows(table: Sequence[Sequence[str]]) -> bool:
    """As R writes it: all rows have a cell more than the first, and their first cells name them."""
    width = len(table[0]) + 1 if table else 0
    names = [row[0].strip() for row in table[1:] if len(row) == width and row[-1].strip()]
    return width > 2 and len(names) == len(table) - 1 > 1 and len(set(names)) == len(names)


def _is_over_header(table: Sequence[list[str]], delimiter: str, options: Options) -> bool:
    """Words with gaps between them, over a row of labels."""
    labels = [_family(cell, delimiter) for cell in table[0]]
    return (
        set(labels) == {_TEXT, _NOTHING}
        and labels.count(_TEXT) > 1
        and len(table) > 1
        and all(table[1][1:])
        and _lines(table, delimiter, options) > 1
    )


def _lines(table: Sequence[Sequence[str]], delimiter: str, options: Options) -> int:
    """How many rows are a header that begins with the first of them."""
    for lines in range(_MOST_LINES, 1, -1):
        below = [row for row in table[lines:] if row not in table[:lines]]
        if len(below) >= _ROWS_BELOW and all(_has_labels(row, below, delimiter, options) for row in table[1:lines]):
            return lines
    return 1


def _has_labels(row: Sequence[str], below: Sequence[Sequence[str]], delimiter: str, options: Options) -> bool:
    """Nothing but words over columns where there are none, and over two of them or more."""
    words = 0
    for cell, column in zip(row, _columns(row, below), strict=True):
        families = {_family(cell, delimiter) for cell in column if folded(cell) not in options.nulls}
        if not cell or not families or _TEXT in families:
            continue
        if _family(cell, delimiter) != _TEXT or folded(cell) in options.nulls:
            return False
        words += 1
    return words > 1


def _is_header(table: Sequence[list[str]], delimiter: str, options: Options) -> tuple[bool, str]:
    first, *rest = table
    labels = [_family(cell, delimiter) for cell in first]
    if not rest:
        text = all(label in (_TEXT, _BOOL, _NOTHING) for label in labels)
        return text, "the only row is " + ("all text" if text else "not all text")
    columns = _columns(first, rest)
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
    if {_TEXT, _NUMBER} <= set(labels) <= {_TEXT, _NUMBER, _NOTHING} and _are_years(labels, numbered):
        return True, "years over columns of other numbers"
    if _NUMBER in labels and _count_columns(first, labels, numbered, below):
        return True, "numbers that count the columns"
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
    families: Counter[str] = Counter()
    for cell in column:
        if folded(cell) not in options.nulls:
            families[_family(cell, delimiter)] += 1
            if families[_TEXT] > 0.2 * len(column):
                return _TEXT  # whatever the others are
    if families[_TEXT] > 0.2 * families.total() or not families:
        return _TEXT if families else _NOTHING
    [(family, count)] = families.most_common(1)
    return family if count >= 0.8 * families.total() else _MIXED


def _has_like(label: str, column: Sequence[str], delimiter: str) -> bool:
    kind = classify(label, delimiter).kind
    return any(classify(cell, delimiter).kind == kind for cell in column)


def _is_unlike(label: str, under: str) -> bool:
    """A word over anything else, a date over numbers, anything over yes and no. (A number over dates tells nothing.)"""
    if under == _BOOL:
        return label not in (_BOOL, _NOTHING)
    return under not in (_TEXT, _NOTHING) and (label == _TEXT or (label, under) == (_MOMENT, _NUMBER))


def _are_years(labels: Sequence[str], numbered: Sequence[tuple[str, Sequence[str]]]) -> bool:
    """All different, and over columns that hold few years themselves; one alone may well be a value: over none."""
    years = {cell for cell, _ in numbered}
    if len(years) < len(numbered) or not all(map(_is_year, years)):
        return False
    if len(years) == 1:
        return labels[0] != _NUMBER and not any(map(_is_year, numbered[0][1]))
    return not any(column and sum(map(_is_year, column)) * 2 > len(column) for _, column in numbered)


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdecimal() and "1800" <= cell <= "2100"


def _count_columns(
    first: list[str], labels: list[str], numbered: Sequence[tuple[str, Sequence[str]]], below: Sequence[str]
) -> bool:
    """Whole numbers at one distance, after a blank or a word: four over fractions, or 0, 1, 2 … over more than those.

    Or 0, 1, 2 … over all columns. As programs write that have no names for columns, or measure at such places.
    """
    cells = [cell for cell, _ in numbered]
    if len(cells) < 2 or not all(map(_is_whole, cells)):
        return False
    begin, step = int(cells[0]), int(cells[1]) - int(cells[0])
    if not step or [int(cell) for cell in cells] != [begin + i * step for i in range(len(cells))]:
        return False
    counted = begin in (0, 1) and step == 1
    fractions = any(not _is_whole(cell) and _family(cell, "") == _NUMBER for _, column in numbered for cell in column)
    if len(cells) == len(first):
        return counted and len(cells) > 2 and (fractions or _TEXT in below)
    if len(cells) < len(first) - 1 or labels[0] not in (_TEXT, _NOTHING):
        return False
    if counted:
        return any(not cell.isdecimal() for _, column in numbered for cell in column)
    return fractions and len(cells) > 3


def _is_whole(cell: str) -> bool:
    return cell.isdecimal() and len(cell) < 10


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
