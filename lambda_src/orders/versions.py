"""What an order is, in each version of the schema. This is the one place to add a version.

The next one: a model `OrderV2` below, an entry in `VERSIONS`, and `OrderV2.order()`, which turns it into the `Order`
that the tables are made of. Nothing else reads the input. `python -m orders.versions 1` prints a JSON schema.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from orders.fields import ZERO, Amount, Currency, Identifier, Moment, Name, Quantity, Text


class _Model(BaseModel):
    # Fields that are not known are kept apart and reported.
    model_config = ConfigDict(extra="allow", frozen=True)


class Address(_Model):
    street: Name | None = None
    postcode: Identifier | None = None
    city: Name | None = None
    region: Name | None = None
    country: Name | None = None


class Customer(_Model):
    customer_id: Identifier
    name: Name | None = None
    email: Name | None = None
    phone: Name | None = None
    address: Address | None = None


class Item(_Model):
    sku: Identifier
    name: Name | None = None
    quantity: Quantity
    unit_price: Amount
    currency: Currency | None = Field(None, description="must be that of the order, where it is given")


class OrderV1(_Model):
    """An order, version 1. The total is that of the items, less the discount, with shipping and tax."""

    schema_version: Literal[1] = 1
    order_id: Identifier
    placed_at: Moment
    status: Name | None = None
    currency: Currency
    customer: Customer
    items: list[Item] = Field(min_length=1, max_length=10_000)
    shipping: Amount = ZERO
    discount: Amount = ZERO
    tax: Amount = ZERO
    total: Amount
    note: Text | None = None

    def order(self) -> "Order":
        return self


# What the tables are made of: for now the only version itself.
Order = OrderV1


class Versioned(Protocol):
    def order(self) -> Order: ...


VERSIONS: Mapping[int, type[OrderV1]] = {1: OrderV1}
# An order that does not say which it is.
FIRST = 1


class UnknownVersion(Exception):
    pass


def read_order(value: Mapping[str, Any]) -> Order:
    """Raises pydantic's ValidationError, or UnknownVersion."""
    version = value.get("schema_version", FIRST)
    model = VERSIONS.get(version) if type(version) is int else None
    if model is None:
        known = ", ".join(map(str, VERSIONS))
        shown = repr(version) if isinstance(version, str | int | bool | None) else f"a {type(version).__name__}"
        raise UnknownVersion(f"the schema version {shown[:60]} is not known; known: {known}")
    return model.model_validate(value).order()


def schema(version: int) -> str:
    """The JSON schema, as it stands in docs/orders-v<version>.schema.json."""
    return json.dumps(VERSIONS[version].model_json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    print(schema(int(sys.argv[1]) if len(sys.argv) > 1 else max(VERSIONS)), end="")
