"""One column: first every value with its count, exactly; once there are too many values for that, a running account.

Where a column passes from the first to the second is a matter of its values alone, to the cell, so the same file
gives the same profile however its bytes arrive.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import filterfalse
from typing import Self

from csv_profile.cells import Group
from csv_profile.distinct import Distinct
from csv_profile.facts import ColumnFacts, Weighted
from csv_profile.tally import Tally


@dataclass(frozen=True)
class Budget:
    """What a column may hold in memory, so that all the columns of a file together stay flat."""

    values: int
    chars: int
    sketch: int
    hashes: int

    @classmethod
    def share(cls, columns: int) -> Self:
        return cls(
            values=_between(64, 100_000 // columns, 10_000),
            chars=_between(4_096, 4_000_000 // columns, 1_000_000),
            sketch=1 << _between(8, (200_000 // columns).bit_length() - 1, 12),
            hashes=_between(256, 1_000_000 // columns, 4_096),
        )


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


class Column:
    def __init__(self, nulls: frozenset[str], delimiter: str, budget: Budget) -> None:
        self._nulls = nulls
        self._delimiter = delimiter
        self._budget = budget
        self._counts: Counter[str] = Counter()  # every value while `exact`; then the first values, still counted
        self._rows: list[int] = []  # where each of them stood first
        self._chars = 0
        self._tally: Tally | None = None
        self._distinct: Distinct | None = None
        self._numbers: dict[Group, list[Weighted]] = {}

    def add_all(self, cells: Sequence[str], row: int) -> None:
        """The column's cells in consecutive rows from `row` on."""
        if self._tally is None or self._distinct is None:
            known = len(self._counts)
            self._counts.update(cells)
            if len(self._counts) > known:
                self._admit(list(self._counts)[known:], cells, row)
            return
        others = list(filterfalse(self._counts.__contains__, cells))
        if len(others) < len(cells):
            self._counts.update(filter(self._counts.__contains__, cells))
        self._tally.add_all(cells, row)
        self._distinct.add_all(self._tally.without_nulls(others))

    def facts(self) -> ColumnFacts:
        """The whole account; for an exact column it is made only now, from its values."""
        exact = self._distinct is None
        tally = self._tally
        if tally is None:
            tally, self._numbers = self._account(self._counts)
        values = [(value, count) for value, count in self._counts.items() if not tally.is_null(value)]
        return ColumnFacts(
            missing=tally.missing,
            counts=tally.counts(),
            bools=tally.bools,
            moments={group: moments.facts() for group, moments in tally.moments.items()},
            numbers={
                group: numbers.facts(self._numbers[group] if exact else numbers.sketch.weighted())
                for group, numbers in tally.numbers.items()
            },
            examples=tally.examples,
            chars=tally.chars,
            shortest=tally.shortest,
            longest=tally.longest,
            values=values,
            exact=exact,
            distinct=len(values) if self._distinct is None else self._distinct.estimate(),
        )

    def _admit(self, new: list[str], cells: Sequence[str], row: int) -> None:
        """Takes in values seen for the first time, up to the budget; the rest of the block is then accounted for."""
        room = self._budget.values - len(self._rows)
        fitting = 0
        for value in new[:room]:
            if self._chars + len(value) > self._budget.chars:
                break
            self._chars += len(value)
            fitting += 1
        self._locate(new[:fitting], cells, row)
        if fitting == len(new):
            return
        end = cells.index(new[fitting])
        for value in new[fitting:]:
            del self._counts[value]
        rest = cells[end:]
        later = Counter(filter(self._counts.__contains__, rest))
        self._tally, numbers = self._account(self._counts - later)
        for group, weighted in numbers.items():
            for number, times in sorted(weighted):
                self._tally.numbers[group].sketch.add(number, times)
        self._distinct = Distinct(self._budget.hashes)
        self._distinct.add_all(value for value in self._counts if not self._tally.is_null(value))
        self._tally.add_all(rest, row + end)
        self._distinct.add_all(self._tally.without_nulls(rest))

    def _account(self, counts: Counter[str]) -> tuple[Tally, dict[Group, list[Weighted]]]:
        tally = Tally(self._nulls, self._delimiter, self._budget.sketch)
        row_of = dict(zip(self._counts, self._rows, strict=True)).__getitem__
        numbers: dict[Group, list[Weighted]] = {}
        for value, times in counts.items():
            cell = tally.add(value, times, row_of)
            if cell is not None and cell.number is not None:
                numbers.setdefault(cell.group, []).append((cell.number, times))
        return tally, numbers

    def _locate(self, new: Sequence[str], cells: Sequence[str], row: int) -> None:
        if len(new) <= 8:
            self._rows.extend(row + cells.index(value) for value in new)
        else:
            first = dict(zip(reversed(cells), range(row + len(cells) - 1, row - 1, -1), strict=True))
            self._rows.extend(map(first.__getitem__, new))
