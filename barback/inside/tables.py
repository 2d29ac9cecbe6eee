"""moto's DynamoDB tables, made fit for functions that run side by side.

moto was made for one caller at a time: two that meet break its dictionaries, and a transaction copies the whole of
every table it touches, once for each of its items. Here calls take turns, and a transaction remembers only the items
it names.
"""

import copy
import threading
from collections.abc import Callable, Mapping
from typing import Any

from barback.inside.order import keep_tables_in_order, written

Handler = Callable[..., Any]

_one_at_a_time = threading.RLock()


def taking_turns(handlers: Mapping[str, Handler]) -> dict[str, Handler]:
    """The same handlers, one at a time."""

    def in_turn(handler: Handler) -> Handler:
        def wait_and_call(*args: Any, **kwargs: Any) -> Any:
            with _one_at_a_time:
                return handler(*args, **kwargs)

        return wait_and_call

    return {operation: in_turn(handler) for operation, handler in handlers.items()}


def make_fit_for_functions() -> None:
    """Both of these in the LocalStack that this runs in, if its tables are moto's: some images are set to that."""
    from localstack.config import SERVICE_PROVIDER_CONFIG
    from localstack.services.plugins import SERVICE_PLUGINS

    if SERVICE_PROVIDER_CONFIG.get_provider("dynamodb") == "moto":
        remember_only_what_transactions_touch()
        keep_tables_in_order()
        skeleton = SERVICE_PLUGINS.require("dynamodb").skeleton
        skeleton.dispatch_table = taking_turns(skeleton.dispatch_table)


def remember_only_what_transactions_touch() -> None:
    """Replaces moto's way to undo a transaction; `_one_at_a_time` is held while one runs."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    write = DynamoDBBackend.transact_write_items
    if getattr(write, "remembers", False):
        return

    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> Any:
        with _one_at_a_time:
            before = [_Before(self.tables, next(iter(action.values()))) for action in transact_items if action]
            # What moto puts back on a failure is then the table itself.
            Table.__deepcopy__ = lambda table, memo: table  # type: ignore[attr-defined]
            try:
                return write(self, transact_items)
            except BaseException:
                for item in before:
                    item.restore()
                raise
            finally:
                del Table.__deepcopy__  # type: ignore[attr-defined]

    transact_write_items.remembers = True  # type: ignore[attr-defined]
    DynamoDBBackend.transact_write_items = transact_write_items  # type: ignore[method-assign]


class _Before:
    """One item as it was before a transaction, or that there was none."""

    def __init__(self, tables: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        from moto.dynamodb.models.dynamo_type import DynamoType

        self._table = tables.get(action.get("TableName", ""))
        if self._table is None:
            return  # moto refuses the transaction for it
        attributes = action.get("Key") or action.get("Item") or {}
        names = [name for name in (self._table.hash_key_attr, self._table.range_key_attr) if name]
        if not all(name in attributes for name in names):
            self._table = None  # as above
            return
        self._keys = [DynamoType(attributes[name]) for name in names]
        self._item = copy.deepcopy(self._table.get_item(*self._keys))

    def restore(self) -> None:
        if self._table is None:
            return
        *path, last = self._keys
        items = self._table.items
        for key in path:
            if self._item is None and key not in items:
                return
            items = items[key]
        if self._item is None:
            items.pop(last, None)
        else:
            items[last] = self._item
        written(self._table, (self._keys[0], self._keys[1] if self._table.range_key_attr else None))
