"""The commonest values among too many to count each: none that is common enough can be missed.

After Misra and Gries (1982), many values at a time: where there are too many counts, all are lowered by the same
amount, and those at zero go. A count is too low by at most the sum of those amounts, which is under the number of
values seen divided by KEPT.
"""

from collections import Counter
from collections.abc import Iterable

KEPT = 1_024


class Frequent:
    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._counts: Counter[str] = Counter()
        self.error = 0  # how much too low a count may be, and how often a value may have come that is not here

    def add(self, values: Iterable[str]) -> None:
        """The next values. They must be cut at the same places however a file comes."""
        self._counts.update(values)
        if len(self._counts) > self._kept:
            lower = sorted(self._counts.values(), reverse=True)[self._kept]
            self._counts = Counter({value: count - lower for value, count in self._counts.items() if count > lower})
            self.error += lower

    def found(self) -> Iterable[tuple[str, int]]:
        return self._counts.items()
