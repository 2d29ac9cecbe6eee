"""Tells what a file seems to be that is no CSV, from how it begins."""

import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.xls, .doc)"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x1f\x8b", "a gzip file within a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
)
_ZIP = (
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"word/", "a Word document (.docx)"),
    (b"ppt/", "a presentation (.pptx)"),
)
_XML = re.compile(rb"\s*+<\?xml\b", re.IGNORECASE)
_HTML = re.compile(
    rb"\s*+(?:<!--(?>.*?-->)\s*+)?<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE | re.DOTALL
)
_WORD = rb"\"(?:[^\"\\]|\\.)*+\""
_JSON = re.compile(
    rb"\s*+(?:\{\s*+(?:\}\s*+\Z|" + _WORD + rb"\s*+:)"
    rb"|\[\s*+(?:\{|\[|\]\s*+\Z|" + _WORD + rb"\s*+[,\]]|-?\d[^\n]*\]\s*+\Z))"
)
_FEW = 16  # of them prove nothing
# Not the two that stand between cells in some exports.
_WORDLESS = re.compile(rb"[\x02-\x08\x0e-\x1a\x1c-\x1e\x7f]")


def seems_to_be(sample: bytes) -> str | None:
    """The kind of thing that the first bytes of a file show, or None if it may be a CSV."""
    for magic, name in _MAGIC:
        if sample.startswith(magic) and not (magic.isalnum() and _is_text(sample)):
            return name
    if sample.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((name for part, name in _ZIP if part in sample), "a zip archive")
    if sample[257:262] == b"ustar":
        return "a tar archive"
    if sample[4:8] == b"ftyp":
        return "a video"
    if sample[:4] == b"RIFF" and sample[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "an image, sound or video (RIFF)"
    text = sample[3:] if sample.startswith(b"\xef\xbb\xbf") else sample
    if _HTML.match(text):
        return "an HTML page"
    if _XML.match(text):
        return "an XML document"
    if _JSON.match(text):
        return "JSON"
    return None


def is_binary(sample: bytes) -> bool:
    """Too many control characters for any text in an 8-bit encoding. A few stray NULs are no reason."""
    return len(_WORDLESS.findall(sample)) > max(_FEW, len(sample) / 20) or sample.count(0) > max(_FEW, len(sample) / 4)


def _is_text(sample: bytes) -> bool:
    """A magic number of letters alone may begin a header: ORC,AMOUNT."""
    head = sample[:512]
    return not _WORDLESS.search(head) and 0 not in head
