"""One copy of a package for all functions that have it.

LocalStack stores the package of each function, reads it back and unpacks it, which takes seconds where all functions of
a stack have the same. Here packages of the same bytes are stored and unpacked once, and are removed with the last
function that has them.
"""

import dataclasses
import hashlib
import threading
from base64 import b64encode
from typing import Any

from localstack.services.lambda_ import provider
from localstack.services.lambda_.invocation import lambda_service
from localstack.services.lambda_.invocation.lambda_models import S3Code

_lock = threading.Lock()
_sharing: dict[str, set["SharedCode"]] = {}  # by digest


class SharedCode(S3Code):  # type: ignore[misc]  # LocalStack is not typed for us
    """What one function, or layer, has of a package. All that share it name the same object and the same folder."""

    # LocalStack asks whether two are equal to learn whether this one is still in use.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def prepare_for_execution(self) -> None:
        """Files cannot be written, as on AWS: no function is to change what another one runs."""
        with self._disk_lock:
            folder = self.get_unzipped_code_location()
            if not folder.exists():
                super().prepare_for_execution()
                for path in folder.rglob("*"):
                    if path.is_file():
                        path.chmod(0o555)

    def destroy(self) -> None:
        with _lock:
            sharing = _sharing.get(self.code_sha256, set())
            if self not in sharing:
                return  # LocalStack says so for each version of a function
            sharing.remove(self)
            if not sharing:
                del _sharing[self.code_sha256]
                super().destroy()


def share_packages() -> None:
    """For the LocalStack that this runs in; twice is once."""
    store = lambda_service.store_lambda_archive
    if getattr(store, "shares", False):
        return

    def store_once(archive_file: bytes, *args: Any, **kwargs: Any) -> SharedCode:
        digest = b64encode(hashlib.sha256(archive_file).digest()).decode()
        with _lock:
            there = next(iter(_sharing.get(digest, ())), None) or store(archive_file, *args, **kwargs)
            code = SharedCode(**{field.name: getattr(there, field.name) for field in dataclasses.fields(there)})
            _sharing.setdefault(digest, set()).add(code)
        return code

    store_once.shares = True  # type: ignore[attr-defined]
    lambda_service.store_lambda_archive = provider.store_lambda_archive = store_once
