"""An index that holds a part of the attributes, in the embedded engine's tables: it is read as what it holds."""

import os
from typing import Any
from unittest.mock import patch

import pytest

from barback.inside.order import keep_tables_in_order

moto = pytest.importorskip("moto")
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
FILES = 30


@pytest.fixture(scope="module")
def dynamodb() -> Any:
    import boto3

    keep_tables_in_order()
    with patch.dict(os.environ, KEYS), moto.mock_aws():
        client = boto3.client("dynamodb")
        names = ("name", "state", "moment")
        schema = [{"AttributeName": "state", "KeyType": "HASH"}, {"AttributeName": "moment", "KeyType": "RANGE"}]
        client.create_table(
            TableName="files",
            KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "Part",
                    "KeySchema": schema,
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["rows", "notes"]},
                }
            ],
        )
        for n in range(FILES):
            item = {"name": {"S": f"f{n}"}, "state": {"S": "good"}, "moment": {"S": f"{n:02}"}, "rows": {"N": str(n)}}
            item |= {"notes": {"L": [{"S": "a"}]}, "details": {"S": "x" * 100_000}}
            client.put_item(TableName="files", Item=item)
        yield client


def ask(dynamodb: Any, **more: Any) -> Any:
    return dynamodb.query(
        TableName="files",
        IndexName="Part",
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": {"S": "good"}, **more.pop("values", {})},
        ScanIndexForward=False,
        **more,
    )


def test_a_read_ends_by_the_size_of_what_the_index_holds(dynamodb: Any) -> None:
    answer = ask(dynamodb)
    assert "LastEvaluatedKey" not in answer, "three megabytes of items, but little of the index"
    assert [item["moment"]["S"] for item in answer["Items"]] == [f"{n:02}" for n in reversed(range(FILES))]
    assert answer["Items"][0] == {
        "name": {"S": "f29"},
        "state": {"S": "good"},
        "moment": {"S": "29"},
        "rows": {"N": "29"},
        "notes": {"L": [{"S": "a"}]},
    }


def test_pages_filters_and_single_attributes(dynamodb: Any) -> None:
    first = ask(dynamodb, Limit=4)
    second = ask(dynamodb, Limit=4, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert [item["moment"]["S"] for item in second["Items"]] == ["25", "24", "23", "22"]
    found = ask(
        dynamodb,
        FilterExpression="contains(notes, :n) AND begins_with(moment, :a)",
        values={":n": {"S": "a"}, ":a": {"S": "1"}},
        ProjectionExpression="moment",
    )
    assert found["Items"] == [{"moment": {"S": f"{n:02}"}} for n in reversed(range(10, 20))]


def test_what_was_read_can_still_be_changed(dynamodb: Any) -> None:
    ask(dynamodb)
    dynamodb.update_item(
        TableName="files",
        Key={"name": {"S": "f0"}},
        UpdateExpression="SET details = :d",
        ExpressionAttributeValues={":d": {"S": "new"}},
    )
    assert dynamodb.get_item(TableName="files", Key={"name": {"S": "f0"}})["Item"]["details"] == {"S": "new"}
    assert "details" not in ask(dynamodb)["Items"][-1]
