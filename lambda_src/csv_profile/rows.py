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
from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import methodcaller

from csv_profile.options import Options
from csv_profile.source import Fatal

LONE, AFTER, UNTERMINATED = "lone-quote", "text-after-quote", "unterminated-quote"

_WARY = 64 << 10  # once a quote has proved unterminated after so much text, later ones are given up sooner
_SLICE = 1 << 20  # so much text is cut into cells at a time, however much was waiting
_LONGEST_ROW = 32 << 20

_LINE = re.compile(r"[^\n]*+\n")

csv.field_size_limit((1 << 31) - 1)

# Rows, and the line of each.
Give = Callable[[Sequence[list[str]], Callable[[int], int]], None]
GiveOdd = Callable[[list[str], int, set[str]], None]


class Splitter:
    """Takes decoded text in pieces and gives on the rows of as much of it as has ended.

    `give` gets runs of rows that kept to the rules, `give_odd` each row that did not, with what was wrong. Where all
    rows of a run have `width` cells and none is quoted, `give_columns` gets its columns instead, which is faster.
    """

    def __init__(
        self, delimiter: str, quote: str, spaced: bool, options: Options, give: Give, give_odd: GiveOdd
    ) -> None:
        self._delimiter, self._quote, self._spaced = delimiter, quote, spaced
        self._give, self._give_odd = give, give_odd
        self.give_columns: Callable[[list[list[str]], int], None] | None = None
        self.width = 0
        self.line = 1  # of what comes next
        self._held = ""
        self._patterns(options.field_chars)

    def _patterns(self, limit: int) -> None:
        self._limit = limit
        d, q = re.escape(self._delimiter), re.escape(self._quote)
        space = " *+" if self._spaced else ""
        opened = f"{q}[^{q}]{{0,{limit}}}+(?:{q}{q}[^{q}]{{0,{limit}}}+)*+"
        quoted = f"{space}{opened}{q}"
        cell = f"(?:{quoted}(?=[{d}\\n])|[^{d}{q}\\n]*+)"
        self._rows = re.compile(f"(?:{cell}(?:{d}{cell})*+\\n)*+")
        self._row = re.compile(f"{cell}(?:{d}{cell})*+\\n")
        self._opened = re.compile(opened)
        self._quoted = re.compile(quoted)
        self._bare = re.compile(f"[^{d}\\n]*+")
        self._end = re.compile(f" *+(?=[{d}\\n])")
        self._maybe_end = re.compile(r" *+\Z")
        # In text with the quoted parts taken out: a quote beside anything but a delimiter or a line's end.
        self._irregular = re.compile(f"{q}(?:[^{d}{q}\\n]|(?<=[^{d}{q}\\n]{q}))")

    def feed(self, text: str, final: bool = False) -> None:
        text = self._held + text if self._held else text
        if final and text and not text.endswith("\n"):
            text += "\n"
        if self._quote in text:
            end = self._with_quotes(text, final)
        else:
            end = text.rfind("\n") + 1
            self._plain(text[:end] if end < len(text) else text)
        self._held = text[end:]
        if len(self._held) > _LONGEST_ROW:
            raise Fatal(
                "source-error",
                f"the row that begins on line {self.line:,} is longer than {_LONGEST_ROW:,} characters: "
                "this does not look like a CSV file; check the file, its delimiter and its line ends",
            )

    def first(self, text: str, start: int, final: bool) -> tuple[list[str], int, set[str]] | None:
        """The row at `start`, where it ends and what is wrong with it; None if more text may be needed to tell."""
        if match := self._row.match(text, start):
            return self._parse(match.group())[0], match.end(), set()
        return self._odd_row(text, start, final)

    def _parse(self, text: str) -> list[list[str]]:
        if self._quote not in text:
            return [line.split(self._delimiter) for line in text[:-1].split("\n")]
        lines = map(methodcaller("group"), _LINE.finditer(text))  # one at a time: a cell may hold a million lines
        return list(csv.reader(lines, delimiter=self._delimiter, quotechar=self._quote, skipinitialspace=self._spaced))

    def _plain(self, text: str) -> None:
        """Rows without quotes."""
        position = 0
        while len(text) - position > 2 * _SLICE:
            cut = text.find("\n", position + _SLICE) + 1
            self._plain_slice(text[position:cut])
            position = cut
        if position < len(text):
            self._plain_slice(text[position:] if position else text)

    def _plain_slice(self, text: str) -> None:
        lines = text.count("\n")
        first = self.line
        self.line += lines
        if self.give_columns and self.width > 1:
            # One split for the whole block, with the line end as a cell of its own: if that is every (width + 1)th
            # cell, and there are no others, then every row is complete and none is too long.
            cells = text.replace("\n", f"{self._delimiter}\n{self._delimiter}").split(self._delimiter)
            stride = self.width + 1
            if len(cells) == lines * stride + 1 and cells[self.width :: stride].count("\n") == lines:
                cells.pop()
                self.give_columns([cells[i::stride] for i in range(self.width)], first)
                return
        self._give(self._parse(text), lambda index: first + index)

    def _with_quotes(self, text: str, final: bool) -> int:
        """Returns where it stopped: at the beginning of a row that may go on in the next text."""
        end = text.rfind("\n") + 1
        if end and end <= 2 * _SLICE and not self._spaced:
            parts = text[:end].split(self._quote)
            if len(parts) % 2 and not self._irregular.search(self._quote.join(parts[::2])):
                self._clean(text[:end])
                return end
        position = 0
        while position < len(text):
            end = self._rows.match(text, position, position + _SLICE).end()  # type: ignore[union-attr]
            if end == position and (match := self._row.match(text, position)):
                end = match.end()
            if end > position:
                self._clean(text[position:end])
                position = end
                continue
            odd = self._odd_row(text, position, final)
            if odd is None:
                break
            row, end, kinds = odd
            self._give_odd(row, self.line, kinds)
            self.line += text.count("\n", position, end)
            position = end
        return position

    def _clean(self, text: str) -> None:
        if self._quote not in text:
            self._plain(text)
            return
        rows = self._parse(text)
        first = self.line
        self.line += text.count("\n")
        if self.line - first == len(rows):
            self._give(rows, lambda index: first + index)
        else:
            self._give(rows, _Lines(rows, first))

    def _odd_row(self, text: str, start: int, final: bool) -> tuple[list[str], int, set[str]] | None:
        """A row that breaks the rules of quoting; None if more text may show that it does not."""
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
                found = self._quoted_cell(text, opening, final)
                if found is None:
                    return None
                cell, position, kind = found
                if kind == UNTERMINATED:
                    cell, position = self._unquoted(text, opening)
                if kind:
                    kinds.add(kind)
            row.append(cell)
            if text[position : position + 1] == "\n":
                return row, position + 1, kinds
            position += 1
        return None

    def _opening(self, text: str, position: int) -> int:
        """Where the quote stands that a cell begins with, or -1."""
        if self._spaced:
            while text.startswith(" ", position):
                position += 1
        return position if text.startswith(self._quote, position) else -1

    def _unquoted(self, text: str, position: int) -> tuple[str, int]:
        match = self._bare.match(text, position)
        assert match
        return match.group(), match.end()

    def _quoted_cell(self, text: str, opening: int, final: bool) -> tuple[str, int, str] | None:
        """The cell, where it ends, and what was wrong with it, if anything."""
        match = self._quoted.match(text, opening)
        if match is None:
            inside = self._opened.match(text, opening)
            if not final and inside and inside.end() == len(text):
                return None
            self._be_wary(len(text) - opening)
            return "", opening, UNTERMINATED
        close = match.end()
        if close == len(text):
            return None
        if ended := self._end.match(text, close):
            return self._unescaped(text[opening + 1 : close - 1]), ended.end(), ""
        line_end = text.find("\n", opening)
        if not final and (line_end < 0 or self._maybe_end.match(text, close)):
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
        if length > _WARY < self._limit:
            self._patterns(_WARY)


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
