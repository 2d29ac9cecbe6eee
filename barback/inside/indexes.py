"""Indexes that hold a part of the attributes (`include` in stack.yaml), in moto's tables.

moto reads such an index as whole items: it takes their size for a page's megabyte, and copies all of each item once for
each attribute that the index holds. A page of a list then takes seconds and ends where DynamoDB's would not. Here the
index is read as what it holds.
"""

import inspect
from functools import wraps
from typing import Any, cast


def read_indexes_as_what_they_hold() -> None:
    from moto.dynamodb.models.dynamo_type import Item
    from moto.dynamodb.models.table import Table

    query = Table.query
    if getattr(query, "as_held", False):
        return

    class Part(Item):
        """Some attributes of an item, which are read and not changed, so that nothing is copied."""

        def __new__(cls, *args: Any, **options: Any) -> Any:
            return object.__new__(cls)  # moto's own would keep each one for good

        def __init__(self, item: Item, names: set[str]) -> None:
            self.hash_key, self.range_key = item.hash_key, item.range_key
            self.attrs = cast(Any, {name: value for name, value in item.attrs.items() if name in names})

        def __deepcopy__(self, memo: Any) -> "Part":
            return self

        def project(self, projection_expressions: list[list[str]]) -> Item:
            if any(len(path) > 1 for path in projection_expressions):
                return super().project(projection_expressions)
            return Part(self, {path[0] for path in projection_expressions})

    signature, bare = inspect.signature(query), cast(Any, Table)

    @wraps(query)
    def query_as_held(self: Any, *args: Any, **options: Any) -> Any:
        asked = signature.bind(self, *args, **options).arguments
        index = self.get_index(asked["index_name"]) if asked.get("index_name") else None
        if index is None or (index.projection or {}).get("ProjectionType") != "INCLUDE":
            return query(self, *args, **options)
        held = {*index.table_key_attrs, *index.schema_key_attrs, *index.projection["NonKeyAttributes"]}
        of, wanted = index.schema_key_attrs[0], asked["hash_key"]
        rows = self.items.values()
        items = (item for row in rows for item in row.values()) if self.range_key_attr else iter(rows)
        parts = [Part(item, held) for item in items if item.attrs.get(of) == wanted]

        def in_order(hash_keys: list[str], range_keys: list[str | None], found: list[Part]) -> list[Part]:
            """By the same attributes as moto, which compares them one by one in Python: keys are strings."""
            names = self._generate_attr_to_sort_by(hash_keys, range_keys)
            return sorted(found, key=lambda item: [item.attrs[name].value for name in names])

        view = object.__new__(bare)
        view.__dict__.update(self.__dict__, all_items=lambda: parts, sorted_items=in_order)
        return query(view, *args, **options)

    query_as_held.as_held = True  # type: ignore[attr-defined]
    Table.query = query_as_held  # type: ignore[method-assign]
