"""The raw bucket and the queue as ingest uses them: each content stored and queued once, object before message.

raw/source=randomuser/date=2026-11-21/20261121T060000123Z-<hash>.json   an answer, byte for byte
records_outbox/<the same>                                              the message, while it may not be queued yet
records_latest/randomuser/<what was asked for>.json                    which answer to this request was queued last
records_runs/date=2026-11-21/20261121T060000123Z.json                  what a run came to

A landing writes the outbox entry, the object, the message, the note of what is latest, and removes the entry. Where it
is cut off, the entry is left, and the next run goes on from there: an entry whose object is there is queued, one whose
object never came is removed when no run can be working on it any more. A message may so be sent twice, never lost.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from common.objects import is_missing
from records.messages import Capture, Refused, moment
from records.sources import Source

RAW, OUTBOX, LATEST, RUNS = "raw", "records_outbox", "records_latest", "records_runs"
# Longer than a run can take.
ABANDONED = timedelta(minutes=15)


class Landing:
    def __init__(self, s3: Any, sqs: Any, bucket: str, queue: str, now: datetime) -> None:
        self._s3, self._sqs = s3, sqs
        self._bucket, self._queue, self._now = bucket, queue, now

    def land(self, source: type[Source], asked: dict[str, str], body: bytes, count: int) -> tuple[Capture, bool]:
        """The capture, and whether it is new; an answer whose content is the latest already leaves nothing behind."""
        sha = hashlib.sha256(body).hexdigest()
        latest = _latest_key(source.name, asked)
        note = self._read(latest)
        if note and note["capture"]["hash"] == sha:
            return Capture(**note["capture"]), False
        place = f"source={source.name}/date={self._now.date().isoformat()}/{_stamp(self._now)}-{sha[:16]}.json"
        capture = Capture(
            source.name, source.type, self._bucket, f"{RAW}/{place}", moment(self._now), sha, recordCount=count
        )
        entry = {"capture": asdict(capture), "latest": latest}
        self._put(f"{OUTBOX}/{place}", entry)
        self._s3.put_object(Bucket=self._bucket, Key=capture.key, Body=body, ContentType="application/json")
        self._finish(f"{OUTBOX}/{place}", entry)
        return capture, True

    def repair(self) -> int:
        """Finishes what earlier runs began; how many messages that were."""
        finished = 0
        for key, landed in self._outbox():
            entry = self._read(key)
            if entry is None:  # a run beside this one has just finished it
                continue
            if self._is_there(entry["capture"]["key"]):
                self._finish(key, entry)
                finished += 1
            elif self._now - landed > ABANDONED:
                self._s3.delete_object(Bucket=self._bucket, Key=key)
        return finished

    def record(self, summary: dict[str, Any]) -> str:
        key = f"{RUNS}/date={self._now.date().isoformat()}/{_stamp(self._now)}.json"
        self._put(key, summary)
        return key

    def _finish(self, key: str, entry: dict[str, Any]) -> None:
        capture = Capture(**entry["capture"])
        self._sqs.send_message(QueueUrl=self._queue, MessageBody=capture.body())
        note = self._read(entry["latest"])
        if not note or note["capture"]["capturedAt"] <= capture.capturedAt:
            self._put(entry["latest"], {"capture": entry["capture"]})
        self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _outbox(self) -> Iterator[tuple[str, datetime]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"{OUTBOX}/")
        return ((found["Key"], found["LastModified"]) for page in pages for found in page.get("Contents", ()))

    def _put(self, key: str, value: dict[str, Any]) -> None:
        body = json.dumps(value, indent=1).encode() + b"\n"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")

    def _read(self, key: str) -> Any:
        try:
            return json.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except self._s3.exceptions.NoSuchKey:
            return None

    def _is_there(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.ClientError as error:
            if is_missing(error):
                return False
            raise
        return True


def read_raw(s3: Any, capture: Capture) -> bytes:
    """The raw object that a message tells of; refused if it is gone or not what was captured."""
    try:
        body: bytes = s3.get_object(Bucket=capture.bucket, Key=capture.key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        raise Refused("the raw object is gone") from None
    if hashlib.sha256(body).hexdigest() != capture.hash:
        raise Refused("the raw object is not the one that was captured: its hash differs")
    return body


def _latest_key(source: str, asked: dict[str, str]) -> str:
    """A note for each request: what a run with other parameters gets says nothing about the scheduled one."""
    return f"{LATEST}/{source}/{quote(urlencode(sorted(asked.items())) or 'all', safe='=&')}.json"


def _stamp(now: datetime) -> str:
    return moment(now).replace("-", "").replace(":", "").replace(".", "")
