"""Rows that stood in the file before: counted exactly while all rows can be remembered, then by a sample of them.

Which rows are in the sample is a matter of their text alone (of the end of its CRC-32), so that all occurrences of a
row are in it or none. The sample is halved whenever it has grown too large.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import repeat
from operator import or_
from typing import Protocol
from zlib import crc32

REMEMBERED = 100_000
MOST_SAMPLED = 24  # bits: more are needed only for rows that were made to be in every sample
_EXAMPLES = 10


class CountsRepeats(Protocol):
    examples: list[tuple[int, int]]  # rows, and the first that each is like

    @property
    def exact(self) -> bool: ...

    def count(self) -> int: ...


class Repeats:
    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._seen: dict[int, int] = {}  # hash of a row → its CRC, and above that the number of the first such row
        self._again: Counter[int] = Counter()  # hash of a row → how often it came again
        self._sampled = 0  # so many of the CRC's last bits must be 0
        self.examples: list[tuple[int, int]] = []  # rows, and the first that each is like

    @property
    def exact(self) -> bool:
        return not self._sampled

    def count(self) -> int:
        return self._again.total() << self._sampled

    def add(self, rows: Sequence[str], number: int) -> None:
        """Consecutive rows from that number on, each as one text."""
        numbers: Sequence[int] = range(number, number + len(rows))
        if self._sampled:
            mask = (1 << self._sampled) - 1
            chosen = [index for index, crc in enumerate(_crcs(rows)) if not crc & mask]
            rows, numbers = [rows[index] for index in chosen], [numbers[index] for index in chosen]
        hashes = list(map(hash, rows))
        firsts = dict(zip(reversed(hashes), range(len(hashes) - 1, -1, -1), strict=True))
        end = self._too_many(firsts) if self.exact else 0
        if 0 < end < len(rows):
            self.add(rows[:end], number)
            self.add(rows[end:], number + end)
            return
        if len(firsts) < len(hashes) or not self._seen.keys().isdisjoint(firsts):
            self._note(hashes, firsts, numbers)
            new = [index for key, index in firsts.items() if key not in self._seen]
            hashes, rows = [hashes[index] for index in new], [rows[index] for index in new]
            numbers = [numbers[index] for index in new]
        self._seen.update(zip(hashes, map(or_, _crcs(rows), [n << 32 for n in numbers]), strict=True))
        while len(self._seen) > self._remembered and self._sampled < MOST_SAMPLED:
            self._halve()
        if len(self._seen) > self._remembered:
            self._forget_last()

    def _too_many(self, firsts: Mapping[int, int]) -> int:
        """How many rows there are up to the very one that is too many to remember, or 0: later ones are sampled."""
        fitting = self._remembered - len(self._seen)
        if len(firsts) <= fitting:
            return 0
        new = sorted(index for key, index in firsts.items() if key not in self._seen)
        return new[fitting] + 1 if len(new) > fitting else 0

    def _note(self, hashes: Sequence[int], firsts: Mapping[int, int], numbers: Sequence[int]) -> None:
        """Rows that stood there before, in this block or an earlier one."""
        for key, count in Counter(hashes).items():
            again = count if key in self._seen else count - 1
            if again:
                self._again[key] += again
        for key, number in zip(hashes, numbers, strict=True):
            if len(self.examples) == _EXAMPLES or not self.exact:
                break
            first = self._seen[key] >> 32 if key in self._seen else numbers[firsts[key]]
            if first != number:
                self.examples.append((number, first))

    def _forget_last(self) -> None:
        by_row = sorted(self._seen.items(), key=lambda item: item[1] >> 32)
        self._seen = dict(by_row[: self._remembered])
        self._again = Counter({key: count for key, count in self._again.items() if key in self._seen})

    def _halve(self) -> None:
        self._sampled += 1
        bit = 1 << self._sampled - 1
        self._seen = {key: mark for key, mark in self._seen.items() if not mark & bit}
        self._again = Counter({key: count for key, count in self._again.items() if key in self._seen})


def _crcs(rows: Sequence[str]) -> list[int]:
    return list(map(crc32, map(str.encode, rows, repeat("utf-8"), repeat("replace"))))
