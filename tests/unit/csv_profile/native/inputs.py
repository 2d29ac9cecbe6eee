"""Files for the reference and the kernel to agree on: tables of every kind of cell, some broken, all made of a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from csv_profile.options import Options
from tests.unit.csv_profile.native.compare import AS_THEY_ARE, Bounds

# Cells that one rule or another is about.
ODD = (
    "", "NA", "None", "Null", "Nil", "NA\u00a0", "12\u202f345,6", "1’234", "1,23,456", "Jan-24", "20240105T101500",
    "na ", " N/a", "null", "-", "--", "?", "\\N", "nan", "inf", "true", "No", "Y", "n", "t", "F", "yes", "text",
    "2024-02-30", "2024-02-29", "2024-13-01", "2024-1-5", "2024/1/5", "2024.01.05", "0000-01-01", "9999-12-31",
    "01/02/2024", "13/02/2024", "02/13/2024", "1.2.2024", "5/6/24", "05.06.24", "05-06-24", "5/6/24 7:08 pm",
    "31/04/2024", "Jan 5, 2024", "5 march 2024", "may 3", "May", "ſep 5 2024", "5 ſep 2024", "aprıl 5, 2024",
    "Mon, 5 Jan 2024", "2024-01-05T10:00:00", "2024-01-05T10:00:00+02:00", "2024-01-05 10:00:00.120",
    "2024-01-05T10:00:00Z", "2024-01-05T25:00:00", "2024-01-05T10:00", "2024-01-05T10:00:00.123456789",
    "2024-01-05, 10:00", "20240105", "0", "-0", "+0", "+5", "007", "-007", "+1234567", "+123456", "+14155550100",
    " 12 ", "12 345", "1'000", "1_0", "٣", "999999999999999999", "1000000000000000000", "-9223372036854775808",
    "12345678901234567890", "-99999999999999999999999", "1" * 400, "9" * 1001, "-0.0", "0.0", ".5", "5.", ".", "+",
    "-.5", "1e5", "1E-3", "1e999", "1.5e3", "12e400", ".e5", "5e", "0.1", "0.30000000000000004",
    "1234567890.12345678901", "123456789.123456789", "0.0000000000000000001", "00000000000000000000.5",
    "9007199254740993.0", "1.7976931348623157e308", "4.9e-324", "1,5", "1.234,5", "1,234", "-1,234,567", "1,234.5",
    "$5", "$5.00", "€5", "5€", "12 %", "(1,234)", "(5)", "-$3", "12:30", "12:30:15", "7:08 pm", "123:59", "12:60",
    "999", "-999", "unknown", "10.0.0.1", "a@b.de", "0x1F", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "12 Main St",
    "12 Main Street", '5" pipe', 'a"b', "a,b", 'a"b"c', "a\nb", "5\n", "a\tb", "a;b", "x\\,y", "'x'", "…", "Ärger",
    "na\u00a0", "\u212a", "\u00a05", "é", "日本", "😀", " ", "\t", "\x1a", "x" * 99, "x" * 100, "x" * 101, "y" * 256,
    "z" * 300 + "a", "z" * 300 + "b", "ä" * 100 + "b",
)  # fmt: skip
_DELIMITERS = (",", ",", ",", ";", "\t", "|")
MARKS = (b",", b";", b'"', b'""', b"\n", b"\r\n", b"\r", b"\0", b" ", b"-", b".", b"0", b"9", b"e", b"\\", b"\x1a")
BYTES = (
    b"\xff",
    b"\xc3\xa4",
    b"\xe2\x80\xa6",
    b"\xc2\xa0",
    b"\x80",
    b"\xf0\x9f\x98\x80",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
)
Column = Callable[[int], str]


@dataclass(frozen=True)
class Input:
    content: bytes
    options: Options
    bounds: Bounds


def made(seed: int) -> Input:
    random = Random(seed)
    content = mutated(table(random), random)
    options = Options(
        delimiter=random.choice((None, None, ",")),
        header=random.choice((None, True)),
        quote=random.choice((None, None, None, "'")),
        block_bytes=random.choice((1 << 20, 1 << 20, 997, 50)),
    )
    small = Bounds(random.choice((300, 2_000, 20_000)), random.choice((50, 100_000)))
    return Input(content, options, small if random.random() < 0.7 else AS_THEY_ARE)


def table(random: Random, rows: int | None = None) -> bytes:
    delimiter = random.choice(_DELIMITERS)
    width, rows = random.randint(1, 7), random.choice((5, 30, 30, 200, 200, 1_500)) if rows is None else rows
    columns = [column(random) for _ in range(width)]
    odd, quoted = random.choice((0, 0, 0.01, 0.1)), random.choice((0, 0, 0.1, 1))
    lines = [delimiter.join(f"column {i}" for i in range(width))]
    for row in range(rows):
        cells = [random.choice(ODD) if random.random() < odd else cell(row) for cell in columns]
        if random.random() < odd:
            cells = cells[: random.randint(0, width)] + [random.choice(ODD)] * random.randint(0, 2)
        lines.append(delimiter.join(_written(cell, delimiter, quoted, random) for cell in cells))
        if random.random() < 0.05:
            lines.append(random.choice(lines))
    end = random.choice(("\n", "\n", "\r\n"))
    text = end.join(lines) + random.choice(("", end))
    return text.encode(random.choice(("utf-8", "utf-8", "utf-8", "cp1252", "utf-16")), "replace")


def _written(cell: str, delimiter: str, quoted: float, random: Random) -> str:
    special = delimiter in cell or "\n" in cell or '"' in cell
    if random.random() < quoted or (special and random.random() < 0.9):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def column(random: Random) -> Column:
    """A kind of column, of values that differ or that repeat."""
    kinds: tuple[Column, ...] = (
        str,
        lambda row: str(-row),
        lambda row: f"{row // 3:07}",
        lambda row: f"name {row % 97}",
        lambda row: random.choice(("NA", "NA", "None", "DE", "FR", "", " Null")),
        lambda row: random.choice(("", "-", "x")),
        lambda row: random.choice(ODD),
        lambda row: str(random.randint(-(10 ** random.randint(1, 25)), 10**5)),
        lambda row: repr(random.random() * 10.0 ** random.randint(-5, 8)),
        lambda row: f"{random.randint(0, 10**6) / 100}",
        lambda row: f"{random.randint(1, 2_100):04}-{random.randint(1, 12):02}-{random.randint(1, 31):02}",
        lambda row: f"{random.randint(1, 14):02}/{random.randint(1, 30):02}/{random.randint(1990, 2024)}",
        lambda row: _moment(random),
        lambda row: "x" * random.randint(0, 400) + str(random.randint(0, 50)),
        lambda row: random.choice(("true", "FALSE", "yes", "No", "y", "n", "")),
        lambda row: "".join(map(chr, random.choices(range(32, 0x250), k=random.randint(0, 8)))),
        lambda row: "".join(random.choices("0123456789.-+e/: TZ", k=random.randint(0, 12))),
        lambda row: f"2024-01-{1 + row // 100:02}T{row % 100 // 10:02}:00:0{row % 10}",
    )
    return random.choice(kinds)


def _moment(random: Random) -> str:
    day = f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    time = f"{random.randint(0, 24):02}:{random.randint(0, 60):02}:{random.randint(0, 59):02}"
    return day + random.choice("T ") + time + random.choice(("", "", "Z", ".5", ".123", ".123456789"))


def mutated(content: bytes, random: Random) -> bytes:
    """With some bytes put in, taken out or exchanged."""
    changed = bytearray(content)
    for _ in range(random.choice((0, 0, 1, 5))):
        at = random.randrange(len(changed) + 1)
        changed[at : at + random.randint(0, 3)] = b"".join(random.choices(MARKS + BYTES, k=random.randint(0, 3)))
    if random.random() < 0.1:
        start, length = random.randrange(len(changed) + 1), random.randrange(500)
        changed[start:start] = changed[start : start + length] * random.randint(1, 3)
    return bytes(changed)
