"""Whether a column's cells go up or down from row to row, as long as they may: most columns soon show that they do not.

While a column keeps all its values, in order of appearance, it is enough to know that none came back later. Once it
does not, each cell is compared with the one before.
"""

from collections.abc import Callable, Sequence
from operator import eq, gt, lt, ne
from typing import Any

from csv_profile.cells import INT_CHARS, Kind, Number, classify, classify_all
from csv_profile.document import Direction
from csv_profile.numeric import as_double

_FEW = 5_000  # moments that are not written as in ISO: reading them takes long


class Order:
    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._open = True  # it may still be one
        self._last: str | None = None
        self._changes = 0
        self._cells = 0
        self._key: Callable[[str], Any] = str
        self._up = self._down = True
        self._equal = False

    def add(self, cells: Sequence[str], distinct: int) -> None:
        """Cells of a column that has so many different values by now, all of which it keeps."""
        if self._open:
            if self._last is not None:
                self._changes += cells[0] != self._last
            self._changes += sum(map(ne, cells, cells[1:]))
            self._cells += len(cells)
            self._last = cells[-1]
            self._open = self._changes < distinct

    def settle(self, values: Sequence[str]) -> None:
        """From now on the values are not kept. These are all so far, in order of appearance."""
        if self._open and values:
            try:
                self._key = self._key_of(values)
                keys = list(map(self._key, values))
            except IndexError:  # no moment, among moments
                self._open = False
                return
            self._equal = self._cells > len(values) or any(map(eq, keys, keys[1:]))  # 5 is +5
            self._compare(keys)

    def _key_of(self, values: Sequence[str]) -> Callable[[str], Any]:
        """What cells are compared by: the numbers, the moments, or the text itself."""
        joined = "\n".join(values) + "\n"
        plain = max(map(len, values)) <= INT_CHARS and joined.count("\n") == len(values)
        kinds = {alike.group.kind for alike in classify_all(values, joined)} if plain else set()
        if kinds == {Kind.INT}:
            return self._whole
        if Kind.FLOAT in kinds:
            return self._real
        if not kinds and len(values) <= _FEW and classify(values[0].strip(), self._delimiter).readings:
            return lambda cell: classify(cell.strip(), self._delimiter).readings[0].iso
        return str  # which is right for ISO moments too

    def _whole(self, cell: str) -> Number:
        if cell.isascii() and cell.isdecimal() and cell[0] != "0" and len(cell) <= INT_CHARS:
            return int(cell)  # as most are
        found = classify(cell, self._delimiter)
        if found.kind is not Kind.INT or found.number is None:
            raise ValueError(cell)
        return found.number

    def _real(self, cell: str) -> float:
        found = classify(cell, self._delimiter)
        if found.kind not in (Kind.INT, Kind.FLOAT) or found.number is None:
            raise ValueError(cell)
        return as_double(found.number)

    def add_running(self, cells: Sequence[str]) -> None:
        if self._open and cells:
            try:
                keys = [self._key(cell) for cell in ((self._last, *cells) if self._last is not None else cells)]
            except (ValueError, IndexError):
                self._open = False
                return
            self._last = cells[-1]
            self._equal = self._equal or any(map(eq, keys, keys[1:]))
            self._compare(keys)

    def _compare(self, keys: Sequence[Any]) -> None:
        self._up = self._up and not any(map(gt, keys, keys[1:]))
        self._down = self._down and not any(map(lt, keys, keys[1:]))
        self._open = self._up or self._down

    def found(self, values: Sequence[str] | None) -> Direction | None:
        """`values` are all, in order of appearance, if they were kept."""
        if values is not None and self._open:
            self.settle(values)
        return direction(self._up, self._down, self._equal) if self._open else None


def direction(up: bool, down: bool, equal: bool) -> Direction | None:
    """Of cells none of which goes down, or none up; `equal` if some do neither."""
    if up == down:
        return None
    if up:
        return "ascending" if equal else "strictly ascending"
    return "descending" if equal else "strictly descending"
