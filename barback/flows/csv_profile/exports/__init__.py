"""A profile as another tool's description of the file: what it is made from is the profile's JSON, never the file.

Each module makes one kind; docs/exports.md says how each is used.
"""

from collections.abc import Callable, Mapping
from typing import Any

from barback.errors import Problem
from barback.flows.csv_profile.exports import athena, duckdb, expectations, json_schema, postgres, rules, table_schema

# What a person asks for → what makes it: of a profile and where its file is.
EXPORTS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "table-schema": table_schema.table_schema,
    "data-resource": table_schema.data_resource,
    "json-schema": json_schema.json_schema,
    "sql": duckdb.script,
    "sql-duckdb": duckdb.script,
    "sql-postgres": postgres.script,
    "sql-athena": athena.script,
    "expectations": expectations.suite,
    "rules": rules.draft,
}


def export(document: Mapping[str, Any], kind: str, path: str) -> str:
    """The description of a file that lies at `path`."""
    if not document["columns"]:
        message = document["error"]["message"] if document["error"] else "it has no columns"
        raise Problem(f"{path} has nothing to describe: {message}", "name a file that can be profiled")
    if not path.isprintable():
        raise Problem(f"{path!r} has a control character in its name", "rename the file")
    return EXPORTS[kind](document, path)
