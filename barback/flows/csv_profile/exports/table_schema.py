"""Frictionless: a Table Schema (fields, types, formats), and a Data Resource, which also says how the file is read."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from barback.flows.csv_profile.exports.reading import (
    FALSE,
    TRUE,
    cases,
    codec,
    delimiter,
    is_full,
    is_unique,
    lines_before,
    moments,
    nulls,
    number,
    one_group,
    table_name,
)
from csv_profile.cells import classify

Json = Mapping[str, Any]
_TYPES = {"int": "integer", "float": "number", "bool": "boolean", "date": "date", "datetime": "datetime"}


# It compares cells as they are: spellings in their usual cases, and cells of a few spaces.
_ODD = ("NaN", "N/a", " ", "  ", "   ")


def table_schema(document: Json, path: str) -> str:
    return json.dumps(_schema(document), indent=2, ensure_ascii=False) + "\n"


def data_resource(document: Json, path: str) -> str:
    file = document["file"]
    dialect: dict[str, Any] = {}
    before, header = lines_before(file), file["header"] and file.get("header_lines", 1) < 2
    if not header:
        dialect["header"] = False
    if header and before > 1:
        dialect["headerRows"] = [before]
    elif before and not header:
        dialect["commentRows"] = list(range(1, before + 1))
    if any(issue["code"] == "comment-row" for issue in document["quality"]["issues"]):
        dialect["commentChar"] = "#"
    if file["blank_rows"]:
        dialect["skipBlankRows"] = True
    dialect["csv"] = {"delimiter": delimiter(file), "quoteChar": file["quote"] or '"'}
    if (file.get("evidence") or {}).get("escapes"):
        dialect["csv"] |= {"escapeChar": "\\"}
    resource = {
        "name": table_name(path).replace("_", "-"),
        "type": "table",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": codec(document),
        **({"compression": "gz"} if file["compression"] else {}),
        "dialect": dialect,
        "schema": _schema(document),
    }
    return json.dumps(resource, indent=2, ensure_ascii=False) + "\n"


def _schema(document: Json) -> dict[str, Any]:
    return {
        "fields": [_field(column, document) for column in document["columns"]],
        "missingValues": sorted({*cases(nulls(document)), *_ODD}),
    }


def _field(column: Json, document: Json) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column["name"], "type": _TYPES.get(column["type"], "string")}
    if column["label"] and column["label"] != column["name"]:
        field["title"] = column["label"]
    if signs := number(column):
        if signs.group:
            field["type"] = "number"  # its integers have no signs at thousands
            field["groupChar"] = one_group(column, signs)
        if signs.decimal != ".":
            field["decimalChar"] = signs.decimal
    elif field["type"] in ("integer", "number"):
        field["type"] = "string"  # written in a way that only the profiler reads
    elif field["type"] in ("date", "datetime"):
        forms = moments(column)
        if forms and all(_is_read(value, forms[0]) for value in _moments(column)):
            field["format"] = forms[0]
        else:
            field["type"] = "string"  # or written in more than one way
    elif field["type"] == "boolean":
        field |= {"trueValues": _cases(TRUE), "falseValues": _cases(FALSE)}
    constraints = {"required": is_full(column, document), "unique": is_unique(column) and is_full(column, document)}
    if any(constraints.values()):
        field["constraints"] = {name: True for name, wanted in constraints.items() if wanted}
    return field


def _moments(column: Json) -> list[str]:
    values = [entry["value"].strip() for entry in column["top_values"]]
    return [value for value in values if classify(value, "").readings]


def _is_read(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)
    except ValueError:
        return False
    return True


def _cases(words: tuple[str, ...]) -> list[str]:
    return [form(word) for word in words for form in (str.lower, str.upper, str.capitalize)]
