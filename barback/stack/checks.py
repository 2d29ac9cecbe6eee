"""What can be wrong with a stack whose every entry is valid: handlers that do not exist, actions that AWS does not
know, functions that start themselves. And what is allowed, but worth a remark.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from botocore.loaders import Loader

from barback.stack.model import SERVICE_OF_KIND, Function, Permission, Stack, UploadTrigger

Loc = tuple[str | int, ...]

# IAM names some actions otherwise than the API names its operations.
ACTIONS_ONLY = {
    "s3": {
        "ListBucket", "ListBucketVersions", "ListBucketMultipartUploads", "ListMultipartUploadParts",
        "GetObjectVersion", "GetObjectVersionTagging", "GetObjectVersionAttributes", "GetObjectVersionAcl",
        "DeleteObjectVersion", "DeleteObjectVersionTagging", "PutObjectVersionTagging", "PutObjectVersionAcl",
    },
    "dynamodb": {"ConditionCheckItem", "PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"},
    "sqs": set(),
}  # fmt: skip
# Operations that are allowed by other actions, and by which.
ALLOWED_BY = {
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:CopyObject": "s3:GetObject and s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "dynamodb:TransactWriteItems": "the actions of what the transaction does, such as dynamodb:PutItem",
    "dynamodb:TransactGetItems": "dynamodb:GetItem",
    "dynamodb:ExecuteStatement": "the PartiQL actions, such as dynamodb:PartiQLSelect",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}


def mistakes(stack: Stack, sources: Path) -> Iterator[tuple[Loc, str]]:
    """Each with its place in the stack. `sources` is the folder that the package is made of."""
    for name, function in stack.functions.items():
        if problem := _handler_problem(function.handler, sources):
            yield ("functions", name, "handler"), problem
    for section, name, owner in stack.owners():
        for i, permission in enumerate(owner.permissions):
            for j, action in enumerate(permission.actions):
                if problem := _action_problem(action):
                    yield (section, name, "permissions", i, "actions", j), problem
    yield from _loops(stack)


def remarks(stack: Stack) -> list[str]:
    """What is allowed, but loses something that a person may have wanted."""
    return [
        f"{name} keeps no failed events (failed_events: null): an event whose retries are used up is lost"
        for name, function in stack.functions.items()
        if function.failed_events is None and _is_asynchronous(function)
    ]


def _is_asynchronous(function: Function) -> bool:
    """Whether S3 or EventBridge invokes it, which do not wait for an answer. A queue keeps its messages itself."""
    return any(hasattr(trigger, "bucket") or hasattr(trigger, "schedule") for trigger in function.triggers)


def _handler_problem(handler: str, sources: Path) -> str | None:
    module, _, name = handler.rpartition(".")
    path = sources.joinpath(*module.split("."))
    file = next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)
    if file is None:
        return f"there is no {module.replace('.', '/')}.py in {sources.name}/"
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        return f"{sources.name}/{file.relative_to(sources)}{line} is not Python: {getattr(error, 'msg', error)}"
    if name not in set(_names(tree.body)):
        return f"{sources.name}/{file.relative_to(sources)} defines no {name!r}"
    return None


def _names(body: list[ast.stmt]) -> Iterator[str]:
    """What a module's statements define."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                yield name
            case ast.If() | ast.Try() | ast.With():
                for part in ("body", "orelse", "handlers", "finalbody"):
                    for inner in getattr(statement, part, []):
                        yield from _names(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])


def _action_problem(action: str) -> str | None:
    if action in ALLOWED_BY:
        return f"{action} is an operation, but not an action of IAM; what allows it is {ALLOWED_BY[action]}"
    service, _, name = action.partition(":")
    known = _operations(service) | ACTIONS_ONLY.get(service, set())
    if name in known:
        return None
    near = next((other for other in sorted(known) if other.lower().rstrip("s") == name.lower().rstrip("s")), None)
    return f"AWS knows no action {action}" + (f"; did you mean {service}:{near}?" if near else "")


@cache
def _operations(service: str) -> frozenset[str]:
    """The operations of a service, as the AWS SDK describes them."""
    if service not in SERVICE_OF_KIND.values():
        return frozenset()
    return frozenset(Loader().load_service_model(service, "service-2")["operations"])


def _loops(stack: Stack) -> Iterator[tuple[Loc, str]]:
    """Functions that may write where they, or what they start, are triggered: each event would cause the next one."""
    starts: dict[str, dict[str, tuple[int, str]]] = {name: {} for name in stack.functions}
    for writer, function in stack.functions.items():
        for i, permission in enumerate(function.permissions):
            for name, other in stack.functions.items():
                for trigger in other.triggers:
                    if isinstance(trigger, UploadTrigger) and _may_write(permission, trigger):
                        starts[writer].setdefault(name, (i, f"{trigger.bucket}/{trigger.prefix}*{trigger.suffix}"))
    for writer in stack.functions:
        for started, (i, where) in starts[writer].items():
            path = _path(starts, started, writer)
            if path is not None:
                through = f" through {', '.join(path)}" if path else ""
                yield (
                    ("functions", writer, "permissions", i),
                    f"lets {writer} write to {where}, which starts {started}: an endless loop{through}; "
                    "write under another prefix",
                )


def _may_write(permission: Permission, trigger: UploadTrigger) -> bool:
    return (
        permission.bucket == trigger.bucket
        and "s3:PutObject" in permission.actions
        and (permission.prefix.startswith(trigger.prefix) or trigger.prefix.startswith(permission.prefix))
    )


def _path(starts: dict[str, dict[str, tuple[int, str]]], origin: str, goal: str) -> list[str] | None:
    """The functions between one and another along what starts what; `None` where there is no such way."""
    seen, ways = {origin}, [[origin]]
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way[:-1]
        for following in starts[way[-1]]:
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None
