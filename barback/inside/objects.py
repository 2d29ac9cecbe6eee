"""Where S3 keeps the bytes of objects: files below the engine's own state, none of them held open.

LocalStack keeps objects up to 512 KB in memory and an open file for each larger one, in a folder that all LocalStacks
of a machine share: a thousand uploads use up the descriptors of a process, and two engines overwrite each other.
"""

import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from localstack.services.s3.storage import ephemeral
from readerwriterlock import rwlock


def store(folder: Path) -> Any:
    """LocalStack's store of objects, with files of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    ephemeral.LockedSpooledTemporaryFile = StoredFile
    return ephemeral.EphemeralS3ObjectStore(str(folder))


class StoredFile:
    """A file as LocalStack's store uses one, opened for each call: a descriptor costs more than opening it again."""

    def __init__(self, dir: str, max_size: int = 0) -> None:
        handle, path = tempfile.mkstemp(dir=dir)
        os.close(handle)
        self._path = path
        self._at = 0
        # What LocalStack locks around its calls, and when it wrote last.
        self.position_lock = threading.RLock()
        self.readwrite_lock = rwlock.RWLockWrite()
        self.internal_last_modified = 0

    def read(self, size: int | None = -1) -> bytes:
        handle = os.open(self._path, os.O_RDONLY)
        try:
            if size is None or size < 0:
                size = max(0, os.fstat(handle).st_size - self._at)
            data = os.pread(handle, size, self._at)
        finally:
            os.close(handle)
        self._at += len(data)
        return data

    def write(self, data: bytes) -> int:
        handle = os.open(self._path, os.O_WRONLY)
        try:
            left = memoryview(data)
            while left:
                written = os.pwrite(handle, left, self._at)
                self._at += written
                left = left[written:]
        except OSError:  # the disk is full: what is there of it helps nobody
            os.ftruncate(handle, 0)
            raise
        finally:
            os.close(handle)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def truncate(self, size: int | None = None) -> int:
        size = self._at if size is None else size
        os.truncate(self._path, size)
        return size

    def close(self) -> None:
        """The object is gone, and so is its file."""
        with suppress(OSError):
            Path(self._path).unlink()

    __del__ = close

    @property
    def _size(self) -> int:
        return Path(self._path).stat().st_size
