"""The processed bucket as the transform uses it. For the raw object cocktails/date=2026-11-21/letter=a.json:

cocktails/date=2026-11-21/letter=a.ndjson              the drinks, normalised, one a line
rejected/cocktails/date=2026-11-21/letter=a.ndjson     what could not come in, each with its reason
cocktails/date=2026-11-21/letter=a.summary.json        how the first run over this landing ended; written last
"""

import hashlib
import json
from typing import Any

SHA = "sha256"


class ProcessedBucket:
    def __init__(self, s3: Any, bucket: str, raw_key: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._stem = raw_key.removesuffix(".json")

    @property
    def rejected_key(self) -> str:
        return f"rejected/{self._stem}.ndjson"

    def keep(self, drinks: bytes, rejected: bytes) -> None:
        """Both are functions of the raw object, so the same content is not written again."""
        self._put_new(f"{self._stem}.ndjson", drinks, "application/x-ndjson")
        self._put_new(self.rejected_key, rejected, "application/x-ndjson")

    def summarise(self, source: str, summary: dict[str, Any]) -> str:
        """`source` names the raw content. A replay finds everything unchanged; that does not replace the summary of
        the run that did the work."""
        key = f"{self._stem}.summary.json"
        if self._sha_of(key) != source:
            self._put(
                key, json.dumps(summary, indent=1, ensure_ascii=False).encode() + b"\n", "application/json", source
            )
        return key

    def _put_new(self, key: str, body: bytes, content_type: str) -> None:
        stored, sha = self._sha_of(key), hashlib.sha256(body).hexdigest()
        if stored == sha or (stored is None and not body):
            return
        self._put(key, body, content_type, sha)

    def _put(self, key: str, body: bytes, content_type: str, sha: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, Metadata={SHA: sha})

    def _sha_of(self, key: str) -> str | None:
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                return None
            raise
        return str(head["Metadata"].get(SHA, ""))
