"""The profile document: one description, which those who write it are checked against and its JSON schema is made from.

docs/csv-profile.md says what the fields mean. `python -m csv_profile.schema` prints the schema.
"""

from typing import Literal, TypedDict

Type = Literal["int", "float", "bool", "date", "datetime", "string"]


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
    encoding: str | None
    bom: bool
    delimiter: str | None
    quote: str | None
    line_ending: Literal["lf", "crlf", "cr", "mixed"] | None
    line_endings: LineEndings | None
    header: bool
    preamble_lines: int
    rows: int
    columns: int
    blank_rows: int
    malformed_rows: int
    evidence: Evidence | None


class Share(TypedDict):
    count: int
    percentage: float


class Example(TypedDict):
    value: str
    row: int


class Invalid(Share):
    examples: list[Example]


class Distinct(TypedDict):
    count: int
    estimated: bool


class TopValue(TypedDict):
    value: str
    count: int


class Quantiles(TypedDict):
    p01: int | float
    p05: int | float
    p25: int | float
    p50: int | float
    p75: int | float
    p95: int | float
    p99: int | float
    estimated: bool


class Numeric(TypedDict):
    min: int | float
    max: int | float
    mean: float | None
    std: float | None
    sum: int | float | None
    zeros: int
    negatives: int
    quantiles: Quantiles
    histogram: list[int] | None


class Range(TypedDict):
    min: str
    max: str


class Length(TypedDict):
    min: int
    max: int
    mean: int | float


class Column(TypedDict):
    name: str
    position: int
    label: str
    type: Type
    format: str | None
    count: int
    counts: dict[Type, int]
    missing: Share
    invalid: Invalid
    distinct: Distinct
    top_values: list[TopValue]
    numeric: Numeric | None
    range: Range | None
    length: Length | None
    alerts: list[str]


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
    missing_values: dict[str, Share]
    invalid_values: dict[str, Invalid]
    issues: list[Issue]


class Document(TypedDict):
    profile_format: Literal[2]
    status: Literal["success", "error"]
    error: Failure | None
    file: File
    columns: list[Column]
    quality: Quality
