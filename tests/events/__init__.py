"""Events as AWS sends them: recorded ones by name, and new ones for what a test has at hand."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

_FOLDER = Path(__file__).parent


def recorded(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((_FOLDER / name).read_text())
    return event


def s3_event(
    bucket: str, key: str, *, etag: str, version_id: str | None = None, size: int = 1, **changes: Any
) -> dict[str, Any]:
    """The event of one upload; without a version, as for a bucket that keeps none. `changes` go into its `object`."""
    entry = {"key": quote_plus(key), "size": size, "eTag": etag.strip('"'), "sequencer": "0A"}
    if version_id:
        entry["versionId"] = version_id
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-01-01T00:00:00.000Z",
        "s3": {"bucket": {"name": bucket}, "object": entry | changes},
    }
    return {"Records": [record]}


def sqs_event(*bodies: str, receives: int = 1) -> dict[str, Any]:
    """A batch of messages, with the ids m0, m1 and so on."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": f"receipt-{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(receives), "SentTimestamp": "1767225600000"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:any",
                "awsRegion": "us-east-1",
            }
            for number, body in enumerate(bodies)
        ]
    }
