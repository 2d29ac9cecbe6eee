"""The tables as Parquet, written as rows come in: exact decimals, times in UTC, texts as they were given.

A writer of its own, of what these tables need and no more, for the libraries that write Parquet are larger than a whole
Lambda package may be: plain pages, gzip, one page a column and row group. The format: parquet.apache.org/docs.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any

from orders.fields import PLACES
from orders.files import Sink, TableFile
from orders.tables import Kind, Row

_MAGIC = b"PAR1"
_GROUP = 4 << 20  # bytes of a row group before they are packed: as much is held in memory
_DIGITS, _WIDTH = 38, 16  # of decimals
_EXACT = Context(prec=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Numbers that the format gives to things.
_INT64, _BYTES, _FIXED = 2, 6, 7
_UTF8, _DECIMAL, _MICROSECONDS, _INTEGER = 0, 5, 10, 18
_REQUIRED, _OPTIONAL = 0, 1
_PLAIN, _RLE, _GZIP = 0, 3, 2


def _text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(4, "little") + data


def _integer(value: int) -> bytes:
    return value.to_bytes(8, "little", signed=True)


def _decimal(value: Decimal) -> bytes:
    return int(_EXACT.scaleb(value, PLACES)).to_bytes(_WIDTH, "big", signed=True)


def _time(value: datetime) -> bytes:
    past = value - _EPOCH
    return _integer((past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds)


_ENCODED: Mapping[Kind, Callable[[Any], bytes]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "time": _time,
}
_TYPES: Mapping[Kind, int] = {"text": _BYTES, "integer": _INT64, "decimal": _FIXED, "time": _INT64}


class ParquetFile(TableFile):
    def __init__(self, name: str, sink: Sink, columns: Mapping[str, Kind]) -> None:
        super().__init__(name, sink, list(columns))
        self._kinds = list(columns.values())
        self._encoded = [_ENCODED[kind] for kind in self._kinds]
        self._groups: list[bytes] = []
        self._begin_group()
        self.add_bytes(_MAGIC)

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            for values, there, encoded, value in zip(self._values, self._there, self._encoded, row, strict=True):
                there.append(value is not None)
                if value is not None:
                    values += encoded(value)
        self.rows += len(rows)
        if sum(map(len, self._values)) >= _GROUP:
            self._end_group()

    def finish(self) -> None:
        if self._there[0]:
            self._end_group()
        schema = [_struct((4, _binary("table")), (5, _i32(len(self.columns))))]
        schema += [_element(name, kind) for name, kind in zip(self.columns, self._kinds, strict=True)]
        footer = _struct(
            (1, _i32(1)),
            (2, _list(_STRUCT, schema)),
            (3, _i64(self.rows)),
            (4, _list(_STRUCT, self._groups)),
            (6, _binary("barback")),
        )
        self.add_bytes(footer + len(footer).to_bytes(4, "little") + _MAGIC)

    def _begin_group(self) -> None:
        self._values = [bytearray() for _ in self.columns]
        self._there = [bytearray() for _ in self.columns]

    def _end_group(self) -> None:
        count, chunks, begun = len(self._there[0]), [], self.size
        for name, kind, values, there in zip(self.columns, self._kinds, self._values, self._there, strict=True):
            chunks.append(self._chunk(name, kind, bytes(values), there))
        size = self.size - begun
        self._groups.append(_struct((1, _list(_STRUCT, chunks)), (2, _i64(size)), (3, _i64(count))))
        self._begin_group()

    def _chunk(self, name: str, kind: Kind, values: bytes, there: bytearray) -> bytes:
        """Writes a column of a row group; returns what the footer says of it."""
        data = (_levels(there) if kind == "text" else b"") + values
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        packed = packer.compress(data) + packer.flush()
        page = _struct((1, _i32(len(there))), (2, _i32(_PLAIN)), (3, _i32(_RLE)), (4, _i32(_RLE)))
        header = _struct((1, _i32(0)), (2, _i32(len(data))), (3, _i32(len(packed))), (5, (_STRUCT, page)))
        offset = self.size
        self.add_bytes(header + packed)
        facts = _struct(
            (1, _i32(_TYPES[kind])),
            (2, _list(_I32, [_zigzag(_PLAIN), _zigzag(_RLE)])),
            (3, _list(_BINARY, [_sized(name.encode())])),
            (4, _i32(_GZIP)),
            (5, _i64(len(there))),
            (6, _i64(len(header) + len(data))),
            (7, _i64(len(header) + len(packed))),
            (9, _i64(offset)),
        )
        return _struct((2, _i64(offset)), (3, (_STRUCT, facts)))


def _element(name: str, kind: Kind) -> bytes:
    """A column in the schema."""
    repetition = (3, _i32(_OPTIONAL if kind == "text" else _REQUIRED))
    named = (4, _binary(name))
    match kind:
        case "text":
            return _struct((1, _i32(_BYTES)), repetition, named, (6, _i32(_UTF8)))
        case "integer":
            return _struct((1, _i32(_INT64)), repetition, named, (6, _i32(_INTEGER)))
        case "time":
            return _struct((1, _i32(_INT64)), repetition, named, (6, _i32(_MICROSECONDS)))
        case "decimal":
            scale = ((6, _i32(_DECIMAL)), (7, _i32(PLACES)), (8, _i32(_DIGITS)))
            return _struct((1, _i32(_FIXED)), (2, _i32(_WIDTH)), repetition, named, *scale)


def _levels(there: bytearray) -> bytes:
    """For each row whether there is a value: a bit each, eight in a byte, behind their length."""
    groups = -(-len(there) // 8)
    bits = bytearray(groups)
    for row, is_there in enumerate(there):
        if is_there:
            bits[row >> 3] |= 1 << (row & 7)
    run = _varint(groups << 1 | 1) + bits
    return len(run).to_bytes(4, "little") + run


# Thrift's compact protocol, in which Parquet's headers and footer are written.

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_Value = tuple[int, bytes]  # a type and the value written in it


def _struct(*fields: tuple[int, _Value]) -> bytes:
    """Fields by their numbers, in rising order."""
    written, last = bytearray(), 0
    for number, (kind, value) in fields:
        written += bytes([(number - last) << 4 | kind]) + value
        last = number
    return bytes(written) + b"\0"


def _list(kind: int, values: Sequence[bytes]) -> _Value:
    count = len(values)
    head = bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + _varint(count)
    return _LIST, head + b"".join(values)


def _i32(value: int) -> _Value:
    return _I32, _zigzag(value)


def _i64(value: int) -> _Value:
    return _I64, _zigzag(value)


def _binary(text: str) -> _Value:
    return _BINARY, _sized(text.encode())


def _sized(data: bytes) -> bytes:
    return _varint(len(data)) + data


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
