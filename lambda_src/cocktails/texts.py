"""Folds what people typed: spaces, line ends, case, accents and plurals."""

import re
import unicodedata
from functools import lru_cache

# Controls of both kinds, marks that turn the direction of writing, halves of characters.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_KEEP_S = frozenset(("bitters", "schnapps", "molasses", "swiss", "hibiscus", "citrus", "cass", "anis", "gas"))


def words(text: str) -> list[str]:
    """A table of words, which reads better as text."""
    return text.split()


def mended(text: str) -> str:
    """Without what no store takes: control characters, and halves of characters."""
    return _CONTROLS.sub("\ufffd", text)


def line(text: str) -> str:
    """On one line, one space between words, none around."""
    return " ".join(text.split())


def calm(text: str) -> str:
    """Not all in capitals."""
    return text.capitalize() if text.isupper() else text


def paragraphs(text: str) -> str:
    """Lines end in a line feed; no line has spaces around it; blank lines only separate, and one at a time."""
    lines = [line(part) for part in re.split(r"\r\n|\r|\n", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=4096)  # a catalogue says "Lime juice" a hundred times
def bare(text: str) -> str:
    """For comparing and searching: lower case, no accents, only letters and digits between single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = plain.casefold().replace("'", "").replace("’", "").replace("&", " and ")
    return line("".join(c if c.isalnum() else " " for c in plain))


def key(text: str) -> str:
    """What an ingredient is looked up by: bare, its last word in the singular. Never empty for a text that is not."""
    *others, last = bare(text).split() or [line(text).casefold()]
    return " ".join((*others, _singular(last)))


def _singular(word: str) -> str:
    if word in _KEEP_S or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word in ("leaves", "halves", "loaves"):
        return word[:-3] + "f"
    return word[:-2] if word.endswith(("ches", "shes", "oes")) else word[:-1]
