"""A JSON Schema for the file's rows as objects: what a service that takes them one by one would check."""

import json
from collections.abc import Mapping
from typing import Any

from barback.flows.csv_profile.exports.reading import number, table_name

Json = Mapping[str, Any]
_TYPES = {"int": "integer", "float": "number", "bool": "boolean"}
_FORMATS = {"date": "date", "datetime": "date-time"}


def json_schema(document: Json, path: str) -> str:
    columns = document["columns"]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table_name(path),
        "description": "A row, with values of its columns' types; a cell that is missing or invalid is null.",
        "type": "object",
        "properties": {column["name"]: _property(column) for column in columns},
        "required": [column["name"] for column in columns],
        "additionalProperties": False,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _property(column: Json) -> dict[str, Any]:
    kind: str = _TYPES.get(column["type"], "string")
    if kind in ("integer", "number") and not number(column):
        kind = "string"  # written in a way that only the profiler reads, such as £1,300
    found: dict[str, Any] = {"type": kind}
    if column["missing"]["count"] or column["invalid"]["count"] or not column["count"]:
        found["type"] = [kind, "null"]
    if column["type"] in _FORMATS:
        found["format"] = _FORMATS[column["type"]]
    if column["label"] and column["label"] != column["name"]:
        found["title"] = column["label"]
    return found
