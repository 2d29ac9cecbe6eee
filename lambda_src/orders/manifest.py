"""What became of a file of orders: counts, sizes, hashes. Written after all else, so a batch with a manifest is whole.

The JSON schema in docs/ is made from the models here (`python -m orders.manifest`).
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from orders.files import File
from orders.source import Source
from orders.tables import money, stamp
from orders.versions import Order

if TYPE_CHECKING:
    from orders.batch import About

FORMAT: Literal[1] = 1
_SUM = Context(prec=60).add


class Counts:
    """What is counted on the way."""

    def __init__(self, examples: int) -> None:
        self._examples = examples
        self.orders = self.items = self.customers = 0
        self.rejected: Counter[str] = Counter()
        self.issues: Counter[str] = Counter()
        self.noted: dict[str, list[dict[str, Any]]] = {}
        self.totals: dict[str, tuple[int, Decimal]] = {}
        self.first: datetime | None = None
        self.last: datetime | None = None

    def keep(self, order: Order) -> None:
        self.orders += 1
        self.items += len(order.items)
        count, total = self.totals.get(order.currency, (0, Decimal(0)))
        self.totals[order.currency] = (count + 1, _SUM(total, order.total))
        self.first = min(self.first or order.placed_at, order.placed_at)
        self.last = max(self.last or order.placed_at, order.placed_at)

    def reject(self, code: str) -> None:
        self.rejected[code] += 1

    def note(self, code: str, example: dict[str, Any]) -> None:
        self.issues[code] += 1
        examples = self.noted.setdefault(code, [])
        if len(examples) < self._examples:
            examples.append(example)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Failure(_Model):
    code: str
    message: str


class SourceModel(_Model):
    key: str | None
    size: int | None
    etag: str | None
    version_id: str | None
    compression: Literal["gzip"] | None
    content_size: int
    encoding: str
    form: Literal["object", "lines", "array", "mixed", "empty", "unknown"]


class CountsModel(_Model):
    orders_in: int
    orders: int
    rejected: int
    customers: int
    items: int
    issues: int


class Example(_Model):
    index: int
    line: int
    path: str
    message: str


class Issue(_Model):
    code: str
    count: int
    examples: list[Example]


class Total(_Model):
    orders: int
    total: str


class Span(_Model):
    first: str
    last: str


class FileModel(_Model):
    name: str
    rows: int
    size: int
    sha256: str
    columns: list[str]


class ManifestModel(_Model):
    manifest_format: Literal[1]
    status: Literal["success", "error"]
    error: Failure | None
    source: SourceModel
    counts: CountsModel
    rejected: dict[str, int]
    issues: list[Issue]
    totals: dict[str, Total]
    placed: Span | None
    files: list[FileModel]


def manifest(
    about: "About", source: Source, form: str, error: tuple[str, str] | None, counts: Counts, files: Iterable[File]
) -> dict[str, Any]:
    rejected = counts.rejected.total()
    return {
        "manifest_format": FORMAT,
        "status": "error" if error else "success",
        "error": {"code": error[0], "message": error[1]} if error else None,
        "source": {
            "key": about.key,
            "size": about.size,
            "etag": about.etag,
            "version_id": about.version_id,
            "compression": source.compression,
            "content_size": source.size,
            "encoding": source.encoding,
            "form": form,
        },
        "counts": {
            "orders_in": counts.orders + rejected,
            "orders": counts.orders,
            "rejected": rejected,
            "customers": counts.customers,
            "items": counts.items,
            "issues": counts.issues.total(),
        },
        "rejected": dict(sorted(counts.rejected.items())),
        "issues": [
            {"code": code, "count": count, "examples": counts.noted[code]}
            for code, count in sorted(counts.issues.items())
        ],
        "totals": {
            currency: {"orders": count, "total": money(total, currency)}
            for currency, (count, total) in sorted(counts.totals.items())
        },
        "placed": {"first": stamp(counts.first), "last": stamp(counts.last)} if counts.first and counts.last else None,
        "files": [file.facts() for file in files],
    }


def to_json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def schema() -> str:
    """The JSON schema, as it stands in docs/orders-manifest.schema.json."""
    return json.dumps(ManifestModel.model_json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
