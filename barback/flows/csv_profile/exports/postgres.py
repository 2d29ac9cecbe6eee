"""PostgreSQL: a psql script that makes the table and loads the file by \\copy: first as text, then in its types."""

import shlex
from collections.abc import Mapping
from typing import Any

from barback.flows.csv_profile.exports.reading import (
    FALSE,
    TRUE,
    comment,
    delimiter,
    has_zone,
    identifiers,
    is_full,
    lines_before,
    moments,
    name_in_sql,
    nulls,
    number,
    plain_number,
    quoted,
    table_name,
    to_utf8,
    wrong_rows,
)

Json = Mapping[str, Any]

LONGEST_NAME = 63  # bytes
# What strptime calls it → what to_timestamp calls it.
_FORMATS = {
    "%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%b": "Mon", "%B": "Month", "%H": "HH24", "%I": "HH12",
    "%M": "MI", "%S": "SS", "%f": "US", "%p": "AM", "%z": "TZH:TZM",
}  # fmt: skip
_SESSION = """\
\\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET timezone = 'UTC';
SET client_min_messages = warning;
BEGIN;
"""
# These read a cell's text in a session's own schema, and give null where it is not of the type.
_FUNCTIONS = """\
CREATE FUNCTION pg_temp.cell(x text) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN lower(btrim(x)) IN ({nulls}) THEN NULL ELSE btrim(x) END $$;
CREATE FUNCTION pg_temp.yes(x text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN lower(x) IN ({true}) THEN true WHEN lower(x) IN ({false}) THEN false END $$;
CREATE FUNCTION pg_temp.num(x text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS
  $$ BEGIN RETURN x::numeric; EXCEPTION WHEN data_exception THEN RETURN NULL; END $$;
CREATE FUNCTION pg_temp.moment(x text, form text) RETURNS timestamptz LANGUAGE plpgsql AS
  $$ BEGIN RETURN CASE form WHEN '' THEN x::timestamptz ELSE to_timestamp(x, form) END;
  EXCEPTION WHEN data_exception THEN RETURN NULL; END $$;
"""
_EMPTY = quoted("")
_BIG = 2**63
_CR = ("cr", "mixed")


def script(document: Json, path: str) -> str:
    columns, listed = document["columns"], ", ".join
    table = name_in_sql(table_name(path))
    names = identifiers((column["name"] for column in columns), LONGEST_NAME)
    functions = _FUNCTIONS.format(
        nulls=listed(map(_text, nulls(document))), true=listed(map(quoted, TRUE)), false=listed(map(quoted, FALSE))
    )
    define = ",\n".join(
        f"  {name_in_sql(name)} {_type(column)}{' NOT NULL' * is_full(column, document)}"
        for name, column in zip(names, columns, strict=True)
    )
    raw = [f"c{i}" for i in range(1, len(columns) + 1)]
    select = ",\n".join(f"  {_value(column, c)}" for column, c in zip(columns, raw, strict=True))
    kept = f"\nWHERE coalesce({listed(f'nullif(btrim({c}), {_EMPTY})' for c in raw)}) IS NOT NULL"
    codes = ("missing-cell", "extra-cell", "row-error", "encoding-error", "comment-row", "repeated-header")
    notes = [f"fix this first, or PostgreSQL stops there: {note}" for note in wrong_rows(document, codes)]
    return (
        comment(document, path, "psql -f this script", *notes)
        + _SESSION
        + functions
        + f"DROP TABLE IF EXISTS {table};\nCREATE TABLE {table} (\n{define}\n);\n"
        + f"CREATE TEMP TABLE cells ({listed(f'{c} text' for c in raw)}) ON COMMIT DROP;\n"
        + _copy(document, path)
        + f"INSERT INTO {table}\nSELECT\n{select}\nFROM cells"
        + (kept if document["file"]["blank_rows"] else "")
        + ";\nCOMMIT;\n"
    )


def _copy(document: Json, path: str) -> str:
    """One line: psql reads this command up to the line's end. Lines before the table's rows are cut off by tail."""
    file = document["file"]
    skipped = lines_before(file)
    command = to_utf8(document, path)
    source = quoted(path)
    if command or skipped > 1 or file["line_ending"] in _CR:
        parts = [command or f"cat {_shell(path)}"]
        parts += ["sed 's/\\r$//'", "tr '\\r' '\\n'"] * (file["line_ending"] in _CR)
        parts += [f"tail -n +{skipped + 1}"] * bool(skipped)
        source, skipped = "PROGRAM " + quoted(" | ".join(parts)), 0
    quote = file["quote"] or '"'
    escape = "\\" if (file.get("evidence") or {}).get("escapes") else quote
    options = [
        "FORMAT csv",
        f"DELIMITER {_text(delimiter(file))}",
        f"QUOTE {_text(quote)}",
        f"ESCAPE {_text(escape)}",
        "NULL ''",
        f"HEADER {'true' if skipped else 'false'}",
    ]
    return f"\\copy cells FROM {source} WITH ({', '.join(options)})\n"


def _shell(path: str) -> str:
    return shlex.quote(path)


def _text(text: str) -> str:
    """A text in SQL, where a backslash or a tab may be in it."""
    if "\\" not in text and text.isprintable():
        return quoted(text)
    signs = {"\\": "\\\\", "'": "''"}
    return "E'" + "".join(signs.get(c, c) if c.isprintable() else f"\\x{ord(c):02x}" for c in text) + "'"


def _type(column: Json) -> str:
    kind = column["type"]
    if kind == "int" and number(column):
        numeric = column["numeric"]
        return "bigint" if numeric["min"] >= -_BIG and numeric["max"] < _BIG else "numeric"
    if kind == "float" and number(column):
        return "double precision"
    if kind in ("date", "datetime") and moments(column):
        return "date" if kind == "date" else "timestamptz" if has_zone(column) else "timestamp"
    return "boolean" if kind == "bool" else "text"


def _value(column: Json, raw: str) -> str:
    cell, kind = f"pg_temp.cell({raw})", _type(column)
    if kind == "boolean":
        return f"pg_temp.yes({cell})"
    if kind.startswith("timestamp") or kind == "date":
        return _moment(cell, moments(column), kind)
    if signs := number(column):
        return f"pg_temp.num({plain_number(cell, signs)})::{kind}"
    return cell


def _moment(cell: str, forms: list[str], kind: str) -> str:
    """PostgreSQL knows ISO dates and names of months; others are read by their format, which a time may follow."""
    named = "%d" in forms[0] and ("%b" in forms[0] or "%B" in forms[0])
    if named or forms[0].startswith(("%Y-%m-%d", "%Y%m%dT")):
        return f"pg_temp.moment({cell}, '')::{kind}"
    names = [form for form in (forms[0], forms[0].replace("%b", "%B")) if form in forms]
    tries = [f"pg_temp.moment({cell}, {quoted(_pattern(form))})" for form in dict.fromkeys(names)]
    return (tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})") + f"::{kind}"


def _pattern(form: str) -> str:
    form = form.replace("T%", '"T"%')  # TH would be an ordinal's ending
    for name, other in _FORMATS.items():
        form = form.replace(name, other)
    return form
