"""What a single cell is: missing, a number, a yes or no, a date, a date with a time, or just text.

Every cell is of exactly one kind. A date that can be read in two ways (01/02/2024) is of the kind of both formats,
and the column decides between them at its end.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

Test = Callable[[str], object]
Number = int | float


class Kind(StrEnum):
    INT = "int"
    FLOAT = "float"
    COMMA = "float with a decimal comma"
    GROUPED_INT = "int with signs at thousands"
    GROUPED = "float with signs at thousands"
    BOOL = "bool"
    Y_OR_N = "y or n"
    T_OR_F = "t or f"
    UNIT = "number with a unit"
    PADDED = "digits that are no number"  # with a zero before them, or a plus and as many as a phone number has
    TIME = "time"
    DATE = "date"
    DATETIME = "datetime"
    STRING = "string"


class Group(NamedTuple):
    """Cells that are counted together: of one kind; moments of the same possible formats; numbers of one unit, or
    with the same sign at thousands.
    """

    kind: Kind
    formats: tuple[str, ...] = ()


WHOLE = (Kind.INT, Kind.GROUPED_INT)
GROUPED = (Kind.GROUPED_INT, Kind.GROUPED)
NUMBERS = (Kind.INT, Kind.FLOAT, Kind.COMMA, Kind.GROUPED_INT, Kind.GROUPED)
# What may stand at thousands, by what a column's format calls it. A comma does if nothing else is said.
SPACES, APOSTROPHES = " \u00a0\u2009\u202f", "'\u2019"
SIGNS = {"commas": ",", "spaces": SPACES, "apostrophes": APOSTROPHES}
_IN_NUMBERS = frozenset((",", ";", *SPACES, *APOSTROPHES))  # delimiters that make a difference to what a number is
# A lone letter may well be a code for something else. It is a yes or no where its counterpart is in the column too.
LETTERS = {Kind.Y_OR_N: ("y", "n"), Kind.T_OR_F: ("t", "f")}

INT_CHARS = 1000  # longer runs of digits are text: nobody counts with them, and reading them takes ever longer
LONGEST_MOMENT = 48

# All patterns here are possessive (*+) where a run can be long: none may go back over a cell it has read.
_INT_TEXT = r"(?:-|\+(?![0-9]{7}))?(?:0|[1-9][0-9]*+)"
_EXPONENT_TEXT = r"[eE][+-]?[0-9]++"
_FLOAT_TEXT = rf"[+-]?(?:[0-9]++(?:\.[0-9]*+(?:{_EXPONENT_TEXT})?|{_EXPONENT_TEXT})|\.[0-9]++(?:{_EXPONENT_TEXT})?)"
_INT, _INTS = re.compile(_INT_TEXT), re.compile(rf"(?:{_INT_TEXT}\n)*+")
_FLOAT, _FLOATS = re.compile(_FLOAT_TEXT), re.compile(rf"(?:(?:{_FLOAT_TEXT}|{_INT_TEXT})\n)*+")
_PADDED = re.compile(r"[+-]?[0-9]++")
_CURRENCIES = "$£€¥₹"
_UNIT = re.compile(
    rf"(?P<open>\()?(?P<sign>[+-]?)(?P<before>[{_CURRENCIES}]?)[ \u00a0]?"
    rf"(?P<number>[0-9][0-9,.]*+(?:[{SPACES}{APOSTROPHES}][0-9][0-9,.]*+)*+|\.[0-9]++)"
    rf"[{SPACES}]?(?P<after>[{_CURRENCIES}%]?)(?P<close>\))?"
)
_CLOCK = re.compile(r"[0-9]{1,3}:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?: ?[AaPp][Mm])?")
_COMMA = re.compile(
    r"[+-]?(?:[0-9]++|[0-9]{1,3}+(?:\.[0-9]{3})++"
    rf"|[1-9][0-9]{{0,2}}+(?P<sign>[{SPACES}{APOSTROPHES}])[0-9]{{3}}(?:(?P=sign)[0-9]{{3}})*+),[0-9]++(?:[eE][+-]?[0-9]++)?"
)
_GROUPED = re.compile(
    rf"[+-]?(?:[1-9][0-9]{{0,2}}+(?P<sign>[,{SPACES}{APOSTROPHES}])[0-9]{{3}}(?:(?P=sign)[0-9]{{3}})*+"
    r"|[1-9][0-9]?+(?:,[0-9]{2}(?=,))++,[0-9]{3})(?P<point>\.[0-9]*+)?"  # the second as in India: 1,23,456
)
_SIGN = re.compile(f"[+-]?[0-9]++[,.{SPACES}{APOSTROPHES}]")
_BOOLS = dict.fromkeys(("true", "false", "yes", "no"), Kind.BOOL) | {
    letter: kind for kind, letters in LETTERS.items() for letter in letters
}

_INFINITY = float("inf")
_SECONDS = len("9999-99-99T99:99:99")
_DIGITS_ALONE = {ord(c): None for c in "-:TZ "}
_DIGITS_ALIKE = {ord(c): "9" for c in "0123456789"}
ISO_SHAPES = {"9999-99-99"} | {
    f"9999-99-99{sep}99:99:99{fraction}{zone}"
    for sep in "T "
    for fraction in ("", ".999", ".999999")
    for zone in ("", "Z")
}

_MONTH_NAMES = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may",),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_CASELESS = re.IGNORECASE | re.ASCII  # or ſ would match s, which is not the name of a month
_NAME = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_TIME = (
    r"(?:(?P<sep>[T ]|, )(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})" + _TIME)
_YEAR_LAST = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4}|(?<=[0-9]{2}.[0-9]{2}.)[0-9]{2}|(?<=/)[0-9]{2})"
    + _TIME
)
_DIGITS_FIRST = re.compile(
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<sep>T)(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})"
    r"(?:(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?(?P<half>(?!))?(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_WEEKDAY = (
    r"(?:(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)(?P<w>,? ))?"
)
_DAY_NAME = re.compile(
    _WEEKDAY + r"(?P<d>[0-9]{1,2})(?P<s>[- ])" + _NAME + r"(?P=s)(?P<y>[0-9]{4}|[0-9]{2})" + _TIME, _CASELESS
)
_NAME_DAY = re.compile(_WEEKDAY + _NAME + r" (?P<d>[0-9]{1,2})(?P<c>,?) (?P<y>[0-9]{4})" + _TIME, _CASELESS)
_NAME_YEAR = re.compile(_NAME + r"(?P<s>[- ])(?P<y>[0-9]{4}|(?<=-)[0-9]{2})(?P<hour>(?!))?", _CASELESS)


def folded(text: str) -> str:
    """The form in which null spellings are compared."""
    return text.strip().lower()


@lru_cache(maxsize=8)  # objects' metadata may state any number of lists
def suspects(nulls: frozenset[str]) -> Test:
    """A test that every cell passes which may be more than text; one that fails it is text, for sure."""
    if not all(map(str.isascii, nulls)):
        return _anything
    return re.compile(
        rf"\s*+(?:\(?[-+]?[{_CURRENCIES}]? ?\.?[0-9]"
        rf"|(?:{'|'.join(_BOOLS)}|{_one_of(nulls)})\s*+\Z"
        r"|(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*+,? )?(?:[0-9]"
        r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*+[ -][0-9]))",
        re.IGNORECASE,
    ).match


def _one_of(nulls: frozenset[str]) -> str:
    return "|".join(map(re.escape, sorted(nulls)))


def _anything(cell: str) -> bool:
    """Outside ASCII a pattern that ignores case and `lower` differ: every cell is looked at closely."""
    return True


class Reading(NamedTuple):
    """One way to read a cell as a moment: the date's format, and the moment as text that sorts like time."""

    format: str
    iso: str


class Cell(NamedTuple):
    group: Group
    number: Number | None = None
    readings: tuple[Reading, ...] = ()
    time: str = ""  # the format of what follows the date

    @property
    def kind(self) -> Kind:
        return self.group.kind


_GROUPS = {kind: Group(kind) for kind in Kind}
TEXT = Cell(_GROUPS[Kind.STRING])


def classify(text: str, delimiter: str) -> Cell:
    """Says what a cell is that is neither missing nor surrounded by space.

    What a comma in a number means hangs on the delimiter: see docs/csv-profile.md.
    """
    return _classify(text, delimiter if delimiter in _IN_NUMBERS else "") if len(text) <= INT_CHARS else TEXT


@lru_cache(maxsize=1 << 13)
def _classify(text: str, delimiter: str) -> Cell:
    if _INT.fullmatch(text):
        return Cell(_GROUPS[Kind.INT], int(text))
    if _FLOAT.fullmatch(text):
        return _finite(_GROUPS[Kind.FLOAT], float(text))
    if _SIGN.match(text) and (cell := _with_signs(text, delimiter)):
        return cell
    if _PADDED.fullmatch(text):
        return Cell(_GROUPS[Kind.PADDED])
    if (text[-1:] in _UNIT_MARKS or text[:1] in _UNIT_MARKS or text[1:2] in _UNIT_MARKS) and (cell := _with_unit(text)):
        return cell
    if ":" in text and _CLOCK.fullmatch(text):
        return Cell(_GROUPS[Kind.TIME])
    if kind := _BOOLS.get(text.lower()):
        return Cell(_GROUPS[kind])
    return (_moment(text) if len(text) <= LONGEST_MOMENT else None) or TEXT


def _with_signs(text: str, delimiter: str) -> Cell | None:
    """With signs at thousands, or a decimal comma."""
    grouped = _GROUPED.fullmatch(text)
    sign = grouped["sign"] or "," if grouped else ""
    if sign == delimiter == " ":
        return None
    if grouped and (sign != "," or delimiter != ";" or text.count(",") > 1 or grouped["point"]):
        name = next(name for name, signs in SIGNS.items() if sign in signs)
        plain = text.replace(sign, "")
        if grouped["point"]:
            return _finite(Group(Kind.GROUPED, (name,)), float(plain))
        return Cell(Group(Kind.GROUPED_INT, (name,)), int(plain))
    if delimiter != "," and (match := _COMMA.fullmatch(text)) and delimiter != match["sign"]:
        plain = text.replace(match["sign"] or ".", "")
        return _finite(_GROUPS[Kind.COMMA], float(plain.replace(",", ".")))
    return None


_UNIT_MARKS = frozenset(f"{_CURRENCIES}%()")


def _with_unit(text: str) -> Cell | None:
    """£512.20, 12 %, 1.234,50 €, and (1,234) for a number below zero."""
    match = _UNIT.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]) or (match["before"] and match["after"]):
        return None
    plain = _without_unit(match["number"])
    if plain.number is None or (match["open"] and match["sign"]):
        return None
    try:
        number = float(plain.number)
    except OverflowError:
        return None
    unit = match["before"] or match["after"] or "()"
    return Cell(Group(Kind.UNIT, (unit,)), -number if match["open"] or match["sign"] == "-" else number)


def _without_unit(number: str) -> Cell:
    """Whatever the delimiter is: the comma in £1,234 stands at thousands, and that in 12,50 € is a decimal comma."""
    plain = _classify(number, ",")
    return plain if plain.number is not None else _classify(number, ";")


def _finite(group: Group, value: float) -> Cell:
    return Cell(group, value) if isfinite(value) else TEXT


def decimals(text: str, kind: Kind) -> int:
    """How many digits follow the decimal point of a number."""
    if kind in WHOLE:
        return 0
    if kind is Kind.UNIT:
        match = _UNIT.fullmatch(text)
        return decimals(match["number"], _without_unit(match["number"]).kind) if match else 0
    digits = text.lower().partition("e")[0].rpartition("," if kind is Kind.COMMA else ".")
    return len(digits[2]) if digits[1] else 0


def _moment(text: str) -> Cell | None:
    readings: list[Reading] = []
    time = ""
    for match, date_format, year, month, day in _dates(text):
        moment = _at(match, year, month, day)
        if moment is None:
            continue
        time = _time_format(match)
        readings.append(Reading(date_format, moment))
    if not readings:
        return None
    kind = Kind.DATETIME if time else Kind.DATE
    return Cell(Group(kind, tuple(r.format for r in readings)), readings=tuple(readings), time=time)


def _dates(text: str) -> Iterator[tuple[re.Match[str], str, str, int, int]]:
    """The ways to read a date: match, format, year, month, day. Day first comes first."""
    if match := _YEAR_FIRST.fullmatch(text):
        s = match["s"]
        yield match, f"%Y{s}%m{s}%d", match["y"], int(match["m"]), int(match["d"])
    elif match := _YEAR_LAST.fullmatch(text):
        s, y = match["s"], _y(match["y"])
        yield match, f"%d{s}%m{s}{y}", match["y"], int(match["b"]), int(match["a"])
        if s != ".":
            yield match, f"%m{s}%d{s}{y}", match["y"], int(match["a"]), int(match["b"])
    elif match := _DAY_NAME.fullmatch(text):
        s = match["s"]
        for name in _month_formats(match):
            form = f"{_weekday(match)}%d{s}{name}{s}{_y(match['y'])}"
            yield match, form, match["y"], _month(match), int(match["d"])
    elif match := _NAME_DAY.fullmatch(text):
        for name in _month_formats(match):
            yield match, f"{_weekday(match)}{name} %d{match['c']} %Y", match["y"], _month(match), int(match["d"])
    elif match := _NAME_YEAR.fullmatch(text):
        for name in _month_formats(match):
            yield match, f"{name}{match['s']}{_y(match['y'])}", match["y"], _month(match), 1
    elif match := _DIGITS_FIRST.fullmatch(text):
        yield match, "%Y%m%d", match["y"], int(match["m"]), int(match["d"])


def _y(year: str) -> str:
    return "%Y" if len(year) == 4 else "%y"


def _month(match: re.Match[str]) -> int:
    return _MONTHS[match["name"].lower()]


def _month_formats(match: re.Match[str]) -> tuple[str, ...]:
    """Names in full and abbreviated ones may stand in one column, which %b is for."""
    name = match["name"].lower()
    return ("%b",) if len(name) <= 4 and name != "may" else ("%B", "%b")


def _weekday(match: re.Match[str]) -> str:
    name = match["weekday"]
    return ("%a" if len(name) <= len("thurs") else "%A") + match["w"] if name else ""


def _at(match: re.Match[str], year: str, month: int, day: int) -> str | None:
    """The moment in ISO form, in UTC if it names an offset; None where there is no such moment."""
    number = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 69 else 1900)
    try:
        if match["hour"] is None:
            return datetime(number, month, day).date().isoformat()
        hour = int(match["hour"])
        if match["half"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if match["half"].strip().lower() == "pm" else 0)
        moment = datetime(number, month, day, hour, int(match["minute"]), int(match["second"] or 0))
        moment -= _offset(match["zone"])
    except (ValueError, OverflowError):
        return None
    fraction = (match["fraction"] or "").rstrip("0")
    return moment.isoformat() + ("." + fraction if fraction else "")


def _offset(zone: str | None) -> timedelta:
    digits = (zone or "").strip().replace(":", "")
    if not digits or digits[0] not in "+-":
        return timedelta()
    hours, minutes = int(digits[1:3]), int(digits[3:5] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if digits[0] == "-" else offset


def _time_format(match: re.Match[str]) -> str:
    if match["hour"] is None:
        return ""
    colon = ":" if match.string[match.end("hour")] == ":" else ""
    text = f"{match['sep']}{'%I' if match['half'] else '%H'}{colon}%M"
    text += f"{colon}%S" if match["second"] else ""
    text += ".%f" if match["fraction"] else ""
    text += (" %p" if match["half"].startswith(" ") else "%p") if match["half"] else ""
    return text + ((" %z" if match["zone"].startswith(" ") else "%z") if match["zone"] else "")


class Alike(NamedTuple):
    """Cells of one group, in their order: as they stand there, and what they say."""

    group: Group
    texts: Sequence[str]
    numbers: Sequence[Number] = ()
    first: Cell | None = None  # the first and last moments
    last: Cell | None = None


def classify_all(cells: Sequence[str], joined: str) -> list[Alike]:
    """What `classify` says of all of some cells, told at once where all are numbers or all are ISO moments; else [].

    `joined` is the cells, each with a line end. No cell may be longer than INT_CHARS or hold a line end.
    """
    if _INTS.fullmatch(joined):
        return [Alike(_GROUPS[Kind.INT], cells, list(map(int, cells)))]
    if _FLOATS.fullmatch(joined):
        return _floats(cells, joined)
    return _iso_moments(cells, joined)


def _floats(cells: Sequence[str], joined: str) -> list[Alike]:
    """Those that are all digits and sign are ints."""
    if joined.count(".") == len(cells):
        wholes: list[str] = []
        fractions = cells
    else:
        wholes = list(filter(_INT.fullmatch, cells))
        fractions = [cell for cell in cells if not _INT.fullmatch(cell)] if wholes else cells
    floats = list(map(float, fractions))
    if max(floats) == _INFINITY or min(floats) == -_INFINITY:
        return []
    found = [Alike(_GROUPS[Kind.FLOAT], fractions, floats)]
    return [Alike(_GROUPS[Kind.INT], wholes, list(map(int, wholes))), *found] if wholes else found


def _iso_moments(cells: Sequence[str], joined: str) -> list[Alike]:
    """All of the first one's shape, if that is one whose text sorts like time and that Python reads just the same."""
    shape = shape_of(cells[0])
    if shape not in ISO_SHAPES or not joined.isascii() or shape_of(joined) != f"{shape}\n" * len(cells):
        return []
    try:
        deque(map(datetime.fromisoformat, cells), maxlen=0)
    except ValueError:
        return []
    first, last = (_classify(cell, "") for cell in (min(cells), max(cells)))
    digits = (joined if "." not in shape else "\n".join([cell[:_SECONDS] for cell in cells])).translate(_DIGITS_ALONE)
    numbers: list[Number] = list(map(float, digits.split()))
    return [Alike(first.group, cells, numbers if len(shape) > len("9999-99-99") else _midnights(numbers), first, last)]


def shape_of(text: str) -> str:
    """With all digits alike."""
    return text.translate(_DIGITS_ALIKE)


def as_number(iso: str) -> int:
    """A moment as a whole number that sorts like time: YYYYMMDDhhmmss."""
    return int(iso[:_SECONDS].translate(_DIGITS_ALONE).ljust(14, "0"))


def as_moment(number: Number) -> datetime:
    digits = f"{int(number):014}"
    return datetime(*map(int, (digits[:4], *(digits[i : i + 2] for i in range(4, 14, 2)))))  # type: ignore[arg-type]


def _midnights(days: list[Number]) -> list[Number]:
    return [day * 1_000_000 for day in days]
