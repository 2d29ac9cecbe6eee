"""The files of a batch on their way into the bucket: gathered in /tmp, sent in parts, and seen by nobody until the end.

S3 shows nothing of an upload in parts before it is completed. So all files of a batch are sent while orders are read,
and appear together when they are published. What a function that dies has sent is removed by the bucket's lifecycle.
"""

import tempfile
from dataclasses import dataclass
from typing import Any

PART = 8 << 20  # S3 takes parts from 5 MB on, and 10,000 of them: 80 GB a file


@dataclass(frozen=True)
class Published:
    etag: str
    version_id: str | None


class Output:
    """One file. Memory stays flat: what is not sent yet lies in a file that has no name and dies with its process."""

    def __init__(self, s3: Any, bucket: str, key: str, content_type: str) -> None:
        self._s3, self._object, self._type = s3, {"Bucket": bucket, "Key": key}, content_type
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115  it is open as long as the output is
        self._spooled = 0
        self._upload = ""
        self._parts: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self._spool.write(data)
        self._spooled += len(data)
        if self._spooled >= PART:
            self._send()

    def publish(self) -> Published:
        if self._upload:
            if self._spooled:
                self._send()
            answer = self._s3.complete_multipart_upload(
                **self._object, UploadId=self._upload, MultipartUpload={"Parts": self._parts}
            )
        else:
            self._spool.seek(0)
            answer = self._s3.put_object(**self._object, Body=self._spool, ContentType=self._type)
        version = answer.get("VersionId")
        return Published(str(answer["ETag"]).strip('"'), version if version != "null" else None)

    def close(self) -> None:
        self._spool.close()

    def _send(self) -> None:
        if not self._upload:
            self._upload = self._s3.create_multipart_upload(**self._object, ContentType=self._type)["UploadId"]
        self._spool.seek(0)
        number = len(self._parts) + 1
        answer = self._s3.upload_part(**self._object, UploadId=self._upload, PartNumber=number, Body=self._spool)
        self._parts.append({"ETag": answer["ETag"], "PartNumber": number})
        self._spool.seek(0)
        self._spool.truncate()
        self._spooled = 0
