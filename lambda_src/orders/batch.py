"""A file of orders from its bytes to its tables: the whole flow but for where bytes come from and go to.

Every value of the file ends either as a row of `orders` or as a line of rejected.ndjson. What is odd about an order
that is kept is a line of issues.ndjson. The order of the input decides every byte of the output.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from orders.files import CsvFile, File, LinesFile, Sink, TableFile
from orders.limits import DEFAULTS, Limits
from orders.manifest import Counts, manifest
from orders.reader import Found, Reader
from orders.seen import Seen, differing, digest, packed
from orders.source import Broken, Source
from orders.tables import CUSTOMERS, TABLES, Row, Rows, money, rows_of
from orders.versions import Order, UnknownVersion, read_order

REJECTED, ISSUES = "rejected.ndjson", "issues.ndjson"
_GROUP, _GROUP_CHARS = 500, 512 << 10  # orders that are looked up at once, and the characters of them
_MOST_ERRORS = 20  # of one order, and as many fields that are not known


@dataclass(frozen=True)
class About:
    """The object that is read, as far as it is known outside of it."""

    key: str | None = None
    size: int | None = None
    etag: str | None = None
    version_id: str | None = None


def tabulate(
    chunks: Iterable[bytes],
    open_sink: Callable[[str], Sink],
    about: About = About(),
    limits: Limits = DEFAULTS,
    error: tuple[str, str] | None = None,
    *,
    parquet: bool = False,
) -> dict[str, Any]:
    """Writes the tables of a file to sinks, by their names; returns the manifest.

    An error is what the caller already knows to be wrong with the file, as a code and a message.
    """
    source = Source(chunks, limits)
    broken: list[tuple[str, str]] = []
    reader = Reader(_until_broken(source, broken), limits)
    with Seen() as seen:
        batch = _Batch(open_sink, seen, limits, parquet=parquet)
        for group in _groups(reader):
            batch.add(group)
            if batch.is_hopeless:
                said = f"of the first {reader.count:,} orders almost none is valid: is this a file of orders?"
                broken.append(("not-orders", said))
                break
        batch.finish()
    error = error or (broken[0] if broken else reader.error)
    return manifest(about, source, reader.form, error, batch.counts, batch.files)


def _groups(values: Iterable[Found]) -> Iterator[list[Found]]:
    """As many as are looked up at once; of long ones fewer, for all of a group is held in memory."""
    group: list[Found] = []
    chars = 0
    for found in values:
        group.append(found)
        chars += len(found.text)
        if len(group) == _GROUP or chars >= _GROUP_CHARS:
            yield group
            group, chars = [], 0
    if group:
        yield group


def _until_broken(source: Source, broken: list[tuple[str, str]]) -> Iterator[str]:
    try:
        yield from source.texts()
    except Broken as error:
        broken.append((error.code, error.message))


@dataclass(frozen=True)
class _Rejection:
    code: str
    reason: str
    errors: tuple[tuple[str, str], ...] = ()  # path within the order, and reason

    @property
    def path(self) -> str:
        return self.errors[0][0] if self.errors else ""


class _Batch:
    def __init__(self, open_sink: Callable[[str], Sink], seen: Seen, limits: Limits, *, parquet: bool) -> None:
        self._seen, self._limits = seen, limits
        self.counts = Counts(limits.examples)
        self._tables: dict[str, list[TableFile]] = {
            name: [CsvFile(f"{name}.csv", open_sink(f"{name}.csv"), columns)] for name, columns in TABLES.items()
        }
        self._rejected, self._issues = (LinesFile(name, open_sink(name)) for name in (REJECTED, ISSUES))
        self.files: list[File] = [file for files in self._tables.values() for file in files]
        self.files += [self._rejected, self._issues]
        if parquet:
            self._add_parquet(open_sink)

    def _add_parquet(self, open_sink: Callable[[str], Sink]) -> None:
        from orders.parquet import ParquetFile

        for name, columns in TABLES.items():
            file = ParquetFile(f"{name}.parquet", open_sink(f"{name}.parquet"), columns)
            self._tables[name].append(file)
            self.files.append(file)

    @property
    def is_hopeless(self) -> bool:
        """Reading all of a large file that holds something else would take hours."""
        rejected = self.counts.rejected.total()
        return rejected >= self._limits.rejected and rejected > 10 * self.counts.orders

    def finish(self) -> None:
        for file in self.files:
            file.finish()

    def add(self, group: list[Found]) -> None:
        read = [(found, self._read(found)) for found in group]
        orders = [order for _, order in read if not isinstance(order, _Rejection)]
        known = self._seen.orders([order.order_id for order in orders])
        customers = self._seen.customers([order.customer.customer_id for order in orders])
        new_orders: dict[str, tuple[int, int]] = {}
        new_customers: dict[str, bytes] = {}
        for found, order in read:
            if isinstance(order, _Rejection):
                self._reject(found, order)
                continue
            rows = rows_of(order)
            fingerprint = digest((rows.order, rows.customer, *rows.items))
            earlier = known.get(order.order_id) or new_orders.get(order.order_id)
            if earlier:
                self._reject(found, _again(*earlier, fingerprint))
                continue
            new_orders[order.order_id] = (found.index, fingerprint)
            identifier = order.customer.customer_id
            before = customers.get(identifier) or new_customers.get(identifier)
            if before is None:
                new_customers[identifier] = packed(rows.customer)
                self._write("customers", [rows.customer])
                self.counts.customers += 1
            self._keep(found, order, rows, before)
        self._seen.add(new_orders, new_customers)

    def _read(self, found: Found) -> "Order | _Rejection":
        if found.code:
            return _Rejection(found.code, found.reason, ((found.path, found.reason),) if found.path else ())
        if not isinstance(found.value, dict):
            return _Rejection("not-an-object", "an order is an object, { … }")
        try:
            order = read_order(found.value)
        except UnknownVersion as error:
            return _Rejection("unknown-version", str(error), ((".schema_version", str(error)),))
        except ValidationError as error:
            errors = tuple(_errors(error))
            return _Rejection("invalid", errors[0][1], errors)
        for i, item in enumerate(order.items):
            if item.currency and item.currency != order.currency:
                reason = f"the item is in {item.currency}, the order in {order.currency}"
                return _Rejection("mixed-currency", reason, ((f".items[{i}].currency", reason),))
        for path, value in _unknown_fields(order):
            if _is_deeper(value, self._limits.depth):
                reason = f"it is nested more than {self._limits.depth} deep"
                return _Rejection("too-deep", reason, ((path, reason),))
        return order

    def _reject(self, found: Found, rejection: _Rejection) -> None:
        self.counts.reject(rejection.code)
        at = f"$[{found.index}]"
        most = self._limits.raw_chars
        value = found.value if isinstance(found.value, dict) else {}
        identifier = value.get("order_id")
        entry = {
            "index": found.index,
            "line": found.line,
            "path": at + rejection.path,
            "code": rejection.code,
            "reason": rejection.reason,
            "order_id": str(identifier)[:200] if isinstance(identifier, str | int) else None,
        }
        if len(rejection.errors) > 1:
            entry["errors"] = [{"path": at + path, "reason": reason} for path, reason in rejection.errors]
        self._rejected.add({**entry, "text": found.text[:most], "cut": len(found.text) >= most})

    def _keep(self, found: Found, order: Order, rows: Rows, customer: bytes | None) -> None:
        self._write("items", rows.items)
        self._write("orders", [rows.order])
        self.counts.keep(order)
        if rows.difference:
            shown, currency = money(rows.difference, order.currency), order.currency
            wanted = money(order.total - rows.difference, currency)
            said = f"the total is {money(order.total, currency)}, its parts make {wanted}: off by {shown} {currency}"
            self._issue(found, order, "total-mismatch", ".total", said)
        if customer and (fields := differing(customer, rows.customer)):
            for field in fields:
                said = f"customer {order.customer.customer_id} was given with another {field} before, which is kept"
                self._issue(found, order, "customer-conflict", f".customer.{_PATHS.get(field, field)}", said,
                            customer_id=order.customer.customer_id, field=field,
                            other=rows.customer[_CUSTOMER_FIELDS.index(field)])  # fmt: skip
        for path, identifier in _padded(found.value, order):
            self._issue(found, order, "padded-id", path, f"{identifier[:200]!r} was given with spaces around it")
        for path, _ in _unknown_fields(order)[:_MOST_ERRORS]:
            self._issue(found, order, "unknown-field", path, "this field is not known; it is in no table")

    def _write(self, table: str, rows: Sequence[Row]) -> None:
        for file in self._tables[table]:
            file.add(rows)

    def _issue(self, found: Found, order: Order, code: str, path: str, message: str, **facts: Any) -> None:
        where = {"index": found.index, "line": found.line, "path": f"$[{found.index}]{path}"}
        self.counts.note(code, where | {"message": message})
        self._issues.add({**where, "code": code, "message": message, "order_id": order.order_id, **facts})


_CUSTOMER_FIELDS = list(CUSTOMERS)
_PATHS = {field: f"address.{field}" for field in ("street", "postcode", "city", "region", "country")}


def _again(place: int, before: int, now: int) -> _Rejection:
    if before == now:
        return _Rejection("duplicate-order", f"the very order at $[{place}] once more", ((".order_id", "again"),))
    reason = f"the order at $[{place}] has the same id and is another"
    return _Rejection("conflicting-order", reason, ((".order_id", reason),))


def _errors(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Path and reason of each thing that is wrong; none quotes the order."""
    for entry in islice(error.errors(include_url=False, include_input=False), _MOST_ERRORS):
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in entry["loc"])
        yield path, _SENTENCES.get(entry["type"], entry["msg"].removeprefix("Value error, "))


_SENTENCES = {
    "missing": "this field is missing",
    "string_type": "this should be a text",
    "string_unicode": "this holds bytes that are not characters of the file's encoding",
    "too_short": "an order has at least one item",
    "string_too_short": "this is empty",
    "model_type": "this should be an object",
    "list_type": "this should be an array",
}


def _padded(value: Mapping[str, Any], order: Order) -> list[tuple[str, str]]:
    """The ids that were given with spaces around them."""
    ids = [(".order_id", value["order_id"], order.order_id)]
    ids.append((".customer.customer_id", value["customer"]["customer_id"], order.customer.customer_id))
    ids += [
        (f".items[{i}].sku", given["sku"], item.sku)
        for i, (given, item) in enumerate(zip(value["items"], order.items, strict=True))
        if given["sku"] != item.sku
    ]
    return [(path, taken) for path, given, taken in ids if given != taken and isinstance(given, str)]


def _unknown_fields(order: Order) -> list[tuple[str, Any]]:
    """The fields that are in no table, with their values."""
    customer, address = order.customer, order.customer.address
    parts: list[tuple[str, BaseModel]] = [("", order), (".customer", customer)]
    if address is not None:
        parts.append((".customer.address", address))
    parts += [(f".items[{i}]", item) for i, item in enumerate(order.items) if item.__pydantic_extra__]
    return [
        (f"{path}.{name[:100]}", value)
        for path, part in parts
        if part.__pydantic_extra__
        for name, value in part.__pydantic_extra__.items()
    ]


def _is_deeper(value: Any, most: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        level = [
            entry
            for at in level
            for entry in (at.values() if isinstance(at, dict) else at)
            if isinstance(entry, dict | list)
        ]
        if not level:
            return False
    return True
