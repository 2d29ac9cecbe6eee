"""Athena: an external table of the file's cells as text, and a view that gives them their types.

OpenCSVSerde reads quoted cells, but as text only: an empty number, or a date in other than its own form, is an error.
"""

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
    lines_before,
    moments,
    nulls,
    number,
    plain_number,
    quoted,
    table_name,
    wrong_rows,
)

Json = Mapping[str, Any]

LONGEST_NAME = 255
_BUCKET = "YOUR-BUCKET"
# What strptime calls it → what Trino's date_parse calls it. The one that gives up a letter comes first.
_FORMATS = {"%M": "%i", "%B": "%M", "%S": "%s", "%I": "%h"}
_LARGEST = 10**38


def script(document: Json, path: str) -> str:
    columns, file, listed = document["columns"], document["file"], ",\n".join
    table, raw = table_name(path), [f"c{i}" for i in range(1, len(columns) + 1)]
    missing = ", ".join(map(quoted, nulls(document)))
    cells = listed(f"  CASE WHEN lower(trim({c})) IN ({missing}) THEN NULL ELSE trim({c}) END AS {c}" for c in raw)
    names = identifiers((_plain(column["name"]) for column in columns), LONGEST_NAME)
    typed = listed(f'  {_value(column, c)} AS "{name}"' for column, c, name in zip(columns, raw, names, strict=True))
    # The content of blank rows is no text at all, not text that stands for nothing.
    kept = f"\n  WHERE coalesce({', '.join(f'nullif(trim({c}), {_EMPTY})' for c in raw)}) IS NOT NULL"
    _, first = as_utf8(document, path)
    codes = ("row-error", "encoding-error", "comment-row", "repeated-header")
    notes = [f"Athena may lose or join rows here: {note}" for note in wrong_rows(document, codes)]
    said = ["two statements for Athena; the folder holds this file and others like it", *first, *notes]
    return (
        comment(document, path, *said)
        + f"CREATE EXTERNAL TABLE IF NOT EXISTS {table}_cells (\n{listed(f'  {c} string' for c in raw)}\n)\n"
        + "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'\n"
        + f"WITH SERDEPROPERTIES ('separatorChar' = {_escaped(delimiter(file))}, "
        + f"'quoteChar' = {_escaped(file['quote'] or chr(34))}, 'escapeChar' = '\\\\')\n"
        + f"LOCATION 's3://{_BUCKET}/{table}/'\n"
        + f"TBLPROPERTIES ('skip.header.line.count' = '{lines_before(file)}');\n\n"
        + f"CREATE OR REPLACE VIEW {table} AS\nWITH cells AS (\n  SELECT\n{cells}\n  FROM {table}_cells"
        + (kept if file["blank_rows"] else "")
        + f"\n)\nSELECT\n{typed}\nFROM cells;\n"
    )


_EMPTY = quoted("")


def _plain(name: str) -> str:
    """Athena takes lower-case letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "column"


def _escaped(sign: str) -> str:
    """In a table's properties, which know backslashes."""
    return {"\t": "'\\t'", "'": "'\\''", "\\": "'\\\\'"}.get(sign, quoted(sign))


def _value(column: Json, cell: str) -> str:
    kind = column["type"]
    if kind == "bool":
        true, false = (", ".join(map(quoted, words)) for words in (TRUE, FALSE))
        return f"CASE WHEN lower({cell}) IN ({true}) THEN true WHEN lower({cell}) IN ({false}) THEN false END"
    if kind in ("date", "datetime") and (forms := moments(column)):
        return _moment(cell, forms, kind, has_zone(column))
    if not (signs := number(column)):
        return cell
    return f"try_cast({plain_number(cell, signs)} AS {_number_type(column)})"


def _number_type(column: Json) -> str:
    if column["type"] == "float":
        return "double"
    low, high = column["numeric"]["min"], column["numeric"]["max"]
    if low >= -(2**63) and high < 2**63:
        return "bigint"
    return "decimal(38, 0)" if low > -_LARGEST and high < _LARGEST else "varchar"


def _moment(cell: str, forms: list[str], kind: str, zoned: bool) -> str:
    if zoned:  # date_parse knows no offsets
        return f"try(from_iso8601_timestamp(replace({cell}, ' ', 'T')))"
    tries = []
    for form in forms:
        for name, other in _FORMATS.items():
            form = form.replace(name, other)
        tries.append(f"try(date_parse({cell}, {quoted(form)}))")
    read = tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"
    return f"cast({read} AS date)" if kind == "date" else read
