"""Bytes decoded to text: which encoding, which bytes did not fit, line ends made alike, NULs taken out.

A sequence that is valid UTF-8 is read as UTF-8, any other byte as Windows-1252. Which of the two the file "is", and
so whether those bytes are an error, shows at its end, where all of them are counted.
"""

import codecs
import re
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

SAMPLE = 64 << 10
FIRST = 10  # so many places are told of each kind of trouble

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CP1252 = bytes(range(256)).decode("cp1252", "replace")
# The five bytes that Windows-1252 leaves undefined are the control characters of Latin-1.
_BYTES = "".join(chr(i) if c == "\ufffd" else c for i, c in enumerate(_CP1252))
_ESCAPED = re.compile("[\udc80-\udcff]+")
_REPLACED = re.compile("[\ufffd\ud800-\udfff]+")
# From the first such character of a line on.
_ESCAPED_LINE = re.compile("[\udc80-\udcff][^\n]*+")
_REPLACED_LINE = re.compile("[\ufffd\ud800-\udfff][^\n]*+")
_NUL_LINE = re.compile("\0[^\n]*+")
_READ_AS = {0xDC00 + byte: _BYTES[byte] for byte in range(0x80, 0x100)}
# Letters and signs that people write in Windows-1252. Icelandic thorn and eth and a y with two dots are left out:
# as bytes they are 0xFE, 0xF0 and 0xFF, which more often are no text at all.
_PLAUSIBLE = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýŒœŠšŽžŸ€‚„…†‘’“”•–—™¡£§©ª«®°±²³´µ·º»¼½¾¿×\u00a0"
)


@dataclass
class Lines:
    """How lines end, and where there was trouble with their bytes."""

    count: int = 0
    lf: int = 0
    crlf: int = 0
    cr: int = 0
    foreign_bytes: int = 0  # not UTF-8 (or not of the stated encoding)
    plausible_bytes: int = 0  # of those: a letter or sign of Windows-1252 where one makes sense
    multibyte: int = 0  # bytes of UTF-8 sequences after their first
    foreign_runs: int = 0  # of such bytes, one right after the other
    foreign_lines: int = 0
    first_foreign: list[int] = field(default_factory=list)
    nul_lines: int = 0
    first_nul: list[int] = field(default_factory=list)

    @property
    def ending(self) -> Literal["lf", "crlf", "cr", "mixed"] | None:
        if (self.lf > 0) + (self.crlf > 0) + (self.cr > 0) > 1:
            return "mixed"
        return "lf" if self.lf else "crlf" if self.crlf else "cr" if self.cr else None


def detect(sample: bytes) -> tuple[str, int]:
    """The encoding family and the length of the byte order mark."""
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name, len(bom) * (2 if sample.startswith(bom * 2) else 1)  # a file with one was laid in another
    head = sample[:4096]
    if len(head) >= 4:
        half = len(head) // 2
        even, odd = head[::2].count(0), head[1::2].count(0)
        if odd > half * 0.4 and even < half * 0.05:
            return "utf-16-le", 0
        if even > half * 0.4 and odd < half * 0.05:
            return "utf-16-be", 0
        if len(head) >= 8:
            return _wide(head), 0
    return "utf-8", 0


def _wide(head: bytes) -> str:
    """UTF-32, or UTF-16 of another script than Latin: nearly all of its NULs belong to line ends and the like."""
    nuls = [head[place::4].count(0) * 4 / len(head) for place in range(4)]
    if min(nuls[2:]) > 0.95 and nuls[0] < 0.05:
        return "utf-32-le"
    if min(nuls[:2]) > 0.95 and nuls[3] < 0.05:
        return "utf-32-be"
    for name, end, none, some in (("utf-16-le", b"\n\0", 0, 1), ("utf-16-be", b"\0\n", 1, 0)):
        place = head.find(end)
        if place >= 0 and place % 2 == 0 and not head[none::2].count(0) and head[some::2].count(0) * 40 > len(head):
            return name
    return "utf-8"


class Text:
    """Decodes blocks of one file, and keeps count of its lines."""

    def __init__(self, encoding: str, bom: int) -> None:
        self.encoding = encoding
        self.lines = Lines()
        self.bom = bool(bom)
        self._skip = bom
        self._decoder: codecs.IncrementalDecoder | None = None  # None: Windows-1252, which any byte can be read as
        if encoding not in ("cp1252", "iso8859-1"):
            errors = "surrogateescape" if encoding == "utf-8" else "replace"
            self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._return_held = False
        self._foreign_end = False  # the text so far ends in such a byte
        self._last = {"foreign": 0, "nul": 0}  # the last line that had the trouble: a block may end within it

    @property
    def between(self) -> bool:
        """Nothing is held of what was decoded: what comes next begins a character and a line."""
        pending = self._decoder.getstate()[0] if self._decoder else b""
        return not (pending or self._return_held or self._skip)

    def count(self, lines: int, more: int) -> None:
        """Text that needs no decoding: UTF-8 without carriage returns and NULs."""
        self.lines.lf += lines
        self.lines.count += lines
        self.lines.multibyte += more
        self._foreign_end = False

    def decode(self, block: bytes, final: bool = False) -> str:
        block, self._skip = block[self._skip :], max(0, self._skip - len(block))
        if self._decoder is None:
            text = codecs.charmap_decode(block, "strict", _BYTES)[0]
        else:
            text = self._decoder.decode(block, final)
        if self.encoding == "utf-8":
            self.lines.multibyte += len(block) - len(text)
        if self._return_held:
            text = "\r" + text
        self._return_held = text.endswith("\r") and not final  # its LF may come with the next block
        if self._return_held:
            text = text[:-1]
        text = self._alike(text)
        if text.isascii():
            self._foreign_end = self._foreign_end and not text
        else:
            text = self._foreign(text)
        if "\0" in text:
            self.lines.nul_lines += self._places("nul", _NUL_LINE, text, self.lines.first_nul)
            text = text.replace("\0", "")
        self.lines.count += text.count("\n")
        return text

    def _alike(self, text: str) -> str:
        """Every line ends in LF, in quoted fields as well."""
        ends = text.count("\n")
        if "\r" in text:
            crlf = text.count("\r\n")
            self.lines.crlf += crlf
            self.lines.cr += text.count("\r") - crlf
            ends -= crlf
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines.lf += ends
        return text

    def _foreign(self, text: str) -> str:
        if self._decoder is None:
            return text
        escaped = self.encoding == "utf-8"
        if escaped and _is_whole(text):
            self._foreign_end = False
            return text
        pattern = _ESCAPED if escaped else _REPLACED
        runs = pattern.findall(text)
        if not runs:
            self._foreign_end = False
            return text
        self.lines.foreign_lines += self._places(
            "foreign", _ESCAPED_LINE if escaped else _REPLACED_LINE, text, self.lines.first_foreign
        )
        self.lines.foreign_runs += len(runs) - (self._foreign_end and pattern.match(text) is not None)
        self._foreign_end = text.endswith(runs[-1])
        foreign = "".join(runs).translate(_READ_AS) if escaped else "\ufffd" * sum(map(len, runs))
        self.lines.foreign_bytes += len(foreign)
        self.lines.plausible_bytes += sum(map(_PLAUSIBLE.__contains__, foreign))
        return pattern.sub(_read_as if escaped else _replaced, text)

    def _places(self, trouble: str, rest_of_line: re.Pattern[str], text: str, first: list[int]) -> int:
        """Counts the lines that have the trouble, and notes the first. Where all have it, it must not take long."""
        found = rest_of_line.finditer(text)
        line, position, lines = self.lines.count + 1, 0, 0
        for match in found:
            line += text.count("\n", position, match.start())
            position = match.start()
            if line != self._last[trouble]:
                self._last[trouble] = line
                lines += 1
                if len(first) < FIRST:
                    first.append(line)
            if len(first) == FIRST:
                break
        for others, match in deque(enumerate(found, start=1), maxlen=1):
            lines += others
            self._last[trouble] = line + text.count("\n", position, match.start())
        return lines

    def verdict(self) -> str:
        """What the file's encoding is, now that all of it was read."""
        lines = self.lines
        if self.encoding != "utf-8":
            return {"cp1252": "windows-1252", "iso8859-1": "iso-8859-1"}.get(self.encoding, self.encoding)
        common = lines.foreign_lines * 100 >= lines.count or lines.foreign_lines >= FIRST
        plausible = lines.plausible_bytes >= 0.9 * lines.foreign_bytes and lines.foreign_bytes < 2 * lines.foreign_runs
        return "windows-1252" if lines.foreign_bytes > lines.multibyte and common and plausible else "utf-8"


def _is_whole(text: str) -> bool:
    """Whether all its bytes were UTF-8: much faster than to look for those that were not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _read_as(match: re.Match[str]) -> str:
    return match.group().translate(_READ_AS)


def _replaced(match: re.Match[str]) -> str:
    return "\ufffd" * len(match.group())
