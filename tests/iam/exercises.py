"""What each function is put through under its own role: together these use all that its role allows, and no more.

A new function needs an exercise here; the test says so by name.
"""

import importlib
import json
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

from barback.stack.names import Names
from tests.events import s3_event
from upstream.server import Upstream


class Bench:
    """One function under its role, on an account that holds the whole stack. `admin` may do everything: it prepares
    and looks; `role` is the session that the policy is enforced on."""

    def __init__(
        self, stack: dict[str, Any], function: str, names: Names, admin: Any, role: Any, upstream: Upstream
    ) -> None:
        self.stack, self.function, self.names = stack, function, names
        self.admin, self.role, self.upstream = admin, role, upstream

    def invoke(self, event: dict[str, Any]) -> Any:
        module, _, name = self.stack["functions"][self.function]["handler"].rpartition(".")
        return getattr(importlib.import_module(module), name)(event, None)

    def put(self, bucket: str, key: str, body: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = self.admin("s3").put_object(Bucket=self.names.bucket(bucket), Key=key, Body=body)
        return answer

    def keys(self, bucket: str) -> list[str]:
        listed = self.admin("s3").list_objects_v2(Bucket=self.names.bucket(bucket))
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def items(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.admin("dynamodb").scan(TableName=self.names.table(table))["Items"]
        return found


def as_lambda_does(bench: Bench) -> None:
    """The calls that Lambda itself makes with a function's role."""
    entry, names = bench.stack["functions"][bench.function], bench.names
    logs, sqs = bench.role.client("logs"), bench.role.client("sqs")
    where = {"logGroupName": names.log_group(bench.function), "logStreamName": uuid.uuid4().hex}
    logs.create_log_stream(**where)
    logs.put_log_events(**where, logEvents=[{"timestamp": 0, "message": "START"}])
    if entry["failed_events"]:
        sqs.send_message(QueueUrl=_url(bench, entry["failed_events"]), MessageBody="{}")
    for trigger in entry["triggers"]:
        if "queue" in trigger:
            url = _url(bench, trigger["queue"])
            bench.admin("sqs").send_message(QueueUrl=url, MessageBody="{}")
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            [message] = sqs.receive_message(QueueUrl=url)["Messages"]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _url(bench: Bench, queue: str) -> str:
    url: str = bench.admin("sqs").get_queue_url(QueueName=bench.names.queue(queue))["QueueUrl"]
    return url


def upload_event(bench: Bench, bucket: str, key: str, put: dict[str, Any], *, version: bool = True) -> dict[str, Any]:
    """The event that S3 sends for an upload; without a version, as for a bucket that keeps none."""
    name = bench.names.bucket(bucket)
    return s3_event(name, key, etag=put["ETag"], version_id=put["VersionId"] if version else None)


def csv_profile(bench: Bench) -> None:
    """A new file, its event once more, and a file that is deleted before it can be read."""
    key = "uploads/sales.csv"
    event = upload_event(bench, "raw", key, bench.put("raw", key, b"name,age\nAda,36\n"))
    assert bench.invoke(event) == {"success": 1}
    assert bench.invoke(event) == {"duplicate": 1}
    # Its profile was removed by hand: the same event makes it anew.
    bench.admin("s3").delete_object(Bucket=bench.names.bucket("processed"), Key=f"profiles/{key}.json")
    assert bench.invoke(event) == {"success": 1}
    assert bench.keys("processed") == [f"profiles/{key}.json"]
    gone = "uploads/gone.csv"
    event = upload_event(bench, "raw", gone, bench.put("raw", gone, b"name\nAda\n"))
    bench.admin("s3").delete_object(Bucket=bench.names.bucket("raw"), Key=gone)
    assert bench.invoke(event) == {"error": 1}
    assert {json.dumps(item["status"]) for item in bench.items("file_metadata")} == {
        '{"S": "success"}',
        '{"S": "error"}',
    }


def cocktails_fetch(bench: Bench) -> None:
    """An answer that is new, and the same one again."""
    first = bench.invoke({"letters": "a"})
    assert (first["status"], first["landed"]) == ("ok", 1)
    again = bench.invoke({"letters": "a"})
    assert (again["status"], again["unchanged"]) == ("ok", 1)


def cocktails_transform(bench: Bench) -> None:
    """An answer with a bad drink in it, the same one again, a drink that lost an ingredient, an answer that is gone."""
    key = "cocktails/date=2026-01-01/letter=a.json"
    drinks = fetched(bench, "a")
    answer = json.dumps({"drinks": [*drinks, {"idDrink": None}]}).encode()
    event = upload_event(bench, "raw", key, bench.put("raw", key, answer))
    [first] = bench.invoke(event)["answers"]
    assert (first["new"], first["rejected"]) == (len(drinks), 1)
    [again] = bench.invoke(event)["answers"]
    assert again["unchanged"] == len(drinks)
    before = len(bench.items("cocktails"))
    poorer = json.dumps({"drinks": [without_last_ingredient(drinks[0])]}).encode()
    event = upload_event(bench, "raw", key, bench.put("raw", key, poorer), version=False)
    [changed] = bench.invoke(event)["answers"]
    assert changed["changed"] == 1
    assert len(bench.items("cocktails")) == before - 1
    gone = bench.put("raw", key, answer)
    event = upload_event(bench, "raw", key, gone)
    bench.admin("s3").delete_object(Bucket=bench.names.bucket("raw"), Key=key, VersionId=gone["VersionId"])
    assert [answer["status"] for answer in bench.invoke(event)["answers"]] == ["gone"]


def fetched(bench: Bench, letter: str) -> list[dict[str, Any]]:
    url = f"{bench.upstream.base_urls()['COCKTAILDB_URL']}/search.php?f={letter}"
    with urllib.request.urlopen(url) as answer:
        drinks: list[dict[str, Any]] = json.load(answer)["drinks"]
    return drinks


def without_last_ingredient(drink: dict[str, Any]) -> dict[str, Any]:
    last = max(n for n in range(1, 16) if (drink.get(f"strIngredient{n}") or "").strip())
    return {**drink, f"strIngredient{last}": None, f"strMeasure{last}": None}


EXERCISES: dict[str, Callable[[Bench], None]] = {
    "csv_profile": csv_profile,
    "cocktails_fetch": cocktails_fetch,
    "cocktails_transform": cocktails_transform,
}
