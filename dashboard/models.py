"""What the API answers, as far as pages show it: docs/api.md. What the API may add later is ignored."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ProfileSummary(Model):
    """A file in a list. What a file that was never read has not is None."""

    file_name: str
    status: str
    row_count: int | None = None
    size: int | None = None
    processed_timestamp: str | None = None
    etag: str | None = None
    error_message: str | None = None
    drift: str | None = None
    findings: list[str] = []


class ProfilePage(Model):
    profiles: list[ProfileSummary]
    lastKey: str | None  # noqa: N815 - the field's name


class Version(Model):
    id: str
    profiled: str
    size: int
    current: bool


class Versions(Model):
    versions: list[Version]


class Changes(Model):
    """None where two profiles cannot be compared."""

    drift: dict[str, Any] | None


class Uploaded(Model):
    key: str
    etag: str


class FileCounts(Model):
    files: int
    rows: int
    by_status: dict[str, int]
    by_date: dict[str, int]
    complete: bool


class Summary(Model):
    profiles: FileCounts


class Record(Model):
    id: str
    source: str
    type: str
    captured_at: str
    title: str


class RecordPage(Model):
    records: list[Record]
    lastKey: str | None  # noqa: N815 - the field's name


class Analytics(Model):
    total: int
    by_source: dict[str, int]
    by_date: dict[str, int]


class Strength(Model):
    percent: float


class Portion(Model):
    name: str
    measure: str | None = None


class Drink(Model):
    """A drink in a list."""

    id: str
    name: str
    glass: str | None = None
    difficulty: str
    is_mocktail: bool
    strength: Strength | None = None
    unknown: list[str] = []
    ingredients: list[Portion]
    missing: list[str] | None = None


class Purchase(Model):
    ingredient: str
    drinks: int


class DrinkPage(Model):
    drinks: list[Drink]
    total: int
    lastKey: str | None  # noqa: N815 - the field's name
    one_more: list[Purchase]
    near: dict[str, list[str]]
    instead: dict[str, str]


class Total(Model):
    """How many there are in all, of an answer that also holds some of them."""

    total: int


class Ingredient(Model):
    name: str
    drinks: int


class IngredientList(Model):
    ingredients: list[Ingredient]


class Queue(Model):
    waiting: int
    in_work: int
    oldest_seconds: int | None
    dead_letters: bool


class Pipeline(Model):
    queues: dict[str, Queue]
    flows: dict[str, dict[str, Any]]


class Run(Model):
    ended: datetime
    milliseconds: float
    used_mb: int
    cold: bool
    failed: bool


class Function(Model):
    name: str
    description: str
    state: str
    starts_on: list[str]
    last_run: Run | None


class LogLine(Model):
    at: datetime
    level: str
    text: str


class FunctionLog(Model):
    lines: list[LogLine]
    runs: list[Run]


class FailedEvent(Model):
    function: str | None
    about: str
    reason: str
    attempts: int
    failed: datetime
    can_be_sent: bool


class FailedEvents(Model):
    events: list[FailedEvent]
    total: int


class Sent(Model):
    """What became of an event that was to be sent again."""

    what: str
    sent: bool
    problem: str = ""
