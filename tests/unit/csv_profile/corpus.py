"""Malformed and unusual files, made here, each with what its profile must say.

An expectation names parts of the profile by path: "file.rows", "columns.0.type", "issues.missing-cell" (an issue's
count, by code, or code and kind) and "lines.missing-cell" (the lines it names first).
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from csv_profile.options import DEFAULTS, Options

_NAMES = ("Ann", "Bodo", "Chiara", "Dries", "Edda")


@dataclass(frozen=True)
class Case:
    name: str
    content: bytes
    expected: dict[str, Any]
    options: Options = field(default=DEFAULTS)


def people(rows: int = 30, delimiter: str = ",", end: str = "\n", header: bool = True) -> str:
    lines = [delimiter.join(("id", "name", "height"))] if header else []
    lines += [delimiter.join((str(i), _NAMES[i % 5], f"1.{50 + i % 40}")) for i in range(rows)]
    return end.join(lines) + end


def png() -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0\0")) + part(b"IEND", b"")


def zipped(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, people())
    return target.getvalue()


def cases() -> Iterator[Case]:
    yield from _shapes()
    yield from _quotes()
    yield from _placed()
    yield from _encodings()
    yield from _dialects()
    yield from _types()
    yield from _no_csv()


def _shapes() -> Iterator[Case]:
    base = people()
    clean = {"status": "success", "file.rows": 30, "file.columns": 3, "quality.has_issues": False}
    yield Case("clean", base.encode(), clean)
    yield Case("no line end at the end", base.rstrip("\n").encode(), clean)
    yield Case(
        "short row", f"{base}77,Zoe\n".encode(), {"issues.missing-cell": 1, "lines.missing-cell": [32], "file.rows": 31}
    )
    yield Case(
        "long row",
        f"{base}77,Zoe,1.6,9,9\n".encode(),
        {"issues.extra-cell": 1, "lines.extra-cell": [32], "file.rows": 31},
    )
    yield Case("short and long", f"{base}77\n78,a,1.5,x\n".encode(), {"file.malformed_rows": 2, "file.rows": 32})
    yield Case(
        "blank lines",
        base.replace("\n5,", "\n\n  \n5,").encode(),
        {"issues.blank-row": 2, "lines.blank-row": [7, 8], "file.rows": 30},
    )
    yield Case("duplicate header", b"a,b,a\n1,2,3\n", {"issues.duplicate-label": 1, "columns.2.name": "a_2"})
    yield Case(
        "header that looks like a made one", b"a,a_2,a\n1,2,3\n", {"columns.2.name": "a_3", "issues.duplicate-label": 1}
    )
    yield Case("empty header", b"a,,c\n1,2,3\n", {"issues.blank-label": 1, "columns.1.name": "column_2"})
    yield Case(
        "header only",
        b"id,name,height\n",
        {"status": "success", "file.rows": 0, "file.columns": 3, "columns.0.type": "string"},
    )
    yield Case("empty file", b"", {"status": "error", "error.code": "source-error", "file.rows": 0})
    yield Case("only blanks", b"\n \n\r\n", {"status": "error", "error.code": "source-error"})
    yield Case("one column", b"name\nAnn\nBodo\nAnn\n", {"file.columns": 1, "file.rows": 3, "file.delimiter": None})
    yield Case("one column with a blank line", b"n\n1\n\n2\n", {"file.rows": 2, "issues.blank-row": 1})
    wide = ",".join(f"c{i}" for i in range(1500)) + "\n" + ",".join("1" for _ in range(1500)) + "\n"
    yield Case("1,500 columns", wide.encode(), {"file.columns": 1500, "file.rows": 1, "columns.1499.type": "int"})
    yield Case(
        "too many columns", b",".join([b"x"] * 20_001) + b"\n", {"status": "error", "error.code": "source-error"}
    )
    yield Case(
        "row names without a label",
        b"a,b\nx,1,2\ny,3,4\nz,5,6\n",
        {"file.columns": 3, "columns.0.name": "column_1", "columns.1.name": "a"},
    )
    yield Case(
        "NUL",
        base.replace("Ann", "A\0nn", 1).encode(),
        {"issues.encoding-error/nul": 1, "lines.encoding-error/nul": [2], "columns.1.distinct.count": 5},
    )
    huge = f"{base}30,{'x' * 3_000_000},1.5\n"
    yield Case(
        "huge field", huge.encode(), {"file.rows": 31, "columns.1.length.max": 3_000_000, "file.malformed_rows": 0}
    )


def _quotes() -> Iterator[Case]:
    base = people()
    yield Case(
        "quoted delimiter and line end",
        b'a,b\n1,"x, y"\n2,"two\nlines"\n3,"say ""hi"""\n',
        {"file.rows": 3, "file.malformed_rows": 0, "columns.1.top_values.2.value": 'say "hi"'},
    )
    yield Case(
        "lone quote",
        f'{base}31,5" pipe,1.5\n'.encode(),
        {"issues.row-error/lone-quote": 1, "lines.row-error/lone-quote": [32], "file.rows": 31},
    )
    yield Case(
        "text after quote",
        f'{base}31,"Ann"e,1.5\n'.encode(),
        {"issues.row-error/text-after-quote": 1, "file.rows": 31, "columns.2.missing.count": 0},
    )
    inner = 'id,said,n\n1,"He said "hi, there" to me",2\n2,ok,3\n'
    yield Case(
        "unescaped quotes inside",
        inner.encode(),
        {"issues.row-error/text-after-quote": 1, "columns.1.top_values.0.value": 'He said "hi, there" to me'},
    )
    lines = base.split("\n")
    lines[9] = lines[9].replace("Edda", '"Edda').replace("Dries", '"Dries')
    yield Case(
        "unterminated quote",
        "\n".join(lines).encode(),
        {"issues.row-error/unterminated-quote": 1, "lines.row-error/unterminated-quote": [10], "file.rows": 30},
    )
    lines[20] = lines[20].replace("Edda", '"Edda"').replace("Ann", '"Ann"')
    yield Case(
        "unterminated, and a good quote later",
        "\n".join(lines).encode(),
        {"issues.row-error/unterminated-quote": 1, "file.rows": 30},
    )
    yield Case(
        "space before a quote",
        b'a, b\n1, "x, y"\n2, "z"\n',
        {"file.columns": 2, "file.malformed_rows": 0, "columns.1.top_values.0.value": "x, y"},
    )
    yield Case(
        "space after a quote", b'a,b\n"x" ,1\n"y" ,2\n', {"file.malformed_rows": 0, "columns.0.top_values.0.value": "x"}
    )
    yield Case(
        "single quotes",
        b"a;b\n'x; y';1\n'z';2\n",
        {"file.quote": "'", "file.columns": 2, "columns.0.top_values.0.value": "x; y"},
    )


def _placed() -> Iterator[Case]:
    content = 'a,b\n1,"two\nlines"\n2\n3,"three\n\nlines"\n4\n5,x\n'
    found = {"lines.missing-cell": [4, 8], "file.rows": 5, "issues.missing-cell": 2}
    yield Case("short rows after cells of several lines", content.encode(), found)


def _encodings() -> Iterator[Case]:
    text = people().replace("Edda", "Zoë")
    zoe = {"file.rows": 30, "columns.1.top_values.4.value": "Zoë", "quality.has_issues": False}
    yield Case("UTF-8", text.encode(), zoe | {"file.encoding": "utf-8", "file.bom": False})
    yield Case(
        "UTF-8 with BOM",
        text.encode("utf-8-sig"),
        zoe | {"file.encoding": "utf-8", "file.bom": True, "columns.0.name": "id"},
    )
    yield Case("UTF-16", text.encode("utf-16"), zoe | {"file.encoding": "utf-16-le"})
    yield Case("UTF-16 BE", b"\xfe\xff" + text.encode("utf-16-be"), zoe | {"file.encoding": "utf-16-be"})
    yield Case("UTF-16 without BOM", text.encode("utf-16-le"), zoe | {"file.encoding": "utf-16-le"})
    yield Case("Windows-1252", text.encode("cp1252"), zoe | {"file.encoding": "windows-1252"})
    yield Case(
        "stated Latin-1", text.encode("latin-1"), zoe | {"file.encoding": "iso-8859-1"}, Options(encoding="iso8859-1")
    )
    late = people(3000) + "3000,Zoë,1.5\n" * 40
    yield Case(
        "Windows-1252 that shows late",
        late.encode("cp1252"),
        {"file.encoding": "windows-1252", "quality.has_issues": False, "columns.1.top_values.5.value": "Zoë"},
    )
    bad = text.encode().replace(b"Ann", b"A\xff\xfe", 1)
    yield Case(
        "invalid UTF-8 in one row",
        bad,
        {"file.encoding": "utf-8", "issues.encoding-error": 1, "lines.encoding-error": [2], "file.rows": 30},
    )


def _dialects() -> Iterator[Case]:
    for delimiter in ",;\t|":
        yield Case(
            f"delimiter {delimiter!r}",
            people(delimiter=delimiter).encode(),
            {"file.delimiter": delimiter, "file.rows": 30, "columns.2.type": "float"},
        )
    for name, end in (("lf", "\n"), ("crlf", "\r\n"), ("cr", "\r")):
        yield Case(
            f"line ends {name}",
            people(end=end).encode(),
            {"file.line_ending": name, "file.rows": 30, "quality.has_issues": False},
        )
    mixed = people(10) + people(10, end="\r\n", header=False) + people(10, end="\r", header=False)
    yield Case(
        "mixed line ends", mixed.encode(), {"file.line_ending": "mixed", "file.rows": 30, "file.line_endings.cr": 10}
    )
    yield Case(
        "preamble",
        f"People of the house\nmade on a Monday\n\n{people()}".encode(),
        {"file.preamble_lines": 3, "file.rows": 30, "columns.0.name": "id", "quality.has_issues": False},
    )
    yield Case(
        "padded preamble", f"People,,\n{people()}".encode(), {"file.preamble_lines": 1, "columns.1.name": "name"}
    )
    yield Case(
        "comments", f"# people\n# metres\n{people()}".encode(), {"file.preamble_lines": 2, "columns.2.name": "height"}
    )
    yield Case(
        "sep line",
        f"sep=|\n{people(delimiter='|')}".encode(),
        {"file.delimiter": "|", "file.preamble_lines": 1, "file.rows": 30},
    )
    yield Case(
        "no header",
        people(header=False).encode(),
        {"file.header": False, "columns.0.name": "column_1", "file.rows": 30},
    )
    yield Case("stated no header", people().encode(), {"file.header": False, "file.rows": 31}, Options(header=False))
    yield Case(
        "years as header", b"land,2019,2020\nA,1.5,2.5\nB,3.5,4.5\n", {"file.header": True, "columns.1.name": "2019"}
    )
    comma = "place;degrees\n" + "".join(f"p{i};{i},5\n" for i in range(20))
    yield Case(
        "decimal commas",
        comma.encode(),
        {
            "file.delimiter": ";",
            "columns.1.type": "float",
            "columns.1.format": "decimal comma",
            "columns.1.numeric.max": 19.5,
        },
    )
    yield Case(
        "decimal commas, no header",
        b"1,5;2,7\n3,1;4,4\n5,2;6,1\n",
        {"file.delimiter": ";", "file.columns": 2, "columns.0.numeric.sum": 9.8},
    )
    packed = gzip.compress(people().encode(), mtime=0)
    yield Case("gzip", packed, {"file.compression": "gzip", "file.rows": 30, "file.size": len(packed)})
    yield Case("two gzip members", packed + gzip.compress(people(header=False).encode(), mtime=0), {"file.rows": 60})
    yield Case("padded gzip", packed + b"\0" * 512, {"file.rows": 30, "quality.has_issues": False})
    yield Case("gzip and more", packed + b"more", {"file.rows": 30, "issues.compression-error/trailing-bytes": 1})
    big = gzip.compress(people(200_000).encode(), mtime=0)
    yield Case(
        "truncated gzip",
        big[: len(big) // 2],
        {"status": "error", "error.code": "compression-error", "columns.0.type": "int"},
    )
    broken = big[: len(big) // 2] + b"\xff" * 64 + big[len(big) // 2 + 64 :]
    yield Case("damaged gzip", broken, {"status": "error", "error.code": "compression-error", "columns.0.type": "int"})
    bomb = gzip.compress(b"0,0,0,0,0,0,0,0\n" * 300_000, mtime=0)
    stopped = {"status": "error", "error.code": "compression-error", "columns.0.type": "int"}
    yield Case("decompression bomb", bomb, stopped, Options(expanded_ratio=100, expanded_free=1 << 20))
    yield Case("more than is allowed", bomb, stopped, Options(expanded_bytes=1 << 20))


def _types() -> Iterator[Case]:
    late = "n\n" + "".join(f"{i % 50_000}\n" for i in range(30_000)) + "oops\n" + "7\n" * 100
    yield Case(
        "a surprise in row 30,001",
        late.encode(),
        {
            "columns.0.type": "int",
            "columns.0.invalid.count": 1,
            "columns.0.invalid.examples": [{"value": "oops", "row": 30_001}],
            "issues.type-error": 1,
        },
    )
    yield Case(
        "ints and floats",
        b"x,y\n1,a\n2.5,b\n3,c\n",
        {"columns.0.type": "float", "columns.0.counts.int": 2, "columns.0.numeric.sum": 6.5},
    )
    yield Case(
        "null spellings",
        b"x,y\n1,a\nNA,b\nnull,c\n-,d\n N/A ,e\n3,f\n",
        {"columns.0.type": "int", "columns.0.missing.count": 4, "columns.0.count": 2},
    )
    yield Case(
        "other nulls",
        b"x,y\n1,a\n-999,b\nNA,c\n3,d\n4,e\n",
        {"columns.0.missing.count": 1, "columns.0.invalid.count": 1, "columns.0.numeric.min": 1},
        Options(nulls=frozenset(("", "-999"))),
    )
    yield Case("bools", b"x,y\ntrue,1\nFALSE,2\nyes,3\n", {"columns.0.type": "bool"})
    yield Case(
        "dates",
        b"d,n\n2024-01-31,1\n2024-02-29,2\n2023-02-29,3\n",
        {
            "columns.0.type": "date",
            "columns.0.format": "%Y-%m-%d",
            "columns.0.invalid.count": 1,
            "columns.0.range.max": "2024-02-29",
        },
    )
    yield Case(
        "day before month",
        b"d,n\n01/02/2024,1\n13/02/2024,2\n",
        {"columns.0.format": "%d/%m/%Y", "columns.0.range.min": "2024-02-01", "columns.0.invalid.count": 0},
    )
    yield Case(
        "month before day",
        b"d,n\n01/02/2024,1\n02/13/2024,2\n",
        {"columns.0.format": "%m/%d/%Y", "columns.0.range.max": "2024-02-13"},
    )
    yield Case(
        "times",
        b"t,n\n2024-01-31T10:00:00Z,1\n2024-01-31T12:00:00+03:00,2\n",
        {
            "columns.0.type": "datetime",
            "columns.0.range.min": "2024-01-31T09:00:00Z",
            "columns.0.range.max": "2024-01-31T10:00:00Z",
        },
    )
    big = 10**60
    yield Case(
        "ints of any size",
        f"x,y\n{big},1\n-1,2\n".encode(),
        {"columns.0.type": "int", "columns.0.numeric.sum": big - 1, "columns.0.numeric.max": big},
    )
    yield Case(
        "no infinity",
        b"x,y\n1e999,1\ninf,2\n1.5,3\n2.5,4\n3.5,5\n4.5,6\n",
        {"columns.0.type": "float", "columns.0.invalid.count": 2},
    )
    yield Case("no python numbers", "x,y\n1_000,1\n٣,2\n".encode(), {"columns.0.type": "string"})
    yield Case(
        "all missing",
        b"x,y\n,1\n,2\n",
        {"columns.0.type": "string", "columns.0.alerts": ["empty"], "columns.0.missing.percentage": 100.0},
    )


def _no_csv() -> Iterator[Case]:
    things = (
        ("PNG", png()),
        ("zip", zipped("people.csv")),
        ("Excel", zipped("xl/workbook.xml")),
        ("PDF", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
        ("Parquet", b"PAR1\x15\x04\x15\x10"),
        ("JSON", b'[{"id": 1, "name": "Ann"}]\n'),
        ("JSON", b'{"id": 1}\n{"id": 2}\n'),
        ("HTML", b"<!DOCTYPE html>\n<html><body>404</body></html>\n"),
        ("XML", b'<?xml version="1.0"?><a/>\n'),
        ("gzip", gzip.compress(gzip.compress(b"a,b\n", mtime=0), mtime=0)),
        ("binary", bytes(range(256)) * 20),
    )
    for index, (word, content) in enumerate(things):
        yield Case(
            f"no CSV: {word} {index}", content, {"status": "error", "error.code": "format-error", "error.says": word}
        )
