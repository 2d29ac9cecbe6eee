"""The three tables: their columns in the order that never changes, and an order's rows.

orders     one row an order           order_id
customers  one row a customer         customer_id, which every order names
items      one row a line of an order order_id and line, counted from 1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from orders.versions import Address, Customer, Item, Order

Kind = Literal["text", "integer", "decimal", "time"]
Row = tuple[Any, ...]

ORDERS: Mapping[str, Kind] = {
    "order_id": "text",
    "customer_id": "text",
    "placed_at": "time",
    "status": "text",
    "currency": "text",
    "item_count": "integer",
    "items_total": "decimal",
    "shipping": "decimal",
    "discount": "decimal",
    "tax": "decimal",
    "total": "decimal",
    "total_difference": "decimal",
    "note": "text",
}
CUSTOMERS: Mapping[str, Kind] = {
    "customer_id": "text",
    "name": "text",
    "email": "text",
    "phone": "text",
    "street": "text",
    "postcode": "text",
    "city": "text",
    "region": "text",
    "country": "text",
}
ITEMS: Mapping[str, Kind] = {
    "order_id": "text",
    "line": "integer",
    "sku": "text",
    "name": "text",
    "quantity": "integer",
    "unit_price": "decimal",
    "line_total": "decimal",
    "currency": "text",
}
TABLES: Mapping[str, Mapping[str, Kind]] = {"orders": ORDERS, "customers": CUSTOMERS, "items": ITEMS}

# Decimal places that amounts of a currency are written with, where it is not two (ISO 4217).
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_MINOR = dict.fromkeys(_NONE.split(), 0) | dict.fromkeys(_THREE.split(), 3)
_ZEROS = {0: "0", 2: "0.00", 3: "0.000"}
_NOWHERE = Address()


@dataclass(slots=True)
class Rows:
    """What an order is in the three tables; `difference` is what its total is off by."""

    order: Row
    customer: Row
    items: list[Row]
    difference: Decimal


def rows_of(order: Order) -> Rows:
    total = Decimal(0)
    items = []
    for line, item in enumerate(order.items, 1):
        line_total = item.quantity * item.unit_price
        total += line_total
        items.append(_item(order, line, item, line_total))
    difference = order.total - (total - order.discount + order.shipping + order.tax)
    row = (
        order.order_id,
        order.customer.customer_id,
        order.placed_at,
        order.status or None,
        order.currency,
        len(items),
        total,
        order.shipping,
        order.discount,
        order.tax,
        order.total,
        difference,
        order.note or None,
    )
    return Rows(row, _customer(order.customer), items, difference)


def _item(order: Order, line: int, item: Item, total: Decimal) -> Row:
    return (
        order.order_id,
        line,
        item.sku,
        item.name or None,
        item.quantity,
        item.unit_price,
        total,
        order.currency,
    )


def _customer(customer: Customer) -> Row:
    where = customer.address or _NOWHERE
    return (
        customer.customer_id,
        customer.name or None,
        customer.email or None,
        customer.phone or None,
        where.street or None,
        where.postcode,
        where.city or None,
        where.region or None,
        where.country or None,
    )


def money(amount: Decimal, currency: str) -> str:
    """Plain digits, exact, with at least as many decimal places as the currency has."""
    digits = _MINOR.get(currency, 2)
    if not amount:
        return _ZEROS[digits]
    text = str(amount)
    if digits and text[-digits - 1 : -digits] == ".":
        return text
    whole, _, part = format(amount, "f").partition(".")
    part = part.rstrip("0").ljust(digits, "0")
    return f"{whole}.{part}" if part else whole


def stamp(moment: datetime) -> str:
    """UTC to the second, or to the microsecond where there are any: 2026-01-31T11:34:56Z."""
    return moment.isoformat().removesuffix("+00:00") + "Z"
