r"""Files that write \" for a quote, \, for a delimiter and \\ for a backslash.

What is escaped gives way to characters that no text holds (surrogates), before the text is cut into cells, and is put
back in the cells. So nothing else needs to know of escapes. Any other backslash is just one.
"""

import re
from collections.abc import Iterable

_BACKSLASH, _QUOTE, _DELIMITER = "\ud800", "\ud801", "\ud802"
_HIDDEN = re.compile(f"[{_BACKSLASH}-{_DELIMITER}]")


class Escapes:
    def __init__(self, delimiter: str, quote: str) -> None:
        self._stand_ins = {f"\\{quote}": _QUOTE, f"\\{delimiter}": _DELIMITER, "\\\\": _BACKSLASH}
        self._found = re.compile("|".join(map(re.escape, self._stand_ins)))
        self._meant = {ord(stand_in): pair[1:] for pair, stand_in in self._stand_ins.items()}
        self._held = ""

    def hide(self, text: str, final: bool) -> str:
        text, self._held = self._held + text, ""
        if not final and (len(text) - len(text.rstrip("\\"))) % 2:
            text, self._held = text[:-1], "\\"  # what it escapes comes with the next text
        return self._found.sub(lambda match: self._stand_ins[match.group()], text) if "\\" in text else text

    def show(self, cells: Iterable[str]) -> list[str]:
        return [cell.translate(self._meant) if _HIDDEN.search(cell) else cell for cell in cells]
