"""The accounts of all columns, kept by the compiled kernel: the same as `Accounts`, several times faster.

The kernel takes whole rows that keep to the rules, and keeps all state. It asks Python (`_ask`) what a cell is where it
is not sure, many at a time. docs/kernel.md explains how the two work together.
"""

from collections.abc import Iterator, Sequence
from ctypes import byref, c_int64, c_uint32
from itertools import accumulate
from secrets import randbits

from csv_profile import repeats
from csv_profile.column import Budget
from csv_profile.facts import ColumnFacts
from csv_profile.kernel import Kernel, layout
from csv_profile.kernel.answers import Answers
from csv_profile.kernel.found import Facts
from csv_profile.kernel.layout import ColumnFound, RepeatsFound, Settings, Totals

_PENDING = 1 << 20  # characters
_MOST_PAIRS = 30  # columns


class NativeRepeats:
    """What the kernel found of rows that stood in the file before."""

    def __init__(self, found: RepeatsFound) -> None:
        self.exact: bool = not found.sampled
        self.examples = [(found.examples[2 * i], found.examples[2 * i + 1]) for i in range(found.examples_found)]
        self._count: int = found.again << found.sampled

    def count(self) -> int:
        return self._count


class NativePairs:
    def __init__(self, accounts: "NativeAccounts") -> None:
        self._accounts = accounts

    def distinct(self, one: int, other: int) -> bool:
        return self._accounts.is_pair(one, other)


class NativeAccounts:
    def __init__(
        self,
        kernel: Kernel,
        width: int,
        delimiter: str,
        quote: str,
        nulls: frozenset[str],
        budget: Budget,
        header: Sequence[Sequence[str]] = (),
    ) -> None:
        self._library = layout.declared(kernel.library)
        self._width = width
        self._answers = Answers(nulls, delimiter)
        self._pending: list[str] = []
        self._pending_rows = self._pending_chars = 0
        self._text, self._bytes, self._ascii = "", b"", True
        self._at = (0, 0)  # the same place in both
        self._takes = width > 1 and delimiter.isascii() and len(delimiter) == 1
        encoded = [null.encode() for null in nulls]
        ends = (c_uint32 * len(nulls))()
        for index, null in enumerate(encoded):
            ends[index] = len(null) + (ends[index - 1] if index else 0)
        lines = [layout.as_row(cells) for cells in header]
        self._header = b"".join(lines)  # the kernel reads it here
        header_ends = list(accumulate(map(len, lines)))
        settings = Settings(
            width=width,
            remembered=repeats.REMEMBERED,
            delimiter=ord(delimiter) if self._takes else 0xFE,
            quote=ord(quote) if quote.isascii() else 0xFF,
            pairs=1 < width <= _MOST_PAIRS,
            most_sampled=repeats.MOST_SAMPLED,
            nulls_count=len(nulls),
            nulls=b"".join(encoded),
            null_ends=ends,
            header=self._header,
            header_ends=(c_uint32 * 3)(*header_ends),
            seed=(randbits(64), randbits(64)),
            budget=layout.Budget(budget.held, budget.sketch, budget.hashes, budget.frequent, budget.turn),
            ask=self._answers.addresses[0],
            take_big=self._answers.addresses[1],
        )
        self._kernel = self._library.kernel_new(byref(settings))
        if not self._kernel:
            raise MemoryError
        self._facts = Facts(self._library, self._kernel, self._answers, budget.hashes, delimiter)

    def __del__(self) -> None:
        if kernel := getattr(self, "_kernel", None):
            self._kernel = None
            self._library.kernel_free(kernel)

    @property
    def rows(self) -> int:
        return int(self._totals().rows) + self._pending_rows

    @property
    def rows_with_missing(self) -> int:
        self._flush()
        return int(self._totals().rows_with_missing)

    @property
    def missing_alone(self) -> list[int]:
        """In so many rows no other cell is missing, and the one of that column may be a value."""
        self._flush()
        found = (c_int64 * self._width)()
        self._library.kernel_alone(self._kernel, found)
        return list(found)

    @property
    def pairs(self) -> NativePairs:
        return NativePairs(self)

    @property
    def repeats(self) -> NativeRepeats | None:
        if self._width == 1:
            return None
        self._flush()
        found = RepeatsFound()
        self._library.kernel_repeats(self._kernel, byref(found))
        return NativeRepeats(found)

    def take(self, text: str, start: int, longest_quoted: int) -> tuple[int, int]:
        """Where in the text it stopped, and how many lines that is: whole rows that keep to the rules.

        With 0 for the longest quoted cell, none with a quote is taken.
        """
        if not self._takes:
            return start, 0
        self._flush()
        if text is not self._text:
            self._text, self._bytes, self._ascii = text, text.encode("utf-8", layout.STAND_IN), text.isascii()
            self._at = (0, 0)
        at = self._byte_of(start)
        taken, lines = self._take(self._bytes, at, len(self._bytes), longest_quoted)
        chars = taken if self._ascii else len(self._bytes[at : at + taken].decode("utf-8", layout.STAND_IN))
        self._at = (start + chars, at + taken)
        if start + chars == len(text):
            self._text, self._bytes = "", b""
        return start + chars, lines

    def look(self, content: bytes, end: int) -> tuple[int, int] | None:
        """If it is UTF-8 without carriage returns and NULs: its lines, and the bytes after the first of a character."""
        lines, more = c_int64(), c_int64()
        plain = self._library.kernel_look(layout.address_of(content), end, byref(lines), byref(more))
        return (lines.value, more.value) if plain else None

    def take_bytes(self, content: bytes, end: int, longest_quoted: int) -> tuple[int, int]:
        """As `take` does, of text that `look` has found to be plain."""
        if not self._takes:
            return 0, 0
        self._flush()
        return self._take(content, 0, end, longest_quoted)

    def add_row(self, cells: Sequence[str]) -> None:
        """One row, of as many cells as the table has columns."""
        self._pending.append("\0".join(cells))  # no cell holds that character
        self._pending_rows += 1
        self._pending_chars += len(self._pending[-1])
        if self._pending_chars > _PENDING:
            self._flush()

    def add_rows(self, rows: Sequence[Sequence[str]]) -> None:
        for row in rows:
            self.add_row(row)

    def is_pair(self, one: int, other: int) -> bool:
        found = self._library.kernel_pair(self._kernel, one, other)
        self._check(found)
        return bool(found)

    def facts(self) -> Iterator[ColumnFacts]:
        """What is known of each column, which is forgotten then: all of them at once would be large."""
        self._flush()
        for number in range(self._width):
            found = ColumnFound()
            self._check(self._library.kernel_column(self._kernel, number, byref(found)))
            facts = self._facts.of(number, found)
            self._library.kernel_forget(self._kernel, number)
            yield facts

    def _take(self, content: bytes, start: int, end: int, longest_quoted: int) -> tuple[int, int]:
        rows, lines = c_int64(), c_int64()
        address = layout.address_of(content) + start
        taken = self._library.kernel_take(self._kernel, address, end - start, longest_quoted, byref(rows), byref(lines))
        self._check(taken)
        return taken, lines.value

    def _byte_of(self, position: int) -> int:
        chars, at = self._at
        if self._ascii:
            return position
        if position < chars:
            chars, at = 0, 0
        return at + len(self._text[chars:position].encode("utf-8", layout.STAND_IN))

    def _flush(self) -> None:
        if self._pending:
            cells = ("\0".join(self._pending) + "\0").encode("utf-8", layout.STAND_IN)
            rows, self._pending, self._pending_rows, self._pending_chars = self._pending_rows, [], 0, 0
            self._check(self._library.kernel_add(self._kernel, layout.address_of(cells), len(cells), rows))

    def _totals(self) -> Totals:
        found = Totals()
        self._library.kernel_totals(self._kernel, byref(found))
        return found

    def _check(self, result: int) -> None:
        if result < 0:
            raise self._answers.error or MemoryError()
