"""The raw bucket as the fetch uses it: answers by date and label, each content once.

cocktails/date=2026-11-21/letter=a.json     an answer, byte for byte, under the date it was first seen
cocktails_latest/index.json                 what is newest: of each label its answer, of each drink its content
cocktails_runs/date=2026-11-21/….json       what the last run of that day fetched, and what not
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from common.errors import Contended
from common.objects import is_missing

ANSWERS, INDEX, RUNS = "cocktails", "cocktails_latest/index.json", "cocktails_runs"
SHA = "sha256"  # the metadata that names an object's content
LANDED_AT = "landed-at"  # the metadata that says when, finer than S3 does
AGAIN = "again"  # the metadata that tells a landing from earlier ones of the same content
ATTEMPTS = 8
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")  # somebody else wrote it first


class RawBucket:
    """`again`, a word that no other run has, lands what is there already once more, for changed code to work on."""

    def __init__(self, s3: Any, bucket: str, date: str, *, again: str = "") -> None:
        self._s3 = s3
        self._bucket = bucket
        self._date = date
        self._again = again
        self._read: tuple[dict[str, Any], str | None] | None = None

    def land(self, label: str, body: bytes, drinks: Mapping[str, Any], *, adds_only: bool = False) -> tuple[bool, str]:
        """Keeps the answer unless it says nothing new: whether it was new, and the key.

        It is new if the label's newest answer is another, or if one of its drinks was seen with other content since,
        under whatever label: a drink that was fetched by its id and then changed back is new in its letter. With
        `adds_only`, it is enough that its drinks are known.

        The index is written before the answer. A crash between the two leaves an entry that no object bears out, so
        the next run lands the answer; the other order could leave an answer that the index does not know of, and a
        content that comes back later would be taken for the newest.
        """
        sha = hashlib.sha256(body).hexdigest()
        shas = {identity: _sha_of(drink) for identity, drink in drinks.items()}
        if not self._again and (known := self._known(label, sha, shas, adds_only=adds_only)):
            return False, known
        key = f"{ANSWERS}/date={self._date}/{label}.json"

        def note(index: dict[str, Any]) -> None:
            before = [] if self._again else index["answers"].get(label, {}).get("ids", [])
            index["answers"][label] = {"key": key, "sha256": sha, "ids": sorted({*before, *shas})}
            index["drinks"].update({identity: [content, label] for identity, content in shas.items()})

        self._change(note)
        landed_at = datetime.now(UTC).isoformat(timespec="microseconds")
        again = {AGAIN: self._again} if self._again else {}
        self._put(key, body, {SHA: sha, LANDED_AT: landed_at, **again})
        return True, key

    def drinks_of(self, label: str) -> list[str]:
        """The ids of all drinks that were ever in the label's answers, and are not known to be gone."""
        if self._again:
            return []
        return list(self._index()["answers"].get(label, {}).get("ids", []))

    def forget(self, label: str, ids: Iterable[str]) -> None:
        """These are gone from the catalogue."""
        gone = set(ids)

        def leave_out(index: dict[str, Any]) -> None:
            entry = index["answers"].get(label)
            if entry:
                entry["ids"] = [identity for identity in entry["ids"] if identity not in gone]

        if gone & set(self.drinks_of(label)):
            self._change(leave_out)

    def left(self, selection: str) -> list[str]:
        """The labels that today's last run of this selection did not come to."""
        left = self._index()["left"].get(selection)
        return list(left["labels"]) if left and left["date"] == self._date else []

    def leave(self, selection: str, labels: list[str]) -> None:
        if labels != self.left(selection):
            self._change(lambda index: index["left"].update({selection: {"date": self._date, "labels": labels}}))

    def record(self, name: str, summary: dict[str, Any]) -> str:
        key = f"{RUNS}/date={self._date}/{name}.json"
        self._put(key, json.dumps(summary, indent=1).encode() + b"\n", {})
        return key

    def _known(self, label: str, sha: str, shas: Mapping[str, str], *, adds_only: bool) -> str | None:
        """The key of the answer that says the same already."""
        index = self._index()
        if any(index["drinks"].get(identity, [""])[0] != content for identity, content in shas.items()):
            return None
        answer = index["answers"].get(label)
        if answer and answer["sha256"] == sha:
            return str(answer["key"]) if self._holds(answer) else None
        if adds_only and shas and all(self._holds(index["answers"][index["drinks"][identity][1]]) for identity in shas):
            return str(index["answers"][index["drinks"][next(iter(shas))][1]]["key"])
        return None

    def _index(self) -> dict[str, Any]:
        if self._read is None:
            try:
                found = self._s3.get_object(Bucket=self._bucket, Key=INDEX)
                self._read = json.loads(found["Body"].read()), found["ETag"]
            except self._s3.exceptions.NoSuchKey:
                self._read = {"answers": {}, "drinks": {}, "left": {}}, None
        return self._read[0]

    def _change(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Writes the index, if nobody else did since it was read; else once more, from what they wrote."""
        for _ in range(ATTEMPTS):
            index = json.loads(json.dumps(self._index()))
            change(index)
            etag = self._read[1] if self._read else None
            condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
            try:
                written = self._put(INDEX, json.dumps(index, sort_keys=True).encode(), {}, **condition)
            except self._s3.exceptions.ClientError as error:
                if error.response["Error"]["Code"] not in TAKEN:
                    raise
                self._read = None
            else:
                self._read = index, written["ETag"]
                return
        raise Contended(f"{INDEX} was written by others {ATTEMPTS} times in a row")

    def _put(self, key: str, body: bytes, metadata: dict[str, str], **condition: str) -> Any:
        return self._s3.put_object(
            Bucket=self._bucket, Key=key, Body=body, ContentType="application/json", Metadata=metadata, **condition
        )

    def _holds(self, answer: Mapping[str, Any]) -> bool:
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=answer["key"])
        except self._s3.exceptions.ClientError as error:
            if is_missing(error):
                return False
            raise
        return bool(head["Metadata"].get(SHA) == answer["sha256"])


def _sha_of(drink: Any) -> str:
    """Enough of it to tell contents of one drink apart."""
    return hashlib.sha256(json.dumps(drink, sort_keys=True).encode()).hexdigest()[:20]
