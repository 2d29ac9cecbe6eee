"""Text for terminals: how wide it is there, cut to fit, and with nothing in it that a terminal would obey."""

from collections.abc import Sequence
from unicodedata import combining, east_asian_width


def plain(text: str) -> str:
    """Text out of a file, safe to print: line ends and other control characters as signs."""
    return "".join(c if c.isprintable() else "⏎" if c == "\n" else "→" if c == "\t" else "·" for c in text)


def width_of(text: str) -> int:
    """Columns of a terminal: Chinese, Japanese and emoji take two, combining accents none."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def clip(text: str, width: int) -> str:
    """At most this wide, with … where something is left out."""
    if width_of(text) <= width:
        return text
    kept = ""
    for c in text:
        if width_of(kept + c) >= width:
            break
        kept += c
    return kept + "…"


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
