"""The profile document: one description, which those who write it are checked against and its JSON schema is made from.

docs/csv-profile.md says what the fields mean. `python -m csv_profile.schema` prints the schema.
"""

from typing import Literal, NotRequired, TypedDict

Direction = Literal["ascending", "strictly ascending", "descending", "strictly descending"]
Type = Literal["int", "float", "bool", "date", "datetime", "time", "string"]
MeaningName = Literal[
    "e-mail",
    "URL",
    "IP address",
    "UUID",
    "IBAN",
    "card number",
    "phone number",
    "postal code",
    "country",
    "currency",
    "latitude",
    "longitude",
    "JSON",
]


class Failure(TypedDict):
    code: str
    message: str
    rows_profiled: int
    bytes_read: int


class LineEndings(TypedDict):
    lf: int
    crlf: int
    cr: int


class EncodingEvidence(TypedDict):
    multibyte_utf8_bytes: int
    other_bytes: int
    other_bytes_plausible: int


class DelimiterEvidence(TypedDict):
    delimiter: str
    columns: int
    rows_agreeing: float
    cells_with_type: float


class DialectEvidence(TypedDict):
    delimiters: list[DelimiterEvidence]
    escapes: bool
    header: str


class Evidence(DialectEvidence):
    encoding: EncodingEvidence


class File(TypedDict):
    """From `encoding` on, null, false or 0 where not even a beginning could be read."""

    key: str | None
    size: int | None
    etag: str | None
    version_id: str | None
    compression: Literal["gzip"] | None
    content_size: int | None
    sha256: str | None
    encoding: str | None
    bom: bool
    delimiter: str | None
    quote: str | None
    line_ending: Literal["lf", "crlf", "cr", "mixed"] | None
    line_endings: LineEndings | None
    header: bool
    header_lines: int
    preamble_lines: int
    rows: int
    columns: int
    blank_rows: int
    malformed_rows: int
    evidence: Evidence | None


class Share(TypedDict):
    count: int
    percentage: float


class Value(TypedDict):
    value: str
    count: int


class Missing(Share):
    spellings: list[Value]


class Example(TypedDict):
    value: str
    row: int


class Invalid(Share):
    examples: list[Example]


class Distinct(TypedDict):
    """`error` is the standard error in percent: two of three estimates are closer than that, nearly all than thrice."""

    count: int
    estimated: bool
    error: float


class Quantiles(TypedDict):
    p01: int | float
    p05: int | float
    p25: int | float
    p50: int | float
    p75: int | float
    p95: int | float
    p99: int | float
    estimated: bool


class Outliers(TypedDict):
    """Numbers below or above the quartiles by more than 1.5 times their distance."""

    below: int
    above: int
    low: int | float
    high: int | float


class Numeric(TypedDict):
    min: int | float
    max: int | float
    mean: float | None
    std: float | None
    skewness: float | None
    sum: int | float | None
    zeros: int
    negatives: int
    decimals: int
    quantiles: Quantiles
    outliers: Outliers
    histogram: list[int] | None


class MomentQuantiles(TypedDict):
    p01: str
    p05: str
    p25: str
    p50: str
    p75: str
    p95: str
    p99: str
    estimated: bool


class Range(TypedDict):
    min: str
    max: str
    quantiles: MomentQuantiles
    histogram: list[int] | None


class Length(TypedDict):
    min: int
    max: int
    mean: int | float


class Variants(TypedDict):
    """Values that differ only in case or in space around them: how many there are of such, and some."""

    count: int
    examples: list[list[str]]


class Text(TypedDict):
    """The smallest and the largest text, by code points."""

    min: str
    max: str
    variants: Variants


class Meaning(TypedDict):
    """What the cells seem to be, and the share of those looked at that are."""

    name: MeaningName
    percentage: float


class Column(TypedDict):
    name: str
    position: int
    label: str
    type: Type
    format: str | None
    count: int
    counts: dict[Type, int]
    missing: Missing
    suspects: list[Value]
    invalid: Invalid
    distinct: Distinct
    top_values: list[Value]
    top_values_error: int
    order: Direction | None
    ascii: bool
    numeric: Numeric | None
    range: Range | None
    length: Length | None
    text: Text | None
    meaning: Meaning | None
    masked: bool
    alerts: list[str]


class Repeat(TypedDict):
    row: int
    first_row: int


class DuplicateRows(Share):
    estimated: bool
    examples: list[Repeat]


class Key(TypedDict):
    """Columns whose cells together differ in every row; not proven where that rests on an estimate."""

    columns: list[str]
    proven: bool


class Issue(TypedDict):
    code: str
    kind: str | None
    count: int
    message: str
    lines: list[int]
    columns: list[str]


class Quality(TypedDict):
    has_issues: bool
    total_rows: int
    rows_with_missing: Share
    duplicate_rows: DuplicateRows | None
    missing_values: dict[str, Share]
    invalid_values: dict[str, Invalid]
    issues: list[Issue]


class Rows(TypedDict):
    before: int
    now: int


class Against(TypedDict):
    etag: str | None
    version_id: str | None


class FileChange(TypedDict):
    what: Literal["delimiter", "encoding", "header"]
    before: str | bool | None
    now: str | bool | None


class Renamed(TypedDict):
    before: str
    now: str


class Moved(TypedDict):
    name: str
    before: int
    now: int


class Change(TypedDict):
    """`distance` is of distributions; `before` and `now` are then the medians of numbers."""

    name: str
    what: Literal["type", "format", "missing", "invalid", "distinct", "unique", "distribution", "newest"]
    before: str | int | float | bool | None
    now: str | int | float | bool | None
    distance: NotRequired[float]


class Drift(TypedDict):
    """What changed since the key's last profile: docs/drift.md."""

    against: Against
    rows: Rows
    file: list[FileChange]
    added: list[str]
    gone: list[str]
    renamed: list[Renamed]
    moved: list[Moved]
    changed: list[Change]
    summary: str


class BrokenRule(TypedDict):
    rule: str
    column: str | None
    severity: Literal["error", "issue"]
    message: str


class UnprovenRule(TypedDict):
    rule: str
    message: str


class Expectations(TypedDict):
    """How the file stands to a person's rules: docs/rules.md. `rules` is where they are stated."""

    rules: str
    broken: list[BrokenRule]
    unproven: list[UnprovenRule]


class Document(TypedDict):
    profile_format: Literal[2]
    status: Literal["success", "error"]
    error: Failure | None
    file: File
    columns: list[Column]
    keys: list[Key]
    quality: Quality
    drift: Drift | None
    expectations: Expectations | None
