"""Exact sums and a quantile sketch for numbers that come in blocks.

Nothing here depends on where one block ends and the next begins: sums are exact and rounded once, at the end;
the sketch compacts after fixed counts of values.
"""

from array import array
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain, repeat
from math import fsum, sqrt
from operator import mul, neg, sub
from typing import Any

from csv_profile.cells import Number
from csv_profile.facts import NumberFacts, Weighted

LARGEST = 1.7976931348623157e308


class ExactSum:
    """The exact sum of doubles, as integers over powers of two."""

    def __init__(self) -> None:
        self._over: dict[int, int] = {}

    def add(self, value: float, times: int = 1) -> None:
        numerator, denominator = value.as_integer_ratio()
        self._over[denominator] = self._over.get(denominator, 0) + numerator * times

    def add_all(self, values: Sequence[float]) -> None:
        """fsum rounds once; what that lost is the fsum of the rest, and so on until nothing is left."""
        parts: list[float] = []
        try:
            while part := fsum(chain(values, map(neg, parts))):
                parts.append(part)
        except OverflowError:  # the running sum left the doubles
            parts = list(values)
        for part in parts:
            self.add(part)

    def total(self) -> Fraction:
        return sum((Fraction(n, d) for d, n in self._over.items()), Fraction(0))


class Numbers:
    """Count, sum, spread and extremes of the numbers of one kind (whole, or not) in a column."""

    def __init__(self, whole: bool, sketch_size: int) -> None:
        self.whole = whole
        self.count = self.zeros = self.negatives = 0
        self.low: Number | None = None
        self.high: Number | None = None
        self.sketch = Sketch(sketch_size)
        # Whole numbers: their sum and the sum of their squares. Others: the exact sum of the doubles, and of the
        # squared distances from the first of them, which keeps small spreads around large means exact enough.
        self._sum = 0
        self._squares = 0
        self._pivot = 0.0
        self._doubles = ExactSum()
        self._distances = ExactSum()

    def add(self, value: Number, times: int) -> None:
        self._extremes(value, value)
        self.zeros += times * (value == 0)
        self.negatives += times * (value < 0)
        if isinstance(value, int):
            self._sum += value * times
            self._squares += value * value * times
        else:
            if not self.count:
                self._pivot = value
            self._doubles.add(value, times)
            distance = _bounded(value - self._pivot)
            self._distances.add(distance * distance, times)  # not ** 2, which C libraries round in their own ways
        self.count += times

    def add_all(self, values: Sequence[Any], sketched: bool = True) -> None:
        """A block of ints, or of finite floats."""
        low, high = min(values), max(values)
        self._extremes(low, high)
        if low <= 0:
            self.zeros += values.count(0)
            self.negatives += sum(map((0).__gt__, values)) if self.whole else sum(map((0.0).__gt__, values))
        if self.whole:
            self._sum += sum(values)
            self._squares += sum(map(mul, values, values))
            if sketched:
                self.sketch.add_all(map(float if max(-low, high) < LARGEST else as_double, values))
        else:
            if not self.count:
                self._pivot = values[0]
            distances = list(map(sub, values, repeat(self._pivot)))
            if max(map(abs, distances)) > _ROOT:
                distances = list(map(_bounded, distances))
            self._doubles.add_all(values)
            self._distances.add_all(list(map(mul, distances, distances)))
            if sketched:
                self.sketch.add_all(values)
        self.count += len(values)

    def total(self) -> Fraction:
        return Fraction(self._sum) if self.whole else self._doubles.total()

    def spread(self) -> Fraction:
        """The sum of squared distances from the mean."""
        if not self.count:
            return Fraction(0)
        if self.whole:
            return Fraction(self._squares) - Fraction(self._sum * self._sum, self.count)
        off = self.total() - self.count * Fraction(self._pivot)
        return max(self._distances.total() - off * off / self.count, Fraction(0))

    def facts(self, weighted: Sequence[Weighted]) -> NumberFacts:
        assert self.low is not None and self.high is not None  # nothing is made for no numbers
        return NumberFacts(
            whole=self.whole,
            count=self.count,
            zeros=self.zeros,
            negatives=self.negatives,
            low=self.low,
            high=self.high,
            total=self.total(),
            spread=self.spread(),
            weighted=weighted,
        )

    def _extremes(self, low: Number, high: Number) -> None:
        if self.low is None or low < self.low:
            self.low = low
        if self.high is None or high > self.high:
            self.high = high


_ROOT = 1e154  # its square is still a double


def _bounded(distance: float) -> float:
    return max(-_ROOT, min(_ROOT, distance))


def as_double(value: Number) -> float:
    try:
        return float(value)
    except OverflowError:
        return LARGEST if value > 0 else -LARGEST


class Sketch:
    """Quantiles of a stream in bounded memory (after Munro and Paterson, 1980).

    Values fill a buffer in their order. A full buffer is sorted and every other value goes on to the next level,
    where each stands for two; which half goes alternates. Exact until the first buffer is full.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._levels: list[array[float]] = [array("d")]
        self._odd: list[int] = [0]

    def add_all(self, values: Iterable[float]) -> None:
        bottom = self._levels[0]
        bottom.extend(values)
        if len(bottom) >= self._size:
            whole = len(bottom) - len(bottom) % self._size
            for start in range(0, whole, self._size):
                self._compact(0, bottom[start : start + self._size])
            del self._levels[0][:whole]

    def add(self, value: Number, times: int) -> None:
        """One value many times: once on each level whose weight is in the count."""
        double = as_double(value)
        level = 0
        while times:
            if times & 1:
                self._grow(level)
                self._put(level, array("d", (double,)))
            times >>= 1
            level += 1

    def add_weighted(self, weighted: Sequence[Weighted]) -> None:
        """All together, in order of size."""
        ordered = sorted((as_double(number), times) for number, times in weighted)
        if sum(times for _, times in ordered) <= 4 * len(ordered):
            self.add_all(chain.from_iterable(repeat(number, times) for number, times in ordered))
            return
        for number, times in ordered:
            self.add(number, times)

    def weighted(self) -> list[Weighted]:
        return [(value, 1 << level) for level, values in enumerate(self._levels) for value in values]

    def _put(self, level: int, values: "array[float]") -> None:
        """Adds at most a buffer's worth of values to a level."""
        self._levels[level].extend(values)
        if len(self._levels[level]) >= self._size:
            full = self._levels[level][: self._size]
            del self._levels[level][: self._size]
            self._compact(level, full)

    def _compact(self, level: int, full: "array[float]") -> None:
        self._grow(level + 1)
        half = array("d", sorted(full)[self._odd[level] :: 2])
        self._odd[level] ^= 1
        self._put(level + 1, half)

    def _grow(self, level: int) -> None:
        while len(self._levels) <= level:
            self._levels.append(array("d"))
            self._odd.append(0)


def rounded(value: Fraction) -> Number | None:
    """A whole number as it is, anything else as the nearest double; None past the doubles."""
    if value.denominator == 1:
        return int(value)
    try:
        return float(value)
    except OverflowError:
        return None


def deviation(spread: Fraction, count: int) -> float | None:
    """The standard deviation of a sample."""
    try:
        return sqrt(spread / (count - 1)) if count > 1 else None
    except OverflowError:
        return None
