"""What ingest and process are put through under their roles: together they use all that the roles allow."""

import hashlib
import json
from typing import Any

from tests.events import sqs_event
from tests.iam.bench import Bench


def records_ingest(bench: Bench) -> None:
    """An answer that is new, and the same one again after a run that was cut off before it could queue its message."""
    wanted = {"sources": ["jsonplaceholder"], "limit": 3}
    assert [source["status"] for source in bench.invoke(wanted)["sources"]] == ["landed"]
    [note] = [key for key in bench.keys("raw") if key.startswith("records_latest/")]
    body = bench.admin("s3").get_object(Bucket=bench.names.bucket("raw"), Key=note)["Body"]
    entry = {"capture": json.load(body)["capture"], "latest": note}
    bench.put("raw", "records_outbox/cut-off.json", json.dumps(entry).encode())
    again = bench.invoke(wanted)
    assert (again["repaired"], [source["status"] for source in again["sources"]]) == (1, ["unchanged"])
    assert not [key for key in bench.keys("raw") if key.startswith("records_outbox/")]


def records_process(bench: Bench) -> None:
    """New records and a bad one, the same ones in a later capture, and a message whose object is gone."""
    posts: list[Any] = [{"id": n, "userId": 1, "title": "Title", "body": "Text"} for n in range(3)]
    first, second = _capture(bench, 1, [*posts, {}]), _capture(bench, 2, posts)
    assert bench.invoke(sqs_event(json.dumps(first), json.dumps(second))) == {"batchItemFailures": []}
    assert {item["last_seen"]["S"] for item in bench.items("records")} == {second["capturedAt"]}
    assert len(bench.items("record_counts")) == 1
    assert bench.keys("processed") == ["rejected/records/source=jsonplaceholder/1.ndjson"]
    gone = json.dumps({**first, "key": "raw/source=jsonplaceholder/gone.json"})
    sqs = bench.admin("sqs")
    url = sqs.get_queue_url(QueueName=bench.names.queue("records"))["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=gone)
    [message] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=300)["Messages"]
    event = sqs_event(gone)
    event["Records"][0]["receiptHandle"] = message["ReceiptHandle"]
    assert bench.invoke(event) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    # Known as gone, not as forbidden, it is handed out again at once.
    assert sqs.receive_message(QueueUrl=url)["Messages"]


def _capture(bench: Bench, hour: int, entries: list[Any]) -> dict[str, Any]:
    body, key = json.dumps(entries).encode(), f"raw/source=jsonplaceholder/{hour}.json"
    bench.put("raw", key, body)
    return {
        "source": "jsonplaceholder",
        "type": "posts",
        "bucket": bench.names.bucket("raw"),
        "key": key,
        "capturedAt": f"2026-01-01T0{hour}:00:00.000Z",
        "hash": hashlib.sha256(body).hexdigest(),
        "recordCount": len(entries),
    }
