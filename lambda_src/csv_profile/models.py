"""Profiles for those who read them. The JSON schema in docs/ is made from these (`python -m csv_profile.models`)."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict

Type = Literal["int", "float", "bool", "date", "datetime", "string"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Failure(_Model):
    code: str
    message: str
    rows_profiled: int
    bytes_read: int


class LineEndings(_Model):
    lf: int
    crlf: int
    cr: int


class EncodingEvidence(_Model):
    multibyte_utf8_bytes: int
    other_bytes: int
    other_bytes_plausible: int


class DelimiterEvidence(_Model):
    delimiter: str
    columns: int
    rows_agreeing: float
    cells_with_type: float


class Evidence(_Model):
    encoding: EncodingEvidence
    delimiters: list[DelimiterEvidence]
    escapes: bool = False
    header: str


class File(_Model):
    """The fields with a default are absent where not even a beginning could be read."""

    key: str | None
    size: int | None
    etag: str | None
    version_id: str | None
    compression: Literal["gzip"] | None
    content_size: int | None
    rows: int
    columns: int
    encoding: str | None = None
    bom: bool = False
    delimiter: str | None = None
    quote: str | None = None
    line_ending: Literal["lf", "crlf", "cr", "mixed"] | None = None
    line_endings: LineEndings | None = None
    header: bool = False
    preamble_lines: int = 0
    blank_rows: int = 0
    malformed_rows: int = 0
    evidence: Evidence | None = None


class Share(_Model):
    count: int
    percentage: float


class Example(_Model):
    value: str
    row: int


class Invalid(Share):
    examples: list[Example]


class Distinct(_Model):
    count: int
    estimated: bool


class TopValue(_Model):
    value: str
    count: int


class Quantiles(_Model):
    p01: int | float
    p05: int | float
    p25: int | float
    p50: int | float
    p75: int | float
    p95: int | float
    p99: int | float
    estimated: bool


class Numeric(_Model):
    min: int | float
    max: int | float
    mean: float | None
    std: float | None
    sum: int | float | None
    zeros: int
    negatives: int
    quantiles: Quantiles
    histogram: list[int] | None


class Range(_Model):
    min: str
    max: str


class Length(_Model):
    min: int
    max: int
    mean: int | float


class Column(_Model):
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


class Issue(_Model):
    code: str
    kind: str | None
    count: int
    message: str
    lines: list[int]
    columns: list[str]


class Quality(_Model):
    has_issues: bool
    total_rows: int
    missing_values: dict[str, Share]
    invalid_values: dict[str, Invalid]
    issues: list[Issue]


class ProfileModel(_Model):
    profile_format: Literal[1]
    status: Literal["success", "error"]
    error: Failure | None
    file: File
    columns: list[Column]
    quality: Quality


def schema() -> str:
    """The JSON schema of a profile, as it stands in docs/csv-profile.schema.json."""
    return json.dumps(ProfileModel.model_json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
