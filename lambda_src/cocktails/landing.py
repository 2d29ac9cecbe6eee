"""The raw bucket as the fetch uses it: answers by date and label, each content once.

cocktails/date=2026-11-21/letter=a.json     an answer, byte for byte, under the date it was first seen
cocktails_latest/letter=a.json              which of these holds the label's newest content
cocktails_runs/date=2026-11-21/….json       what the last run of that day fetched, and what not
"""

import hashlib
import json
from typing import Any

ANSWERS, LATEST, RUNS = "cocktails", "cocktails_latest", "cocktails_runs"
SHA = "sha256"  # the metadata that names an object's content
AGAIN = "again"  # the metadata that tells a landing from earlier ones of the same content


class RawBucket:
    """`again`, a word that no other run has, lands what is there already once more, for changed code to work on."""

    def __init__(self, s3: Any, bucket: str, date: str, *, again: str = "") -> None:
        self._s3 = s3
        self._bucket = bucket
        self._date = date
        self._again = again

    def land(self, label: str, body: bytes) -> tuple[bool, str]:
        """Keeps the answer if its content is not the label's newest already.

        The note of what is newest is written before the answer. A crash between the two leaves a note that no object
        bears out, so the next run lands the answer; the other order could leave an answer that no note knows of, and
        a content that comes back later would be taken for the newest.
        """
        sha = hashlib.sha256(body).hexdigest()
        note_key = f"{LATEST}/{label}.json"
        note = None if self._again else self._note(note_key)
        if note and note["sha256"] == sha and self._holds(note["key"], sha):
            return False, str(note["key"])
        key = f"{ANSWERS}/date={self._date}/{label}.json"
        self._put(note_key, json.dumps({"key": key, "sha256": sha}).encode(), {})
        self._put(key, body, {SHA: sha, AGAIN: self._again} if self._again else {SHA: sha})
        return True, key

    def record(self, name: str, summary: dict[str, Any]) -> str:
        key = f"{RUNS}/date={self._date}/{name}.json"
        self._put(key, json.dumps(summary, indent=1).encode() + b"\n", {})
        return key

    def _put(self, key: str, body: bytes, metadata: dict[str, str]) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json", Metadata=metadata)

    def _note(self, key: str) -> Any:
        try:
            return json.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except self._s3.exceptions.NoSuchKey:
            return None

    def _holds(self, key: str, sha: str) -> bool:
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                return False
            raise
        return bool(head["Metadata"].get(SHA) == sha)
