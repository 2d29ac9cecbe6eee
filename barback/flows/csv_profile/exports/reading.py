"""How a column's cells are written, in the terms that other tools ask for: missing values, numbers, dates, names."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from csv_profile.cells import APOSTROPHES, SIGNS, SPACES
from csv_profile.options import NULLS

Json = Mapping[str, Any]

TRUE, FALSE = ("true", "yes", "y", "t"), ("false", "no", "n", "f")
_TIME = re.compile(r"(?P<date>.*?)(?P<sep>T|, | )(?P<time>%[HI](?P<colon>:?).*)", re.ASCII)
# The ways a time may be written after the same date, the commonest being the profile's.
_CLOCKS = ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M")


class Number(NamedTuple):
    """The sign before fractions, and those that may stand at thousands."""

    decimal: str
    group: str


_NUMBERS: dict[str | None, Number] = {
    None: Number(".", ""),
    "decimal comma": Number(",", f".{SPACES}{APOSTROPHES}"),
}
_NUMBERS |= {f"thousands {name}": Number(".", signs) for name, signs in SIGNS.items()}


def nulls(document: Json) -> list[str]:
    """The spellings of "missing", in lower case: the usual ones and this file's own, but none that is a value in it."""
    columns = document["columns"]
    seen = {entry["value"] for column in columns for entry in column["missing"].get("spellings") or ()}
    values = {entry["value"] for column in columns for entry in column["top_values"]}
    for column in columns:
        if "missing-as-value" in column["alerts"]:
            values |= {entry["value"] for entry in column["suspects"]}
    found = {*NULLS, *(word.strip().lower() for word in seen)} - {value.strip().lower() for value in values}
    return sorted({"", *found})


def cases(words: Iterable[str]) -> list[str]:
    """For tools that compare letter by letter."""
    return sorted({form(word) for word in words for form in (str, str.upper, str.capitalize)})


def number(column: Json) -> Number | None:
    """The signs in a column's numbers; None where it holds no numbers, or such as only the profiler reads."""
    if column["type"] not in ("int", "float"):
        return None
    return _NUMBERS.get(column["format"])


def one_group(column: Json, signs: Number) -> str:
    """For tools that take one sign at thousands: the one that the column's commonest numbers have."""
    texts = "".join(entry["value"] for entry in column["top_values"])
    return next((sign for sign in signs.group if sign in texts), signs.group[:1])


def plain_number(cell: str, signs: Number) -> str:
    """In SQL: a cell's text with a decimal point, and nothing at thousands."""
    if signs.group:
        cell = f"translate({cell}, {quoted(signs.group)}, '')"
    return cell if signs.decimal == "." else f"replace({cell}, {quoted(signs.decimal)}, '.')"


def moments(column: Json) -> list[str]:
    """The formats of a column's dates, the commonest first; none where it has none that strptime reads."""
    form = column["format"] or ""
    if column["type"] == "date":
        return [form, *([form.replace("%b", "%B")] if "%b" in form else [])] if form.startswith("%") else []
    if column["type"] != "datetime" or not (match := _TIME.fullmatch(form)):
        return []
    zone = re.search(r" ?%z$", form)
    half = re.search(r" ?%p(?= ?%z|$)", form)
    tail = (half[0] if half else "") + (zone[0] if zone else "")
    clocks = [clock.replace("%H", "%I") if half else clock for clock in _CLOCKS]
    clocks = [clock.replace(":", match["colon"]) for clock in clocks]
    others = [match["date"] + sep + clock + tail for sep, clock in product((match["sep"], "T", " "), clocks)]
    alone = [match["date"]] if column["counts"].get("date") else []
    found = list(dict.fromkeys([form, *others, *alone]))
    return [*found, *(form.replace("%b", "%B") for form in found if "%b" in form)]


def has_zone(column: Json) -> bool:
    return bool(column["type"] == "datetime" and "%z" in (column["format"] or ""))


def is_full(column: Json, document: Json) -> bool:
    """Every row has a valid value."""
    file, issues = document["file"], document["quality"]["issues"]
    messy = (
        file["malformed_rows"] or file["line_ending"] == "mixed" or any(i["code"] == "encoding-error" for i in issues)
    )
    whole = file["rows"] and not document["error"] and not messy  # else other tools may find other cells
    return bool(whole and not column["missing"]["count"] and not column["invalid"]["count"])


def is_unique(column: Json) -> bool:
    distinct = column["distinct"]
    return bool(not distinct["estimated"] and distinct["count"] == column["count"] > 1)


def codec(document: Json) -> str:
    """The encoding as Python and most tools call it."""
    encoding = document["file"].get("encoding") or "utf-8"
    return {"windows-1252": "cp1252"}.get(encoding, str(encoding)) + "-sig" * (
        encoding == "utf-8" and bool(document["file"].get("bom"))
    )


def lines_before(file: Json) -> int:
    """The lines above the first row of data."""
    return int(file["preamble_lines"]) + int(file.get("header_lines", file["header"]))


def delimiter(file: Json) -> str:
    """For a table of one column, a sign that no text has."""
    return file["delimiter"] or "\x1f"


def is_personal(column: Json) -> bool:
    return "personal-data" in column["alerts"]


def values(column: Json) -> list[str] | None:
    """All values of a column, where the profile lists them all; None for those that may be personal."""
    top = [entry["value"] for entry in column["top_values"]]
    distinct = column["distinct"]
    if is_personal(column) or distinct["estimated"] or len(set(top)) != distinct["count"]:
        return None
    return [value for value in dict.fromkeys(value.strip() for value in top) if not value.endswith("…")]


def table_name(path: str) -> str:
    """A table's name made of a file's."""
    stem = path.replace("\\", "/").rsplit("/", 1)[-1].split(".")[0]
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "table"
    return (name if name[0].isalpha() else f"t_{name}")[:60]


def identifiers(names: Iterable[str], longest: int = 0) -> list[str]:
    """Names that differ even where case does not count, none of more bytes than allowed."""
    taken: set[str] = set()
    given: list[str] = []
    for name in names:
        plain = name.replace("\0", "") or "column"
        candidate, number = _cut(plain, longest), 2
        while candidate.casefold() in taken:
            end = f"_{number}"
            candidate, number = _cut(plain, longest - len(end) if longest else 0) + end, number + 1
        taken.add(candidate.casefold())
        given.append(candidate)
    return given


def _cut(name: str, longest: int) -> str:
    return name.encode("utf-8", "replace")[:longest].decode(errors="ignore") if longest else name


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def name_in_sql(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def comment(document: Json, path: str, *lines: str) -> str:
    """What a script says of itself at its top. Nothing out of the file can end the comment."""
    file = document["file"]
    head = f"{path}: {file['rows']:,} rows, {file['columns']:,} columns"
    return "".join("-- " + " ".join(line.split()) + "\n" for line in (head, *lines))


def to_utf8(document: Json, path: str) -> str | None:
    """The shell command that writes the file's text as UTF-8; None if it is UTF-8 and not packed."""
    file = document["file"]
    encoding = file["encoding"] or "utf-8"
    if encoding == "utf-8" and not file["compression"]:
        return None
    name = {"windows-1252": "CP1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(encoding, encoding.upper())
    if not file["bom"] and encoding.startswith("utf-"):
        name = encoding.upper().replace("-LE", "LE").replace("-BE", "BE")
    place = shlex.quote(path)
    iconv = f"iconv -f {name} -t UTF-8"
    if not file["compression"]:
        return f"{iconv} {place}"
    return f"gzip -dc {place}" + ("" if encoding == "utf-8" else f" | {iconv}")


def as_utf8(document: Json, path: str) -> tuple[str, list[str]]:
    """For tools that read only UTF-8, but gzip too: the file they can read, and what to do first."""
    if document["file"]["encoding"] in ("utf-8", None):
        return path, []
    other = path.removesuffix(".gz") + ".utf-8.csv"
    return other, [f"first: {to_utf8(document, path)} > {shlex.quote(other)}"]


def wrong_rows(document: Json, kinds: Sequence[str]) -> list[str]:
    """A line for each of these issues of the file: what it is and where."""
    found = ["its line ends are mixed"] if document["file"]["line_ending"] == "mixed" else []
    for issue in document["quality"]["issues"]:
        if issue["kind"] in kinds or issue["code"] in kinds:
            more = " …" if issue["count"] > len(issue["lines"]) else ""
            where = f" (lines {', '.join(map(str, issue['lines']))}{more})" if issue["lines"] else ""
            found.append(issue["message"] + where)
    return found
