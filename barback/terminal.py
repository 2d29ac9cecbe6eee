"""Text for terminals: how wide it is there, cut to fit, and with nothing in it that a terminal would obey.

Keys, file names, cells, log lines and error messages are written by others. Escape sequences, control characters (C1
ones too) and marks that turn the direction of writing would let them rewrite what a person reads. Everything that
commands print passes through here: console.py sees to that.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, takewhile
from unicodedata import combining, east_asian_width


def plain(text: str) -> str:
    """Foreign text as a part of one line: line ends and other control characters as signs."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "⏎" if c == "\n" else "→" if c == "\t" else "·" for c in text)


def plain_lines(text: str) -> str:
    """The same for text of several lines, which keeps its line ends and tabs."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else "·" for c in text)


def plain_json(text: str) -> str:
    """JSON for a terminal: the same document, with what a terminal would obey as escapes of JSON."""
    return re.sub(r"[^\n\x20-\x7e]", lambda found: _escaped(found[0]), text)


def _escaped(c: str) -> str:
    if c.isprintable():
        return c
    units = c.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def width_of(text: str) -> int:
    """Columns of a terminal: Chinese, Japanese and emoji take two, combining accents none."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def clip(text: str, width: int) -> str:
    """At most this wide, with … where something is left out."""
    if width_of(text) <= width:
        return text
    ends = accumulate(map(width_of, text))
    return text[: sum(1 for _ in takewhile(lambda end: end < width, ends))] + "…"


def left(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))


def right(text: str, width: int) -> str:
    return " " * (width - width_of(text)) + text


def wrapped(parts: Sequence[str], width: int, between: str = " · ", indent: str = "  ") -> list[str]:
    """Parts in a row, on a new line where they would not fit."""
    lines: list[str] = []
    for part in parts:
        if lines and width_of(lines[-1] + between + part) <= width:
            lines[-1] += between + part
        else:
            lines.append(indent + part)
    return lines


def bar(share: float, width: int) -> str:
    """A bar to the eighth of a character."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
