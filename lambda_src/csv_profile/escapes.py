r"""Files that write \" for a quote, \, for a delimiter and \\ for a backslash, or || and :: for a delimiter.

What is escaped gives way to characters that no text holds (surrogates), before the text is cut into cells, and is put
back in the cells. So nothing else needs to know of it. Any other backslash is just one.
"""

import re
from collections.abc import Iterable

_BACKSLASH, _QUOTE, _DELIMITER = "\ud800", "\ud801", "\ud802"
_CUT = "\ud803"
NOWHERE = "\ud804"  # what a table of one column is cut at
_HIDDEN = re.compile(f"[{_BACKSLASH}-{_CUT}]")


def cut(delimiter: str) -> str:
    """The one character that text is cut at."""
    return _CUT if len(delimiter) > 1 else delimiter


class Escapes:
    def __init__(self, delimiter: str, quote: str, backslash: bool) -> None:
        self._stand_ins = {}
        self._begin = ""  # characters that may begin something that the next text ends
        if backslash:
            self._stand_ins = {f"\\{quote}": _QUOTE, f"\\{delimiter}": _DELIMITER, "\\\\": _BACKSLASH}
            self._begin += "\\"
        if cut(delimiter) != delimiter:
            self._stand_ins[delimiter] = cut(delimiter)
            self._begin += delimiter[0]
        self._found = re.compile("|".join(map(re.escape, self._stand_ins)))
        self._meant = {
            ord(stand_in): text if stand_in == _CUT else text[1:] for text, stand_in in self._stand_ins.items()
        }
        self._held = ""

    def hide(self, text: str, final: bool) -> str:
        text, self._held = self._held + text, ""
        last = text[-1:]
        if not final and last and last in self._begin and (len(text) - len(text.rstrip(last))) % 2:
            text, self._held = text[:-1], last
        return self._found.sub(lambda match: self._stand_ins[match.group()], text)

    def show(self, cells: Iterable[str]) -> list[str]:
        return [cell.translate(self._meant) if _HIDDEN.search(cell) else cell for cell in cells]
