"""Which orders and customers a file has had so far, in flat memory: beyond a few megabytes they go to a file in /tmp.

It is a database of SQLite's without a name: it is gone when it is closed, or when the process dies. An order takes
about 50 bytes and a customer 110, so that Lambda's 512 MB do for some gigabytes of orders.
"""

import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from orders.tables import CUSTOMERS

CACHE = 6 << 10  # KiB
# As many fields of a customer as are compared, each as its hash: 64 bits, keyed anew in every process.
_PACKED = struct.Struct(f"{len(CUSTOMERS) - 1}q")
_TABLES = """
CREATE TABLE orders (id TEXT PRIMARY KEY, place INTEGER, digest INTEGER) WITHOUT ROWID;
CREATE TABLE customers (id TEXT PRIMARY KEY, fields BLOB) WITHOUT ROWID;
"""


class Seen:
    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE}; {_TABLES} BEGIN"
        )

    def orders(self, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Of those that are known: their place in the file and their digest."""
        found = self._db.execute(f"SELECT id, place, digest FROM orders WHERE id IN ({_marks(ids)})", ids)  # noqa: S608
        return {identifier: (place, digest) for identifier, place, digest in found}

    def customers(self, ids: Sequence[str]) -> dict[str, bytes]:
        return dict(self._db.execute(f"SELECT id, fields FROM customers WHERE id IN ({_marks(ids)})", ids))  # noqa: S608

    def add(self, orders: Mapping[str, tuple[int, int]], customers: Mapping[str, bytes]) -> None:
        self._db.executemany("INSERT INTO orders VALUES (?, ?, ?)", ((key, *entry) for key, entry in orders.items()))
        self._db.executemany("INSERT INTO customers VALUES (?, ?)", customers.items())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def digest(row: Iterable[Any]) -> int:
    """Of an order; whether two are equal only decides how the rejection of the second is worded."""
    return hash(tuple(row))


def packed(customer: Sequence[str | None]) -> bytes:
    return _PACKED.pack(*map(hash, customer[1:]))


def differing(known: bytes, customer: Sequence[str | None]) -> list[str]:
    """The fields that a customer gives otherwise than before. What is left out contradicts nothing."""
    before = _PACKED.unpack(known)
    fields = zip(list(CUSTOMERS)[1:], before, customer[1:], strict=True)
    return [name for name, old, new in fields if new is not None and hash(new) != old]
