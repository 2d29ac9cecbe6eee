"""DuckDB: a script that makes the table and loads the file. Cells are read as text and then given their type."""

import re
from collections.abc import Mapping
from typing import Any

from barback.flows.csv_profile.exports.reading import (
    FALSE,
    TRUE,
    as_utf8,
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
    wrong_rows,
)

Json = Mapping[str, Any]

# Patterns, and not IN: DuckDB's optimizer takes a minute for 300 columns with a list of words each.
_MACROS = """\
SET TimeZone = 'UTC';
CREATE OR REPLACE TEMP MACRO cell(x) AS nullif(regexp_replace(trim(x), {nulls}, '', 'i'), '');
CREATE OR REPLACE TEMP MACRO yes(x) AS
  CASE WHEN regexp_full_match(x, {true}, 'i') THEN true WHEN regexp_full_match(x, {false}, 'i') THEN false END;
CREATE OR REPLACE TEMP MACRO zone(x) AS regexp_replace(x, '(Z|UTC|GMT)$', '+00');
"""
EMPTY = quoted("")


def script(document: Json, path: str) -> str:
    columns, file = document["columns"], document["file"]
    table, names = name_in_sql(table_name(path)), identifiers(column["name"] for column in columns)
    listed = ", ".join
    missing = "|".join(re.escape(word) for word in nulls(document) if word)
    macros = _MACROS.format(nulls=quoted(f"^({missing})$"), true=quoted("|".join(TRUE)), false=quoted("|".join(FALSE)))
    define = ",\n".join(
        f"  {name_in_sql(name)} {_type(column)}{' NOT NULL' * is_full(column, document)}"
        for name, column in zip(names, columns, strict=True)
    )
    raw = [f"c{i}" for i in range(1, len(columns) + 1)]
    select = ",\n".join(f"  {_value(column, c, document)}" for column, c in zip(columns, raw, strict=True))
    kept = f"\nWHERE coalesce({listed(f'nullif(trim({c}), {EMPTY})' for c in raw)}) IS NOT NULL"
    path, first = as_utf8(document, path)
    notes = wrong_rows(document, ("lone-quote", "text-after-quote", "unterminated-quote", "encoding-error"))
    notes = [f"DuckDB may lose or join rows here: {note}" for note in notes]
    notes += [f"DuckDB reads these as rows: {note}" for note in wrong_rows(document, ("repeated-header",))]
    said = [*first, "duckdb my.db < this script", *notes]
    return (
        comment(document, path, *said)
        + macros
        + f"CREATE OR REPLACE TABLE {table} (\n{define}\n);\n"
        + f"INSERT INTO {table}\nSELECT\n{select}\nFROM {_source(document, path, raw)}"
        + (kept if file["blank_rows"] else "")
        + ";\n"
    )


def _source(document: Json, path: str, raw: list[str]) -> str:
    file = document["file"]
    options = {
        "auto_detect": "false",
        "columns": "{" + ", ".join(f"{c}: 'VARCHAR'" for c in raw) + "}",
        "delim": quoted(delimiter(file)),
        "quote": quoted(file["quote"] or '"'),
        "escape": quoted("\\" if (file.get("evidence") or {}).get("escapes") else file["quote"] or '"'),
        "header": "false",
        "skip": str(lines_before(file)),
        "null_padding": "true",  # rows with too few cells
        "strict_mode": "false",  # rows with too many, and broken quotes
        "parallel": "false",
        "max_line_size": str(32 << 20),
    }
    if any(issue["code"] == "encoding-error" for issue in document["quality"]["issues"]):
        options["ignore_errors"] = "true"
    if any(issue["code"] == "comment-row" for issue in document["quality"]["issues"]):
        options["comment"] = "'#'"
    if file["line_ending"] == "cr":
        options["new_line"] = r"'\r'"
    if file["compression"]:
        options["compression"] = "'gzip'"
    return f"read_csv({quoted(path)},\n" + ",\n".join(f"  {name} = {value}" for name, value in options.items()) + "\n)"


def _type(column: Json) -> str:
    kind = column["type"]
    if kind in ("int", "float") and number(column):
        return _number_type(column)
    if kind in ("date", "datetime") and moments(column):
        return "DATE" if kind == "date" else "TIMESTAMPTZ" if has_zone(column) else "TIMESTAMP"
    return "BOOLEAN" if kind == "bool" else "VARCHAR"


def _number_type(column: Json) -> str:
    if column["type"] == "float":
        return "DOUBLE"
    low, high = column["numeric"]["min"], column["numeric"]["max"]
    for name, bits in (("BIGINT", 63), ("HUGEINT", 127)):
        if -(2**bits) < low and high < 2**bits:
            return name
    return "VARCHAR"


def _value(column: Json, raw: str, document: Json) -> str:
    cell, kind = f"cell({raw})", _type(column)
    if kind == "VARCHAR":
        return cell
    if kind == "BOOLEAN":
        return f"yes({cell})"
    if kind in ("DATE", "TIMESTAMP", "TIMESTAMPTZ"):
        if has_zone(column):
            cell = f"zone({cell})"
        return f"try_strptime({cell}, [{', '.join(map(quoted, moments(column)))}])::{kind}"
    signs = number(column)
    return f"TRY_CAST({plain_number(cell, signs) if signs else cell} AS {kind})"
