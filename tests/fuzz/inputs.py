"""Inputs for the fuzzer, each made of its number: small tables, mutated where it may matter, cut in many ways."""

import re
import struct
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from csv_profile.options import Options, with_nulls
from tests.unit.csv_profile.corpus import cases
from tests.unit.csv_profile.native import inputs
from tests.unit.csv_profile.native.compare import Bounds
from tests.unit.csv_profile.native.inputs import BYTES, MARKS, ODD

_TABLES = 800
_LONGEST = 600  # bytes, of a table before it is mutated
_LARGE = 1_000  # every so many inputs, one is a table of up to 1,500 rows, for the kernel with its own limits
_TOKENS = (*(cell.encode() for cell in ODD), *MARKS, *BYTES)
_EDGE = re.compile(rb"[,;\t|\n]")
_NULLS = ("", "x,NA, none ", "-,Größe fehlt")


@dataclass(frozen=True)
class Input:
    content: bytes
    options: Options  # for the reference; the kernel gets the file in other blocks
    bounds: Bounds
    block_bytes: int


def made(number: int) -> Input:
    if number % _LARGE == 0:
        one = inputs.made(number)
        return Input(one.content, one.options, one.bounds, one.options.block_bytes)
    random = Random(number)
    choice = random.choice
    content = _mutated(choice(_tables()), random)
    options = Options(
        delimiter=choice((None, ",", ",", ";")),
        header=choice((None, True, False)),
        quote=choice((None, None, None, None, "'")),
        encoding=choice((None,) * 9 + ("cp1252",)),
        field_chars=choice((12 << 20, 12 << 20, 12 << 20, 25)),
    )
    if random.random() < 0.1:
        options = with_nulls(options, choice(_NULLS))
    bounds = Bounds(choice((None, 300, 300, 700, 2_000, 20_000)), choice((3, 10, 100_000)), limits=True)
    return Input(content, options, bounds, choice((1 << 20, 1 << 20, 1_000, 150, 50, 7, 1)))


def with_content(number: int, content: bytes) -> Input:
    return replace(made(number), content=content)


def write_corpus(path: Path) -> None:
    """What the kernel alone is tried on: pieces, then tables, each after its length; see alone.c."""
    with path.open("wb") as file:
        for pieces in (_TOKENS, _tables()):
            for piece in pieces:
                file.write(struct.pack("=I", len(piece)) + piece)
            file.write(b"\xff" * 4)


@cache
def _tables() -> tuple[bytes, ...]:
    found = [inputs.table(Random(seed), rows=1 + seed % 15)[:_LONGEST] for seed in range(_TABLES)]
    return (*found, *(case.content for case in cases() if 0 < len(case.content) <= 3 * _LONGEST))


def _mutated(content: bytes, random: Random) -> bytes:
    for _ in range(random.randint(0, 6)):
        content = random.choice(_MUTATIONS)(content, random)
    return content


def _cell(content: bytes, random: Random) -> tuple[int, int]:
    """Where one is, as far as delimiters and line ends tell."""
    at = random.randrange(len(content) + 1)
    start = max(content.rfind(mark, 0, at) for mark in (b",", b";", b"\t", b"|", b"\n")) + 1
    end = _EDGE.search(content, start)
    return start, end.start() if end else len(content)


def _other_cell(content: bytes, random: Random) -> bytes:
    start, end = _cell(content, random)
    return content[:start] + random.choice(_TOKENS) + content[end:]


def _in_quotes(content: bytes, random: Random) -> bytes:
    start, end = _cell(content, random)
    inside = content[start:end]
    if random.random() < 0.5:
        inside = inside.replace(b'"', b'""') + random.choice((b"", b",", b"\n", b'""', b"\r\n"))
    return content[:start] + b'"' + inside + b'"' + content[end:]


def _token(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(_TOKENS) + content[at + random.choice((0, 0, 1, 3)) :]


def _byte(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + bytes((random.randrange(256),)) + content[at + 1 :]


def _again(content: bytes, random: Random) -> bytes:
    """A part, or whole lines, a few times more, or many."""
    start = random.randrange(len(content) + 1)
    if random.random() < 0.5:
        start = content.rfind(b"\n", 0, start) + 1
    part = content[start : start + random.randrange(1, 200)]
    if random.random() < 0.5:
        part = part[: part.rfind(b"\n") + 1] or part
    times = random.choice((1, 1, 2, 3, 30))
    return content[:start] + part * min(times, 1 + 4 * _LONGEST // (len(part) + 1)) + content[start:]


def _less(content: bytes, random: Random) -> bytes:
    start = random.randrange(len(content) + 1)
    return content[:start] + content[start + random.choice((1, 1, 10, 100, 10_000)) :]


def _spliced(content: bytes, random: Random) -> bytes:
    other = random.choice(_tables())
    return (
        content[: content.find(b"\n", random.randrange(len(content) + 1)) + 1]
        + other[other.find(b"\n", random.randrange(len(other))) + 1 :]
    )


def _digits(content: bytes, random: Random) -> bytes:
    start, end = _cell(content, random)
    changed = bytes(random.choice(b"0123456789") if 48 <= byte < 58 else byte for byte in content[start:end])
    return content[:start] + changed + content[end:]


def _line_ends(content: bytes, random: Random) -> bytes:
    return content.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b" \n")), random.choice((1, -1)))


def _encoded(content: bytes, random: Random) -> bytes:
    if random.random() < 0.7:
        return random.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"sep=;\n", b"# a comment\n", b"\n")) + content
    return content.decode(errors="replace").encode(random.choice(("utf-16", "utf-16-le", "cp1252")), "replace")


_MUTATIONS = (
    _other_cell, _other_cell, _other_cell, _in_quotes, _in_quotes, _token, _token, _byte, _again, _again, _less,
    _spliced, _digits, _line_ends, _encoded,
)  # fmt: skip
