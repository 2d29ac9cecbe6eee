"""Text cut into rows and columns, fast where the text is as it should be and with care where it is not.

A block without quotes is split as a whole. In one with quotes, runs of rows that keep to the rules go through the
csv module in one call; a row that breaks them is read here, on its own, and what was wrong with it is noted:

lone-quote          a quote in a field that does not begin with one (5" pipe): the quote is text
text-after-quote    a quoted field goes on after its closing quote: quotes within are text up to one that ends the
                    field on that line; where there is none, the rest up to the delimiter is text
unterminated-quote  a quoted field does not end, or ends badly on a later line: its quote is text, and the row ends
                    with its line, so that the rows after it are not swallowed
"""

import csv
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from operator import methodcaller
from typing import NamedTuple

from csv_profile.options import Options
from csv_profile.patterns import MOST_COLUMNS, Patterns
from csv_profile.source import Fatal

LONE, AFTER, UNTERMINATED = "lone-quote", "text-after-quote", "unterminated-quote"

_WARY = 64 << 10  # once a quote has proved unterminated after so much text, later ones are given up sooner
_SLICE = 1 << 20  # so much text is cut into cells at a time, however much was waiting
_LONGEST_ROW = 16 << 20
_LONGEST_FIELD = (1 << 31) - 1

_LINE = re.compile(r"[^\n]*+\n")


class Plain(NamedTuple):
    """Rows without quotes, not cut into cells: one on each line, from `line` on."""

    text: str
    line: int


class Rows(NamedTuple):
    """Rows that keep to the rules of quoting, and the line that each begins on."""

    rows: Sequence[list[str]]
    line_of: Callable[[int], int]


class Row(NamedTuple):
    """One row, and what is wrong with it."""

    cells: list[str]
    line: int
    kinds: set[str]


# Takes rows from a text, from a place on, with quoted cells of at most so many characters. Says where it stopped, and
# how many lines that is.
Take = Callable[[str, int, int], tuple[int, int]]


class Splitter:
    """Takes decoded text in pieces (`feed`); of as much of it as has ended, the rows are pulled out (`row`, `rows`).

    A row that has not ended waits. It is read again when there is twice as much of it, so that no text is read more
    than a few times however long a row is.
    """

    def __init__(self, delimiter: str, quote: str, spaced: bool, options: Options) -> None:
        self._delimiter, self._quote, self._spaced = delimiter, quote, spaced
        self.line = 1  # of what comes next
        self._waiting: list[str] = []
        self._chars = 0  # in it
        self._enough = 0  # from so many on it is read
        self._final = False
        self._patterns = Patterns(delimiter, quote, spaced, options.field_chars)

    def feed(self, text: str, final: bool = False) -> None:
        self._waiting.append(text)
        self._chars += len(text)
        self._final = self._final or final

    def skip(self, lines: int) -> None:
        """Past lines that have been fed."""
        text = "".join(self._waiting)
        start = 0
        for _ in range(lines):
            start = text.find("\n", start) + 1
        self.line += lines
        self._keep(text[start:], enough=0)

    @property
    def idle(self) -> bool:
        """Nothing waits to be read."""
        return not self._chars

    def hurry(self) -> None:
        """What waits is to be read as far as rows have ended, however little it is: no more text comes."""
        self._enough = 0

    def passed(self, lines: int) -> None:
        """So many were read by something else."""
        self.line += lines

    @property
    def longest_quoted(self) -> int:
        return self._patterns.limit

    def row(self) -> Row | None:
        """The next row alone; None if that takes more text, or if there is none."""
        text = self._text()
        if not text:
            return None
        if match := self._patterns.row.match(text):
            row, end = Row(self._parse(match.group())[0], self.line, set()), match.end()
            self.line += text.count("\n", 0, end)
        elif odd := self._odd_row(text, 0):
            row, end = odd
        else:
            self._keep(text, enough=2 * len(text))
            return None
        self._keep(text[end:], enough=0)
        return row

    def rows(self, take: Take | None = None) -> Iterator[Plain | Rows | Row]:
        """All rows that have ended; where something else takes rows, those that it leaves."""
        text = self._text()
        if not text:
            return
        if take:
            end = yield from self._left(text, take)
        elif self._quote in text:
            end = yield from self._with_quotes(text)
        else:
            end = text.rfind("\n") + 1
            yield from self._plain(text[:end] if end < len(text) else text)
        self._keep(text[end:], enough=2 * (len(text) - end))

    def cut(self, text: str) -> list[list[str]]:
        """The cells of plain rows. What is past the most columns there may be stays in one piece."""
        return [line.split(self._delimiter, MOST_COLUMNS) for line in text[:-1].split("\n")]

    def _text(self) -> str:
        """What waits; nothing if there is no use in reading it yet."""
        if not self._final and self._chars < self._enough and self._chars <= _LONGEST_ROW:
            return ""
        text = "".join(self._waiting)
        if self._final and text and not text.endswith("\n"):
            text += "\n"
        return text

    def _keep(self, rest: str, enough: int) -> None:
        self._waiting, self._chars, self._enough = [rest], len(rest), enough
        if enough and len(rest) > _LONGEST_ROW:
            raise Fatal(
                "source-error",
                f"the row that begins on line {self.line:,} is longer than {_LONGEST_ROW:,} characters: "
                "this does not look like a CSV file; check the file, its delimiter and its line ends",
            )

    def _parse(self, text: str) -> list[list[str]]:
        if self._quote not in text:
            return self.cut(text)
        lines = map(methodcaller("group"), _LINE.finditer(text))  # one at a time: a cell may hold a million lines
        before = csv.field_size_limit(_LONGEST_FIELD)
        try:
            return list(
                csv.reader(lines, delimiter=self._delimiter, quotechar=self._quote, skipinitialspace=self._spaced)
            )
        finally:
            csv.field_size_limit(before)  # it is one for the whole process

    def _plain(self, text: str) -> Iterator[Plain]:
        position = 0
        while position < len(text):
            end = text.find("\n", position + _SLICE) + 1 if len(text) - position > 2 * _SLICE else len(text)
            piece = text[position:end] if end - position < len(text) else text
            position, first = end, self.line
            self.line += piece.count("\n")
            yield Plain(piece, first)

    def _left(self, text: str, take: Take) -> Generator[Rows | Row, None, int]:
        """The rows that `take` leaves: one, or more and more of them while it takes none between.

        After one that breaks the rules, it is called again only where a regular one follows.
        """
        position = end = some = 0
        odd_before = False
        while position < len(text):
            if not odd_before or self._patterns.row.match(text, position):
                end, lines = take(text, position, self._patterns.limit)
                self.line += lines
                some = 0 if end > position else min(2 * some + 64, _SLICE)
                position = end
                end = self._regular(text, position, some)
            odd_before = end == position
            if not odd_before:
                rows, first = self._parse(text[position:end]), self.line
                self.line += text.count("\n", position, end)
                position = end
                yield Rows(rows, first.__add__ if self.line - first == len(rows) else _Lines(rows, first))
            elif position < len(text):
                odd = self._odd_row(text, position)
                if odd is None:
                    break
                row, position = odd
                end = position
                yield row
        return position

    def _with_quotes(self, text: str) -> Generator[Plain | Rows | Row, None, int]:
        """Returns where it stopped: at the beginning of a row that may go on in the next text."""
        end = text.rfind("\n") + 1
        if end and end <= 2 * _SLICE and not self._spaced:
            parts = text[:end].split(self._quote)
            short = max(map(len, parts[1::2]), default=0) <= self._patterns.limit
            if short and len(parts) % 2 and not self._patterns.irregular.search(self._quote.join(parts[::2])):
                yield from self._clean(text[:end])
                return end
        position = 0
        while position < len(text):
            end = self._regular(text, position, _SLICE)
            if end > position:
                yield from self._clean(text[position:end])
                position = end
                continue
            odd = self._odd_row(text, position)
            if odd is None:
                break
            row, position = odd
            yield row
        return position

    def _regular(self, text: str, position: int, chars: int) -> int:
        """Where rows end that keep to the rules: those in so many characters, or one that is longer."""
        match = self._patterns.rows.match(text, position, position + chars)
        if match and match.end() > position:
            return match.end()
        match = self._patterns.row.match(text, position)
        return match.end() if match else position

    def _clean(self, text: str) -> Iterator[Plain | Rows]:
        if self._quote not in text:
            yield from self._plain(text)
            return
        rows = self._parse(text)
        first = self.line
        self.line += text.count("\n")
        if self.line - first == len(rows):
            yield Rows(rows, first.__add__)
        else:
            yield Rows(rows, _Lines(rows, first))

    def _odd_row(self, text: str, start: int) -> tuple[Row, int] | None:
        """A row that breaks the rules of quoting, and where it ends; None if more text may show that it does not."""
        row: list[str] = []
        kinds: set[str] = set()
        position = start
        while position < len(text):
            opening = self._opening(text, position)
            if opening < 0:
                cell, position = self._unquoted(text, position)
                if self._quote in cell:
                    kinds.add(LONE)
            else:
                found = self._quoted_cell(text, opening)
                if found is None:
                    return None
                cell, position, kind = found
                if kind == UNTERMINATED:
                    cell, position = self._unquoted(text, opening)
                if kind:
                    kinds.add(kind)
            if len(row) <= MOST_COLUMNS:
                row.append(cell)
            else:
                position = self._patterns.surplus.match(text, position).end()  # type: ignore[union-attr]
            if text[position : position + 1] == "\n":
                first, end = self.line, position + 1
                self.line += text.count("\n", start, end)
                return Row(row, first, kinds), end
            position += 1
        return None

    def _opening(self, text: str, position: int) -> int:
        """Where the quote stands that a cell begins with, or -1."""
        if self._spaced:
            while text.startswith(" ", position):
                position += 1
        return position if text.startswith(self._quote, position) else -1

    def _unquoted(self, text: str, position: int) -> tuple[str, int]:
        match = self._patterns.bare.match(text, position)
        assert match
        return match.group(), match.end()

    def _quoted_cell(self, text: str, opening: int) -> tuple[str, int, str] | None:
        """The cell, where it ends, and what was wrong with it, if anything."""
        match = self._patterns.quoted.match(text, opening)
        if match is None:
            inside = self._patterns.opened.match(text, opening)
            if not self._final and inside and inside.end() == len(text):
                return None
            self._be_wary(len(text) - opening)
            return "", opening, UNTERMINATED
        close = match.end()
        if close == len(text):
            return None
        if ended := self._patterns.end.match(text, close):
            return self._unescaped(text[opening + 1 : close - 1]), ended.end(), ""
        line_end = text.find("\n", opening)
        if not self._final and (line_end < 0 or self._patterns.maybe_end.match(text, close)):
            return None
        if close > line_end >= 0 or text[close - 2] == self._delimiter:
            self._be_wary(close - opening)
            return "", opening, UNTERMINATED
        return *self._after_quote(text, opening, close, line_end), AFTER

    def _after_quote(self, text: str, opening: int, close: int, line_end: int) -> tuple[str, int]:
        """`"He said "hi" to me",` ends at the quote before the delimiter; `"abc"def,` at the delimiter."""
        d, q = self._delimiter, self._quote
        position = close
        while (position := text.find(q, position, line_end)) >= 0:
            if text[position - 1] == d and text[position + 1] not in (d, "\n"):
                break  # the next cell's opening quote
            if text[position + 1] in (d, "\n"):
                return self._unescaped(text[opening + 1 : position]), position + 1
            position += 1
        rest, end = self._unquoted(text, close)
        return self._unescaped(text[opening + 1 : close - 1]) + rest, end

    def _unescaped(self, text: str) -> str:
        return text.replace(self._quote * 2, self._quote)

    def _be_wary(self, length: int) -> None:
        if length > _WARY < self._patterns.limit:
            self._patterns = replace(self._patterns, limit=_WARY)


class _Lines:
    """The lines that rows begin on, where cells hold line ends: worked out only when asked for."""

    def __init__(self, rows: Sequence[list[str]], first: int) -> None:
        self._rows, self._first = rows, first
        self._begin: list[int] | None = None

    def __call__(self, index: int) -> int:
        if self._begin is None:
            heights = (1 + sum(cell.count("\n") for cell in row) for row in self._rows)
            self._begin = list(accumulate(heights, initial=self._first))
        return self._begin[index]
