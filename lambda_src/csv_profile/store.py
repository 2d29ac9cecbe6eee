"""Where profiles are kept: the JSON in the processed bucket, the item in the table.

The end state must be that of the newest object whatever order events come in, however often, and wherever a
function dies. So an event only says *that* a key changed; what is profiled is the object that is there now:

    1  read the item (and its revision)
    2  open the object as it is now; if item and profile are of this very object already: done
    3  write the profile
    4  write the item, on the condition that its revision is still that of step 1; if not, begin again

Two functions at once, for the objects x and, newer, N:

    x  1 2(x) ─────────────────────── 3(x) 4 ✗  1 2(N) 3(N) 4
    N         1 2(N) 3(N) 4                                        the profile of x lay over N's only for a moment

    x  1 2(x) ──────────── 3(x) 4
    N         1 2(N) 3(N) ─────── 4 ✗  1 2(N) 3(N) 4

Whoever has read an object that is no longer the newest has also read a revision that the newest one's function will
have passed, and so loses step 4 and begins again. A function that dies after step 3 is retried; step 2 compares the
profile's eTag with the one in the item, so a profile that was left lying over a newer one is noticed and replaced.
Sequencers are not needed for any of this, which is as well: emulators send constant ones, or none.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from common.ledger import Known, Ledger
from common.objects import Stored, etag_of, is_missing, open_object

_LONGEST_KEY = 1024
_LARGEST_LAST = 16 << 20  # bytes: about 12,000 columns


class Store:
    def __init__(self, s3: Any, dynamodb: Any, processed: str, table: str) -> None:
        self._s3, self._processed = s3, processed
        self._ledger = Ledger(dynamodb, table, "profile_etag")

    def open(self, bucket: str, key: str) -> Stored | None:
        """The object as it is now, or None if there is none any more."""
        return open_object(self._s3, bucket, key)

    def known(self, key: str) -> Known:
        return self._ledger.known(key)

    def profile_etag(self, key: str) -> str | None:
        """The eTag of the profile that lies in the bucket now."""
        return etag_of(self._s3, self._processed, profile_key(key))

    def last_profile(self, key: str) -> dict[str, Any] | None:
        """The profile that lies in the bucket now, unless it is too large to hold a second one beside."""
        try:
            answer = self._s3.get_object(Bucket=self._processed, Key=profile_key(key))
        except self._s3.exceptions.ClientError as error:
            if is_missing(error):
                return None
            raise
        with answer["Body"] as body:
            if answer["ContentLength"] > _LARGEST_LAST:
                return None
            try:
                found = json.loads(body.read())
            except ValueError:
                return None  # not one of ours: it is replaced
        return found if isinstance(found, dict) else None

    def put_profile(self, key: str, content: bytes) -> str:
        answer = self._s3.put_object(
            Bucket=self._processed, Key=profile_key(key), Body=content, ContentType="application/json"
        )
        return str(answer["ETag"]).strip('"')

    def where(self, key: str) -> str:
        return f"s3://{self._processed}/{profile_key(key)}"

    def put_item(self, attributes: Mapping[str, Any], after: Known) -> bool:
        """Writes the item if nobody did since `after` was read."""
        return self._ledger.put(attributes, after)


def profile_key(key: str) -> str:
    """profiles/<key>.json; where that would be longer than S3 allows, the key's end gives way to a hash of it."""
    name = f"profiles/{key}.json"
    if len(name.encode()) <= _LONGEST_KEY:
        return name
    end = f"~{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
    room = _LONGEST_KEY - len("profiles/") - len(end)
    return "profiles/" + key.encode()[:room].decode(errors="ignore") + end
