"""The table in the text: header, rows brought to one width, and what was wrong with which of them."""

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from csv_profile.column import Budget, Column
from csv_profile.dialect import Dialect
from csv_profile.escapes import Escapes, cut
from csv_profile.options import Options
from csv_profile.rows import Splitter
from csv_profile.source import Fatal
from csv_profile.text import FIRST

MOST_COLUMNS = 20_000
_NAME_CHARS = 255
_PENDING = 16_384
_FEW_ROWS = 64
_MANY_CELLS = 500_000
_BLANK = string.whitespace + "\x1a"  # with the mark that DOS set at the end of a file


@dataclass
class Places:
    """How often something happened, and on which lines first."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.lines) < FIRST:
            self.lines.append(line)


@dataclass(frozen=True)
class Label:
    """A column's place in the header."""

    name: str  # unique in the file
    text: str  # as it stands there
    blank: bool
    duplicate: bool


class Table:
    def __init__(self, dialect: Dialect, options: Options) -> None:
        self.rows = 0
        self.blank = Places()
        self.comments = Places()
        self.malformed = Places()
        self.troubles: dict[str, Places] = {}
        self.labels: list[Label] = []
        self.columns: list[Column] = []
        self._options = options
        self._dialect = dialect
        self._splitter = Splitter(
            cut(dialect.delimiter), dialect.quote, dialect.spaced, options, self._give, self._give_odd
        )
        self._escapes: Escapes | None = None
        if dialect.escapes or cut(dialect.delimiter) != dialect.delimiter:
            self._escapes = Escapes(dialect.delimiter, dialect.quote, dialect.escapes)
        self._head = ""  # what came before the header was complete
        self._begun = False
        self._pending: list[list[str]] = []
        self._waiting: list[list[str]] = []
        self._waiting_rows = 0

    def feed(self, text: str, final: bool = False) -> None:
        if self._escapes:
            text = self._escapes.hide(text, final)
        if not self._begun:
            self._head += text
            rest = self._begin(self._head, final)
            if rest is None:
                return
            text, self._head = rest, ""
        self._splitter.feed(text, final)
        self._flush()
        if final and self._waiting:
            self._account(self._waiting, self._waiting_rows)

    def _begin(self, text: str, final: bool) -> str | None:
        """Past the lines before the table and the header; None if that takes more text."""
        if final and text and not text.endswith("\n"):
            text += "\n"
        start = 0
        for _ in range(self._dialect.preamble):
            start = text.find("\n", start) + 1
        line = 1 + self._dialect.preamble
        cells: list[str] = []
        kinds: set[str] = set()
        if self._dialect.header and start < len(text):
            found = self._splitter.first(text, start, final)
            if found is None:
                return None
            cells, end, kinds = found
            cells = self._escapes.show(cells) if self._escapes else cells
            self._splitter.line = line + text.count("\n", start, end)
            start = end
        else:
            self._splitter.line = line
        self._begun = True
        self._label(cells)
        self._note(kinds, line)
        self._splitter.give_columns = self._give_columns
        self._splitter.width = len(self.columns)
        return text[start:]

    def _label(self, cells: list[str]) -> None:
        width = max(self._dialect.width, len(cells))
        if width > MOST_COLUMNS:
            raise Fatal(
                "source-error",
                f"the table has {width:,} columns; at most {MOST_COLUMNS:,} are profiled. "
                "Check the delimiter and the line ends of the file",
            )
        taken: set[str] = set()
        texts: set[str] = set()
        for index in range(width):
            text = cells[index].strip() if index < len(cells) else ""
            base = name = text[:_NAME_CHARS] or f"column_{index + 1}"
            number = 1
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            self.labels.append(Label(name, text[:_NAME_CHARS], self._dialect.header and not text, text in texts))
            taken.add(name)
            if text:
                texts.add(text)
        budget = Budget.share(width)
        self.columns = [Column(self._options.nulls, self._dialect.delimiter, budget) for _ in range(width)]

    def _give_columns(self, columns: list[list[str]], line: int) -> None:
        self._flush()
        self._add([self._escapes.show(cells) for cells in columns] if self._escapes else columns, len(columns[0]))

    def _give(self, rows: Sequence[list[str]], line_of: Callable[[int], int]) -> None:
        width = len(self.columns)
        if self._escapes:
            rows = list(map(self._escapes.show, rows))
        if width > 1 and set(map(len, rows)) == {width}:
            self._pending.extend(rows)
        else:
            for index, row in enumerate(rows):
                if width > 1 and len(row) == width:
                    self._pending.append(row)
                else:
                    self._fit(row, line_of(index), set())
        if len(self._pending) >= _PENDING:
            self._flush()

    def _give_odd(self, row: list[str], line: int, kinds: set[str]) -> None:
        self._fit(self._escapes.show(row) if self._escapes else row, line, kinds)
        if len(self._pending) >= _PENDING:
            self._flush()

    def _fit(self, row: list[str], line: int, kinds: set[str]) -> None:
        """A short row is filled up with missing cells; what a long one has too much is only counted."""
        width = len(self.columns)
        if len(row) <= 1 and not (row and row[0].strip(_BLANK)):
            self.blank.add(line)
            return
        if self._dialect.comments and len(row) == 1 and row[0].lstrip().startswith("#"):
            self.comments.add(line)
            return
        if len(row) < width:
            kinds.add("missing-cell")
            row = row + [""] * (width - len(row))
        elif len(row) > width:
            kinds.add("extra-cell")
            row = row[:width]
        self._note(kinds, line)
        self._pending.append(row)

    def _note(self, kinds: set[str], line: int) -> None:
        if kinds:
            self.malformed.add(line)
        for kind in kinds:
            self.troubles.setdefault(kind, Places()).add(line)

    def _flush(self) -> None:
        if self._pending:
            rows, self._pending = self._pending, []
            self._add(list(zip(*rows, strict=True)), len(rows))

    def _add(self, columns: Sequence[Sequence[str]], rows: int) -> None:
        """Very wide tables come a few rows at a time: those wait for more, as every turn of a column has its price."""
        if self._waiting:
            for waiting, cells in zip(self._waiting, columns, strict=True):
                waiting.extend(cells)
            rows += self._waiting_rows
            columns = self._waiting
        if rows < _FEW_ROWS and len(columns) * rows < _MANY_CELLS:
            self._waiting = self._waiting or [list(cells) for cells in columns]
            self._waiting_rows = rows
        else:
            self._waiting, self._waiting_rows = [], 0
            self._account(columns, rows)

    def _account(self, columns: Sequence[Sequence[str]], rows: int) -> None:
        for column, cells in zip(self.columns, columns, strict=True):
            column.add_all(cells, self.rows + 1)
        self.rows += rows
