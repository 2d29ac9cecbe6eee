"""Finds how a file is written, from its beginning: delimiter, quote, escapes, lines before the table.

Every choice comes with its evidence, so that a person can see why, and state otherwise in the object's metadata.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from csv_profile.cells import Kind, classify
from csv_profile.document import DialectEvidence
from csv_profile.escapes import Escapes, cut
from csv_profile.header import find_header
from csv_profile.options import Options
from csv_profile.rows import Plain, Row, Splitter
from csv_profile.table_start import Line, has_comments, most_common, table_start, widths

# A delimiter counts for more the less it is used for anything else.
_DELIMITERS = {",": 0.0, ";": 0.3, "\t": 0.5, "|": 0.4, "^": 0.3, "~": 0.3}
_CONTROLS = "\x01\x1f"  # as Hive and ASCII have it
# These stand in text and in times as well. They need better proof, and are tried where the others hardly fit.
_RARE = (":", " ")
_POOR = 0.7
_ROWS = 500  # of the sample, that are looked at
_TIME_OR_PAGE = re.compile(r"(?:^|[ T])[0-9]{1,2}:[0-9]{2}(?![0-9])|://")
_SEP = re.compile(r"\s*+(\"?)sep=(.)\1[^\S\n]*+\n", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    quote: str
    escapes: bool  # a backslash takes its meaning from a quote or delimiter
    spaced: bool  # spaces may stand between a delimiter and an opening quote
    comments: bool  # lines that begin with # are no rows, unless they are of the table's width
    uncut: bool  # a table of one column, whose text may hold the delimiter
    width: int
    header: int  # lines of it
    row_names: bool  # the header has no label for the first column
    preamble: int  # lines before the table
    evidence: DialectEvidence


@dataclass(frozen=True)
class _Reading:
    """The sample, read with one delimiter and one quote."""

    delimiter: str
    quote: str
    escapes: bool
    rows: list[Line]
    odd: int = 0

    @cached_property
    def widths(self) -> Counter[int]:
        return widths(self.rows)

    @cached_property
    def width(self) -> int:
        return most_common(self.widths)

    @property
    def consistency(self) -> float:
        return self.widths[self.width] / self.widths.total() if self.widths else 0.0

    @cached_property
    def cells(self) -> list[str]:
        wide = [row for row in self.rows if len(row.cells) == self.width]
        return [cell.strip() for row in wide[:200] for cell in row.cells[:50]]

    @cached_property
    def typed(self) -> float:
        kinds = [classify(cell, self.delimiter).kind for cell in self.cells]
        return sum(kind is not Kind.STRING for kind in kinds) / len(kinds) if kinds else 0.0

    @property
    def order(self) -> float:
        return self.consistency - self.odd / len(self.rows) if self.width > 1 else 0.0

    @property
    def score(self) -> float:
        if self.width == 1:
            return 0.0
        return (
            10 * self.order
            + self.typed
            + _DELIMITERS.get(self.delimiter, 0.5 if self.delimiter in _CONTROLS else 0.0) * self.consistency
        )


def detect(sample: str, complete: bool, options: Options) -> Dialect:
    """`complete` says that the sample is all of the file."""
    stated = _SEP.match(sample)
    if stated and not options.delimiter:
        options = replace(options, delimiter=stated[2])
    quotes = options.quote or _quotes(sample)
    readings, best = max(
        (_read_all(sample, complete, quote, options) for quote in quotes), key=lambda found: found[1].order
    )
    begin = max(table_start(best.rows, best.width, best.delimiter, options), 1 if stated else 0)
    table = [row for row in best.rows[begin:] if not row.blank]
    comments = has_comments(table, best.width)
    if comments:
        table = [row for row in table if not row.comment]
    first = len(table[0].cells) if table else 1
    # Where most lines have no delimiter, one in the others is part of the text.
    uncut = best.width == first == 1 and not options.delimiter
    rows = [[best.delimiter.join(row.cells)] for row in table] if uncut else [row.cells for row in table]
    header = find_header(rows, best.delimiter, options)
    return Dialect(
        delimiter=best.delimiter,
        quote=best.quote,
        escapes=best.escapes,
        spaced=_spaced(sample, best.delimiter, best.quote),
        comments=comments,
        uncut=uncut,
        width=max(first, best.width) if header.lines else best.width,
        header=header.lines,
        row_names=header.row_names,
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
            "escapes": best.escapes,
            "header": header.why,
        },
    )


def _quotes(sample: str) -> str:
    """Those that may be. The single quote, if some cells are wrapped in it on one line; alone if nearly all are."""
    edge = "[,;\t|^~\n]"
    if re.search(f'(?:^|(?<={edge})) *"(?:[^"\n]|"")*+" *(?={edge}|$)', sample):
        return '"'
    begin = f"(?:^|(?<={edge})) *'"
    wrapped = len(re.findall(f"{begin}(?:[^'\n]|'')*+'(?={edge}|$)", sample))
    opened = len(re.findall(begin, sample))
    if wrapped < 2 or wrapped * 2 < opened:
        return '"'
    return "'" if wrapped >= 0.9 * opened and '"' not in sample else "\"'"


def _read_all(sample: str, complete: bool, quote: str, options: Options) -> tuple[list[_Reading], _Reading]:
    """The sample, read with each delimiter, and the best of the readings."""
    candidates = [*_DELIMITERS, *(control for control in _CONTROLS if control in sample)]
    if options.delimiter:
        candidates = [options.delimiter]
    readings: list[_Reading] = []
    without: _Reading | None = None  # any delimiter that is not there gives the same rows
    for candidate in candidates:
        if candidate in sample:
            readings.append(_best_read(sample, complete, candidate, quote, options))
        else:
            without = without or _best_read(sample, complete, candidate, quote, options)
            readings.append(replace(without, delimiter=candidate))
    best = max(readings, key=lambda reading: reading.score)
    if best.order < _POOR and not options.delimiter:
        rare = [_best_read(sample, complete, candidate, quote, options) for candidate in _RARE]
        readings += rare
        best = next(filter(_is_proved, rare), best if best.width > 1 else readings[0])
    if _is_doubled(best) and not options.delimiter:
        best = _best_read(sample, complete, best.delimiter * 2, quote, options)
        readings.append(best)
    return readings, best


def _spaced(sample: str, delimiter: str, quote: str) -> bool:
    return delimiter != " " and f"{delimiter} {quote}" in sample


def _best_read(sample: str, complete: bool, delimiter: str, quote: str, options: Options) -> _Reading:
    """With escapes, if that leaves fewer rows that break the rules, or are of another width."""
    plain = _read(sample, complete, delimiter, quote, False, options)
    if delimiter == "\\" or not re.search(rf"\\(?:{re.escape(quote)}|{re.escape(delimiter)})", sample):
        return plain
    escaped = _read(sample, complete, delimiter, quote, True, options)
    return escaped if escaped.order > plain.order else plain


def _read(sample: str, complete: bool, delimiter: str, quote: str, escapes: bool, options: Options) -> _Reading:
    splitter = Splitter(cut(delimiter), quote, _spaced(sample, delimiter, quote), options)
    text = sample
    if escapes or cut(delimiter) != delimiter:
        text = Escapes(delimiter, quote, escapes).hide(sample, final=True)
    splitter.feed(text, complete)
    rows, odd = _first_rows(splitter)
    if len(rows) < 2 and not complete:
        splitter.feed("", final=True)
        more, more_odd = _first_rows(splitter)
        rows, odd = rows + more, odd + more_odd
    return _Reading(delimiter, quote, escapes, rows, odd)


def _first_rows(splitter: Splitter) -> tuple[list[Line], int]:
    """As many as are looked at, and how many of them have broken quoting."""
    found: list[Line] = []
    odd = 0
    for piece in splitter.rows():
        if isinstance(piece, Row):
            odd += 1
            found.append(Line(piece.line, piece.cells))
        elif isinstance(piece, Plain):
            end, left = 0, _ROWS - len(found)
            while left and end < len(piece.text):
                end = piece.text.find("\n", end) + 1 or len(piece.text)
                left -= 1
            found += [Line(piece.line + i, cells or [""]) for i, cells in enumerate(splitter.cut(piece.text[:end]))]
        else:
            rows = piece.rows[: _ROWS - len(found)]
            found += [Line(piece.line_of(i), cells or [""]) for i, cells in enumerate(rows)]
        if len(found) >= _ROWS:
            break
    return found, odd


def _is_proved(reading: _Reading) -> bool:
    if reading.width < 3 or len(reading.rows) < 2 or max(reading.order, _without_first(reading)) < 0.95:
        return False
    lines = [reading.delimiter.join(row.cells).strip() for row in reading.rows if not row.blank]
    if sum(classify(line, reading.delimiter).kind is not Kind.STRING for line in lines) * 2 > len(lines):
        return False  # each line is one date, or one date with a time
    if any(reading.delimiter in cell for cell in reading.cells):
        return True  # quotes are there to keep it from being a delimiter
    if reading.delimiter == " ":
        return reading.typed >= 0.4
    return max(map(len, reading.cells)) > 4 and not any(map(_TIME_OR_PAGE.search, lines))


def _without_first(reading: _Reading) -> float:
    """The order of the rows below a header with one label less, as it has none for the names of rows."""
    first = next((row for row in reading.rows if not row.blank), None)
    if first is None or len(first.cells) != reading.width - 1 or reading.widths.total() < 3:
        return 0.0
    return replace(reading, rows=reading.rows[reading.rows.index(first) + 1 :]).order


def _is_doubled(reading: _Reading) -> bool:
    """|| or ::, as every other cell is empty in every row, labels and all."""
    least = {":": 3, "|": 5}.get(reading.delimiter, reading.width + 1)
    wide = [row.cells for row in reading.rows if len(row.cells) == reading.width]
    return reading.width >= least and len(wide) > 1 and not any(any(cells[1::2]) for cells in wide)
