"""Files that others may be reading: they see the old one or the new one, never half of it."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write to that takes the place of `path` when it is whole, and leaves nothing when it is not."""
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write(path: Path, content: str | bytes) -> None:
    """Nothing is done where the file says it already."""
    wanted = content.encode() if isinstance(content, str) else content
    with contextlib.suppress(OSError):
        if path.read_bytes() == wanted:
            return
    with replacing(path) as part:
        part.write_bytes(wanted)
