"""The Lambda that fetches drinks: daily by its schedule, or whenever it is invoked. See `selection` for the payload.

What came is kept and told in the run's summary; then, if anything is missing, the run fails, so that Lambda tries
again and an outage ends among the failed events and not in silence.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cocktails.fetch import Run, fetch
from cocktails.landing import RawBucket
from cocktails.selection import selection
from common.aws import client, prepare
from common.errors import BadInput
from common.http import Session
from common.logs import log_for
from common.retry import Patience
from common.settings import settings

TO_FINISH = 10.0  # seconds kept back to record the run
WITHOUT_CONTEXT = 60.0


class IncompleteFetch(Exception):
    """Some answers did not come. Those that did are kept."""


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    log = log_for(context)
    now = datetime.now(UTC)
    date = now.date().isoformat()
    bucket = RawBucket(
        client("s3"), settings().bucket("raw"), date, again=now.isoformat() if event.get("again") else ""
    )
    session = Session(settings().option("COCKTAILDB_URL"), timeout=float(settings().option("HTTP_TIMEOUT", "10")))
    patience = Patience(deadline=time.monotonic() + _seconds_left(context))
    try:
        run = fetch(selection(event), date, session, patience, bucket)
    except BadInput as error:
        log.warning("nothing fetched", reason=str(error))
        return {"status": "error", "message": str(error)}
    finally:
        session.close()
    summary = {**run.summary(), "record": bucket.record(run.selection, run.summary())}
    log.info("fetched", **{name: value for name, value in summary.items() if name != "answers"})
    log.metrics("cocktails_fetch", **_metrics(run))
    for warning in run.warnings:
        log.warning(warning)
    if run.only_wrong_ids:
        return {**summary, "status": "error", "message": run.sentence()}
    if run.status != "ok":
        raise IncompleteFetch(run.sentence())
    return summary


def _metrics(run: Run) -> dict[str, tuple[float, str]]:
    told = run.summary()
    return {name: (float(told[name]), "Count") for name in ("asked", "landed", "unchanged", "failed", "drinks", "lost")}


def _seconds_left(context: Any) -> float:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return max(1.0, remaining() / 1000 - TO_FINISH) if remaining else WITHOUT_CONTEXT


prepare("s3")
