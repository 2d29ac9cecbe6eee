"""Text as it comes, turned into one order at a time, whole or broken: one object, an array, or one object a line.

The parsing is json's own C scanner, started where a value begins; docs/benchmarks.md has what else was measured. After
a broken value the reader goes on at whichever comes first of the bracket that closes it, and the next place that
begins like an order: {"order_id": …, or whatever the orders of this file begin with, or a new line outside of arrays.

Nothing depends on how the text is cut into chunks, and never much more than the longest order is held.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from orders.limits import Limits

_SPACE = re.compile(r"[ \t\r\n]*")
_FIRST_KEY = re.compile(r'\{\s{0,64}("(?:[^"\\\n]|\\.){1,100}")')
_USUAL_KEYS = ('"schema_version"', '"order_id"')
_VALUE_ON_A_LINE = re.compile(r"\n[ \t]*[{\[]")
_OUTSIDE, _INSIDE = re.compile(r'["{}\[\]]'), re.compile(r'["\\\n]')
_IN_ARRAY, _IN_LINES = re.compile(r"[,\]\n]"), re.compile(r"\n")
# An error this close to the end of what was read may only be for want of the rest: -Infinity may be cut, or \u12.
_MARGIN = 16
_LONGEST_START = 256  # of a place that begins like an order
_HEAD = 64 << 10  # where a file of orders that does not begin with one has one at the latest
_MOST_DIGITS = 400  # of a whole number; Python itself refuses a few thousand


@dataclass(slots=True)
class Found:
    """A value of the file: parsed, or why it could not be. `text` is (the beginning of) how it was written."""

    index: int
    line: int
    text: str
    value: Any = None
    code: str = ""
    reason: str = ""
    path: str = ""


class NotFinite:
    """Stands for NaN, Infinity and numbers too large for any purpose."""

    def __init__(self, text: str) -> None:
        self.text = text


class Repeating(dict[str, Any]):
    """An object that names a field twice."""

    key = ""


class Reader:
    """Iterates over what a file holds. Afterwards `error` says why not all of it could be read, if so."""

    def __init__(self, texts: Iterable[str], limits: Limits) -> None:
        self._texts, self._limits = iter(texts), limits
        self._text, self._at, self._end = "", 0, False
        self._line = 1
        self._in_array = False
        self._odd = False  # the value at hand holds something that JSON does not allow, see _parse
        self._first_key = ""  # what the orders of this file begin with
        hooks = {"object_pairs_hook": self._object, "parse_float": self._decimal, "parse_constant": self._constant}
        self._parse = json.JSONDecoder(**hooks).raw_decode  # type: ignore[arg-type]
        self._parse_slowly = json.JSONDecoder(**hooks, parse_int=self._integer).raw_decode  # type: ignore[arg-type]
        self.count = 0
        self.form = "empty"
        self.error: tuple[str, str] | None = None

    def __iter__(self) -> Iterator[Found]:
        while self._find_sign():
            sign = self._text[self._at]
            if sign == "," or (sign == "]" and self._in_array):
                self._in_array = self._in_array and sign == ","
                self._move(self._at + 1)
            elif sign == "[" and not self._in_array:
                self.form = "array" if self.form == "empty" else "mixed"
                self._in_array = True
                self._move(self._at + 1)
            elif sign != "{" and self.form == "empty" and not self._begins_later():
                self._refuse(sign)
                return
            else:
                if not self._in_array:
                    self.form = {"empty": "object", "object": "lines", "lines": "lines"}.get(self.form, "mixed")
                yield self._next()
        if self._in_array and self.error is None:
            self.error = (
                "truncated",
                f"the array is never closed; the file ends in line {self._line:,}: send it again",
            )
        elif self.form == "empty":
            self.error = ("empty", "the file is empty: nothing was sent, or the upload failed")

    def _begins_later(self) -> bool:
        """Whether some line near the beginning of the file begins like JSON."""
        self._hold(_HEAD)
        return bool(_VALUE_ON_A_LINE.search(self._text, self._at, self._at + _HEAD))

    def _refuse(self, sign: str) -> None:
        shown = sign if sign.isascii() and sign.isprintable() else f"U+{ord(sign):04X}"
        self.form = "unknown"
        self.error = ("not-json", f"this is not JSON: it begins with {shown}, and orders begin with {{ or [")

    # Where we are in the text.

    def _find_sign(self) -> bool:
        """To the next character that is no space; False at the end of the file."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._move(space.end() if space else self._at)
            if self._at < len(self._text):
                return True
            if self._end:
                return False
            self._more()

    def _move(self, to: int) -> None:
        self._line += self._text.count("\n", self._at, to)
        self._at = to

    def _more(self) -> None:
        """Takes the next chunk, and lets go of what lies behind us."""
        text = next((text for text in self._texts if text), None)
        if text is None:
            self._end = True
        else:
            self._text = self._text[self._at :] + text
            self._at = 0

    def _hold(self, length: int) -> None:
        """Has so much of the text in hand, if there is so much."""
        while not self._end and len(self._text) - self._at < length:
            self._more()

    # One value.

    def _next(self) -> Found:
        index, line = self.count, self._line
        self.count += 1
        wanted = 0
        while True:
            there = len(self._text) - self._at
            # Trying anew with every chunk would take quadratic time.
            if self._end or there >= wanted or there > self._limits.order_chars:
                found = self._try(index, line)
                if found:
                    return found
                wanted = 2 * there
            self._more()

    def _try(self, index: int, line: int) -> Found | None:
        """The value that begins here; None, if more must be read to tell what it is."""
        text, start, most = self._text, self._at, self._limits.order_chars
        outcome = self._parsed(text, start)
        if isinstance(outcome, tuple):
            value, end = outcome
            if end - start > most:
                return self._over(index, line, "too-large", self._too_large)
            if end == len(text) and not self._end and not isinstance(value, dict | list | str):
                return None  # a number may go on
            self._move(end)
            return self._found(index, line, text[start:end], value)
        if len(text) - start > most:
            # What comes after the longest order must not matter: for smaller chunks it would not have been read.
            outcome = self._parsed(text[start : start + most], 0)
            if isinstance(outcome, tuple) or outcome.is_open(most):
                return self._over(index, line, "too-large", self._too_large)
        elif outcome.is_open(len(text) - start):
            if not self._end:
                return None
            if outcome.at is None or start + outcome.at >= len(text.rstrip()):
                return self._over(index, line, "truncated", "the file ends within this order")
        return self._over(index, line, outcome.code, outcome.reason)

    @property
    def _too_large(self) -> str:
        return f"it is longer than {self._limits.order_chars:,} characters, the most that an order may have"

    def _found(self, index: int, line: int, text: str, value: Any) -> Found:
        if not self._first_key and isinstance(value, dict) and "order_id" in value:
            self._first_key = _first_key(text, 0)
        if self._odd:
            path, code, reason = _oddity(value, self._limits.depth)
            if code:
                return Found(index, line, text[: self._limits.raw_chars], None, code, reason, path)
        return Found(index, line, text, value)

    def _parsed(self, text: str, start: int) -> "tuple[Any, int] | _Trouble":
        self._odd = False
        try:
            try:
                return self._parse(text, start)
            except json.JSONDecodeError:
                raise
            except ValueError:  # an integer of thousands of digits
                return self._parse_slowly(text, start)
        except json.JSONDecodeError as error:
            at = None if error.msg.startswith("Unterminated") else error.pos - start
            where = "" if at is None else f" at character {at + 1:,} of the order"
            return _Trouble("not-json", f"{error.msg}{where}", at)
        except RecursionError:
            return _Trouble("too-deep", f"it is nested more than {self._limits.depth} deep", 0)

    # What the parser calls.

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        self._odd = True
        repeating, seen = Repeating(found), set[str]()
        for key, _ in pairs:
            if key in seen:
                repeating.key = key
                break
            seen.add(key)
        return repeating

    def _constant(self, text: str) -> NotFinite:
        self._odd = True
        return NotFinite(text)

    def _decimal(self, text: str) -> Any:
        try:
            return Decimal(text)
        except InvalidOperation:
            return self._constant(text[:40])

    def _integer(self, text: str) -> Any:
        return int(text) if len(text) <= _MOST_DIGITS else self._constant(f"a number of {len(text):,} digits")

    # Past what is broken.

    def _over(self, index: int, line: int, code: str, reason: str) -> Found:
        """Goes on to where the next value may begin. What was passed is forgotten, but for its beginning."""
        self._hold(_LONGEST_START)
        most, passed = self._limits.raw_chars, 0
        kept, opening, at = self._text[self._at : self._at + most], self._text[self._at], self._at + 1
        depth, inside = int(opening in "{["), opening == '"'
        start = _start_of_another(self._first_key or _first_key(self._text, self._at), in_array=self._in_array)
        while True:
            text = self._text
            following = start.search(text, self._at + 1)
            known = len(text) if self._end else len(text) - _LONGEST_START
            limit = following.start() if following and following.start() < known else known
            end, at, depth, inside = self._scan(text, at, limit, depth, inside)
            if end is None and following and following.start() == limit:
                end = limit
                if code == "truncated":
                    code, reason = "not-json", "it is not closed before the next order begins"
            if end is not None or self._end:
                end = len(text) if end is None else end
                passed += end - self._at
                self._move(end)
                if code == "truncated":
                    self.error = (code, f"the file ends within the order in line {line:,}: send it again")
                return Found(index, line, kept[:passed].rstrip(), None, code, reason)
            # One character behind us stays: the search for the next start begins after it.
            keep = max(self._at, min(at, limit) - 1)
            passed += keep - self._at
            self._move(keep)
            self._more()
            at -= keep - self._at
            kept += self._text[len(text) - keep :][: most - len(kept)] if not self._end else ""

    def _scan(self, text: str, at: int, limit: int, depth: int, inside: bool) -> tuple[int | None, int, int, bool]:
        """Looks for the end of a value before `limit`, as far as brackets and quotes tell."""
        if not depth and not inside:
            sign = (_IN_ARRAY if self._in_array else _IN_LINES).search(text, at, max(at, limit))
            return (sign.start() if sign else None), (sign.start() if sign else max(at, limit)), depth, inside
        while at < limit:
            sign = (_INSIDE if inside else _OUTSIDE).search(text, at, limit)
            if not sign:
                at = limit
                break
            at = sign.end()
            if sign[0] == "\\":
                at += 1
            elif inside:
                inside = False  # a line's end ends a text, too: JSON allows none within
                if not depth:
                    return at, at, depth, inside
            elif sign[0] == '"':
                inside = True
            else:
                depth += 1 if sign[0] in "{[" else -1
                if not depth:
                    return at, at, depth, inside
        return None, at, depth, inside


@dataclass(frozen=True)
class _Trouble:
    code: str
    reason: str
    at: int | None  # None: within a text that is not closed

    def is_open(self, length: int) -> bool:
        """With more text it might be right."""
        return self.code == "not-json" and (self.at is None or self.at > length - _MARGIN)


def _first_key(text: str, at: int) -> str:
    match = _FIRST_KEY.match(text, at)
    return match[1] if match else ""


@lru_cache(16)
def _start_of_another(first_key: str, *, in_array: bool) -> re.Pattern[str]:
    """A place that begins like an order; outside of arrays also a line that begins without space."""
    keys = "|".join(re.escape(key) for key in (*_USUAL_KEYS, first_key) if key)
    like_an_order = rf"\{{\s{{0,64}}(?:{keys})\s{{0,64}}:"
    return re.compile(like_an_order if in_array else rf"{like_an_order}|(?<=\n)[^\s}}\]]")


def _oddity(value: Any, depth: int) -> tuple[str, str, str]:
    """The path of the first thing in a value that JSON does not allow, with a code and a reason."""
    stack = [("", value)]
    while stack:
        path, at = stack.pop()
        if isinstance(at, Repeating):
            return path, "duplicate-key", f"the field {at.key[:100]!r} is there twice"
        if isinstance(at, NotFinite):
            return path, "not-a-number", f"{at.text} is not a number that JSON has"
        if path.count(".") + path.count("[") > depth:
            continue
        if isinstance(at, dict):
            stack += [(f"{path}.{key[:100]}", entry) for key, entry in reversed(at.items())]
        elif isinstance(at, list):
            stack += [(f"{path}[{i}]", entry) for i, entry in reversed(list(enumerate(at)))]
    return "", "", ""
