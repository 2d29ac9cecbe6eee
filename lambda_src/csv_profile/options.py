"""What a caller may state about a file instead of having it found, and the bounds a profile keeps to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from common.errors import BadInput

# Compared without case and surrounding space.
NULLS = frozenset(
    ("", "null", "none", "na", "n/a", "#n/a", "nan", "-nan", "nil", "\\n", "-", "--", "?", "(null)", "<na>", "#null!")
)

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_BOOLS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Options:
    """`None` means: find it. The limits are part of the specification (docs/csv-profile.md)."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None
    nulls: frozenset[str] = NULLS
    mask: bool = True  # values that may be personal data

    block_bytes: int = 1 << 20  # how much is worked on at a time; no result depends on it
    field_chars: int = 12 << 20  # the longest quoted field that may span lines
    expanded_bytes: int = 16 << 30  # the most that a compressed file may hold
    expanded_ratio: int = 400  # how many times larger than itself,
    expanded_free: int = 64 << 20  # once it is larger than this


DEFAULTS = Options()


def with_nulls(options: Options, spellings: str) -> Options:
    """The spellings of "missing" as one comma-separated text; an empty cell is always missing."""
    words = [word.strip() for word in spellings.split(",")]
    nulls = frozenset(form.lower() for word in words for form in (word, word.upper()))  # ß has SS for a capital
    return replace(options, nulls=nulls | {""})


def with_metadata(options: Options, metadata: Mapping[str, str]) -> Options:
    """What the object's own metadata states: csv-encoding, -delimiter, -quote, -header, -nulls and -mask."""
    stated = {key.lower(): value for key, value in metadata.items()}
    if "csv-encoding" in stated:
        options = replace(options, encoding=_encoding(stated["csv-encoding"]))
    if "csv-delimiter" in stated:
        text = stated["csv-delimiter"]
        options = replace(options, delimiter=_one_character("csv-delimiter", _DELIMITERS.get(text.lower(), text)))
    if "csv-quote" in stated:
        options = replace(options, quote=_one_character("csv-quote", stated["csv-quote"]))
    if "csv-header" in stated:
        options = replace(options, header=_yes_or_no("csv-header", stated["csv-header"]))
    if "csv-nulls" in stated:
        options = with_nulls(options, stated["csv-nulls"])
    if "csv-mask" in stated:
        options = replace(options, mask=_yes_or_no("csv-mask", stated["csv-mask"]))
    return options


def _yes_or_no(name: str, text: str) -> bool:
    if text.strip().lower() not in _BOOLS:
        raise BadInput(f"the object's metadata {name} is {text!r}; write true or false")
    return _BOOLS[text.strip().lower()]


def _encoding(name: str) -> str:
    import codecs

    try:
        found = codecs.lookup(name).name
        found = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(found, found)
        bytes(range(32, 128)).decode(found, "replace")
        codecs.getincrementaldecoder(found)("replace").decode(bytes(range(32, 128)))
    except (LookupError, UnicodeError) as error:
        raise BadInput(
            f"the object's metadata csv-encoding is {name!r}, which is no text encoding; write for example utf-8"
        ) from error
    return found


def _one_character(name: str, text: str) -> str:
    if len(text) != 1 or text in "\r\n\0":
        raise BadInput(f"the object's metadata {name} is {text!r}; write one character, or tab")
    return text
