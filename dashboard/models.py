"""What the API answers, as far as pages show it: docs/api.md. What the API may add later is ignored."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Record(Model):
    id: str
    source: str
    type: str
    captured_at: str
    title: str


class RecordPage(Model):
    records: list[Record]
    lastKey: str | None  # noqa: N815 - the field's name


class Strength(Model):
    percent: float
    low: float
    high: float


class Portion(Model):
    name: str
    measure: str | None = None


class Drink(Model):
    """A drink in a list."""

    id: str
    name: str
    category: str
    glass: str | None = None
    difficulty: str
    is_mocktail: bool
    tags: list[str] = []
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


class Ingredient(Model):
    name: str
    drinks: int


class IngredientList(Model):
    ingredients: list[Ingredient]


class Run(Model):
    ended: datetime
    request_id: str | None
    milliseconds: float
    memory_mb: int
    used_mb: int
    cold: bool
    failed: bool


class Function(Model):
    name: str
    flow: str
    description: str
    state: str
    starts_on: list[str]
    scheduled: bool
    last_run: Run | None


class LogLine(Model):
    at: datetime
    level: str
    request_id: str | None
    text: str


class FunctionLog(Model):
    function: str
    lines: list[LogLine]
    runs: list[Run]


class FailedEvent(Model):
    queue: str
    id: str
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

    queue: str
    what: str
    sent: bool
    problem: str = ""


class Started(Model):
    function: str
    request_id: str
