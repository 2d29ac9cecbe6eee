"""Indexes that hold a part of the attributes (`include` in stack.yaml), in moto's tables.

moto reads such an index as whole items: it takes their size for a page's megabyte, and copies all of each item once for
each attribute that the index holds. A page of a list then takes seconds and ends where DynamoDB's would not. Here the
index is read as what it holds.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, cast


def held(index: Any) -> Callable[[Any], Any]:
    """Makes of an item what the index holds of it."""
    if (index.projection or {}).get("ProjectionType") != "INCLUDE":
        return lambda item: item
    names = {*index.table_key_attrs, *index.schema_key_attrs, *index.projection["NonKeyAttributes"]}
    part = _part()
    return lambda item: part(item, names)


@cache
def _part() -> Any:
    """moto is there in the engine only."""
    from moto.dynamodb.models.dynamo_type import Item

    class Part(Item):
        """Some attributes of an item, which are read and not changed, so that nothing is copied."""

        def __new__(cls, *args: Any, **options: Any) -> Any:
            return object.__new__(cls)  # moto's own would keep each one for good

        def __init__(self, item: Item, names: set[str]) -> None:
            self.hash_key, self.range_key = item.hash_key, item.range_key
            self.attrs = cast(Any, {name: value for name, value in item.attrs.items() if name in names})
            self._size: int | None = None

        def size(self) -> int:
            """moto asks three times for each item of a page."""
            if self._size is None:
                self._size = super().size()
            return self._size

        def __deepcopy__(self, memo: Any) -> "Part":
            return self

        def project(self, projection_expressions: list[list[str]]) -> Item:
            if any(len(path) > 1 for path in projection_expressions):
                return super().project(projection_expressions)
            names = {path[0] for path in projection_expressions}
            return self if self.attrs.keys() <= names else Part(self, names)

    return Part
