"""Bytes as they come, turned into blocks of a fixed size of what they hold: gzip is undone, within bounds."""

import hashlib
import zlib
from collections.abc import Callable
from typing import Any, Literal

from csv_profile.options import Options

_GZIP = b"\x1f\x8b\x08"
_PIECE = 16 << 10  # compressed bytes at a time: fixed, so that a damaged file always breaks at the same place
_OUTPUT = 256 << 10  # how much of what they hold at a time


class Fatal(Exception):
    """Nothing after this point of the file can be read. What came before it is still profiled."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Source:
    """Takes chunks of any size and gives on blocks of `block_bytes`, the last one shorter."""

    def __init__(self, options: Options, give: Callable[[bytes], None]) -> None:
        self._options = options
        self._give = give
        self._packed = bytearray()  # as it came, not looked at yet
        self._content = bytearray()  # what it holds, not given on yet
        self._inflate: Any = None
        self._begun = False
        self.compression: Literal["gzip"] | None = None
        self.trailing = False  # something follows the end of the gzip data
        self.read = 0  # bytes as they came
        self.size = 0  # bytes of what they hold
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of the content, not compressed."""
        return self._hash.hexdigest()

    def feed(self, chunk: bytes) -> None:
        if self._begun and not self.compression:
            self._take(chunk, len(chunk))
            return
        self._packed += chunk
        if len(self._packed) >= len(_GZIP):
            self._advance(_PIECE)

    def finish(self) -> None:
        """Raises Fatal if a compressed file ends too early."""
        self._advance(1)
        if self._inflate:
            raise Fatal(
                "compression-error",
                f"the gzip data ends too early, after {self.read:,} bytes: the upload is incomplete; send it again",
            )

    def flush(self) -> None:
        """Gives on what is less than a block."""
        if self._content:
            block, self._content = bytes(self._content), bytearray()
            self._give(block)

    def _advance(self, least: int) -> None:
        """Works on what came, as long as there are `least` bytes of it."""
        if not self._begun:
            self._begun = True
            if self._packed.startswith(_GZIP):
                self.compression = "gzip"
                self._inflate = zlib.decompressobj(wbits=31)
        if not self.compression:
            chunk, self._packed = bytes(self._packed), bytearray()
            self._take(chunk, len(chunk))
            return
        while len(self._packed) >= least:
            piece = bytes(self._packed[:_PIECE])
            del self._packed[:_PIECE]
            self._expand(piece)

    def _expand(self, piece: bytes) -> None:
        """A piece may hold the end of one gzip member and the beginning of the next; zeros may pad the end."""
        left = piece
        while left and not self.trailing:
            if self._inflate is None:
                left = left.lstrip(b"\0")
                self.trailing = bool(left) and not left.startswith(_GZIP[: len(left)])
                if not left or self.trailing:
                    break
                self._inflate = zlib.decompressobj(wbits=31)
            try:
                content = self._inflate.decompress(left, _OUTPUT)
            except zlib.error as error:
                raise Fatal(
                    "compression-error",
                    f"the gzip data is damaged at about byte {self.read:,} ({error}); send the file again",
                ) from error
            left = self._inflate.unconsumed_tail
            self._take(content, 0)
            self._check_expansion(self.read + len(piece) - len(left))
            if self._inflate.eof:
                left, self._inflate = self._inflate.unused_data, None
        self.read += len(piece)

    def _check_expansion(self, read: int) -> None:
        limit, ratio, free = self._options.expanded_bytes, self._options.expanded_ratio, self._options.expanded_free
        if self.size > limit or (self.size > free and self.size > ratio * read):
            raise Fatal(
                "compression-error",
                f"the file expands from {read:,} bytes to more than {self.size:,}, past the limit of {ratio} times its "
                f"size or {limit:,} bytes; send it uncompressed, or in parts, if it is meant to be so",
            )

    def _take(self, content: bytes, read: int) -> None:
        self.read += read
        self.size += len(content)
        self._hash.update(content)
        size, start = self._options.block_bytes, 0
        if self._content:
            start = size - len(self._content)
            self._content += memoryview(content)[:start]
            if len(self._content) < size:
                return
            self.flush()
        while len(content) - start >= size:  # a chunk that is a block is given on as it is
            self._give(bytes(content[start : start + size]))
            start += size
        self._content += memoryview(content)[start:]
