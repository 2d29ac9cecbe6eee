"""What the kernel is told of cells that it is not sure of: what the reference says of them."""

import struct
from ctypes import c_void_p, cast, memmove, string_at
from typing import Any

from csv_profile.cells import LONGEST_MOMENT, TEXT, WHOLE, Group, Kind, classify, decimals, folded, suspects
from csv_profile.kernel import layout
from csv_profile.kernel.layout import BIG, PLAIN, SPELLINGS
from csv_profile.numeric import as_double
from csv_profile.whole_column import DOUBTFUL

_REMEMBERED = 1 << 14  # cells
_WHOLE = 10**layout.WHOLE_DIGITS
_REAL_CELL, _WHOLE_CELL = struct.Struct("<dqIHHHBBBB2x"), struct.Struct("<qqIHHHBBBB2x")


class Big:
    """The sums of whole numbers that have more than 18 digits."""

    def __init__(self) -> None:
        self.sum = self.squares = 0
        self.low: int | None = None
        self.high: int | None = None

    def add(self, number: int, times: int) -> None:
        self.sum += number * times
        self.squares += number * number * times
        self.low = number if self.low is None else min(self.low, number)
        self.high = number if self.high is None else max(self.high, number)


class Answers:
    """The functions that the kernel calls, and the numbers that it and Python have for groups and formats of times."""

    def __init__(self, nulls: frozenset[str], delimiter: str) -> None:
        self.groups = layout.groups()
        self.times = layout.times()
        self.bigs: dict[tuple[int, int], Big] = {}  # by column and group
        self.error: BaseException | None = None  # what went wrong in one of them
        self._nulls = nulls
        self._delimiter = delimiter
        self._suspect = suspects(nulls)
        self._group_ids = {group: number for number, group in self.groups.items()}
        self._time_ids = {text: number for number, text in self.times.items()}
        self._known: dict[bytes, bytes] = {}
        self._callbacks = layout.Ask(self._ask), layout.TakeBig(self._take_big)

    @property
    def addresses(self) -> tuple[c_void_p, c_void_p]:
        """Of the functions, as long as this object lives."""
        ask, take_big = self._callbacks
        return cast(ask, c_void_p), cast(take_big, c_void_p)

    def _ask(self, texts: int, ends: Any, count: int, cells: int) -> int:
        """Called by the kernel: what some cells are. Nothing may be raised through it."""
        try:
            raw = string_at(texts, ends[count - 1])
            start = 0
            told = []
            for end in ends[:count]:
                text = raw[start:end]
                told.append(self._known.get(text) or self._tell(text))
                start = end
            memmove(cells, b"".join(told), count * _WHOLE_CELL.size)
        except BaseException as error:  # noqa: BLE001 - it is raised once the kernel has returned
            self.error = error
            return 1
        return 0

    def _tell(self, raw: bytes) -> bytes:
        value = raw.decode("utf-8", layout.STAND_IN)
        told = self._packed(value)
        if len(raw) <= LONGEST_MOMENT:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[raw] = told
        return told

    def _packed(self, value: str) -> bytes:
        if folded(value) in self._nulls:
            flags = layout.DOUBTFUL if value.strip() in DOUBTFUL else 0
            return _WHOLE_CELL.pack(0, 0, 0, 0, 0, 0, layout.MISSING, flags, 0, 0)
        text = value.strip()
        cell = classify(text, self._delimiter) if self._suspect(text) else TEXT
        flags = PLAIN if text == value else 0
        group, number = self._id(cell.group), cell.number
        if number is not None:
            places = decimals(text, cell.kind)
            if cell.kind not in WHOLE:
                kind = layout.FLOAT if cell.kind is Kind.FLOAT else layout.UNIT
                return _REAL_CELL.pack(number, 0, 0, group, 0, places, kind, flags, 0, 0)
            kind = layout.INT if cell.kind is Kind.INT else layout.GROUPED_INT
            if abs(number) < _WHOLE:
                return _WHOLE_CELL.pack(number, 0, 0, group, 0, places, kind, flags, 0, 0)
            return _REAL_CELL.pack(as_double(number), 0, 0, group, 0, places, kind, flags | BIG, 0, 0)
        if cell.readings:
            moments = [layout.moment_of(reading.iso) for reading in cell.readings]
            (first, fraction), (second, _) = moments[0], moments[-1]
            kind = layout.DATETIME if cell.kind is Kind.DATETIME else layout.DATE
            time = self._time_id(cell.time)
            shape = layout.iso_shape(value)
            return _WHOLE_CELL.pack(first, second, fraction, group, time, 0, kind, flags, shape, len(moments))
        if cell.kind is Kind.STRING or cell.kind in (Kind.PADDED, Kind.TIME):
            return _WHOLE_CELL.pack(0, 0, 0, group, 0, 0, layout.STRING, flags, 0, 0)
        return _WHOLE_CELL.pack(0, 0, 0, group, SPELLINGS.index(text.lower()), 0, layout.BOOL, flags, 0, 0)

    def _id(self, group: Group) -> int:
        if group not in self._group_ids:
            self._group_ids[group] = number = layout.FIRST_OTHERS + len(self._group_ids)
            self.groups[number] = group
        return self._group_ids[group]

    def _time_id(self, time: str) -> int:
        if time not in self._time_ids:
            self._time_ids[time] = number = layout.FIRST_TIMES + len(self._time_ids)
            self.times[number] = time
        return self._time_ids[time]

    def _number(self, value: str) -> int:
        number = classify(value.strip(), self._delimiter).number
        assert isinstance(number, int)
        return number

    def _take_big(self, column: int, group: int, text: int, length: int, times: int) -> int:
        """Called by the kernel, as `_ask` is."""
        try:
            number = self._number(string_at(text, length).decode())
            self.bigs.setdefault((column, group), Big()).add(number, times)
        except BaseException as error:  # noqa: BLE001 - it is raised once the kernel has returned
            self.error = error
            return 1
        return 0
