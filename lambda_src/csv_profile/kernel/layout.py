"""How the kernel's C structures look from Python, and what its numbers mean: kernel/kernel.h and kernel/cell.h."""

from collections.abc import Sequence
from ctypes import (
    CDLL,
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_double,
    c_int,
    c_int64,
    c_uint8,
    c_uint32,
    c_uint64,
    c_void_p,
    cast,
    string_at,
)

from csv_profile.cells import ISO_SHAPES, Group, Kind, as_number, shape_of

INT, FLOAT, GROUPED_INT, BOOL, UNIT, DATE, DATETIME, STRING, MISSING = 0, 1, 3, 5, 8, 11, 12, 13, 14
BIG, PLAIN, DOUBTFUL = 1, 2, 4
WHOLE_DIGITS = 18
STAND_IN = "surrogatepass"  # no text has surrogates, except for characters that stand for others (escapes.py)
Ask = CFUNCTYPE(c_int, c_void_p, POINTER(c_uint32), c_uint32, c_void_p)
TakeBig = CFUNCTYPE(c_int, c_uint32, c_uint32, c_void_p, c_uint32, c_uint64)
SPELLINGS = ("true", "false", "yes", "no", "y", "n", "t", "f")
FIRST_OTHERS = 64
FIRST_TIMES = 64
PIECES = 72
_FIRST_DATES = 16
_KINDS = (
    (Kind.INT, 0),
    (Kind.FLOAT, 1),
    (Kind.COMMA, 2),
    (Kind.BOOL, 5),
    (Kind.Y_OR_N, 6),
    (Kind.T_OR_F, 7),
    (Kind.PADDED, 9),
    (Kind.TIME, 10),
    (Kind.STRING, 13),
)
_SECONDS = len("9999-99-99T99:99:99")


class Budget(Structure):
    _fields_ = (
        ("held", c_int64),
        ("sketch", c_uint32),
        ("hashes", c_uint32),
        ("frequent", c_uint32),
        ("turn", c_uint32),
    )


def as_row(cells: Sequence[str]) -> bytes:
    """As the kernel keeps a row's cells: each followed by a NUL, which no cell holds."""
    return "".join(f"{cell}\0" for cell in cells).encode("utf-8", STAND_IN)


class Settings(Structure):
    _fields_ = (
        ("width", c_uint32),
        ("remembered", c_uint32),
        ("delimiter", c_uint8),
        ("quote", c_uint8),
        ("pairs", c_uint8),
        ("most_sampled", c_uint8),
        ("nulls_count", c_uint32),
        ("nulls", c_char_p),
        ("null_ends", POINTER(c_uint32)),
        ("header", c_char_p),
        ("header_ends", c_uint32 * 3),
        ("seed", c_uint64 * 2),
        ("budget", Budget),
        ("ask", c_void_p),
        ("take_big", c_void_p),
    )


class Totals(Structure):
    _fields_ = (("rows", c_int64), ("rows_with_missing", c_int64))


class RepeatsFound(Structure):
    _fields_ = (
        ("count", c_int64),
        ("again", c_int64),
        ("sampled", c_uint32),
        ("examples_found", c_uint32),
        ("examples", c_int64 * 20),
    )


class ColumnFound(Structure):
    _fields_ = (
        *((name, c_int64) for name in ("exact", "values", "frequent", "spellings", "groups")),
        *((name, c_void_p) for name in ("texts", "frequent_texts", "spelling_texts")),
        *((name, c_int64) for name in ("texts_size", "frequent_size", "spellings_size")),
        ("missing", c_void_p),
        *((name, c_int64) for name in ("error", "hashes", "highest_hash")),
        ("bools", c_int64 * len(SPELLINGS)),
        *((name, c_int64) for name in ("chars", "shortest", "longest", "ascii", "decimals")),
        *((name, c_void_p) for name in ("smallest", "largest")),
        *((name, c_int64) for name in ("smallest_size", "largest_size", "open", "up", "down", "equal")),
    )


class GroupFound(Structure):
    _fields_ = (
        *((name, c_int64) for name in ("id", "count", "zeros", "negatives", "any", "any_big", "low", "high")),
        ("sum", c_uint64 * 2),
        ("squares", c_uint64 * 3),
        *((name, c_double) for name in ("real_low", "real_high", "pivot")),
        ("sums", POINTER(c_int64)),
        *((name, c_int64 * 2) for name in ("first", "last", "first_fraction", "last_fraction")),
        ("times", c_int64),
        ("examples", c_int64),
        ("numbers", c_int64 * 2),
        ("example_texts", c_void_p * 5),
        ("example_sizes", c_int64 * 5),
        ("example_rows", c_int64 * 5),
    )


def declared(library: CDLL) -> CDLL:
    """The library with what its functions take and return."""
    number, out = c_uint32, c_void_p
    kernel, text = c_void_p, c_void_p
    for name, result, arguments in (
        ("new", c_void_p, (out,)),
        ("free", None, (kernel,)),
        ("take", c_int64, (kernel, text, c_int64, c_int64, out, out)),
        ("add", c_int, (kernel, text, c_int64, c_int64)),
        ("look", c_int, (text, c_int64, out, out)),
        ("totals", None, (kernel, out)),
        ("alone", None, (kernel, out)),
        ("repeats", None, (kernel, out)),
        ("pair", c_int, (kernel, number, number)),
        ("column", c_int, (kernel, number, out)),
        ("counts", None, (kernel, number, c_int, out)),
        ("group", None, (kernel, number, number, out)),
        ("times", None, (kernel, number, number, out, out)),
        ("numbers", None, (kernel, number, number, c_int, out, out, out)),
        ("forget", None, (kernel, number)),
    ):
        function = getattr(library, f"kernel_{name}")
        function.restype, function.argtypes = result, arguments
    return library


def address_of(content: bytes) -> int:
    return cast(c_char_p(content), c_void_p).value or 0


def texts(address: int | None, size: int) -> list[str]:
    """Of a buffer in which each text ends in a NUL."""
    return string_at(address, size - 1).decode("utf-8", STAND_IN).split("\0") if address and size else []


def text(address: int | None, size: int) -> str | None:
    return None if address is None else string_at(address, size).decode("utf-8", STAND_IN)


def groups() -> dict[int, Group]:
    """Those whose numbers the kernel knows."""
    found = {number: Group(kind) for kind, number in _KINDS}
    forms: list[tuple[str, ...]] = [(f"%Y{s}%m{s}%d",) for s in "-/."]
    for year in ("%Y", "%y"):
        for s in "-/.":
            day_first, month_first = f"%d{s}%m{s}{year}", f"%m{s}%d{s}{year}"
            forms += [(day_first,), (month_first,), (day_first, month_first)]
    for index, form in enumerate(forms):
        for time, kind in enumerate((Kind.DATE, Kind.DATETIME)):
            found[_FIRST_DATES + 2 * index + time] = Group(kind, form)
    return found


def times() -> dict[int, str]:
    """The formats of times whose numbers the kernel knows: a bit for each part."""
    found = {0: ""}
    for bits in range(1, 32):
        if bits & 3 in (1, 2):
            text = "T%H:%M" if bits & 1 else " %H:%M"
            text += (":%S" if bits & 4 else "") + (".%f" if bits & 8 else "") + ("%z" if bits & 16 else "")
            if bits & 4 or not bits & 8:
                found[bits] = text
    return found


def moment_of(iso: str) -> tuple[int, int]:
    """The moment as a whole number, and what is left of a second."""
    return as_number(iso), int(iso[_SECONDS + 1 :].ljust(9, "0"))


def iso_of(seconds: int, fraction: int, kind: Kind) -> str:
    digits = f"{seconds:014}"
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    if kind is Kind.DATE:
        return day
    rest = f"{fraction:09}".rstrip("0")
    return f"{day}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}" + (f".{rest}" if rest else "")


def iso_shape(value: str) -> int:
    """As the kernel tells the shapes of ISO moments; 0 for any other."""
    return 2 * len(value) + (" " in value) if shape_of(value) in ISO_SHAPES else 0
