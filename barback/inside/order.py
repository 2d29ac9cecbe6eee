"""Lists of moto's DynamoDB tables that do not get slower with every item that a table holds.

For each query of an index, and for each scan, moto sorts all items of the table and copies what it looks at: a page of
200,000 records took five seconds. Here the keys of a table, and of each index that is asked, are kept in order. What
was written since is put in its place when the next list is read, so that writing costs no more than before. moto then
gets the items of one page, and an index that holds a part of the attributes is read as such: indexes.py.
"""

import copy
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from itertools import dropwhile, islice, takewhile
from typing import Any

from barback.inside.indexes import held

# Of the keys: where more were written since the last list, all are sorted anew.
FEW = 0.05

Key = tuple[Any, Any]  # hash key and range key, None where the table has none
Place = tuple[Any, ...]  # the values that are sorted by, as Python compares them


class Order:
    """The keys of a table's items, sorted by some of their attributes. Items without one of them are not in it."""

    def __init__(self, table: Any, attributes: list[str]) -> None:
        from moto.dynamodb.models.dynamo_type import DynamoType

        self._type: Any = DynamoType
        self._table, self._attributes = table, attributes
        self._places: list[Place] = []
        self._place_of: dict[Key, Place] = {}
        self._key_at: dict[Place, Key] = {}
        self._written: set[Key] = set()
        self._all_is_new = True

    def written(self, key: Key) -> None:
        self._written.add(key)

    def after(self, start: Mapping[str, Any] | None) -> Iterator[Any]:
        """All items, or those that follow a key."""
        self._put_in_place()
        first = 0 if start is None else bisect_right(self._places, self._place(start))
        return (self._item(self._places[at]) for at in range(first, len(self._places)))

    def among(self, value: Any, start: Mapping[str, Any] | None, forward: bool) -> Iterator[Any]:
        """Items whose first attribute has this value, in either direction."""
        self._put_in_place()
        first, last = (bisect(self._places, value.cast_value, key=_first) for bisect in (bisect_left, bisect_right))
        if start is not None and forward:
            first = max(first, bisect_right(self._places, self._place(start)))
        elif start is not None:
            last = min(last, bisect_left(self._places, self._place(start)))
        numbers = range(first, last) if forward else range(last - 1, first - 1, -1)
        return (self._item(self._places[at]) for at in numbers)

    def _put_in_place(self) -> None:
        if self._all_is_new or len(self._written) > FEW * len(self._places):
            self._sort_all()
        for key in self._written:
            if (before := self._place_of.pop(key, None)) is not None:
                del self._places[bisect_left(self._places, before)]
                del self._key_at[before]
            if (item := _find(self._table, key)) is not None and (place := self._place(item.attrs)) is not None:
                insort(self._places, place)
                self._remember(key, place)
        self._written.clear()

    def _sort_all(self) -> None:
        self._place_of, self._key_at, self._all_is_new = {}, {}, False
        self._written.clear()
        for item in _items(self._table):
            if (place := self._place(item.attrs)) is not None:
                self._remember((item.hash_key, item.range_key), place)
        self._places = sorted(self._key_at)

    def _remember(self, key: Key, place: Place) -> None:
        self._place_of[key] = place
        self._key_at[place] = key

    def _place(self, attributes: Mapping[str, Any]) -> Any:
        if any(name not in attributes for name in self._attributes):
            return None
        values = [self._typed(attributes[name]) for name in self._attributes]
        # Numbers that Python takes for equal, because it rounds them, stay apart by how they are written.
        return (*(value.cast_value for value in values), *(str(value.value) for value in values))

    def _typed(self, value: Any) -> Any:
        """In an item it is typed already; in the key that a list starts after, it is not."""
        return value if type(value) is self._type else self._type(value)

    def _item(self, place: Place) -> Any:
        return _find(self._table, self._key_at[place])


def keep_tables_in_order() -> None:
    """Replaces how moto reads lists, and notices what it writes."""
    from moto.dynamodb import models
    from moto.dynamodb.models import table as tables
    from moto.dynamodb.models.dynamo_type import DynamoType

    Table: Any = tables.Table  # noqa: N806
    DynamoDBBackend: Any = models.DynamoDBBackend  # noqa: N806
    if hasattr(Table, "scan_of_moto"):
        return
    Table.scan_of_moto, Table.query_of_moto = Table.scan, Table.query
    put, delete, update = Table.put_item, Table.delete_item, DynamoDBBackend.update_item
    every, sort = Table.all_items, Table.sorted_items

    @wraps(put)
    def put_item(self: Any, item_attrs: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        item = put(self, item_attrs, *args, **kwargs)
        names = (self.hash_key_attr, self.range_key_attr)
        written(self, tuple(DynamoType(item_attrs[name]) if name else None for name in names))
        return item

    @wraps(delete)
    def delete_item(self: Any, hash_key: Any, range_key: Any) -> Any:
        item = delete(self, hash_key, range_key)
        written(self, (hash_key, range_key))
        return item

    @wraps(update)
    def update_item(self: Any, table_name: str, key: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return update(self, table_name, key, *args, **kwargs)
        finally:
            if (table := self.tables.get(table_name)) is not None:
                names = (table.hash_key_attr, table.range_key_attr)
                written(table, tuple(DynamoType(key[name]) if name in key else None for name in names))

    @wraps(every)
    def all_items(self: Any) -> Any:
        narrowed = getattr(self, "narrowed", None)
        return every(self) if narrowed is None else narrowed

    @wraps(sort)
    def sorted_items(self: Any, hash_keys: Any, range_keys: Any, items: Any) -> Any:
        return sort(self, hash_keys, range_keys, items) if getattr(self, "narrowed", None) is None else items

    Table.put_item, Table.delete_item = put_item, delete_item
    Table.all_items, Table.sorted_items = all_items, sorted_items
    DynamoDBBackend.update_item = update_item
    Table.scan, Table.query = _scan_of(Table.scan), _query_of(Table.query)


def written(table: Any, key: Any) -> None:
    """An item with this key came, changed or went."""
    for order in _orders(table).values():
        order.written(key)


def _scan_of(scan: Any) -> Any:
    from moto.dynamodb.models.table import RESULT_SIZE_LIMIT

    @wraps(scan)
    def in_order(
        self: Any, filters: Any, limit: int | None, exclusive_start_key: Any, filter_expression: Any = None,
        index_name: str | None = None, consistent_read: bool = False, projection_expression: Any = None,
        segments: Any = (None, None),
    ) -> Any:  # fmt: skip
        if filters or index_name or tuple(segments) != (None, None):
            return scan(
                self, filters, limit, exclusive_start_key, filter_expression, index_name, consistent_read,
                projection_expression, segments,
            )  # fmt: skip
        names = [name for name in (self.hash_key_attr, self.range_key_attr) if name]
        found, seen, size, last, end = [], 0, 0, None, None
        for item in _order(self, names).after(exclusive_start_key):
            if seen == limit or size + item.size() > RESULT_SIZE_LIMIT:
                end = self._get_last_evaluated_key(last, None)
                break
            seen, size, last = seen + 1, size + item.size(), item
            if filter_expression is None or filter_expression.expr(item):
                found.append(copy.deepcopy(item))
        if projection_expression:
            found = [item.project(projection_expression) for item in found]
        return found, seen, end

    return in_order


def _query_of(query: Any) -> Any:
    """The items that can be on the page are found here; what becomes of them is moto's."""
    from moto.dynamodb.models.table import RESULT_SIZE_LIMIT

    @wraps(query)
    def in_order(
        self: Any, hash_key: Any, range_comparison: Any, range_objs: Any, limit: int | None,
        exclusive_start_key: Any, scan_index_forward: bool, projection_expressions: Any,
        index_name: str | None = None, consistent_read: bool = False, filter_expression: Any = None, **more: Any,
    ) -> Any:  # fmt: skip
        index = next((index for index in self.all_indexes() if index.name == index_name), None)
        # `hash_key_conditions` of newer ones is the same as `hash_key`.
        by_condition = (value for name, value in more.items() if name != "hash_key_conditions")
        if index_name is None and hash_key is not None:
            there = self.items.get(hash_key)
            self.narrowed = [] if there is None else list(there.values()) if self.range_key_attr else [there]
        elif index is not None and hash_key is not None and not any(by_condition) and _has_one_hash(index):
            schema = sorted(index.schema, key=lambda part: str(part["KeyType"]))  # HASH before RANGE
            own = [part["AttributeName"] for part in schema]
            names = list(dict.fromkeys(filter(None, (*own, self.hash_key_attr, self.range_key_attr))))
            forward = scan_index_forward is not False
            items = _order(self, names).among(hash_key, exclusive_start_key, forward)
            if range_comparison:
                items = _run_of(items, lambda item: item.attrs[own[-1]].compare(range_comparison, range_objs))
            page = list(_page(map(held(index), items), limit, RESULT_SIZE_LIMIT))
            self.narrowed = page if forward else page[::-1]  # moto turns it around again
        try:
            return query(
                self, hash_key, range_comparison, range_objs, limit, exclusive_start_key, scan_index_forward,
                projection_expressions, index_name, consistent_read, filter_expression, **more,
            )  # fmt: skip
        finally:
            self.narrowed = None

    return in_order


def _has_one_hash(index: Any) -> bool:
    return [part["KeyType"] for part in index.schema].count("HASH") == 1


def _run_of(items: Iterator[Any], fits: Callable[[Any], bool]) -> Iterator[Any]:
    """Those that fit: they follow each other, as the items are in the order of what they are compared by."""
    return takewhile(fits, dropwhile(lambda item: not fits(item), items))


def _page(items: Iterator[Any], limit: int | None, most: int) -> Iterator[Any]:
    """As many as a page takes, and one more, by which moto knows that there is another page."""
    size = 0
    for item in islice(items, None if limit is None else limit + 1):
        yield item
        size += item.size()
        if size > most:
            return


def _order(table: Any, attributes: list[str]) -> Order:
    orders, name = _orders(table), ",".join(attributes)
    if name not in orders:
        orders[name] = Order(table, attributes)
    return orders[name]


def _orders(table: Any) -> dict[str, Order]:
    """They belong to the items: a table that is restored has others."""
    kept = table.__dict__.get("orders")
    if kept is None or kept[0] is not table.items:
        kept = table.__dict__["orders"] = (table.items, {})
    orders: dict[str, Order] = kept[1]
    return orders


def _items(table: Any) -> Iterator[Any]:
    for there in table.items.values():
        if table.range_key_attr:
            yield from there.values()
        else:
            yield there


def _find(table: Any, key: Key) -> Any:
    there = table.items.get(key[0])
    return there.get(key[1]) if table.range_key_attr and there is not None else there


def _first(place: Place) -> Any:
    return place[0]
