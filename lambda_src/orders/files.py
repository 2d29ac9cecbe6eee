"""The files that come out, written as rows come in: each knows its size, its rows and its hash.

CSV is that of RFC 4180: commas, CRLF, quotes where they are needed; UTF-8 without a mark. A value that is not there is
an empty cell.
"""

import csv
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from orders.cells import are_harmless, harmless
from orders.tables import Kind, Row, money, stamp

_BLOCK = 128 << 10  # characters that are gathered before they are written
_SURROGATES = re.compile("[\ud800-\udfff]")


class Sink(Protocol):
    """Where bytes go: a file, or an upload in parts."""

    def write(self, data: bytes, /) -> Any: ...


class File:
    """Bytes on their way to a sink."""

    def __init__(self, name: str, sink: Sink, columns: Sequence[str] = ()) -> None:
        self.name, self.columns = name, list(columns)
        self.rows = self.size = 0
        self._sink, self._hash = sink, hashlib.sha256()
        self._texts: list[str] = []
        self._gathered = 0

    def add_text(self, text: str) -> None:
        self._texts.append(text)
        self._gathered += len(text)
        if self._gathered >= _BLOCK:
            self.flush()

    def flush(self) -> None:
        if self._texts:
            self.add_bytes("".join(self._texts).encode())
            self._texts, self._gathered = [], 0

    def add_bytes(self, data: bytes) -> None:
        self._hash.update(data)
        self.size += len(data)
        self._sink.write(data)

    def finish(self) -> None:
        self.flush()

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"name": self.name, "rows": self.rows, "size": self.size}
        return facts | {"sha256": self._hash.hexdigest(), "columns": self.columns}


class TableFile(File):
    """A table, to which rows are added."""

    def add(self, rows: Sequence[Row]) -> None:
        raise NotImplementedError


class CsvFile(TableFile):
    """A table. Texts are made harmless for spreadsheets; amounts follow the currency of their row."""

    def __init__(self, name: str, sink: Sink, columns: Mapping[str, Kind]) -> None:
        super().__init__(name, sink, list(columns))
        kinds = list(columns.values())
        self._texts_at = [i for i, kind in enumerate(kinds) if kind == "text"]
        self._money_at = [i for i, kind in enumerate(kinds) if kind == "decimal"]
        self._times_at = [i for i, kind in enumerate(kinds) if kind == "time"]
        self._currency_at = self.columns.index("currency") if "currency" in columns else -1
        self._write = csv.writer(_Writer(self), lineterminator="\r\n").writerows
        self._write([self.columns])

    def add(self, rows: Sequence[Row]) -> None:
        texts_at = self._texts_at
        harmful = not are_harmless([row[at] for row in rows for at in texts_at])
        lines = []
        for row in rows:
            cells = list(row)
            if harmful:
                for at in texts_at:
                    if cells[at]:
                        cells[at] = harmless(cells[at])
            for at in self._money_at:
                cells[at] = money(row[at], row[self._currency_at])
            for at in self._times_at:
                cells[at] = stamp(row[at])
            lines.append(cells)
        self._write(lines)
        self.rows += len(lines)


class _Writer:
    """What the csv module writes to."""

    def __init__(self, file: File) -> None:
        self.write = file.add_text


class LinesFile(File):
    """One JSON object a line."""

    def add(self, entry: Mapping[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        if not line.isascii():
            line = _SURROGATES.sub("\ufffd", line)  # bytes that were no characters
        self.add_text(line + "\n")
        self.rows += 1
