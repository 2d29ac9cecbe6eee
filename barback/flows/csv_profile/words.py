"""The words and numbers of a profile, for whoever shows it: in a terminal or on a page."""

from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
LINE_ENDINGS = {"lf": "LF", "crlf": "CRLF", "cr": "CR", "mixed": "mixed line ends"}
ADVICE = {
    "missing-cell": "look at those lines for a delimiter that is missing, or a line end too many",
    "extra-cell": "put quotes around cells that hold the delimiter",
    "lone-quote": "quote the whole cell and double the quotes within it",
    "text-after-quote": "double the quotes within a quoted cell",
    "unterminated-quote": "close the quote on that line",
    "encoding-error": "save the file as UTF-8, or state what it is (--encoding; csv-encoding in an object's metadata)",
    "nul": "see how the file was written: NULs come from broken exports and half-written disks",
    "blank-row": "nothing, unless a blank line stands for something",
    "repeated-header": "nothing; but see whether files were put together that are not of one kind",
    "blank-label": "name every column in the header",
    "duplicate-label": "give every column a name of its own",
    "type-error": "fix those cells; the columns above show the first of them",
    "constraint-error": "fix the file, or the rule",
    "trailing-bytes": "pack the file again",
}


def facts_of(file: Json) -> list[str]:
    """What kind of file it is, in a few words each."""
    facts = [count(file["rows"], "row"), count(file["columns"], "column")]
    if file["size"] is not None:
        facts.append(size(file["size"]) + (f" ({file['compression']})" if file["compression"] else ""))
    if file.get("encoding"):
        facts.append(file["encoding"].upper() + " with BOM" * file["bom"])
        facts.append(DELIMITERS.get(file["delimiter"], repr(file["delimiter"])) if file["delimiter"] else "one column")
        facts.append(LINE_ENDINGS.get(file["line_ending"], "no line end"))
        lines = file.get("header_lines") or 0
        facts.append(f"header of {lines} lines" if lines > 1 else "header" if file["header"] else "no header")
        if file["preamble_lines"]:
            facts.append(f"{count(file['preamble_lines'], 'line')} before the table")
    return facts


def broke_off(error: Json) -> bool:
    """The file was read up to somewhere: what ended it is not a rule of a person's own."""
    return bool(error["rows_profiled"]) and error["code"] not in ("constraint-error", "schema-error")


def length_of(length: Json) -> str:
    if length["min"] == length["max"]:
        return count(length["min"], "character")
    return f"{number(length['min'])} to {number(length['max'])} characters, {number(length['mean'])} on average"


def shape(column: Json) -> Sequence[int]:
    """The histogram; a bin for each number where the column holds few whole ones, so that none stands empty between."""
    numeric = column["numeric"]
    if not numeric or not numeric["histogram"]:
        return ()
    bins: Sequence[int] = numeric["histogram"]
    span = numeric["max"] - numeric["min"]
    if column["type"] != "int" or span >= len(bins):
        return bins
    return [bins[min(len(bins) - 1, int(number / span * len(bins)))] for number in range(span + 1)]


def size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    for power, unit in ((1, "kB"), (2, "MB")):
        if count < 999_950 * 1000 ** (power - 1):
            return f"{count / 1000**power:.1f} {unit}"
    return f"{count / 1000**3:,.1f} GB"


def distinct(column: Json) -> str:
    return ("~" if column["distinct"]["estimated"] else "") + number(column["distinct"]["count"])


def number(value: float | None) -> str:
    """Whole numbers whole; others to six digits."""
    if value is None:
        return "?"
    if abs(value) >= 10**15:
        return f"{float(value):.6g}" if abs(value) < 10**300 else "huge"
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 10_000 else f"{value:,.6g}"


def percent(value: float) -> str:
    return f"{value:.1f} %" if value >= 0.1 else "under 0.1 %"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + "s" * (number != 1)


def a_(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
