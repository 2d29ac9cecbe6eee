"""How rows and cells look that are split by a delimiter: as regular expressions."""

import re
from dataclasses import dataclass
from functools import cached_property

MOST_COLUMNS = 20_000


@dataclass(frozen=True)
class Patterns:
    """Each is made when it is needed first: most files need few of them."""

    delimiter: str
    quote: str
    spaced: bool
    limit: int  # characters of a quoted cell

    @cached_property
    def _d(self) -> str:
        return re.escape(self.delimiter)

    @cached_property
    def _q(self) -> str:
        return re.escape(self.quote)

    @cached_property
    def _opened(self) -> str:
        part = f"[^{self._q}]{{0,{self.limit}}}+"
        return f"{self._q}{part}(?:{self._q}{self._q}{part})*+"

    @cached_property
    def _quoted(self) -> str:
        return f"{' *+' if self.spaced else ''}{self._opened}{self._q}"

    @cached_property
    def _cell(self) -> str:
        return f"(?:{self._quoted}(?=[{self._d}\\n])|[^{self._d}{self._q}\\n]*+)"

    @cached_property
    def rows(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._cell}(?:{self._d}{self._cell})*+\\n)*+")

    @cached_property
    def row(self) -> re.Pattern[str]:
        return re.compile(f"{self._cell}(?:{self._d}{self._cell}){{0,{MOST_COLUMNS}}}+\\n")

    @cached_property
    def surplus(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._d}{self._cell})*+")

    @cached_property
    def opened(self) -> re.Pattern[str]:
        return re.compile(self._opened)

    @cached_property
    def quoted(self) -> re.Pattern[str]:
        return re.compile(self._quoted)

    @cached_property
    def bare(self) -> re.Pattern[str]:
        return re.compile(f"[^{self._d}\\n]*+")

    @cached_property
    def end(self) -> re.Pattern[str]:
        return re.compile(f" *+(?=[{self._d}\\n])")

    @cached_property
    def maybe_end(self) -> re.Pattern[str]:
        return re.compile(r" *+\Z")

    @cached_property
    def irregular(self) -> re.Pattern[str]:
        """In text with the quoted parts taken out: a quote beside anything but a delimiter or a line's end."""
        other = f"[^{self._d}{self._q}\\n]"
        return re.compile(f"{self._q}(?:{other}|(?<={other}{self._q}))")
