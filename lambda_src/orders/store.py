"""Where batches are kept: the files in the processed bucket, and an item for each in the table.

The end state must be that of the newest object, whatever order events come in, and a reader must never take half a
batch for a whole one. As in every flow, an event only says that a key changed; what is read is what is there now:

    1  read the item (and its revision)
    2  open the object as it is now; if item and files are of this very object already: done
    3  send the files, in parts that nobody sees yet
    4  if the item's revision is still that of step 1: remove the manifest, publish the files, write the new manifest
    5  write the item, on the condition that its revision is still that of step 1; if not, begin again

Whoever dies between two of these is retried. Without a manifest there is no batch; with one, its sizes and hashes tell
whether the files beside it are its own, and the item names the exact version of each. Two functions in step 4 at once
may lay the older files over the newer ones; the older one then loses step 5, begins again and puts the newer ones back.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from common.ledger import Known, Ledger
from common.objects import Stored, etag_of, open_object
from orders.batch import ISSUES, REJECTED
from orders.outputs import Output, Published
from orders.tables import TABLES

PREFIX = "orders/"
MANIFEST = "manifest.json"
FILES = (*(f"{name}.csv" for name in TABLES), REJECTED, ISSUES)
PARQUET = tuple(f"{name}.parquet" for name in TABLES)
# Where Parquet lies, a folder a table and in it one a batch: a table with partitions, for Athena, DuckDB and others.
PARQUET_PREFIX = "tables/"
SUFFIXES = (".json", ".json.gz", ".ndjson", ".ndjson.gz")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
_LONGEST_KEY = 1024
_LONGEST_NAME = max(map(len, (*FILES, MANIFEST)))
_LONGEST_PARQUET = max(len(f"{PARQUET_PREFIX}{name}/batch=/{name}.parquet") for name in TABLES)


class Store:
    def __init__(self, s3: Any, dynamodb: Any, processed: str, table: str, *, parquet: bool = False) -> None:
        self._s3, self._processed, self.parquet = s3, processed, parquet
        self._ledger = Ledger(dynamodb, table, "files_etag")

    def open(self, bucket: str, key: str) -> Stored | None:
        """The object as it is now, or None if there is none any more."""
        return open_object(self._s3, bucket, key)

    def known(self, key: str) -> Known:
        return self._ledger.known(key)

    def files_etag(self, key: str) -> str:
        """One eTag for all that lies in the bucket of a batch now."""
        names = (*FILES, *(PARQUET if self.parquet else ()), MANIFEST)
        return combined({name: etag_of(self._s3, self._processed, place_of(key, name)) for name in names})

    def outputs(self, key: str) -> "Outputs":
        return Outputs(self._s3, self._processed, key)

    def put_item(self, attributes: Mapping[str, Any], after: Known) -> bool:
        """Writes the item if nobody did since `after` was read."""
        return self._ledger.put(attributes, after)


class Outputs:
    """The files of one batch, from the first byte to the manifest."""

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self._s3, self._bucket, self._key = s3, bucket, key
        self._files: dict[str, Output] = {}

    def open(self, name: str) -> Output:
        kind = _TYPES[name.rpartition(".")[2]]
        self._files[name] = Output(self._s3, self._bucket, place_of(self._key, name), kind)
        return self._files[name]

    def publish(self, manifest: bytes) -> dict[str, Published]:
        """From now on the batch is this one; for a moment in between there is none."""
        key = place_of(self._key, MANIFEST)
        if etag_of(self._s3, self._bucket, key) is not None:
            self._s3.delete_object(Bucket=self._bucket, Key=key)
        published = {name: output.publish() for name, output in self._files.items()}
        self.open(MANIFEST).write(manifest)
        return published | {MANIFEST: self._files[MANIFEST].publish()}

    def close(self) -> None:
        for output in self._files.values():
            output.close()

    @property
    def where(self) -> str:
        return f"s3://{self._bucket}/{folder_of(self._key)}"


def combined(etags: Mapping[str, str | None]) -> str:
    told = "".join(f"{name} {etags[name]}\n" for name in sorted(etags))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def batch_of(key: str) -> str:
    """orders/2026/shop.json is the batch 2026/shop. Other endings stay, so that no two files share a batch."""
    name = key.removeprefix(PREFIX)
    short = name.removesuffix(".json")
    return name if short.endswith(SUFFIXES) else short


def folder_of(key: str) -> str:
    """Where the files of a batch lie."""
    return f"{PREFIX}{_fitting(batch_of(key), _LONGEST_KEY - len(PREFIX) - len('/') - _LONGEST_NAME, key)}/"


def place_of(key: str, name: str) -> str:
    """Where a file of a batch lies."""
    table, _, kind = name.rpartition(".")
    if kind != "parquet":
        return folder_of(key) + name
    batch = _fitting(quote(batch_of(key), safe=""), _LONGEST_KEY - _LONGEST_PARQUET, key)
    return f"{PARQUET_PREFIX}{table}/batch={batch}/{name}"


def _fitting(batch: str, room: int, key: str) -> str:
    """Where a key would be longer than S3 allows, the end of the batch's name gives way to a hash."""
    if len(batch.encode()) <= room:
        return batch
    end = f"~{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    return batch.encode()[: room - len(end)].decode(errors="ignore") + end
