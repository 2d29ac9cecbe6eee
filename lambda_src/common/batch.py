"""Events that hold several things to do: each gets its turn, and what fails has no say in the others.

for_each_upload    an S3 event; when all had their turn, the failures are raised together, so that Lambda retries the
                   event and at the end keeps it among the failed events
for_each_message   an SQS batch; only the messages that failed are given back to their queue
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from common.events import Message, UnknownEvent, Upload, message_of, records_of, upload_of
from common.logs import Log

T = TypeVar("T")


def for_each_upload(event: Mapping[str, Any], log: Log, act: Callable[[Upload, Log], T]) -> list[T]:
    """What `act` returned for each upload. One failure is raised as it is, more as a group."""
    results: list[T] = []
    failures: list[Exception] = []
    for record in records_of(event, "aws:s3"):
        known = log
        try:
            upload = upload_of(record)
            if upload is None:
                continue
            known = log.bind(key=upload.key)
            results.append(act(upload, known))
        except Exception as error:  # noqa: BLE001  the other uploads of the event come first
            known.exception("failed", error, outcome="failed")
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(failures) + len(results)} uploads failed", failures)
    return results


def for_each_message(event: Mapping[str, Any], log: Log, act: Callable[[Message, Log], None]) -> dict[str, Any]:
    """The answer that SQS expects where `ReportBatchItemFailures` is on (it is, for every queue trigger)."""
    failed: list[str] = []
    for record in records_of(event, "aws:sqs"):
        identifier = record.get("messageId") if isinstance(record, Mapping) else None
        if not identifier:
            raise UnknownEvent("a record of the queue's has no messageId")
        known = log.bind(message_id=identifier)
        try:
            act(message_of(record), known)
        except Exception as error:  # noqa: BLE001  the other messages of the batch come first
            known.exception("failed", error, outcome="failed")
            failed.append(str(identifier))
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
