"""What a batch leaves behind, read back as a person's own tools would."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from orders.batch import tabulate
from orders.cells import restored
from orders.limits import DEFAULTS, Limits

ORDER = {
    "schema_version": 1,
    "order_id": "O-1",
    "placed_at": "2026-01-31T12:34:56+01:00",
    "status": "paid",
    "currency": "EUR",
    "customer": {
        "customer_id": "C-1",
        "name": "Ada",
        "email": "ada@example.com",
        "address": {"street": "Mill Lane 1", "postcode": "0123", "city": "Espoo", "country": "FI"},
    },
    "items": [
        {"sku": "S-1", "name": "kettle", "quantity": 2, "unit_price": "10.50"},
        {"sku": "S-2", "quantity": 1, "unit_price": 0.1},
    ],
    "shipping": 4.9,
    "total": "26.00",
}


def order(**changes: Any) -> dict[str, Any]:
    """A right order, but for some fields; `...` leaves a field out."""
    changed = json.loads(json.dumps(ORDER)) | changes
    return {name: value for name, value in changed.items() if value is not ...}


@dataclass
class Outputs:
    manifest: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a table, with every cell as it was before it was made harmless."""
        rows = csv.DictReader(io.StringIO(self.files[f"{name}.csv"].decode(), newline=""), strict=True)
        return [{column: restored(cell) for column, cell in row.items()} for row in rows]

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[f"{name}.ndjson"].decode().split("\n")[:-1]]

    @property
    def rejected(self) -> list[tuple[int, str]]:
        return [(entry["index"], entry["code"]) for entry in self.lines("rejected")]

    @property
    def ids(self) -> list[str]:
        return [row["order_id"] for row in self.table("orders")]


def run(content: bytes | str, chunk: int = 1 << 18, limits: Limits = DEFAULTS) -> Outputs:
    data = content.encode() if isinstance(content, str) else content
    return run_chunks((data[start : start + chunk] for start in range(0, len(data), chunk)), limits)


def run_chunks(chunks: Iterable[bytes], limits: Limits = DEFAULTS) -> Outputs:
    sinks: dict[str, io.BytesIO] = {}

    def sink(name: str) -> io.BytesIO:
        return sinks.setdefault(name, io.BytesIO())

    manifest = tabulate(chunks, sink, limits=limits)
    return Outputs(manifest, {name: sink.getvalue() for name, sink in sinks.items()})


def lines(*values: Any) -> str:
    return "".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values)


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))
