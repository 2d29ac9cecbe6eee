"""The Lambda that turns raw answers, as they land in the raw bucket, into items, files and a summary.

Repeating it is safe at every point: files have the same content, drinks that are stored are unchanged.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from cocktails.landing import AGAIN
from cocktails.results import ProcessedBucket
from cocktails.store import SCHEMA, CocktailTable, Stored
from cocktails.transform import Batch, as_lines, transform
from common.aws import client, prepare
from common.batch import for_each_upload
from common.errors import BadInput
from common.events import Upload
from common.logs import Log, log_for
from common.settings import settings

COUNTED = ("entries", "new", "changed", "unchanged", "superseded", "rejected")


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    return {"answers": for_each_upload(event, log_for(context), _process)}


def _process(upload: Upload, log: Log) -> dict[str, Any]:
    s3 = client("s3")
    try:
        answer = s3.get_object(Bucket=upload.bucket, Key=upload.key, **upload.extra_args)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchVersion"):
            raise
        log.warning("the raw object was deleted before it was read; nothing to do")
        return {"source": upload.key, "status": "gone"}
    body = answer["Body"].read()
    processed = ProcessedBucket(s3, settings().bucket("processed"), upload.key)
    try:
        batch = transform(body)
    except BadInput as error:
        log.warning("the answer is set aside", reason=str(error))
        processed.keep(b"", as_lines([{"position": None, "reason": str(error)}]))
        summary = {**_summary(upload.key, Batch(), Stored()), "status": "error", "message": str(error)}
    else:
        processed.keep(as_lines([hashed.drink for hashed in batch.drinks]), as_lines(batch.rejections))
        landed_at = answer["LastModified"].isoformat()
        stored = CocktailTable(client("dynamodb"), settings().table("cocktails")).store(batch.drinks, landed_at)
        summary = _summary(upload.key, batch, stored)
    source = (hashlib.sha256(body).hexdigest(), str(SCHEMA), answer["Metadata"].get(AGAIN, ""))
    processed.summarise(" ".join(source).rstrip(), summary)
    log.info("transformed", **{name: value for name, value in summary.items() if name != "message"})
    counts = {name: (float(summary[name]), "Count") for name in COUNTED}
    log.metrics("cocktails_transform", **counts, answers_rejected=(float(summary["status"] == "error"), "Count"))
    return summary


def _summary(source: str, batch: Batch, stored: Stored) -> dict[str, Any]:
    """entries = new + changed + unchanged + rejected. What a newer answer superseded leaves the table unchanged."""
    return {
        "source": source,
        "status": "partial" if batch.rejections else "ok",
        "entries": batch.entries,
        "new": stored.new,
        "changed": stored.changed,
        "unchanged": stored.unchanged + stored.superseded + batch.repeats,
        "superseded": stored.superseded,
        "rejected": len(batch.rejections),
        "writes": stored.writes,
    }


prepare("s3", "dynamodb")
