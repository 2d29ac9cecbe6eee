"""A first draft of a person's own rules for files like this one: a schema.yaml to be looked over (docs/rules.md)."""

import json
from collections.abc import Mapping
from math import ceil
from typing import Any

from barback.flows.csv_profile.exports.reading import comment, is_full, is_unique, values

Json = Mapping[str, Any]
_MOST_VALUES = 10


def draft(document: Json, path: str) -> str:
    head = comment(document, path, "rules that the file keeps; take out what another may break").replace("--", "#")
    lines = [f"severity: error\nrows: {{min: {1 if document['file']['rows'] else 0}}}\ncolumns:"]
    for column in document["columns"]:
        rules = ", ".join(f"{name}: {json.dumps(rule, ensure_ascii=False)}" for name, rule in _rules(column, document))
        lines.append(f"  {json.dumps(column['name'], ensure_ascii=False)}: {{{rules}}}")
    return head + "\n".join(lines) + "\n"


def _rules(column: Json, document: Json) -> list[tuple[str, Any]]:
    rules: list[tuple[str, Any]] = [("type", column["type"])]
    if column["invalid"]["count"]:
        rules.append(("invalid", f"{ceil(column['invalid']['percentage'])} %"))
    if is_full(column, document):
        rules.append(("missing", 0))
        if is_unique(column):
            rules.append(("unique", True))
    if (
        column["type"] == "string"
        and (every := values(column))
        and len(every) <= min(_MOST_VALUES, column["count"] // 2)
    ):
        rules.append(("values", every))
    if numeric := column["numeric"]:
        rules += [("min", 0)] if numeric["min"] >= 0 else []
    return rules
