"""The models of infra/stack.yaml: what each entry may hold. barback/stack/load.py reads and checks the file."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from barback.stack.policy import KINDS

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
    python: Annotated[str, Field(pattern=r"^3\.\d+$")] = Field(
        description="the Python of the package on AWS and in Docker, such as 3.13"
    )
    architecture: Literal["arm64", "x86_64"] = Field(description="the processor of the functions on AWS")


class Bucket(Model):
    versioning: bool = Field(description="whether overwritten and deleted objects are kept as old versions")
    expire_days: Days | None = Field(description="days until an object is deleted; null keeps it")
    expire_versions_days: Days | None = Field(description="days until an old version is deleted; null keeps it")
    expire_prefixes: dict[Annotated[str, Field(min_length=1)], Days] = Field(
        description="by prefix, days until objects are deleted; their old versions are deleted a day later"
    )
    expect: dict[Annotated[str, Field(min_length=1)], Any] = Field(
        default={}, description="rules for files, by prefix: docs/rules.md"
    )


class Index(Model):
    key: str = Field(description="the partition key of the index, a string")
    sort: str | None = Field(default=None, description="the sort key of the index, a string; null for none")
    include: Annotated[list[str], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="the attributes that the index contains beside the keys; null for all"
    )


class Table(Model):
    key: str = Field(description="the partition key, a string")
    sort: str | None = Field(description="the sort key, a string; null for none")
    indexes: dict[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{2,254}$")], Index] = Field(
        description="global secondary indexes, by name"
    )
    ttl: str | None = Field(
        description="the attribute with the time (in seconds since 1970) at which an item is deleted; null for none"
    )
    recovery: bool = Field(description="point-in-time recovery")

    @property
    def key_attributes(self) -> list[str]:
        """Every attribute that some key names, each once, in order."""
        names = [self.key, self.sort, *(n for i in self.indexes.values() for n in (i.key, i.sort))]
        return list(dict.fromkeys(name for name in names if name))


class Queue(Model):
    visibility_timeout: Annotated[int, Field(ge=0, le=43200)] = Field(
        description="seconds for which a received message is hidden; at least 6 times the timeout of its function"
    )
    retention_days: Annotated[int, Field(ge=1, le=14)] = Field(
        description="days after which SQS deletes a message that was not processed"
    )
    max_receives: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        description="how many times a message is received before it goes to dead_letters"
    )
    dead_letters: ResourceName | None = Field(
        description="the dead-letter queue, for messages that were received max_receives times; set both or neither"
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.max_receives is None) != (self.dead_letters is None):
            raise ValueError("max_receives and dead_letters go together: after how many receives, and where to")
        return self


class UploadTrigger(Model):
    bucket: BucketName = Field(description="the bucket")
    prefix: str = Field(description="what the key begins with; may be empty")
    suffix: str = Field(description="what the key ends with; may be empty. No key may match two triggers")

    def overlaps(self, other: "UploadTrigger") -> bool:
        """Whether one key could match both: S3 refuses such a pair."""
        return (
            self.bucket == other.bucket
            and (self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix))
            and (self.suffix.endswith(other.suffix) or other.suffix.endswith(self.suffix))
        )


class ScheduleTrigger(Model):
    schedule: Annotated[str, Field(pattern=r"^(rate\(\d+ (minute|minutes|hour|hours|day|days)\)|cron\([^)]+\))$")] = (
        Field(description="rate(5 minutes), or cron(0 6 * * ? *) with six fields, in UTC")
    )
    payload: dict[str, Any] = Field(default_factory=dict, description="the event that the function receives")


class QueueTrigger(Model):
    queue: ResourceName = Field(description="the queue")
    batch: Annotated[int, Field(ge=1, le=10000)] = Field(description="the maximum number of messages in one invocation")
    window: Annotated[int, Field(ge=0, le=300)] = Field(
        default=0, description="seconds to wait for a batch to fill; at least 1 for batches over 10"
    )


class HttpTrigger(Model):
    """Requests of anyone: an HTTP API on AWS, a function URL on local engines."""

    http: Literal["public"] = Field(description="who can call it: anyone")
    origins: list[Annotated[str, Field(pattern=r"^(\*|https?://[^/\s]+)$")]] = Field(
        [], description="sites whose pages can call it from a browser (CORS); `*` for all"
    )
    methods: list[Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]] = Field(
        ["GET"], description="the methods that these pages can use"
    )
    rate: int = Field(ge=1, le=10000, description="requests per second that are allowed on AWS on average")
    burst: int = Field(ge=1, le=5000, description="requests that are allowed at once on AWS")


def _trigger_kind(value: Any) -> str | None:
    try:
        fields = dict(value)
    except (TypeError, ValueError):
        return None
    return next((kind for kind in ("bucket", "schedule", "queue", "http") if kind in fields), None)


Trigger = Annotated[
    Annotated[UploadTrigger, Tag("bucket")]
    | Annotated[ScheduleTrigger, Tag("schedule")]
    | Annotated[QueueTrigger, Tag("queue")]
    | Annotated[HttpTrigger, Tag("http")],
    Discriminator(
        _trigger_kind,
        custom_error_type="trigger_kind",
        custom_error_message="a trigger has one of bucket, schedule, queue, http",
    ),
]


class Permission(Model):
    bucket: BucketName | None = Field(
        default=None, description="the bucket; its name is given in the variable `BUCKET_NAME`"
    )
    table: ResourceName | None = Field(
        default=None, description="the table; its name is given in the variable `TABLE_NAME`"
    )
    queue: ResourceName | None = Field(
        default=None, description="the queue; its URL is given in the variable `QUEUE_NAME`"
    )
    prefix: str = Field(default="", description="only objects whose keys begin with this")
    index: str | None = Field(default=None, description="an index of the table, instead of the table itself")
    actions: Annotated[list[Action], Field(min_length=1)] = Field(
        description="IAM actions on that resource, such as s3:GetObject"
    )

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


class Owner(Model):
    """What has a role of its own: a function, or an entry of another kind in policy.KINDS."""

    description: str = Field(description="what it does, in one line")
    permissions: list[Permission] = Field(description="what it can do; everything else is denied")


class Function(Owner):
    handler: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$")] = Field(
        description="module and function in lambda_src/, such as csv_profile.handler.handle"
    )
    memory: Annotated[int, Field(ge=128, le=10240)] = Field(
        description="MB; on AWS the share of a CPU grows with it: 1769 MB is one CPU"
    )
    timeout: Annotated[int, Field(ge=1, le=900)] = Field(description="seconds")
    retries: Annotated[int, Field(ge=0, le=2)] = Field(
        description="how many times a failed asynchronous invocation (S3, schedule) is retried"
    )
    event_age: Annotated[int, Field(ge=60, le=21600)] = Field(
        description="seconds after which an event that could not be delivered is treated as failed"
    )
    failed_events: ResourceName | None = Field(
        description="the queue that keeps events that failed after all retries; with null they are lost"
    )
    log_retention_days: LogRetention = Field(description="days until a log line is deleted")
    concurrency: Annotated[int, Field(ge=1)] | None = Field(
        description="the maximum number of concurrent invocations; null for no limit of its own"
    )
    environment: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], str] = Field(
        description="environment variables; locally, the addresses of stand-ins replace those of public APIs"
    )
    triggers: list[Trigger] = Field(description="what invokes the function")


class Stack(Model):
    version: Literal[1] = Field(description="the version of this format")
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,20}$")] = Field(
        description="the prefix of every resource's name"
    )
    runtime: Runtime = Field(description="what the package is built for")
    tags: dict[str, str] = Field(description="tags of every resource")
    buckets: dict[BucketName, Bucket] = Field(description="buckets, by short name")
    tables: dict[ResourceName, Table] = Field(description="DynamoDB tables, by short name")
    queues: dict[ResourceName, Queue] = Field(description="SQS queues, by short name")
    functions: dict[ResourceName, Function] = Field(description="functions, by short name")

    def owners(self) -> Iterator[tuple[str, str, Owner]]:
        """Every entry with a role of its own: its section, its name, and the entry."""
        for section in KINDS:
            for name, entry in getattr(self, section, {}).items():
                yield section, name, entry

    @property
    def options(self) -> list[str]:
        """The environment variables that some function has of its own: what a user may set for all of them."""
        return sorted({name for function in self.functions.values() for name in function.environment})
