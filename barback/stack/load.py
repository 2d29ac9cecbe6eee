"""Reads infra/stack.yaml. A mistake in it is named with its path and line before anything is built.

`load` returns a checked Stack; `compile_stack` turns that into the plain JSON that the LocalStack hook builds from,
so that the hook needs neither YAML nor pydantic.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from barback.errors import Problem
from barback.stack.checks import Loc
from barback.stack.checks import mistakes as checked
from barback.stack.model import HttpTrigger, QueueTrigger, ScheduleTrigger, Stack, UploadTrigger
from barback.stack.names import PACKAGES, Names

# Also of what has the role, and of a function's rules.
LONGEST_ROLE = 64
LONGEST_QUEUE = 80
LONGEST_BUCKET = 63


def load(path: Path, sources: Path | None = None) -> Stack:
    """Reads and checks a stack. All mistakes are reported at once, each with its path and line.

    With `sources`, the folder of the functions' code, it is also checked that the stack fits that code and AWS.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem(f"cannot read {path}: {error.strerror}", "run this from a checkout of the project") from None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        raw = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        raise Problem(f"{path.name} is not valid YAML: {error}", "fix the line it names") from None
    if not isinstance(raw, dict) or node is None:
        raise Problem(f"{path.name} does not hold a mapping", "start from the file the project came with")
    lines = dict(_lines(node, ()))
    mistakes = list(_duplicate_keys(node, ()))
    if not mistakes:
        try:
            stack = Stack.model_validate(_with_defaults(raw))
        except ValidationError as error:
            mistakes = [(_written_path(e["loc"], raw), _sentence(e)) for e in error.errors()]
        else:
            found = [*_broken_references(stack), *_broken_rules(stack), *_long_names(stack), *_reserved_names(stack)]
            found = found or (list(checked(stack, sources)) if sources else [])
            mistakes = [(_or_default(loc, raw), what) for loc, what in found]
    if mistakes:
        shown = dict.fromkeys(f"{_dotted(loc)} (line {_line_of(loc, lines)}): {what}" for loc, what in mistakes)
        raise Problem(f"{path.name}: " + "\n  ".join(("", *shown)).lstrip(), "fix the stack; nothing was built")
    return stack


def compile_stack(stack: Stack) -> str:
    """The stack as plain JSON, the same bytes for the same stack."""
    return json.dumps(stack.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"


SECTIONS = {"buckets": "bucket", "tables": "table", "queues": "queue", "functions": "function"}


def _with_defaults(raw: dict[str, Any]) -> dict[str, Any]:
    """Each entry over the defaults of its kind; what is left of `defaults` itself is checked by the models."""
    defaults = raw.get("defaults") or {}
    merged = {key: value for key, value in raw.items() if key != "defaults"}
    for kind in set(defaults) - set(SECTIONS.values()):
        merged[f"defaults.{kind}"] = defaults[kind]  # an unknown section: refused under its own name
    for section, kind in SECTIONS.items():
        entries = raw.get(section)
        if isinstance(entries, dict):
            merged[section] = {
                name: {**(defaults.get(kind) or {}), **(entry or {})} if isinstance(entry, dict | None) else entry
                for name, entry in entries.items()
            }
    return merged


def _written_path(loc: Loc, raw: dict[str, Any]) -> Loc:
    """Where a person wrote what the models complain of: without pydantic's own steps."""
    if str(loc[0]).startswith("defaults."):
        return ("defaults", str(loc[0]).removeprefix("defaults."))
    path: Loc = tuple(step for step in loc if step != "[key]")
    if len(path) > 4 and path[2] == "triggers":
        path = (*path[:4], *path[5:])  # the step that names the kind of trigger
    return _or_default(path, raw)


def _or_default(path: Loc, raw: dict[str, Any]) -> Loc:
    """The path of the default that a value came from, if it came from one."""
    if path and path[0] in SECTIONS and len(path) >= 3:
        section, name, field = str(path[0]), path[1], path[2]
        if field not in (raw[section].get(name) or {}) and field in (raw.get("defaults") or {}).get(
            SECTIONS[section], {}
        ):
            return ("defaults", SECTIONS[section], *path[2:])
    return path


def _sentence(error: Any) -> str:
    kind, message = error["type"], str(error["msg"])
    if kind == "extra_forbidden":
        return "is not a field of this entry; check its spelling"
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return f"{error['input']!r} is not of the form {error['ctx']['pattern']}"
    if kind == "literal_error":
        return f"{error['input']!r} is not one of {error['ctx']['expected']}"
    return message.removeprefix("Value error, ")


def _long_names(stack: Stack) -> Iterator[tuple[Loc, str]]:
    """Names that AWS would refuse, in the environment whose name is the longest."""
    names = Names.aws(stack.name, "staging", "0" * 12, "us-east-1")
    full = [(section, short, names.role(short), LONGEST_ROLE) for section, short, _ in stack.owners()]
    full += [("queues", short, names.queue(short), LONGEST_QUEUE) for short in stack.queues]
    full += [("buckets", short, names.bucket(short), LONGEST_BUCKET) for short in stack.buckets]
    for function, entry in stack.functions.items():
        schedules = sum(isinstance(trigger, ScheduleTrigger) for trigger in entry.triggers)
        if schedules > 1:
            rule = names.rule(f"{function}-{schedules}")
            full.append(("functions", function, rule, LONGEST_ROLE))
    for section, short, name, longest in full:
        if len(name) > longest:
            yield (
                (section, short),
                f"is called {name} on AWS, which is {len(name)} characters; {longest} are allowed: choose a shorter "
                "name, here or for the stack",
            )


def _reserved_names(stack: Stack) -> Iterator[tuple[Loc, str]]:
    if PACKAGES in stack.buckets:
        yield ("buckets", PACKAGES), "is the bucket for the Lambda package on AWS: choose another name"


def _broken_references(stack: Stack) -> Iterator[tuple[Loc, str]]:
    kinds: dict[str, dict[str, Any]] = {"bucket": stack.buckets, "table": stack.tables, "queue": stack.queues}

    def unknown(kind: str, name: str | None) -> str | None:
        if name is None or name in kinds[kind]:
            return None
        return f"there is no {kind} {name!r}; the stack has {', '.join(sorted(kinds[kind])) or 'none'}"

    for name, queue in stack.queues.items():
        if problem := unknown("queue", queue.dead_letters):
            yield ("queues", name, "dead_letters"), problem
    named: dict[str, str] = {}
    for section, name, owner in stack.owners():
        if name in named:
            yield (section, name), f"is the name of an entry of {named[name]} too; both roles would be called so"
        named[name] = section
        for i, permission in enumerate(owner.permissions):
            kind, resource = permission.resource
            if problem := unknown(kind, resource):
                yield (section, name, "permissions", i, kind), problem
            elif permission.index and permission.index not in stack.tables[resource].indexes:
                yield (section, name, "permissions", i, "index"), f"table {resource} has no index {permission.index!r}"
    seen: list[tuple[str, UploadTrigger]] = []
    consumers: dict[str, str] = {}
    for name, function in stack.functions.items():
        here: Loc = ("functions", name)
        if problem := unknown("queue", function.failed_events):
            yield (*here, "failed_events"), problem
        for i, trigger in enumerate(function.triggers):
            at: Loc = (*here, "triggers", i)
            if isinstance(trigger, UploadTrigger):
                if problem := unknown("bucket", trigger.bucket):
                    yield (*at, "bucket"), problem
                for other, earlier in seen:
                    if trigger.overlaps(earlier):
                        yield (
                            at,
                            f"overlaps a trigger of {other} ({earlier.prefix}*{earlier.suffix}): S3 refuses that",
                        )
                seen.append((name, trigger))
            elif isinstance(trigger, QueueTrigger):
                if problem := unknown("queue", trigger.queue):
                    yield (*at, "queue"), problem
                elif (hidden := stack.queues[trigger.queue].visibility_timeout) < 6 * function.timeout:
                    yield (
                        at,
                        (
                            f"queue {trigger.queue} hides a message for {hidden} s; AWS asks for 6 × the function's "
                            f"timeout, {6 * function.timeout} s, else it is delivered twice"
                        ),
                    )
                if trigger.queue in consumers:
                    yield (
                        at,
                        f"queue {trigger.queue} already feeds {consumers[trigger.queue]}; they would share messages",
                    )
                consumers[trigger.queue] = name
                if trigger.batch > 10 and trigger.window == 0:
                    yield at, "a batch over 10 needs a window of at least 1 second"
            elif isinstance(trigger, HttpTrigger) and any(
                isinstance(earlier, HttpTrigger) for earlier in function.triggers[:i]
            ):
                yield at, "the function has an address already; one http trigger is enough"


def _broken_rules(stack: Stack) -> Iterator[tuple[Loc, str]]:
    """Rules for files are the business of the flow that reads the files."""
    if any(bucket.expect for bucket in stack.buckets.values()):
        from barback.flows import flows_of  # not needed to build a stack without rules

        for flow in flows_of(stack):
            yield from flow.mistakes()


def _lines(node: yaml.Node, path: Loc) -> Iterator[tuple[Loc, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
            yield (*path, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _lines(value, (*path, i))


def _duplicate_keys(node: yaml.Node, path: Loc) -> Iterator[tuple[Loc, str]]:
    """YAML lets a later key replace an earlier one in silence; here that is a mistake."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*path, key.value), "is there twice"
            seen.add(key.value)
            yield from _duplicate_keys(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _duplicate_keys(value, (*path, i))


def _line_of(loc: Loc, lines: dict[Loc, int]) -> int:
    while loc and loc not in lines:
        loc = loc[:-1]
    return lines.get(loc, 1)


def _dotted(loc: Loc) -> str:
    return (
        re.sub(r"\.\[", "[", ".".join(f"[{step}]" if isinstance(step, int) else str(step) for step in loc)) or "stack"
    )
