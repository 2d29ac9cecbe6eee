"""Which columns may be a key: one whose values all differ, or two that do so together."""

from collections.abc import Sequence
from itertools import combinations
from typing import Protocol

from csv_profile.document import Column, Key

_MOST_ROWS = 20_000  # of a table in which pairs are looked for
_MOST_COLUMNS = 30
_FEW = 500  # rows that most pairs are told by
_MOST_KEYS = 20


class TellsPairs(Protocol):
    def distinct(self, one: int, other: int) -> bool: ...


class Pairs:
    """The cells of a small table by their hashes, to tell which pairs of columns have no pair of cells twice."""

    def __init__(self, width: int) -> None:
        self._columns: list[list[int]] = [[] for _ in range(width)] if 1 < width <= _MOST_COLUMNS else []

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        for hashes, cells in zip(self._columns, columns, strict=False):
            hashes.extend(map(hash, cells))
        if self._columns and len(self._columns[0]) > _MOST_ROWS:
            self._columns = []

    def distinct(self, one: int, other: int) -> bool:
        if not self._columns:
            return False
        a, b = self._columns[one], self._columns[other]
        return all(len(set(zip(a[:n], b[:n], strict=True))) == min(n, len(a)) for n in (_FEW, len(a)))


def keys(columns: Sequence[Column], pairs: TellsPairs | None) -> list[Key]:
    """Single columns first; pairs only where there is none."""
    found: list[Key] = []
    for column in columns:
        if {"unique", "probably-unique"} & set(column["alerts"]) and not column["missing"]["count"] and _names(column):
            found.append({"columns": [column["name"]], "proven": "unique" in column["alerts"]})
    if found or not pairs:
        return found[:_MOST_KEYS]
    rows = max((column["count"] for column in columns), default=0)
    able = [c for c in columns if not c["missing"]["count"] and c["distinct"]["count"] > 1 and _names(c)]
    for one, other in combinations(able, 2):
        enough = rows > 1 and one["distinct"]["count"] * other["distinct"]["count"] >= rows
        if enough and pairs.distinct(one["position"] - 1, other["position"] - 1):
            found.append({"columns": [one["name"], other["name"]], "proven": True})
    return found[:_MOST_KEYS]


def _names(column: Column) -> bool:
    """Fractions measure things, they do not name them."""
    return column["type"] not in ("float", "bool") and not column["invalid"]["count"]
