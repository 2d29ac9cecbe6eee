"""A smaller input that fails as a given one does."""

import time
from collections.abc import Callable


def smaller(content: bytes, fails: Callable[[bytes], bool], seconds: float = 60) -> bytes:
    """Lines are left out, then bytes: halves first, then less and less, as long as what is left fails."""
    end = time.monotonic() + seconds
    for pieces in (content.splitlines(keepends=True), None):
        parts = [bytes((byte,)) for byte in content] if pieces is None else pieces
        size = max(1, len(parts) // 2)
        while parts:
            left = len(parts)
            start = 0
            while start < len(parts) and time.monotonic() < end:
                rest = parts[:start] + parts[start + size :]
                if fails(b"".join(rest)):
                    parts = rest
                else:
                    start += size
            if time.monotonic() >= end or (size == 1 and len(parts) == left):
                break
            size = max(1, size // 2)
        content = b"".join(parts)
    return content
