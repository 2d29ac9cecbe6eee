"""The Lambda that fetches records: every five minutes, or whenever it is invoked. See `ingest.asks` for the payload.

What came is kept; then, if a source failed, the run fails, so that it is seen. It is not retried as an event: the next
run asks again anyway.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from common.aws import client, prepare
from common.errors import BadInput
from common.http import Answer, Session
from common.logs import log_for
from common.retry import Patience
from common.settings import settings
from records.ingest import Run, asks, ingest
from records.landing import Landing
from records.sources import Source

TO_FINISH = 10.0  # seconds kept back to record the run
WITHOUT_CONTEXT = 60.0


class IncompleteIngest(Exception):
    """A source failed. What came from the others is kept."""


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    log = log_for(context)
    now = datetime.now(UTC)
    try:
        wanted = asks(event, now.date())
    except BadInput as error:
        log.warning("nothing fetched", reason=str(error))
        return {"status": "error", "message": str(error)}
    landing = Landing(client("s3"), client("sqs"), settings().bucket("raw"), settings().queue("records"), now)
    patience = Patience(deadline=time.monotonic() + _seconds_left(context))
    repaired = landing.repair()
    run = Run(ingest(wanted, lambda source, params: _fetch(source, params, patience), landing.land), repaired)
    summary = run.summary()
    summary["run"] = landing.record(summary | {"at": now.isoformat()})
    log.info("ingested", **summary)
    log.metrics("records_ingest", failed=(float(len(run.failed)), "Count"), repaired=(float(repaired), "Count"))
    if run.failed:
        raise IncompleteIngest(run.sentence())
    return summary


def _fetch(source: type[Source], params: dict[str, str], patience: Patience) -> tuple[Answer, int]:
    session = Session(settings().option(source.url_option), timeout=float(settings().option("HTTP_TIMEOUT", "10")))
    try:
        return patience.call(lambda: session.get(source.page, params))
    finally:
        session.close()


def _seconds_left(context: Any) -> float:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return max(1.0, remaining() / 1000 - TO_FINISH) if remaining else WITHOUT_CONTEXT


prepare("s3", "sqs")
