"""Foreign text in HTML and in Streamlit's Markdown: shown as it is written, never obeyed.

As for terminals (terminal.py), control characters and marks that turn the direction of writing become visible signs.
"""

import re
from html import escape

from barback.terminal import clip, plain

LONGEST_CELL = 200  # characters of a cell or name
LONGEST_TEXT = 1000
_WORD_JOINER = "\u2060"


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """As a part of one line of HTML, or of the value of an attribute in quotes."""
    return escape(clip(plain(str(value)), longest))


def cell(value: object) -> str:
    """Out of a file: kept apart from the text around it, whatever script it is written in."""
    return f"<bdi>{text(value, LONGEST_CELL) or '&nbsp;'}</bdi>"


def markdown(value: object, longest: int = LONGEST_CELL) -> str:
    """For labels, which Streamlit reads as Markdown with its own signs: `:red[…]`, `:material/…:`, `$…$`."""
    shown = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", clip(plain(str(value)), longest))
    # Its own signs are looked for after Markdown has taken the backslashes away.
    return shown.replace(":", f":{_WORD_JOINER}").replace("$", f"${_WORD_JOINER}")
