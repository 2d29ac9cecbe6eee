"""The models of infra/stack.yaml. A mistake in it is named with its path and line before anything is built.

`load` returns a checked Stack; `compile_stack` turns that into the plain JSON that the LocalStack hook builds from,
so that the hook needs neither YAML nor pydantic.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from barback.errors import Problem

ResourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
# Buckets are named in DNS: no underscore.
BucketName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,20}$")]
Action = Annotated[str, Field(pattern=r"^[a-z0-9]+:[A-Za-z]+$")]
Days = Annotated[int, Field(ge=1, le=3653)]

# What CloudWatch Logs takes, up to two years.
LogRetention = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
SERVICE_OF_KIND = {"bucket": "s3", "table": "dynamodb", "queue": "sqs"}


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Runtime(Model):
    python: Annotated[str, Field(pattern=r"^3\.\d+$")]
    architecture: Literal["arm64", "x86_64"]


class Bucket(Model):
    versioning: bool
    expire_days: Days | None
    expire_versions_days: Days | None


class Index(Model):
    key: str
    sort: str | None = None


class Table(Model):
    key: str
    sort: str | None
    indexes: dict[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{2,254}$")], Index]
    ttl: str | None
    recovery: bool

    @property
    def key_attributes(self) -> list[str]:
        """Every attribute that some key names, each once, in order."""
        names = [self.key, self.sort, *(n for i in self.indexes.values() for n in (i.key, i.sort))]
        return list(dict.fromkeys(name for name in names if name))


class Queue(Model):
    visibility_timeout: Annotated[int, Field(ge=0, le=43200)]
    retention_days: Annotated[int, Field(ge=1, le=14)]
    max_receives: Annotated[int, Field(ge=1, le=1000)] | None
    dead_letters: ResourceName | None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.max_receives is None) != (self.dead_letters is None):
            raise ValueError("max_receives and dead_letters go together: after how many receives, and where to")
        return self


class UploadTrigger(Model):
    bucket: BucketName
    prefix: str
    suffix: str

    def overlaps(self, other: "UploadTrigger") -> bool:
        """Whether one key could match both: S3 refuses such a pair."""
        return (
            self.bucket == other.bucket
            and (self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix))
            and (self.suffix.endswith(other.suffix) or other.suffix.endswith(self.suffix))
        )


class ScheduleTrigger(Model):
    schedule: Annotated[str, Field(pattern=r"^(rate\(\d+ (minute|minutes|hour|hours|day|days)\)|cron\([^)]+\))$")]
    payload: dict[str, Any] = {}


class QueueTrigger(Model):
    queue: ResourceName
    batch: Annotated[int, Field(ge=1, le=10000)]
    window: Annotated[int, Field(ge=0, le=300)] = 0


def _trigger_kind(value: Any) -> str | None:
    try:
        fields = dict(value)
    except (TypeError, ValueError):
        return None
    return next((kind for kind in ("bucket", "schedule", "queue") if kind in fields), None)


Trigger = Annotated[
    Annotated[UploadTrigger, Tag("bucket")]
    | Annotated[ScheduleTrigger, Tag("schedule")]
    | Annotated[QueueTrigger, Tag("queue")],
    Discriminator(
        _trigger_kind,
        custom_error_type="trigger_kind",
        custom_error_message="a trigger has one of bucket, schedule, queue",
    ),
]


class Permission(Model):
    bucket: BucketName | None = None
    table: ResourceName | None = None
    queue: ResourceName | None = None
    prefix: str = ""
    index: str | None = None
    actions: Annotated[list[Action], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_resource(self) -> Self:
        kinds = [kind for kind in SERVICE_OF_KIND if getattr(self, kind)]
        if len(kinds) != 1:
            raise ValueError("a permission names exactly one of bucket, table, queue")
        service = SERVICE_OF_KIND[kinds[0]]
        for action in self.actions:
            if not action.startswith(f"{service}:"):
                raise ValueError(f"{action} is not an action on a {kinds[0]}; those start with {service}:")
        if self.prefix and not self.bucket:
            raise ValueError("prefix belongs to a bucket")
        if self.index and not self.table:
            raise ValueError("index belongs to a table")
        return self

    @property
    def resource(self) -> tuple[str, str]:
        return next((kind, getattr(self, kind)) for kind in SERVICE_OF_KIND if getattr(self, kind))


class Function(Model):
    description: str
    handler: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$")]
    memory: Annotated[int, Field(ge=128, le=10240)]
    timeout: Annotated[int, Field(ge=1, le=900)]
    retries: Annotated[int, Field(ge=0, le=2)]
    event_age: Annotated[int, Field(ge=60, le=21600)]
    failed_events: ResourceName | None
    log_retention_days: LogRetention
    concurrency: Annotated[int, Field(ge=1)] | None
    environment: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], str]
    triggers: list[Trigger]
    permissions: list[Permission]


class Stack(Model):
    version: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,20}$")]
    runtime: Runtime
    tags: dict[str, str]
    buckets: dict[BucketName, Bucket]
    tables: dict[ResourceName, Table]
    queues: dict[ResourceName, Queue]
    functions: dict[ResourceName, Function]


def load(path: Path) -> Stack:
    """Reads and checks a stack. Every mistake found is told at once, each with its path and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem(f"cannot read {path}: {error.strerror}", "run this from a checkout of the project") from None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        raw = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        raise Problem(f"{path.name} is not valid YAML: {error}", "mend the line it names") from None
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
            mistakes = list(_broken_references(stack))
    if mistakes:
        shown = dict.fromkeys(f"{_dotted(loc)} (line {_line_of(loc, lines)}): {what}" for loc, what in mistakes)
        raise Problem(f"{path.name}: " + "\n  ".join(("", *shown)).lstrip(), "mend the stack; nothing was built")
    return stack


def compile_stack(stack: Stack) -> str:
    """The stack as plain JSON, the same bytes for the same stack."""
    return json.dumps(stack.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"


Loc = tuple[str | int, ...]
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
    """Where a person wrote what the models complain of: drops pydantic's own steps, follows defaults home."""
    if str(loc[0]).startswith("defaults."):
        return ("defaults", str(loc[0]).removeprefix("defaults."))
    path: Loc = tuple(step for step in loc if step != "[key]")
    if len(path) > 4 and path[2] == "triggers":
        path = (*path[:4], *path[5:])  # the step that names the kind of trigger
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


def _broken_references(stack: Stack) -> Iterator[tuple[Loc, str]]:
    kinds: dict[str, dict[str, Any]] = {"bucket": stack.buckets, "table": stack.tables, "queue": stack.queues}

    def unknown(kind: str, name: str | None) -> str | None:
        if name is None or name in kinds[kind]:
            return None
        return f"there is no {kind} {name!r}; the stack has {', '.join(sorted(kinds[kind])) or 'none'}"

    for name, queue in stack.queues.items():
        if problem := unknown("queue", queue.dead_letters):
            yield ("queues", name, "dead_letters"), problem
    seen: list[tuple[str, UploadTrigger]] = []
    consumers: dict[str, str] = {}
    for name, function in stack.functions.items():
        here: Loc = ("functions", name)
        if problem := unknown("queue", function.failed_events):
            yield (*here, "failed_events"), problem
        for i, permission in enumerate(function.permissions):
            kind, resource = permission.resource
            if problem := unknown(kind, resource):
                yield (*here, "permissions", i, kind), problem
            elif permission.index and permission.index not in stack.tables[resource].indexes:
                yield (
                    (*here, "permissions", i, "index"),
                    f"table {resource} has no index {permission.index!r}",
                )
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
