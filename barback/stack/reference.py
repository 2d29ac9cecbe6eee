"""docs/stack.md, made from the models: `python -m barback.stack.reference` writes it, and a test keeps it current."""

import json
from typing import Any

import yaml

from barback.paths import ROOT, STACK
from barback.stack import model
from barback.stack.model import Model

PAGE = ROOT / "docs" / "stack.md"

HEAD = """# The stack

This page describes every field of [`infra/stack.yaml`](../infra/stack.yaml). It is generated from the models in
`barback/stack/model.py` by `python -m barback.stack.reference`. `make check` reports a mistake in the file with its
path and line, including a handler that does not exist, an action that AWS does not know, and a function that would
trigger itself. [add-a-flow.md](add-a-flow.md) is a walkthrough.

Names in the file are short. On a local engine, the table `file_metadata` of the stack `barback` is called
`barback-file_metadata`; on AWS it is called `barback-<ENV>-file_metadata`, and bucket names end with the account
number.

The defaults come from `defaults` in the file, where you can change them for each kind of entry. A required field has no
default.
"""

# A title, the kind under `defaults`, the model, and what else there is to say.
SECTIONS: list[tuple[str, str, type[Model], str]] = [
    ("The file", "", model.Stack, "`defaults` contains values for entries that do not set them, under `bucket`,\n"
     "`table`, `queue` and `function`."),
    ("`runtime`", "", model.Runtime, "Locally, functions run on this machine's processor, and on the embedded engine\n"
     "also with this machine's Python."),
    ("`buckets`", "bucket", model.Bucket, "Every bucket is private and encrypted, and refuses calls without TLS."),
    ("`tables`", "table", model.Table, "Every table uses on-demand billing."),
    ("An index of a table", "", model.Index, ""),
    ("`queues`", "queue", model.Queue, "Every queue is encrypted and refuses calls without TLS."),
    ("`functions`", "function", model.Function, "Every function has a role of its own, with its permissions\n"
     "and no others."),
    ("A trigger by an upload", "", model.UploadTrigger, "An object that is created in a bucket invokes the function."),
    ("A trigger by a schedule", "", model.ScheduleTrigger, "An EventBridge rule invokes the function."),
    ("A trigger by a queue", "", model.QueueTrigger, "Messages invoke the function in batches. The function returns\n"
     "those that failed, and only these are delivered again."),
    ("A trigger by HTTP", "", model.HttpTrigger, "Requests invoke the function with payload format 2.0: through an\n"
     "HTTP API on AWS, and through a function URL on local engines."),
    ("A permission", "", model.Permission, "Set exactly one of `bucket`, `table` and `queue`. A function receives the\n"
     "names of the resources that it can use, and of no others, as environment variables."),
]  # fmt: skip


def page() -> str:
    defaults = yaml.safe_load(STACK.read_text(encoding="utf-8"))["defaults"]
    parts = [HEAD]
    for title, kind, entry, text in SECTIONS:
        parts.append(f"## {title}\n")
        parts += [f"{text}\n"] if text else []
        parts.append(_table(entry, defaults.get(kind, {})))
    return "\n".join(parts)


def _table(entry: type[Model], defaults: dict[str, Any]) -> str:
    schema = entry.model_json_schema()
    rows = ["| field | value | default | |", "| --- | --- | --- | --- |"]
    for name, field in schema["properties"].items():
        if name in defaults:
            default = f"`{json.dumps(defaults[name])}`"
        else:
            default = "required" if name in schema.get("required", []) else f"`{json.dumps(field.get('default', {}))}`"
        rows.append(f"| `{name}` | {_words(field, schema)} | {default} | {field['description']} |" + "")
    return "\n".join(rows) + "\n"


def _words(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a field may hold, in words."""
    if options := field.get("anyOf") or field.get("oneOf"):
        return " or ".join(dict.fromkeys(_words(option, schema) for option in options))
    if "$ref" in field:
        return "see below"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "pattern" in field:
        return "`" + str(field["pattern"]).replace("|", "\\|") + "`"
    least, most = field.get("minimum"), field.get("maximum")
    match field.get("type"):
        case "integer" if most is not None:
            return f"{least:,} to {most:,}"
        case "integer":
            return f"{least} or more"
        case "boolean":
            return "true, false"
        case "null":
            return "null"
        case "array":
            return f"a list: {_words(field['items'], schema)}"
        case "object":
            values = next(iter(field.get("patternProperties", {}).values()), field.get("additionalProperties"))
            return f"a mapping: {_words(values, schema)}" if isinstance(values, dict) else "any mapping"
        case _:
            return "text"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
