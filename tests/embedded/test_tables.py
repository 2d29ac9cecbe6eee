"""DynamoDB on the embedded engine: what moto's tables alone would get wrong."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from barback.inside.tables import remember_only_what_transactions_touch, taking_turns

moto = pytest.importorskip("moto")


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
    import inspect

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
