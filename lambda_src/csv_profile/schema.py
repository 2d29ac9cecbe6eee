"""Makes the JSON schema of a profile from `csv_profile.document`; it stands in docs/csv-profile.schema.json."""

import json
import types
from inspect import getdoc
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from csv_profile.document import Document

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def schema() -> str:
    definitions: dict[str, Any] = {}
    root = _schema_of(Document, definitions)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "CSV profile", **root}
    return json.dumps(whole | {"$defs": dict(sorted(definitions.items()))}, indent=2) + "\n"


def _schema_of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema_of(argument, definitions) for argument in arguments]}
    if origin is list:
        return {"type": "array", "items": _schema_of(arguments[0], definitions)}
    if origin is dict:
        names = _schema_of(arguments[0], definitions)
        entries = {"type": "object", "additionalProperties": _schema_of(arguments[1], definitions)}
        return entries | ({"propertyNames": names} if names != {"type": "string"} else {})
    if is_typeddict(kind):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}  # it may hold itself
            definitions[kind.__name__] |= _object(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    raise TypeError(f"{kind} has no place in a JSON schema")


def _object(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    described = {"description": text} if (text := getdoc(kind)) and kind.__doc__ else {}
    return {
        "type": "object",
        **described,
        "properties": {name: _schema_of(hint, definitions) for name, hint in hints.items()},
        "required": [name for name in hints if name in kind.__required_keys__],
        "additionalProperties": False,
    }


if __name__ == "__main__":
    print(schema(), end="")
