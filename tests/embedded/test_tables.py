"""DynamoDB on the embedded engine: what moto's tables alone would get wrong."""

import inspect
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from barback.inside.order import FEW, keep_tables_in_order
from barback.inside.tables import remember_only_what_transactions_touch, taking_turns

moto = pytest.importorskip("moto")
RANGES: list[tuple[str | None, list[str]]] = [(None, []), ("GE", ["1.5"]), ("LT", ["1.5"]), ("BETWEEN", ["0.1", "2"])]


@pytest.fixture
def backend() -> Any:
    from moto.dynamodb.models import DynamoDBBackend

    remember_only_what_transactions_touch()
    backend = DynamoDBBackend("us-east-1", "000000000000")
    schema = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}]
    options: dict[str, Any] = {
        "schema": schema,
        "throughput": None,
        "attr": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "part")],
        "global_indexes": [],
        "indexes": [],
        "streams": None,
        "billing_mode": "PAY_PER_REQUEST",
        "sse_specification": None,
        "tags": [],
        "deletion_protection_enabled": False,
        "warm_throughput": None,
    }
    taken = inspect.signature(backend.create_table).parameters
    backend.create_table("things", **{name: value for name, value in options.items() if name in taken})
    return backend


def put(identity: str, value: str, **more: Any) -> dict[str, Any]:
    item = {"id": {"S": identity}, "part": {"S": "a"}, "value": {"S": value}}
    return {"Put": {"TableName": "things", "Item": item, **more}}


def values(backend: Any) -> dict[str, str]:
    table = backend.tables["things"]
    return {item.hash_key.value: item.attrs["value"].value for item in table.all_items()}


def test_a_transaction_is_written_whole(backend: Any) -> None:
    backend.transact_write_items([put("one", "1"), put("two", "2")])
    assert values(backend) == {"one": "1", "two": "2"}


def test_a_transaction_that_fails_leaves_everything_as_it_was(backend: Any) -> None:
    from moto.dynamodb.exceptions import TransactionCanceledException

    backend.transact_write_items([put("one", "1")])
    update = {
        "Update": {
            "TableName": "things",
            "Key": {"id": {"S": "one"}, "part": {"S": "a"}},
            "UpdateExpression": "SET #v = :v",
            "ExpressionAttributeNames": {"#v": "value"},
            "ExpressionAttributeValues": {":v": {"S": "changed"}},
        }
    }
    failing = put("three", "3", ConditionExpression="attribute_exists(id)")
    with pytest.raises(TransactionCanceledException):
        backend.transact_write_items([update, put("two", "2"), failing])
    assert values(backend) == {"one": "1"}


def test_calls_take_turns() -> None:
    inside = threading.Semaphore(1)

    def handler(number: int) -> int:
        assert inside.acquire(blocking=False), "two at once"
        inside.release()
        return number

    handlers = taking_turns({"GetItem": handler})
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(handlers["GetItem"], range(200))) == list(range(200))


@pytest.fixture
def ordered() -> Any:
    """Two tables, with and without a range key, each with an index; every list of theirs is read in both ways."""
    from moto.dynamodb.models import DynamoDBBackend

    remember_only_what_transactions_touch()
    keep_tables_in_order()
    backend = DynamoDBBackend("us-east-1", "000000000000")
    for name, keys in (("plain", ["id"]), ("ranged", ["id", "part"])):
        kinds = ("HASH", "RANGE")
        index = {
            "IndexName": "ByGroup",
            "KeySchema": [
                {"AttributeName": "group", "KeyType": "HASH"},
                {"AttributeName": "number", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
        options: dict[str, Any] = {
            "schema": [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)],
            "throughput": None,
            "attr": [{"AttributeName": key, "AttributeType": "S"} for key in (*keys, "group")],
            "global_indexes": [index],
            "indexes": [],
            "streams": None,
            "billing_mode": "PAY_PER_REQUEST",
            "sse_specification": None,
            "tags": [],
            "deletion_protection_enabled": False,
            "warm_throughput": None,
        }
        taken = inspect.signature(backend.create_table).parameters
        backend.create_table(name, **{key: value for key, value in options.items() if key in taken})
    return backend


def lists(table: Any, read: Any, **changes: Any) -> list[Any]:
    """All pages of a list, as moto's own way reads them or as ours does."""
    pages: list[Any] = []
    start = None
    while True:
        items, seen, end = read(table, exclusive_start_key=start, **changes)
        pages.append(([item.to_json()["Attributes"] for item in items], seen))
        if end is None:
            # Whether anything more fits a range, moto finds out on a last page without items.
            return pages[:-1] if len(pages) > 1 and not seen else pages
        start = {name: value.to_json() for name, value in end.items()}


def same_in_both_ways(table: Any, limit: int | None) -> None:
    from moto.dynamodb.comparisons import get_filter_expression
    from moto.dynamodb.models.dynamo_type import DynamoType
    from moto.dynamodb.models.table import Table

    even = get_filter_expression("even = :yes", {}, {":yes": {"BOOL": True}})
    for filter_expression in (None, even):
        asked: dict[str, Any] = {"limit": limit, "filter_expression": filter_expression}
        scans = [lists(table, way, filters={}, **asked) for way in (Table.scan, Table.scan_of_moto)]  # type: ignore[attr-defined]
        assert scans[0] == scans[1]
        for index, value in (("ByGroup", "a"), ("ByGroup", "b"), ("ByGroup", "none"), (None, "3")):
            name = "group" if index else "id"
            if "hash_key_conditions" in inspect.signature(Table.query_of_moto).parameters:  # type: ignore[attr-defined]
                asked["hash_key_conditions"] = [(name, DynamoType({"S": value}))]
            for forward in (True, False):
                for comparison, numbers in RANGES if index and not filter_expression else RANGES[:1]:
                    ways = [
                        lists(
                            table, way, hash_key=DynamoType({"S": value}), range_comparison=comparison,
                            range_objs=[DynamoType({"N": number}) for number in numbers],
                            scan_index_forward=forward, projection_expressions=None, index_name=index, **asked,
                        )
                        for way in (Table.query, Table.query_of_moto)  # type: ignore[attr-defined]
                    ]  # fmt: skip
                    assert ways[0] == ways[1]


@pytest.mark.parametrize("name", ["plain", "ranged"])
def test_lists_in_order_are_those_of_moto_whatever_was_written_between(ordered: Any, name: str) -> None:
    chance, table = random.Random(5), ordered.tables[name]
    for turn in range(60):
        for _ in range(1 if turn % 3 else 12):  # fewer and more than FEW of them
            key = {"id": {"S": str(chance.randrange(30))}}
            key |= {"part": {"S": chance.choice("xy")}} if name == "ranged" else {}
            number = {"N": chance.choice(["1", "2", "10", "1.5", "-3", "0.1"])}
            match chance.randrange(5):
                case 0:
                    ordered.delete_item(name, key)
                case 1:
                    names, values = {"#n": "number", "#g": "group"}, {":n": number, ":g": {"S": chance.choice("ab")}}
                    ordered.update_item(name, key, "SET #n = :n, #g = :g", names, values)
                case 2:
                    ordered.put_item(name, key)  # in no index
                case _:
                    even = {"BOOL": chance.random() < 0.5}
                    ordered.put_item(name, {**key, "group": {"S": chance.choice("ab")}, "number": number, "even": even})
        if turn % 6 == 0:
            for limit in (None, 1, 4):
                same_in_both_ways(table, limit)
    assert len(table.all_items()) > 1 / FEW


def test_a_page_ends_at_a_megabyte(ordered: Any) -> None:
    for number in range(30):
        item = {
            "id": {"S": str(number)},
            "group": {"S": "a"},
            "number": {"N": str(number)},
            "text": {"S": "x" * 90_000},
        }
        ordered.put_item("plain", item)
    same_in_both_ways(ordered.tables["plain"], None)


def test_a_transaction_that_fails_leaves_the_order_as_it_was(ordered: Any) -> None:
    from moto.dynamodb.exceptions import TransactionCanceledException

    item = {"id": {"S": "1"}, "group": {"S": "a"}, "number": {"N": "1"}}
    ordered.put_item("plain", item)
    same_in_both_ways(ordered.tables["plain"], None)
    change = {"TableName": "plain", "Item": {**item, "group": {"S": "b"}}}
    failing = {"TableName": "plain", "Item": {"id": {"S": "2"}}, "ConditionExpression": "attribute_exists(id)"}
    with pytest.raises(TransactionCanceledException):
        ordered.transact_write_items([{"Put": change}, {"Put": failing}])
    same_in_both_ways(ordered.tables["plain"], None)
