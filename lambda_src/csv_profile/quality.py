"""What is wrong with a file, in the error codes of the frictionless framework."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from csv_profile.document import Column, DuplicateRows, Issue, Quality, Share
from csv_profile.repeats import CountsRepeats
from csv_profile.rows import AFTER, LONE, UNTERMINATED
from csv_profile.summary import MISSING_AS_VALUE, percentage
from csv_profile.table import Places, Table
from csv_profile.text import Text

if TYPE_CHECKING:
    from csv_profile.table import AnyAccounts

_TROUBLES = {
    "missing-cell": ("missing-cell", "row: fewer cells than the table has columns, the rest counts as missing"),
    "extra-cell": ("extra-cell", "row: more cells than the table has columns, the surplus is left out"),
    LONE: ("row-error", "row: a quote inside a cell that does not begin with one, kept as text"),
    AFTER: ("row-error", "row: text after a closing quote, kept as part of the cell"),
    UNTERMINATED: ("row-error", "row: a quote that is never closed, kept as text; the row ends there"),
}


def quality(columns: Sequence[Column], table: Table | None, text: Text | None, trailing: bool) -> Quality:
    issues = _issues(columns, table, text, trailing)
    missing: dict[str, Share] = {}
    for column in columns:
        if column["missing"]["count"]:
            missing[column["name"]] = _share(column["missing"]["count"], column["missing"]["percentage"])
    invalid = {c["name"]: c["invalid"] for c in columns if c["invalid"]["count"]}
    rows = table.rows if table else 0
    accounts = table.accounts if table else None
    with_missing = _rows_with_missing(columns, accounts) if accounts else 0
    return {
        "has_issues": bool(issues or missing or invalid),
        "total_rows": rows,
        "rows_with_missing": _share(with_missing, percentage(with_missing, rows)),
        "duplicate_rows": _duplicates(accounts.repeats, rows) if accounts and accounts.repeats else None,
        "missing_values": missing,
        "invalid_values": invalid,
        "issues": issues,
    }


def _rows_with_missing(columns: Sequence[Column], accounts: "AnyAccounts") -> int:
    """Exact, unless cells of several columns of one row were taken for missing and are none: then at most."""
    alone = sum(accounts.missing_alone[c["position"] - 1] for c in columns if MISSING_AS_VALUE in c["alerts"])
    return min(accounts.rows_with_missing - alone, sum(c["missing"]["count"] for c in columns))


def _share(count: int, percent: float) -> Share:
    return {"count": count, "percentage": percent}


def _duplicates(repeats: CountsRepeats, rows: int) -> DuplicateRows:
    count = repeats.count()
    return {
        "count": count,
        "percentage": percentage(count, rows),
        "estimated": not repeats.exact,
        "examples": [{"row": row, "first_row": first} for row, first in repeats.examples],
    }


def _issues(columns: Sequence[Column], table: Table | None, text: Text | None, trailing: bool) -> list[Issue]:
    issues: list[Issue] = []
    if trailing:
        message = "part: bytes that follow the end of the gzip data, left out"
        issues.append(_issue("compression-error", "trailing-bytes", 1, message))
    if text is None or table is None:
        return issues
    lines = text.lines
    if lines.foreign_bytes and text.verdict() != "windows-1252":
        read_as = "read as Windows-1252" if text.encoding == "utf-8" else "replaced"
        message = f"line: bytes that are not {text.encoding}, {read_as}. State csv-encoding if it is another"
        issues.append(_issue("encoding-error", None, lines.foreign_lines, message, lines=lines.first_foreign))
    if lines.nul_lines:
        message = "line: NUL characters, taken out"
        issues.append(_issue("encoding-error", "nul", lines.nul_lines, message, lines=lines.first_nul))
    labels = (
        ("blank-label", "column: no name, given one", [x for x in table.labels if x.blank]),
        (
            "duplicate-label",
            "column: a name that another has too, given a number",
            [x for x in table.labels if x.duplicate],
        ),
    )
    for code, message, found in labels:
        names = [label.name for label in found]
        if names:
            issues.append(_issue(code, None, len(names), message, columns=names[:100]))
    if table.blank.count:
        issues.append(_placed("blank-row", None, "row: blank, left out", table.blank))
    if table.comments.count:
        message = "line: a comment (# and one cell), left out"
        issues.append(_placed("comment-row", None, message, table.comments))
    if table.headers.count:
        message = "row: the header again, left out"
        issues.append(_placed("repeated-header", None, message, table.headers))
    for kind, (code, message) in _TROUBLES.items():
        if kind in table.troubles:
            issues.append(_placed(code, None if kind == code else kind, message, table.troubles[kind]))
    wrong = [c for c in columns if c["invalid"]["count"]]
    if wrong:
        count = sum(c["invalid"]["count"] for c in wrong)
        names = [c["name"] for c in wrong]
        message = "cell: not of its column's type"
        issues.append(_issue("type-error", None, count, message, columns=names[:100]))
    return issues


def _placed(code: str, kind: str | None, message: str, places: Places) -> Issue:
    return _issue(code, kind, places.count, message, lines=places.lines)


def _issue(
    code: str,
    kind: str | None,
    count: int,
    message: str,
    lines: list[int] | None = None,
    columns: list[str] | None = None,
) -> Issue:
    noun, _, what = message.partition(":")
    return {
        "code": code,
        "kind": kind,
        "count": count,
        "message": f"{count:,} {noun}{'' if count == 1 else 's'}:{what}",
        "lines": lines or [],
        "columns": columns or [],
    }
