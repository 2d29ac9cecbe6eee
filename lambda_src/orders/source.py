"""Bytes as they come, turned into text: gzip is undone within bounds, and the encoding is found by its first bytes.

JSON is UTF-8; files with a byte order mark, and UTF-16 and UTF-32 without one, are read too. Bytes that are not of the
encoding become lone surrogates, which no order may hold: the order with them is rejected, not the file.
"""

import codecs
import zlib
from collections.abc import Iterable, Iterator

from orders.limits import Limits

_GZIP = b"\x1f\x8b"
_PIECE = 16 << 10  # compressed bytes at a time
_OUTPUT = 256 << 10  # how much of what they hold at a time
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# JSON begins with an ASCII character: where the zeros of the first four bytes are tells the encoding.
_ZEROS: dict[tuple[int, ...], str] = {
    (0, 1, 1, 1): "utf-32-le",
    (1, 1, 1, 0): "utf-32-be",
    (0, 1, 0, 1): "utf-16-le",
    (1, 0, 1, 0): "utf-16-be",
}
_LONGEST_MARK = 4


class Broken(Exception):
    """Nothing after this point of the file can be read. What came before it is kept."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Source:
    """The text of a file, and what was found out about it on the way."""

    def __init__(self, chunks: Iterable[bytes], limits: Limits) -> None:
        self._chunks, self._limits = chunks, limits
        self.compression: str | None = None
        self.encoding = "utf-8"
        self.read = 0  # bytes as they came
        self.size = 0  # bytes of what they hold

    def texts(self) -> Iterator[str]:
        """Raises Broken, after all that could be read, if a compressed file is damaged or ends too early."""
        content = self._content()
        head = b""
        trouble: Broken | None = None
        try:
            for block in content:
                head += block
                if len(head) >= _LONGEST_MARK:
                    break
        except Broken as error:
            trouble = error
        self.encoding, mark = _encoding_of(head)
        # Lone surrogates in UTF-16 and -32 stay what they are.
        kept = "surrogateescape" if self.encoding == "utf-8" else "surrogatepass"
        decoder = codecs.getincrementaldecoder(self.encoding)(kept)
        yield _decoded(decoder, head[mark:])
        if trouble:
            raise trouble
        for block in content:
            yield _decoded(decoder, block)
        yield _decoded(decoder, b"", final=True)

    def _content(self) -> Iterator[bytes]:
        chunks = iter(self._chunks)
        head = b""
        for chunk in chunks:
            self.read += len(chunk)
            head += chunk
            if len(head) >= len(_GZIP):
                break
        if head.startswith(_GZIP):
            self.compression = "gzip"
            yield from self._expanded(head, chunks)
            return
        self.size += len(head)
        yield head
        for chunk in chunks:
            self.read += len(chunk)
            self.size += len(chunk)
            yield chunk

    def _expanded(self, head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """A chunk may hold the end of one gzip member and the beginning of the next; zeros may pad the end."""
        inflate = zlib.decompressobj(wbits=31)
        used, padding = 0, False
        for chunk in self._counted(head, chunks):
            for start in range(0, len(chunk), _PIECE):
                left = chunk[start : start + _PIECE]
                while left:
                    if inflate.eof:
                        left = left.lstrip(b"\0")
                        padding = True
                        if not left:
                            break
                        inflate, padding = zlib.decompressobj(wbits=31), False
                    before = len(left)
                    try:
                        content = inflate.decompress(left, _OUTPUT)
                    except zlib.error as error:
                        message = f"the gzip data is damaged at about byte {used:,} ({error}); send the file again"
                        raise Broken("damaged-gzip", message) from error
                    left = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                    used += before - len(left)
                    self.size += len(content)
                    self._check_expansion(used)
                    if content:
                        yield content
                # What a piece held back comes out with the next one.
        while not inflate.eof and not padding:
            content = inflate.decompress(b"", _OUTPUT)
            if not content:
                message = f"the gzip data ends too early, after {used:,} bytes: the upload is incomplete; send it again"
                raise Broken("truncated-gzip", message)
            self.size += len(content)
            yield content

    def _counted(self, head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
        yield head
        for chunk in chunks:
            self.read += len(chunk)
            yield chunk

    def _check_expansion(self, used: int) -> None:
        most, ratio, free = self._limits.expanded_bytes, self._limits.expanded_ratio, self._limits.expanded_free
        if self.size > most or (self.size > free and self.size > ratio * used):
            raise Broken(
                "gzip-too-large",
                f"the file expands past the limit of {ratio} times its size or {most:,} bytes; "
                "send it uncompressed, or in parts, if it is meant to be so",
            )


def _encoding_of(head: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    zeros = tuple(int(byte == 0) for byte in head[:_LONGEST_MARK])
    return _ZEROS.get(zeros, "utf-8") if len(zeros) == _LONGEST_MARK else "utf-8", 0


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> str:
    try:
        return decoder.decode(block, final)
    except UnicodeDecodeError as error:
        # UTF-16 and -32 that end within a character, or hold a number that is none.
        decoder.reset()
        return error.object[: error.start].decode(error.encoding, "surrogatepass") + "\udcff"
