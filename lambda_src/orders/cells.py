"""Texts as cells of a CSV file that a spreadsheet will not run, and back.

A spreadsheet takes a cell for a formula if it begins with = + - @ (or their full-width forms), also after spaces. Such
a cell gets an apostrophe in front; so does what follows a comma, semicolon, tab or line end inside a text, where a
spreadsheet that separates cells in another way would begin a new one. What holds apostrophes there already gets one
more, so that taking one away always gives back the very text.
"""

import re
from collections.abc import Iterable

_FORMULA = r"['\s\x01-\x20\u200b\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_AFTER = r",;|\t\r\n"
_CONTROL = r"'*[\t\r\n]"
_HARMFUL = re.compile(rf"(?:^|(?<=[{_AFTER}]))(?={_FORMULA})|^(?={_CONTROL})")
_MENDED = re.compile(rf"(?:^|(?<=[{_AFTER}]))'(?={_FORMULA})|^'(?={_CONTROL})")
# The same in many texts, each behind a NUL, which no text holds. Most rows are harmless: one look tells so.
_ANY_HARMFUL = re.compile(rf"[{_AFTER}\x00](?:{_FORMULA}|{_CONTROL})")


def harmless(text: str) -> str:
    return _HARMFUL.sub("'", text)


def restored(cell: str) -> str:
    """The text that `harmless` made the cell of."""
    return _MENDED.sub("", cell)


def are_harmless(texts: Iterable[str | None]) -> bool:
    """False where `harmless` may change one of them."""
    return not _ANY_HARMFUL.search("\0" + "\0".join([text or "" for text in texts]))
