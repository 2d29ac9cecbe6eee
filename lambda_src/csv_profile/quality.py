"""What is wrong with a file, in the error codes of the frictionless framework."""

from typing import Any

from csv_profile.rows import AFTER, LONE, UNTERMINATED
from csv_profile.table import Places, Table
from csv_profile.text import Text

_TROUBLES = {
    "missing-cell": ("missing-cell", "rows have fewer cells than the table has columns; the rest counts as missing"),
    "extra-cell": ("extra-cell", "rows have more cells than the table has columns; the surplus is left out"),
    LONE: ("row-error", "rows have a quote inside a cell that does not begin with one; it is kept as text"),
    AFTER: ("row-error", "rows have text after a closing quote; it is kept as part of the cell"),
    UNTERMINATED: ("row-error", "rows have a quote that is never closed; it is kept as text, and the row ends there"),
}


def quality(columns: list[dict[str, Any]], table: Table | None, text: Text | None, trailing: bool) -> dict[str, Any]:
    issues = _issues(columns, table, text, trailing)
    missing = {c["name"]: c["missing"] for c in columns if c["missing"]["count"]}
    invalid = {c["name"]: c["invalid"] for c in columns if c["invalid"]["count"]}
    return {
        "has_issues": bool(issues or missing or invalid),
        "total_rows": table.rows if table else 0,
        "missing_values": missing,
        "invalid_values": invalid,
        "issues": issues,
    }


def _issues(
    columns: list[dict[str, Any]], table: Table | None, text: Text | None, trailing: bool
) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = []
    if trailing:
        message = "part of the file follows the end of its gzip data and is left out"
        issues.append(_issue("compression-error", "trailing-bytes", 1, message))
    if text is None or table is None:
        return issues
    lines = text.lines
    if lines.foreign_bytes and text.verdict() != "windows-1252":
        read_as = "read as Windows-1252" if text.encoding == "utf-8" else "replaced"
        message = (
            f"lines have bytes that are not {text.encoding}; they are {read_as}. State csv-encoding if it is another"
        )
        issues.append(_issue("encoding-error", None, lines.foreign_lines, message, lines=lines.first_foreign))
    if lines.nul_lines:
        message = "lines have NUL characters; they are taken out"
        issues.append(_issue("encoding-error", "nul", lines.nul_lines, message, lines=lines.first_nul))
    labels = (
        ("blank-label", "columns have no name; they get one", [x for x in table.labels if x.blank]),
        ("duplicate-label", "columns share a name; they get a number", [x for x in table.labels if x.duplicate]),
    )
    for code, message, found in labels:
        names = [label.name for label in found]
        if names:
            issues.append(_issue(code, None, len(names), message, columns=names[:100]))
    if table.blank.count:
        issues.append(_placed("blank-row", None, "rows are blank; they are left out", table.blank))
    if table.comments.count:
        message = "lines are comments, as they begin with # and hold one cell; they are left out"
        issues.append(_placed("comment-row", None, message, table.comments))
    for kind, (code, message) in _TROUBLES.items():
        if kind in table.troubles:
            issues.append(_placed(code, None if kind == code else kind, message, table.troubles[kind]))
    wrong = [c for c in columns if c["invalid"]["count"]]
    if wrong:
        count = sum(c["invalid"]["count"] for c in wrong)
        names = [c["name"] for c in wrong]
        message = "cells do not parse as their column's type"
        issues.append(_issue("type-error", None, count, message, columns=names[:100]))
    return issues


def _placed(code: str, kind: str | None, message: str, places: Places) -> dict[str, Any]:
    return _issue(code, kind, places.count, message, lines=places.lines)


def _issue(
    code: str,
    kind: str | None,
    count: int,
    message: str,
    lines: list[int] | None = None,
    columns: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "code": code,
        "kind": kind,
        "count": count,
        "message": f"{count:,} {message}",
        "lines": lines or [],
        "columns": columns or [],
    }
