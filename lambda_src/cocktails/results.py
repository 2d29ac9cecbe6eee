"""The processed bucket as the transform uses it. For the raw object cocktails/date=2026-11-21/letter=a.json:

cocktails/date=2026-11-21/letter=a.ndjson              the drinks, normalised, one a line
rejected/cocktails/date=2026-11-21/letter=a.ndjson     what could not come in, each with its reason
cocktails/date=2026-11-21/letter=a.summary.json        how the first run over this landing ended; written last

An event may come late or again: what it tells of an older landing does not replace what came of a newer one.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.errors import Contended
from common.objects import is_missing

SHA = "sha256"
LANDED_AT = "landed-at"  # when the raw object landed
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")  # somebody else wrote it first
ATTEMPTS = 5


@dataclass(frozen=True)
class _Stored:
    sha: str
    landed_at: str
    etag: str


class ProcessedBucket:
    """`landed_at`, in ISO form, is when the raw object landed."""

    def __init__(self, s3: Any, bucket: str, raw_key: str, landed_at: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._stem = raw_key.removesuffix(".json")
        self._landed_at = landed_at

    @property
    def rejected_key(self) -> str:
        return f"rejected/{self._stem}.ndjson"

    @property
    def _summary_key(self) -> str:
        return f"{self._stem}.summary.json"

    def keep(self, drinks: bytes, rejected: bytes) -> None:
        """Both are functions of the raw object, so the same content is not written again."""
        files = ((f"{self._stem}.ndjson", drinks), (self.rejected_key, rejected))
        # Where there is nothing to write no file is: so it takes more than the file itself to see that a newer answer
        # has none.
        if any(self._is_newer(self._stored(key)) for key in (self._summary_key, files[0][0])):
            return
        for key, body in files:
            sha = hashlib.sha256(body).hexdigest()

            def is_needed(stored: _Stored | None, sha: str = sha, body: bytes = body) -> bool:
                return bool(body) if stored is None else stored.sha != sha

            self._put(key, body, "application/x-ndjson", sha, is_needed)

    def summarise(self, source: str, summary: dict[str, Any]) -> str:
        """`source` names the raw content. A replay of the same landing finds everything unchanged; that does not
        replace the summary of the run that did the work."""
        key = self._summary_key
        body = json.dumps(summary, indent=1, ensure_ascii=False).encode() + b"\n"
        told = (source, self._landed_at)
        self._put(
            key, body, "application/json", source, lambda stored: not stored or (stored.sha, stored.landed_at) != told
        )
        return key

    def _put(
        self, key: str, body: bytes, content_type: str, sha: str, is_needed: Callable[[_Stored | None], bool]
    ) -> None:
        for _ in range(ATTEMPTS):
            stored = self._stored(key)
            if not is_needed(stored) or self._is_newer(stored):
                return
            try:
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    Metadata={SHA: sha, LANDED_AT: self._landed_at},
                    **({"IfMatch": stored.etag} if stored else {"IfNoneMatch": "*"}),
                )
            except self._s3.exceptions.ClientError as error:
                if error.response["Error"]["Code"] not in TAKEN:
                    raise
            else:
                return
        raise Contended(f"{key} was written by others {ATTEMPTS} times in a row")

    def _is_newer(self, stored: _Stored | None) -> bool:
        return stored is not None and stored.landed_at > self._landed_at

    def _stored(self, key: str) -> _Stored | None:
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.ClientError as error:
            if is_missing(error):
                return None
            raise
        return _Stored(head["Metadata"].get(SHA, ""), head["Metadata"].get(LANDED_AT, ""), head["ETag"])
