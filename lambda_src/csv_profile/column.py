"""One column: first every value with its count, exactly; once there are too many values for that, a running account.

Where a column passes from the first to the second is a matter of its values alone, to the cell, so the same file
gives the same profile however its bytes arrive.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress, count, filterfalse, islice
from typing import Self

from csv_profile.cells import Group
from csv_profile.distinct import Distinct
from csv_profile.facts import ColumnFacts, MomentFacts, Weighted
from csv_profile.frequent import KEPT, Frequent
from csv_profile.order import Order
from csv_profile.tally import Counted, Tally
from csv_profile.whole_column import DOUBTFUL

# A value is held with its place in a table of values, its count and its first row, whatever its length.
_HELD = 160
_POOL = 16 << 20  # bytes, of the values of all columns
# A column gets enough for 10,000 short values, where there are so few columns that this adds up to less than this.
_EACH, _AT_MOST = 10_000 * 176, 40 << 20
_LONG = 256  # characters; from a value that is not held, no more stay than tell it from others


@dataclass(frozen=True)
class Budget:
    """What a column may hold in memory, so that all the columns of a file together stay flat."""

    held: int  # bytes, of values
    sketch: int
    hashes: int
    frequent: int  # values whose counts are kept once there are too many
    turn: int  # values that are then counted at a time: fixed, as those counts depend on it

    @classmethod
    def share(cls, columns: int) -> Self:
        return cls(
            held=max(2_048, _POOL // columns, _EACH if columns * _EACH <= _AT_MOST else 0),
            sketch=1 << _between(6, (400_000 // columns).bit_length() - 1, 12),
            hashes=_between(128, 2_000_000 // columns, 16_384),
            frequent=_between(8, 40_000 // columns, KEPT),
            turn=_between(32, 400_000 // columns, 16_384),
        )


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


class Column:
    def __init__(self, nulls: frozenset[str], delimiter: str, budget: Budget) -> None:
        self._delimiter = delimiter
        self.budget = budget  # it may become larger as long as all values are held
        self._counts: Counter[str] = Counter()  # every value while they fit; then the first values, still counted
        self._rows: list[int] = []  # where each of them stood first
        self.held = 0
        self._tally = Tally(nulls, delimiter, budget.sketch)
        self._nulls: set[str] = set()  # cells that are missing, as they were seen
        self._order = Order(delimiter)
        self._distinct: Distinct | None = None
        self._frequent = Frequent(budget.frequent)
        self._others: list[str] = []  # values not held, that wait to be counted together
        self._numbers: dict[Group, list[Weighted]] = {}

    @property
    def exact(self) -> bool:
        return self._distinct is None

    @property
    def doubtful(self) -> set[str]:
        """Cells that are missing, or values: that shows at the end."""
        return {cell for cell in self._nulls if cell.strip() in DOUBTFUL}

    def add_all(self, cells: Sequence[str], row: int) -> Sequence[int]:
        """The column's cells in consecutive rows from `row` on. Returns which of them are missing."""
        if self.exact:
            known = len(self._counts)
            self._counts.update(cells)
            if len(self._counts) > known:
                self._admit(list(islice(reversed(self._counts), len(self._counts) - known))[::-1], cells, row)
            if self.exact:
                self._order.add(cells, len(self._counts))
        else:
            self._add_running(cells, row)
        if self._nulls:
            return list(compress(count(), map(self._nulls.__contains__, cells)))
        return ()

    def _admit(self, new: list[str], cells: Sequence[str], row: int) -> None:
        """Takes in values seen for the first time, up to the budget; the rest of the block is then accounted for."""
        held = self.held + _HELD * len(new) + sum(map(len, new))
        fitting = len(new)
        while held > self.budget.held:
            fitting -= 1
            held -= _HELD + len(new[fitting])
        self.held = held
        self._locate(new[:fitting], cells, row)
        self._nulls.update(self._tally.nulls(new[:fitting]))
        if fitting == len(new):
            return
        end = cells.index(new[fitting])
        for value in new[fitting:]:
            del self._counts[value]
        rest = cells[end:]
        if end:
            self._order.add(cells[:end], len(self._counts))
        self._order.settle(list(self._counts))
        later = Counter(filter(self._counts.__contains__, rest))
        self._counts.subtract(later)
        found = self._account(self._counts.copy())
        for group, weighted in found.numbers.items():
            self._tally.numbers[group].sketch.add_weighted(weighted)
        for (group, date_format), weighted in found.moments.items():
            self._tally.moments[group].sketch(date_format).add_weighted(weighted)
        self._distinct = Distinct(self.budget.hashes)
        self._distinct.add_all(value for value in self._counts if value not in self._nulls)
        self._add_running(rest, row + end)

    def _add_running(self, cells: Sequence[str], row: int) -> None:
        known = self._counts.__contains__
        others = list(filterfalse(known, cells))
        if len(others) < len(cells):
            self._counts.update(filter(known, cells))
        if missing := self._tally.nulls(others):
            self._nulls |= missing
            others = list(filterfalse(missing.__contains__, others))
        self._order.add_running(cells)
        present = cells
        if not self._nulls.isdisjoint(cells):
            present = list(filterfalse(self._nulls.__contains__, cells))
            for value, times in Counter(filter(self._nulls.__contains__, cells)).items():
                self._tally.missing[value.strip()] += times
        if present:
            self._tally.add_all(present, cells, row)
        if others:
            assert self._distinct
            self._distinct.add_all(set(others))
            if max(map(len, others)) > _LONG:
                others = list(map(_stand_in, others))
        self._others += others
        turn = self.budget.turn
        for start in range(0, len(self._others) - turn + 1, turn):
            self._frequent.add(self._others[start : start + turn])
        del self._others[: len(self._others) // turn * turn]

    def facts(self) -> ColumnFacts:
        """The whole account; for an exact column it is made only now, from its values."""
        tally = self._tally
        values = list(self._counts.items())
        if self._nulls:
            values = [pair for pair in values if pair[0] not in self._nulls]
        if self._distinct is None:
            numbers, moments = self._account(self._counts.copy())
            distinct, error = len(values), 0.0
            order = self._order.found([value for value, _ in values])
        else:
            if self._others:
                self._frequent.add(self._others)
            numbers = {group: account.sketch.weighted() for group, account in tally.numbers.items()}
            moments = {
                (g, f): s.weighted() for g, account in tally.moments.items() for f, s in account.sketches.items()
            }
            distinct, error = self._distinct.estimate(), self._distinct.error
            order = self._order.found(None)
        counts = tally.counts()
        return ColumnFacts(
            missing=tally.missing,
            counts=counts,
            bools=tally.bools,
            moments={
                group: MomentFacts(m.count, m.range, m.times, {f: moments[group, f] for f in group.formats})
                for group, m in tally.moments.items()
            },
            numbers={group: account.facts(numbers[group]) for group, account in tally.numbers.items()},
            examples=tally.examples,
            text=tally.text,
            decimals=tally.decimals,
            values=values,
            exact=self.exact,
            others=list(self._frequent.found()),
            others_error=self._frequent.error,
            distinct=min(distinct, sum(counts.values())),
            distinct_error=error,
            order=order,
        )

    def _account(self, counts: Counter[str]) -> Counted:
        """Adds values with their counts to the tally."""
        row_of = dict(zip(self._counts, self._rows, strict=True)).__getitem__
        for null in self._nulls:
            if times := counts.pop(null, 0):
                self._tally.missing[null.strip()] += times
        return self._tally.add_counted(counts, row_of)

    def _locate(self, new: Sequence[str], cells: Sequence[str], row: int) -> None:
        if len(new) <= 8:
            self._rows.extend(row + cells.index(value) for value in new)
        else:
            first = dict(zip(reversed(cells), range(row + len(cells) - 1, row - 1, -1), strict=True))
            self._rows.extend(map(first.__getitem__, new))


def _stand_in(value: str) -> str:
    """For a long value: its beginning, and a hash of it all."""
    if len(value) <= _LONG:
        return value
    return value[: _LONG // 2] + blake2b(value.encode("utf-8", "replace"), digest_size=16).hexdigest()
