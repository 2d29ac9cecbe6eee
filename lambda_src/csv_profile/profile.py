"""The profile of one file, made in one pass over its bytes.

    profiler = Profiler(Options(), about=About(key="uploads/people.csv"))
    for chunk in chunks:
        profiler.feed(chunk)
    profile = profiler.finish()
    profile.to_json()  # bytes that depend on the file's bytes and `about` alone

What it means is specified in docs/csv-profile.md.
"""

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from csv_profile import kinds
from csv_profile.dialect import Dialect, detect
from csv_profile.document import Column, Document, Failure, File, LineEndings
from csv_profile.keys import keys
from csv_profile.options import DEFAULTS, Options
from csv_profile.quality import quality
from csv_profile.source import Fatal, Source
from csv_profile.summary import summarise
from csv_profile.table import Table
from csv_profile.text import SAMPLE, Text
from csv_profile.text import detect as detect_encoding

_LONGEST_SAMPLE = 4 << 20
_SAMPLE_LINES = 3


@dataclass(frozen=True)
class About:
    """What the profile says of the file beside what is in it."""

    key: str | None = None
    size: int | None = None
    etag: str | None = None
    version_id: str | None = None


UNKNOWN = About()


@dataclass(frozen=True)
class Profile:
    document: Document

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def error_message(self) -> str | None:
        error = self.document["error"]
        return None if error is None else str(error["message"])

    @property
    def rows(self) -> int:
        return int(self.document["file"]["rows"])

    def to_json(self) -> bytes:
        """A line for each column: quickly written, and quick to find one in."""
        whole: dict[str, Any] = {**self.document, "columns": []}
        before, after = _json(whole).split('"columns": []', 1)
        columns = b",\n".join([_json(column).encode("utf-8", "replace") for column in self.document["columns"]])
        head, tail = f'{before}"columns": [\n', f"\n]{after}\n"
        return b"".join((head.encode("utf-8", "replace"), columns, tail.encode("utf-8", "replace")))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def profile_stream(chunks: Iterable[bytes], *, options: Options = DEFAULTS, about: About = UNKNOWN) -> Profile:
    """Profiles a file that comes in chunks of any size. Stops reading where nothing more can be made of it."""
    profiler = Profiler(options, about)
    for chunk in chunks:
        profiler.feed(chunk)
        if profiler.failed:
            break
    return profiler.finish()


def failed(about: About, code: str, message: str) -> Profile:
    """The profile of a file that was not even begun with."""
    profiler = Profiler(about=about)
    profiler.fail(Fatal(code, message))
    return profiler.finish()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, which takes a third of the time where many objects are made, and no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Profiler:
    def __init__(self, options: Options = DEFAULTS, about: About = UNKNOWN) -> None:
        self._options = options
        self._about = about
        self._source = Source(options, self._block)
        self._sample: bytearray | None = bytearray()
        self._text: Text | None = None
        self._begun = b""  # a line that has not ended
        self._dialect: Dialect | None = None
        self._table: Table | None = None
        self._error: Fatal | None = None
        self._unreadable = False  # the text itself, not only what it is wrapped in

    @property
    def failed(self) -> bool:
        """Nothing more of the file will be read."""
        return self._error is not None

    def feed(self, chunk: bytes) -> None:
        if self._error is None:
            try:
                self._source.feed(chunk)
            except Fatal as error:
                self.fail(error)

    def fail(self, error: Fatal) -> None:
        """Ends the file here; the first reason counts."""
        self._error = self._error or error

    def finish(self) -> Profile:
        for step in (self._source.finish, self._source.flush, self._end):
            if self._error is None or step != self._source.finish:
                try:
                    step()
                except Fatal as error:
                    self.fail(error)
        with _uncollected():
            return Profile(self._document())

    def _block(self, block: bytes) -> None:
        if self._sample is None:
            self._read(block)
            return
        self._sample += block
        length = _sample_length(self._sample)
        if length is not None:
            self._start(length)

    def _start(self, length: int | None) -> None:
        """Looks at the sample, then reads it. Without a length, it is the whole file."""
        content, self._sample = bytes(self._sample or b""), None
        sample = content[:length]
        self._check_kind(sample)
        encoding, bom = detect_encoding(sample)
        if self._options.encoding and not bom:
            encoding = self._options.encoding
        if encoding in ("utf-8", "cp1252", "iso8859-1") and kinds.is_binary(sample[:SAMPLE].rstrip(b"\0")):
            raise _not_a_csv("binary data")
        text = Text(encoding, bom).decode(sample, final=length is None)
        with _uncollected():
            self._dialect = detect(text, length is None, self._options)
        self._text = Text(encoding, bom)
        self._table = Table(self._dialect, self._options)
        self._read(content)

    def _check_kind(self, sample: bytes) -> None:
        if not sample.strip(b" \t\r\n\xef\xbb\xbf\0"):
            what = "empty (0 bytes)" if not sample else "empty: it holds nothing but blanks"
            raise Fatal("source-error", f"the file is {what}; check the program that made it, and send it again")
        if kind := kinds.seems_to_be(sample):
            raise _not_a_csv(kind)

    def _read(self, content: bytes, final: bool = False) -> None:
        text, table = self._text, self._table
        if text is None or table is None or self._unreadable:
            return
        content, self._begun = self._begun + content, b""
        end = len(content)
        if text.encoding == "utf-8" and not final:  # whole lines, as far as there are any
            end = content.rfind(b"\n") + 1 or end
            self._begun = content[end:]
        try:
            if final or text.encoding != "utf-8" or not text.between or not table.feed_bytes(content, end, text):
                table.feed(text.decode(content[:end], final), final)
        except Fatal:
            self._unreadable = True
            raise

    def _end(self) -> None:
        if self._sample is not None and (self._error is None or self._sample):
            self._start(None)
        if self._error is None:
            self._read(b"", final=True)
        elif self._text and self._table:  # the last row may be torn: only whole ones count
            self._text.decode(self._begun)
            if not self._unreadable:
                self._table.stop()

    def _document(self) -> Document:
        table, text = self._table, self._text
        columns: list[Column] = []
        if table and table.accounts:
            rows = table.rows
            for position, (facts, label) in enumerate(zip(table.accounts.facts(), table.labels, strict=True), start=1):
                columns.append(summarise(facts, label, position, rows, self._options))
        return {
            "profile_format": 2,
            "status": "error" if self._error else "success",
            "error": self._failure(),
            "file": self._file(table, text),
            "columns": columns,
            "keys": keys(columns, table.accounts.pairs if table and table.accounts else None),
            "quality": quality(columns, table, text, self._source.trailing),
            "drift": None,
            "expectations": None,
        }

    def _failure(self) -> Failure | None:
        if self._error is None:
            return None
        return {
            "code": self._error.code,
            "message": self._error.message,
            "rows_profiled": self._table.rows if self._table else 0,
            "bytes_read": self._source.read,
        }

    def _file(self, table: Table | None, text: Text | None) -> File:
        about, source, error = self._about, self._source, self._error
        file: File = {
            "key": about.key,
            "size": source.read if about.size is None and not error else about.size,
            "etag": about.etag,
            "version_id": about.version_id,
            "compression": source.compression,
            "content_size": None if error else source.size,
            "sha256": None if error else source.sha256,
            "encoding": None,
            "bom": False,
            "delimiter": None,
            "quote": None,
            "line_ending": None,
            "line_endings": None,
            "header": False,
            "header_lines": 0,
            "preamble_lines": 0,
            "rows": 0,
            "columns": 0,
            "blank_rows": 0,
            "malformed_rows": 0,
            "evidence": None,
        }
        dialect = self._dialect
        if table and text and dialect:
            lines = text.lines
            ends: LineEndings = {"lf": lines.lf, "crlf": lines.crlf, "cr": lines.cr}
            file |= {
                "encoding": text.verdict(),
                "bom": text.bom,
                "delimiter": dialect.delimiter if len(table.labels) > 1 else None,
                "quote": dialect.quote,
                "line_ending": lines.ending,
                "line_endings": ends,
                "header": dialect.header > 0,
                "header_lines": dialect.header,
                "preamble_lines": dialect.preamble,
                "rows": table.rows,
                "columns": len(table.labels),
                "blank_rows": table.blank.count,
                "malformed_rows": table.malformed.count,
                "evidence": {
                    "encoding": {
                        "multibyte_utf8_bytes": lines.multibyte,
                        "other_bytes": lines.foreign_bytes,
                        "other_bytes_plausible": lines.plausible_bytes,
                    },
                    **dialect.evidence,
                },
            }
        return file


def _not_a_csv(kind: str) -> Fatal:
    return Fatal(
        "format-error",
        f"this is not a CSV file: it seems to be {kind}. Export the data as CSV and send that",
    )


def _sample_length(content: bytearray) -> int | None:
    """Enough to tell the dialect by: 64 KB and three lines; None if there is not that much yet."""
    if len(content) < SAMPLE:
        return None
    position = -1
    for _ in range(_SAMPLE_LINES):
        after = position + 1
        ends = [end for end in (content.find(b"\n", after), content.find(b"\r", after)) if end >= 0]
        if not ends:
            return min(len(content), _LONGEST_SAMPLE) if len(content) >= _LONGEST_SAMPLE else None
        position = min(ends)
    return max(SAMPLE, position + 1)
