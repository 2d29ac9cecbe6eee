"""The models of infra/stack.yaml: what each entry may hold. barback/stack/load.py reads and checks the file."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

ResourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
# Buckets are named in DNS: no underscore.
BucketName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,20}$")]
Action = Annotated[str, Field(pattern=r"^[a-z0-9]+:[A-Za-z0-9]+$")]
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
    # Objects that go earlier than the rest, by the beginning of their keys; their old versions go a day later.
    expire_prefixes: dict[Annotated[str, Field(min_length=1)], Days]


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
