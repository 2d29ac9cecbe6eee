"""The accounts of all columns of a table: the seam between reading rows and keeping count of them.

What is behind it may be this reference or something faster: it gets text to take rows from, as many as it is sure of,
and single rows that were read with care; at the end it gives the facts of each column.
"""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import replace

from csv_profile.column import Budget, Column
from csv_profile.escapes import cut
from csv_profile.facts import ColumnFacts
from csv_profile.keys import Pairs
from csv_profile.repeats import Repeats

BLANK = string.whitespace + "\x1a"  # with the mark that DOS set at the end of a file

_PENDING = 4_096
_FEW_ROWS = 64
_MANY_CELLS = 500_000
_SHARED_AT = 4_096  # rows: then what columns may hold is shared out again
_FRUGAL = 8


class Accounts:
    def __init__(self, width: int, delimiter: str, nulls: frozenset[str], budget: Budget) -> None:
        self._width = width
        self._delimiter = cut(delimiter)
        self._columns = [Column(nulls, delimiter, budget) for _ in range(width)]
        self._counted = 0  # rows
        self.rows_with_missing = 0
        self.missing_alone = [0] * width  # in so many rows no other cell is missing, and this one may be a value
        self.pairs = Pairs(width)
        self.repeats = Repeats() if width > 1 else None
        self._pending: list[Sequence[str]] = []
        self._waiting: list[list[str]] = []
        self._waiting_rows = 0
        blank = f"[{re.escape(self._delimiter)} \\t\\r\\v\\f\\x1a]*+\\n"
        self._blank_first, self._blank_later = re.compile(blank), re.compile(f"\\n{blank}")

    @property
    def rows(self) -> int:
        return self._counted + self._waiting_rows + len(self._pending)

    def take(self, text: str) -> int:
        """How much of the text was taken in: whole rows, from its beginning. It holds no quotes and ends with a line.

        Rows are taken that have as many cells as the table and are not blank. From the first that is not so, or that
        may not be so, the caller reads them.
        """
        if self._width == 1 or self._blank_first.match(text) or self._blank_later.search(text):
            return 0
        # One split for all, with the line end as a cell of its own: if that is every (width + 1)th cell, and there are
        # no others, then every row is complete and none is too long.
        lines, stride = text.count("\n"), self._width + 1
        if text.count(self._delimiter) != lines * (self._width - 1):
            return 0
        cells = text.replace("\n", f"{self._delimiter}\n{self._delimiter}").split(self._delimiter)
        if len(cells) != lines * stride + 1 or cells[self._width :: stride].count("\n") != lines:
            return 0
        cells.pop()
        self._flush()
        if self.repeats:
            self.repeats.add(text[:-1].replace(self._delimiter, "\0").split("\n"), self.rows + 1)
        self._add([cells[i::stride] for i in range(self._width)], lines)
        return len(text)

    def add_row(self, cells: Sequence[str]) -> None:
        """One row, of as many cells as the table has columns."""
        self._pending.append(cells)
        if len(self._pending) >= _PENDING:
            self._flush()

    def add_rows(self, rows: Sequence[Sequence[str]]) -> None:
        self._pending.extend(rows)
        if len(self._pending) >= _PENDING:
            self._flush()

    def facts(self) -> Iterator[ColumnFacts]:
        """What is known of each column, which is forgotten then: all of them at once would be large."""
        self._flush()
        if self._waiting:
            self._account(self._waiting, self._waiting_rows)
            self._waiting, self._waiting_rows = [], 0
        self._columns.reverse()
        while self._columns:
            yield self._columns.pop().facts()

    def _flush(self) -> None:
        if self._pending:
            rows, self._pending = self._pending, []
            if self.repeats:
                self.repeats.add(list(map("\0".join, rows)), self.rows + 1)  # no cell holds that character
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
        ahead = _SHARED_AT - self._counted
        if 0 < ahead <= rows:
            self._count([cells[:ahead] for cells in columns], ahead)
            self._share()
            columns, rows = [cells[ahead:] for cells in columns], rows - ahead
        if rows:
            self._count(columns, rows)

    def _count(self, columns: Sequence[Sequence[str]], rows: int) -> None:
        missing: set[int] = set()
        several: set[int] = set()
        doubtful: list[tuple[int, list[int]]] = []
        for position, (column, cells) in enumerate(zip(self._columns, columns, strict=True)):
            if found := column.add_all(cells, self._counted + 1):
                several.update(missing.intersection(found))
                missing.update(found)
                if spellings := column.doubtful:
                    doubtful.append((position, [row for row in found if cells[row] in spellings]))
        self.rows_with_missing += len(missing)
        for position, found in doubtful:
            self.missing_alone[position] += len(found) - len(several.intersection(found))
        self.pairs.add(columns)
        self._counted += rows

    def _share(self) -> None:
        """Columns that have shown to need little leave what was theirs to those that need more."""
        exact = [column for column in self._columns if column.exact]
        frugal = [column for column in exact if column.held * _FRUGAL < column.budget.held]
        spare = 0
        for column in frugal:
            spare += column.budget.held - column.budget.held // _FRUGAL
            column.budget = replace(column.budget, held=column.budget.held // _FRUGAL)
        needy = len(exact) - len(frugal)
        for column in exact:
            if column not in frugal:
                column.budget = replace(column.budget, held=column.budget.held + spare // needy)
