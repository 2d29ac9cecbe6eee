"""Finds how a file is written, from its beginning: delimiter, quote, lines before the table, header.

Every choice comes with its evidence, so that a person can see why, and state otherwise in the object's metadata.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from csv_profile.cells import BOOL, INT, STRING, classify
from csv_profile.options import Options
from csv_profile.rows import Splitter

# A delimiter counts for more the less it is used for anything else.
_DELIMITERS = {",": 0.0, ";": 0.3, "\t": 0.5, "|": 0.4}
_ROWS = 500  # of the sample, that are looked at
_PREAMBLE = 50
_SEP = re.compile(r"\s*sep=(.)\s*\n", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    quote: str
    spaced: bool  # spaces may stand between a delimiter and an opening quote
    width: int
    header: bool
    preamble: int  # lines before the table
    evidence: dict[str, Any]


@dataclass(frozen=True)
class _Row:
    line: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class _Reading:
    """The sample, read with one delimiter."""

    delimiter: str
    rows: list[_Row]
    width: int
    consistency: float
    typed: float
    score: float


def detect(sample: str, complete: bool, options: Options) -> Dialect:
    """`complete` says that the sample is all of the file."""
    stated = _SEP.match(sample)
    if stated and not options.delimiter:
        options = replace(options, delimiter=stated[1])
    quote = options.quote or _quote(sample)
    candidates = [options.delimiter] if options.delimiter else list(_DELIMITERS)
    readings = [_read(sample, complete, candidate, quote, options) for candidate in candidates]
    best = max(readings, key=lambda reading: reading.score)
    if not options.delimiter and best.width < 2:
        best = readings[0]
    begin = max(_table_begin(best), 1 if stated else 0)
    table = [row for row in best.rows[begin:] if not row.blank]
    header, why = _header(table, options)
    first = len(table[0].cells) if table else 1
    return Dialect(
        delimiter=best.delimiter,
        quote=quote,
        spaced=_spaced(sample, best.delimiter, quote),
        width=max(first, best.width) if header else best.width,
        header=header,
        preamble=best.rows[begin].line - 1 if begin < len(best.rows) else 0,
        evidence={
            "delimiters": [
                {
                    "delimiter": r.delimiter,
                    "columns": r.width,
                    "rows_agreeing": round(r.consistency, 4),
                    "cells_with_type": round(r.typed, 4),
                }
                for r in readings
            ],
            "header": why,
        },
    )


def _quote(sample: str) -> str:
    """The single quote, if cells are wrapped in it and none in the double quote."""
    if '"' in sample:
        return '"'
    edge = "[,;\t|\n]"
    opened = len(re.findall(f"(?:^|(?<={edge}))'(?=[^'\n])", sample))
    closed = len(re.findall(f"(?<=[^\n])'(?={edge}|$)", sample))
    return "'" if opened >= 2 and opened == closed else '"'


def _spaced(sample: str, delimiter: str, quote: str) -> bool:
    return f"{delimiter} {quote}" in sample


def _read(sample: str, complete: bool, delimiter: str, quote: str, options: Options) -> _Reading:
    rows: list[_Row] = []
    odd = 0

    def give(some: Sequence[list[str]], line_of: Callable[[int], int]) -> None:
        rows.extend(_Row(line_of(i), cells or [""]) for i, cells in enumerate(some[: _ROWS - len(rows)]))

    def give_odd(cells: list[str], line: int, kinds: set[str]) -> None:
        nonlocal odd
        odd += 1
        rows.append(_Row(line, cells))

    spaced = _spaced(sample, delimiter, quote)
    splitter = Splitter(delimiter, quote, spaced, options, give, give_odd)
    splitter.feed(sample, complete)
    if len(rows) < 2 and not complete:
        splitter.feed("", final=True)
    widths = Counter(len(row.cells) for row in rows if not row.blank)
    if not widths:
        return _Reading(delimiter, rows, 1, 0.0, 0.0, 0.0)
    width = max(widths, key=lambda w: (widths[w], w))
    consistency = widths[width] / widths.total()
    cells = [cell.strip() for row in rows[:200] if len(row.cells) == width for cell in row.cells[:50]]
    typed = sum(classify(cell, delimiter != ",").kind != STRING for cell in cells) / len(cells) if cells else 0.0
    score = 0.0
    if width > 1:
        score = 10 * (consistency - odd / len(rows)) + typed + _DELIMITERS.get(delimiter, 0.0) * consistency
    return _Reading(delimiter, rows, width, consistency, typed, score)


def _table_begin(reading: _Reading) -> int:
    """Past lines that stand before the table: titles, notes and blanks, much narrower than it."""
    rows = reading.rows
    for index, row in enumerate(rows[:_PREAMBLE]):
        if not (row.blank or _is_note(row, rows, index, reading.width)):
            return index
    return 0


def _is_note(row: _Row, rows: list[_Row], index: int, width: int) -> bool:
    cells = len(row.cells)
    if width == 1 or index + 1 == len(rows):
        return False
    if cells == 1 or (cells < width and (cells * 2 <= width or row.cells[0].startswith("#"))):
        return True
    filled = sum(bool(cell.strip()) for cell in row.cells)
    following = next((r for r in rows[index + 1 :] if not r.blank), None)
    # A title padded with delimiters to the table's width, as spreadsheets write it.
    return cells >= 3 and filled == 1 and following is not None and all(cell.strip() for cell in following.cells)


def _header(table: list[_Row], options: Options) -> tuple[bool, str]:
    if options.header is not None:
        return options.header, "stated"
    if not table:
        return False, "there are no rows"
    comma = True
    first = [cell.strip() for cell in table[0].cells]
    kinds = [classify(cell, comma).kind if cell else "" for cell in first]
    if len(table) == 1:
        text = all(kind in (STRING, BOOL, "") for kind in kinds)
        return text, "the only row is " + ("all text" if text else "not all text")
    columns = list(zip(*(row.cells for row in table[1:] if len(row.cells) == len(first)), strict=False))
    columns = columns or [()] * len(first)
    typed = [_mostly_typed(column, options) for column in columns]
    # A label may read as a yes or no: x, y, n. It is one only over others.
    kinds = [
        STRING if kind == BOOL and not _has_bools(column) else kind for kind, column in zip(kinds, columns, strict=True)
    ]
    text_over_typed = sum(kind == STRING and is_typed for kind, is_typed in zip(kinds, typed, strict=False))
    typed_over_typed = sum(kind not in (STRING, "") and is_typed for kind, is_typed in zip(kinds, typed, strict=False))
    if all(kind in (STRING, "") for kind in kinds):
        if text_over_typed:
            return True, f"text over {text_over_typed} columns that are not text"
        again = sum(bool(cell) and cell in map(str.strip, column) for cell, column in zip(first, columns, strict=False))
        return not again, f"all columns are text; {again} of the first row's cells come again below"
    if _years(first, kinds) and not any(_years_column(c) for c, k in zip(columns, kinds, strict=False) if k == INT):
        return True, "years over columns of other numbers"
    header = text_over_typed > typed_over_typed
    return header, f"text over {text_over_typed}, numbers or dates over {typed_over_typed} columns that are not text"


def _mostly_typed(column: Sequence[str], options: Options) -> bool:
    cells = [cell.strip() for cell in column if cell.strip().lower() not in options.nulls]
    return bool(cells) and sum(classify(cell, True).kind != STRING for cell in cells) >= 0.8 * len(cells)


def _has_bools(column: Sequence[str]) -> bool:
    return any(classify(cell.strip(), False).kind == BOOL for cell in column)


def _years(first: list[str], kinds: list[str]) -> bool:
    years = [cell for cell, kind in zip(first, kinds, strict=True) if kind not in (STRING, "")]
    return STRING in kinds and len(set(years)) == len(years) and all(_is_year(cell) for cell in years)


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdecimal() and "1800" <= cell <= "2100"


def _years_column(column: Sequence[str]) -> bool:
    return bool(column) and all(_is_year(cell.strip()) for cell in column)
