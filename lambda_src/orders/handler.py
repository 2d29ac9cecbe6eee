"""The function's door: for every upload in the event, turns the file as it is now into the tables of its batch.

A file that cannot be read to its end is recorded as such, with what could be read, and not tried again. Any other
failure is raised, so that the event is retried and in the end kept among the failed events.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from common.aws import client, prepare
from common.batch import for_each_upload
from common.errors import Contended
from common.events import Upload
from common.ledger import Known
from common.logs import Log, log_for
from common.objects import Stored, stamp
from common.settings import settings
from orders.batch import About, tabulate
from orders.manifest import to_json
from orders.outputs import Published
from orders.store import Store, combined

_ATTEMPTS = 8  # at being the last to write; others must write the same key all the while for one to be lost
_GONE = ("source-gone", "the file was deleted before it could be read; upload it again")


def handle(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    return Counter(for_each_upload(event, log_for(context), lambda upload, log: process(upload, _store(), log)))


def process(upload: Upload, store: Store, log: Log) -> str:
    """Brings the batch of a key up to date. See orders.store for why in this way."""
    started = time.monotonic()
    written = False
    for _ in range(_ATTEMPTS):
        known = store.known(upload.key)
        stored = store.open(upload.bucket, upload.key)
        try:
            if not written and _is_done(upload, known, stored, store):
                log.info("nothing to do", outcome="duplicate")
                return "duplicate"
            outputs = store.outputs(upload.key)
            try:
                manifest = _tabulate(upload, stored, outputs.open, parquet=store.parquet)
                if store.known(upload.key).revision == known.revision:
                    published = outputs.publish(to_json(manifest))
                    written = True
                    if store.put_item(_item(upload, stored, manifest, published, outputs.where), after=known):
                        _tell(log, manifest, started)
                        return str(manifest["status"])
            finally:
                outputs.close()
        finally:
            if stored:
                stored.close()
        log.info("another function wrote first; starting again")
    raise Contended(f"{upload.key}: gave up after {_ATTEMPTS} attempts; others keep writing the same batch")


def _is_done(upload: Upload, known: Known, stored: Stored | None, store: Store) -> bool:
    """The object was read before, or it was, as the event tells of it, and is gone by now."""
    gone = stored is None and known.covers(upload.etag, upload.event_time)
    return (known.is_of(stored) or gone) and store.files_etag(upload.key) == known.result_etag


def _tabulate(upload: Upload, stored: Stored | None, open_sink: Any, *, parquet: bool) -> dict[str, Any]:
    if stored is None:
        return tabulate((), open_sink, About(key=upload.key), error=_GONE, parquet=parquet)
    about = About(upload.key, stored.size, stored.etag, stored.version_id)
    return tabulate(_cut(stored.chunks()), open_sink, about, parquet=parquet)


def _cut(chunks: Iterable[bytes], most: int = 256 << 10) -> Iterable[bytes]:
    """Smaller chunks: text takes up to four times the memory of its bytes."""
    for chunk in chunks:
        for start in range(0, len(chunk), most):
            yield chunk[start : start + most]


def _item(
    upload: Upload, stored: Stored | None, manifest: Mapping[str, Any], published: Mapping[str, Published], where: str
) -> dict[str, Any]:
    """What a person looks up first."""
    error = manifest["error"]
    facts = {file["name"]: {"rows": file["rows"], "size": file["size"]} for file in manifest["files"]}
    return {
        "file_name": upload.key,
        "status": manifest["status"],
        "error_message": error["message"] if error else None,
        "upload_timestamp": stamp(stored.uploaded) if stored else upload.event_time,
        "processed_timestamp": stamp(datetime.now(UTC)),
        "etag": stored.etag if stored else None,
        "version_id": stored.version_id if stored else None,
        "size": stored.size if stored else None,
        "counts": manifest["counts"],
        "rejected": manifest["rejected"],
        "issues": {issue["code"]: issue["count"] for issue in manifest["issues"]},
        "batch": where,
        "files": {
            name: {"etag": file.etag, "version_id": file.version_id, **facts.get(name, {})}
            for name, file in published.items()
        },
        "files_etag": combined({name: file.etag for name, file in published.items()}),
    }


def _tell(log: Log, manifest: Mapping[str, Any], started: float) -> None:
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    counts, size = manifest["counts"], manifest["source"]["size"] or 0
    log.info(
        "tables written",
        orders=counts["orders"],
        rejected=counts["rejected"],
        issues=counts["issues"],
        bytes=size,
        ms=milliseconds,
        outcome=manifest["status"],
    )
    log.metrics(
        "orders",
        files=(1, "Count"),
        orders=(counts["orders"], "Count"),
        rejected=(counts["rejected"] + int(manifest["status"] == "error"), "Count"),  # orders, and whole files
        bytes=(size, "Bytes"),
        duration=(milliseconds, "Milliseconds"),
    )


@cache
def _store() -> Store:
    processed, table = settings().bucket("processed"), settings().table("order_batches")
    parquet = settings().option("PARQUET", "no").strip().lower() in ("yes", "true", "1", "on")
    return Store(client("s3"), client("dynamodb"), processed, table, parquet=parquet)


prepare("s3", "dynamodb")
# Orders are many small objects and no cycles: looking for some at every 700th takes a tenth of the time.
gc.set_threshold(50_000)
