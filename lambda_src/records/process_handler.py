"""The Lambda that stores the records of raw objects, told of them by the queue `records`.

A message that fails goes back alone. One that can never succeed is handed out again at once, so that it reaches the
dead-letter queue without delay; any other waits a little longer each time.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from common.aws import client, prepare
from common.batch import for_each_message
from common.events import Message
from common.logs import Log, log_for
from common.settings import settings
from records.landing import read_raw
from records.messages import Capture, Refused, moment
from records.process import process
from records.store import RecordTable

WAIT = 10  # seconds until a message that failed is handed out again; six times that after the second time


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    return for_each_message(event, log_for(context), _process)


def _process(message: Message, log: Log) -> None:
    try:
        _store(message, log)
    except Refused as reason:
        log.warning("refused", reason=str(reason))
        _hand_out_in(0, message)
        raise
    except Exception:
        _hand_out_in(WAIT * 6 ** min(message.receives - 1, 1), message)
        raise


def _store(message: Message, log: Log) -> None:
    s3, raw = client("s3"), settings().bucket("raw")
    capture = Capture.read(message.body, raw)
    log = log.bind(source=capture.source, key=capture.key)
    batch = process(read_raw(s3, capture), capture.source)
    if batch.rejections:
        _set_aside(s3, capture, batch.rejections)
    table = RecordTable(client("dynamodb"), settings().table("records"), settings().table("record_counts"))
    stored = table.store(batch.records, capture, moment(datetime.now(UTC)))
    stored.unchanged += batch.repeats
    log.info(
        "processed",
        entries=batch.entries,
        inserted=stored.inserted,
        updated=stored.updated,
        unchanged=stored.unchanged,
        rejected=len(batch.rejections),
    )
    entries, rejected = (float(batch.entries), "Count"), (float(len(batch.rejections)), "Count")
    log.metrics("records_process", entries=entries, rejected=rejected, **stored.metrics())


def _set_aside(s3: Any, capture: Capture, rejections: list[dict[str, Any]]) -> None:
    """Where each bad record stands in the raw object, and what is wrong with it. Its values may be personal: none."""
    lines = [json.dumps({"raw_s3_key": capture.key, **rejection}) + "\n" for rejection in rejections]
    s3.put_object(
        Bucket=settings().bucket("processed"),
        Key=f"rejected/records/{capture.key.removeprefix('raw/').removesuffix('.json')}.ndjson",
        Body="".join(lines).encode(),
        ContentType="application/x-ndjson",
    )


def _hand_out_in(seconds: int, message: Message) -> None:
    client("sqs").change_message_visibility(
        QueueUrl=settings().queue("records"), ReceiptHandle=message.receipt, VisibilityTimeout=seconds
    )


prepare("s3", "dynamodb", "sqs")
