"""How many different values a column holds, once there are too many to keep: the k smallest hashes of them.

The hash is CRC-32 of the value's UTF-8, mixed (CRC alone keeps the patterns of serial numbers). Mixing is done on
a whole block at once, as one long integer with a 64-bit lane for each hash.
"""

from array import array
from collections.abc import Iterable
from itertools import repeat
from math import log1p, sqrt
from sys import byteorder
from zlib import crc32

_RANGE = 1 << 32


class Distinct:
    """Keeps the `size` smallest hashes seen; their density tells the number of different values."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._smallest = array("I")
        self._new = array("I")
        self._below = _RANGE

    def add_all(self, values: Iterable[str]) -> None:
        hashes = hashed(values)
        if self._below < _RANGE:
            below = self._below
            self._new.extend([h for h in hashes if h < below])
        else:
            self._new.extend(hashes.tolist())
        if len(self._new) >= self._size:
            self._settle()

    def estimate(self) -> int:
        self._settle()
        return estimate(len(self._smallest), self._size, self._smallest[-1] if self._smallest else 0)

    @property
    def error(self) -> float:
        return error_of(self._size)

    def _settle(self) -> None:
        self._smallest = array("I", sorted({*self._smallest, *self._new})[: self._size])
        self._new = array("I")
        if len(self._smallest) == self._size:
            self._below = self._smallest[-1]


def estimate(kept: int, size: int, highest: int) -> int:
    """How many different values there are, by how many hashes were kept of at most `size`, and the highest."""
    if kept < size:
        return kept
    hashes = (size - 1) * _RANGE / highest
    # Different values may share one of the 2**32 hashes: the more there are, the more do.
    return round(-_RANGE * log1p(-min(hashes / _RANGE, 0.999)))


def error_of(size: int) -> float:
    """The standard deviation of the estimate, as a share of it: two of three estimates are closer than that."""
    return 1 / sqrt(size - 2)


def hashed(values: Iterable[str]) -> "array[int]":
    """The mixed 32-bit hashes of values, in their order."""
    lanes = array("Q", map(crc32, map(str.encode, values, repeat("utf-8"), repeat("replace"))))
    ones = int.from_bytes(b"\1\0\0\0\0\0\0\0" * len(lanes), "little")
    low = ones * (_RANGE - 1)
    mixed = int.from_bytes(lanes.tobytes(), byteorder)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed = ((mixed ^ (mixed >> shift) & (ones * (_RANGE - 1 >> shift))) * factor) & low
    mixed ^= (mixed >> 16) & (ones * (_RANGE - 1 >> 16))
    return array("Q", mixed.to_bytes(8 * len(lanes), byteorder))
