"""The table's item on a file: what a person looks up first. The whole profile is in the processed bucket."""

import json
from collections.abc import Mapping
from typing import Any

from common.items import marshal

_MOST_FINDINGS = 12
LARGEST = 390_000  # bytes; DynamoDB takes 400 KB


def item(document: Mapping[str, Any], where: str, **facts: Any) -> dict[str, Any]:
    """The item's attributes. Where not all columns fit, the first ones, and `where` the rest is."""
    columns = document["columns"]
    whole = _item(document, columns, facts)
    if _size(whole) <= LARGEST:
        return whole
    fits, too_many = 0, len(columns)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if _size(_item(document, columns[:middle], facts)) <= LARGEST:
            fits = middle
        else:
            too_many = middle
    rest = {"columns": len(columns), "columns_held": fits, "rest": where}
    return _item(document, columns[:fits], facts) | {"truncated": rest}


def _item(document: Mapping[str, Any], columns: list[dict[str, Any]], facts: Mapping[str, Any]) -> dict[str, Any]:
    quality = document["quality"]
    error = document["error"]
    return {
        **facts,
        "status": document["status"],
        "row_count": document["file"]["rows"],
        "schema": {column["name"]: column["type"] for column in columns},
        "statistics": {column["name"]: _statistics(column) for column in columns if column["numeric"]},
        "quality_issues": {
            "total_rows": quality["total_rows"],
            "has_issues": quality["has_issues"],
            "missing_values": {c["name"]: _share(c["missing"]) for c in columns if c["missing"]["count"]},
            "invalid_values": {c["name"]: _share(c["invalid"]) for c in columns if c["invalid"]["count"]},
            "issues": [{**issue, "columns": issue["columns"][:10]} for issue in quality["issues"]],
        },
        "findings": _findings(quality),
        "error_message": error["message"] if error else None,
    }


def _findings(quality: Mapping[str, Any]) -> list[str]:
    """What is wrong, in a word each: what a list of files has room for."""
    kinds = [issue["kind"] or issue["code"] for issue in quality["issues"]]
    missing = ["missing-values"] if quality["missing_values"] else []
    return list(dict.fromkeys(missing + kinds))[:_MOST_FINDINGS]


def _statistics(column: Mapping[str, Any]) -> dict[str, Any]:
    numeric = column["numeric"]
    invalid = column["invalid"]["count"]
    return {
        "min": numeric["min"],
        "max": numeric["max"],
        "avg": numeric["mean"],
        "count": column["count"] - invalid,
    }


def _share(counted: Mapping[str, Any]) -> dict[str, Any]:
    return {"count": counted["count"], "percentage": counted["percentage"]}


def _size(attributes: Mapping[str, Any]) -> int:
    return len(json.dumps(marshal(attributes), ensure_ascii=False).encode("utf-8", "replace"))
