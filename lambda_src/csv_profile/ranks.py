"""Numbers in order of size, each with how many cells it stands for: what is at a rank, how many are below a number."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

from csv_profile.cells import Number
from csv_profile.facts import Weighted
from csv_profile.numeric import rounded


class Ranks:
    def __init__(self, weighted: Iterable[Weighted]) -> None:
        """Of one number at least."""
        self.numbers, self.counts = zip(*sorted(weighted), strict=True)
        # How many cells there are with each number and those before it.
        self._up_to: list[int] = list(accumulate(self.counts))
        self.total = self._up_to[-1]

    def at(self, rank: int) -> Number:
        """From 0 on."""
        number: Number = self.numbers[bisect_right(self._up_to, rank)]
        return number

    def quantiles(self, at: Sequence[Fraction]) -> list[Number]:
        """Linear interpolation between the closest ranks: rank (n - 1) * q, as NumPy and pandas do it."""
        return [self._between((self.total - 1) * q) for q in at]

    def below(self, number: Number) -> int:
        return self._before(bisect_left(self.numbers, number))

    def above(self, number: Number) -> int:
        return self.total - self._before(bisect_right(self.numbers, number))

    def bins(self, edges: Sequence[Number], key: Callable[[Any], Number]) -> list[int]:
        """How many are below the first edge by their key, from there to below the next, and so on.

        A larger number has no smaller key.
        """
        places = [bisect_left(self.numbers, edge, key=key) for edge in edges]
        ends = [*map(self._before, places), self.total]
        return [end - start for start, end in zip([0, *ends], ends, strict=False)]

    def _before(self, place: int) -> int:
        return self._up_to[place - 1] if place else 0

    def _between(self, rank: Fraction) -> Number:
        below = int(rank)
        low = self.at(below)
        if rank == below:
            return low
        high = self.at(below + 1)
        return low if low == high else rounded(Fraction(low) + (Fraction(high) - Fraction(low)) * (rank - below)) or 0.0
