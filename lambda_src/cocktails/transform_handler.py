"""The Lambda that turns raw answers, as they land in the raw bucket, into items, files and a summary.

Repeating it is safe at every point: files have the same content, drinks that are stored are unchanged. Where much is
rejected, or all cannot be read, all is recorded first and then the event fails, so that an alarm goes off and the event
is kept for when the code is fixed.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from cocktails.landing import AGAIN, LANDED_AT
from cocktails.results import ProcessedBucket
from cocktails.store import SCHEMA, CocktailTable, Counts
from cocktails.transform import Batch, as_lines, transform
from common.aws import client, prepare
from common.batch import for_each_upload
from common.errors import BadInput
from common.events import Upload
from common.logs import Log, log_for
from common.settings import settings

MUCH, MUCH_SHARE = 3, 0.1  # rejected drinks that fail an answer: so many, and that share of it
COUNTED = ("entries", "new", "changed", "unchanged", "superseded", "rejected")


class MuchRejected(Exception):
    """So much of an answer could not come in that somebody has to look. It is recorded; what could come in is in."""


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
    landed_at = answer["Metadata"].get(LANDED_AT) or answer["LastModified"].isoformat()
    processed = ProcessedBucket(s3, settings().bucket("processed"), upload.key, landed_at)
    try:
        batch = transform(body)
    except BadInput as error:
        log.warning("the answer is set aside", reason=str(error))
        processed.keep(b"", as_lines([{"position": None, "reason": str(error)}]))
        summary = {**_summary(upload.key, Batch(), Counts()), "status": "error", "message": str(error)}
    else:
        processed.keep(as_lines([hashed.drink for hashed in batch.drinks]), as_lines(batch.rejections))
        stored = CocktailTable(client("dynamodb"), settings().table("cocktails")).store(batch.drinks, landed_at)
        summary = _summary(upload.key, batch, stored) | _much_rejected(batch, upload, processed)
    source = (hashlib.sha256(body).hexdigest(), str(SCHEMA), answer["Metadata"].get(AGAIN, ""))
    processed.summarise(" ".join(source).rstrip(), summary)
    log.info("transformed", **{name: value for name, value in summary.items() if name != "message"})
    counts = {name: (float(summary[name]), "Count") for name in COUNTED}
    log.metrics("cocktails_transform", **counts, answers_rejected=(float(summary["status"] == "error"), "Count"))
    if summary["status"] == "error":
        raise MuchRejected(summary["message"])
    return summary


def _much_rejected(batch: Batch, upload: Upload, processed: ProcessedBucket) -> dict[str, str]:
    """What is told where so much is rejected that the API has changed, rather than that a drink or two are odd."""
    rejected = len(batch.rejections)
    if not rejected or (rejected < batch.entries and rejected <= max(MUCH, MUCH_SHARE * batch.entries)):
        return {}
    told = (
        f"{rejected} of {batch.entries} drinks of {upload.key} were rejected, the first because "
        f"{batch.rejections[0]['reason']}; see {processed.rejected_key}. When the code is fixed, send this event again"
    )
    return {"status": "error", "message": told}


def _summary(source: str, batch: Batch, stored: Counts) -> dict[str, Any]:
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
