"""Rows that stood in the file before: counted exactly while all rows can be remembered, then by a sample of them.

Which rows are in the sample is a matter of their text alone (of the end of its CRC-32), so that all occurrences of a
row are in it or none. The sample is halved whenever it has grown too large.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import repeat
from operator import or_
from zlib import crc32

REMEMBERED = 100_000
_EXAMPLES = 10


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
        crcs = list(map(crc32, map(str.encode, rows, repeat("utf-8"), repeat("replace"))))
        numbers: Sequence[int] = range(number, number + len(rows))
        if self._sampled:
            mask = (1 << self._sampled) - 1
            chosen = [index for index, crc in enumerate(crcs) if not crc & mask]
            rows, crcs = [rows[index] for index in chosen], [crcs[index] for index in chosen]
            numbers = [number + index for index in chosen]
        hashes = list(map(hash, rows))
        marks = map(or_, crcs, [n << 32 for n in numbers])
        new = dict(zip(hashes, marks, strict=True))
        if len(new) == len(hashes) and self._seen.keys().isdisjoint(new):
            self._seen.update(new)
        else:
            self._add_each(hashes, crcs, numbers)
        while len(self._seen) > self._remembered:
            self._halve()

    def _add_each(self, hashes: Sequence[int], crcs: Sequence[int], numbers: Sequence[int]) -> None:
        for key, crc, number in zip(hashes, crcs, numbers, strict=True):
            first = self._seen.setdefault(key, crc | number << 32) >> 32
            if first != number:
                self._again[key] += 1
                if len(self.examples) < _EXAMPLES and self.exact:
                    self.examples.append((number, first))

    def _halve(self) -> None:
        self._sampled += 1
        bit = 1 << self._sampled - 1
        self._seen = {key: mark for key, mark in self._seen.items() if not mark & bit}
        self._again = Counter({key: count for key, count in self._again.items() if key in self._seen})
