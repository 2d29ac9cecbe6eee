"""Reads a bar measure ("1 1/2 oz", "2-3 dashes", "Juice of 1/2", "Fill to top") into an exact quantity and unit.

What is not understood is kept as text, never guessed at. The grammar, in the order it is tried:

    measure  = [words] amount [words]  |  [words] unit [words]  |  words
    amount   = number ["-" number] ["x"] [size] ["double"] [words] [unit] ["x" number]
    number   = 2 | 1/2 | 1 1/2 | 1-1/2 | 1.5 | 1,5 | ½ | 1½ | two | half | a | double
    size     = number unit, of a vessel: "1 (750 ml) bottle", "2 12-oz cans"
"""

import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache

from cocktails.texts import words
from cocktails.units import ONE_OF, ONLY_BEHIND_NUMBER, PAIRS, SPELLINGS, UNITS, Unit

LONGEST = 200  # characters; a longer text is no measure

# What a text is, told in one word.
AMOUNT, SOME, FILL, TASTE, GARNISH, TEXT, NONE = "amount", "some", "fill", "to taste", "garnish", "text", "none"


@dataclass(frozen=True)
class Measure:
    """`quantity` to `most` (equal but for ranges) of `unit`; `size` is the vessel's own, where it is told."""

    kind: str
    text: str
    quantity: Fraction | None = None
    most: Fraction | None = None
    unit: str | None = None
    size: tuple[Fraction, str] | None = None
    note: str = ""  # the words around the amount: "superfine", "add", "chopped"

    @cached_property
    def ml(self) -> Fraction | None:
        return self._in_ml(self.quantity)

    @cached_property
    def most_ml(self) -> Fraction | None:
        return self._in_ml(self.most)

    @property
    def is_exact(self) -> bool:
        """Whether the millilitres are a matter of definition, and not a bar's rule of thumb."""
        unit = self.size[1] if self.size else self.unit
        return unit is not None and UNITS[unit].exact

    @cached_property
    def told(self) -> dict[str, str | float | bool]:
        """What is kept of it: quantities as exact fractions ("3/2"), millilitres as numbers, to the hundredth."""
        told: dict[str, str | float | bool] = {"text": self.text, "kind": self.kind}
        if self.quantity is not None:
            told["quantity"] = str(self.quantity)
        if self.most != self.quantity:
            told["most"] = str(self.most)
        if self.unit:
            told["unit"] = self.unit
        if self.size:
            told["size"] = f"{mixed(self.size[0])} {self.size[1]}"
        if self.ml is not None:
            told["ml"] = float(round(self.ml, 2))
            told["is_exact"] = self.is_exact
        if self.most_ml is not None and self.most_ml != self.ml:
            told["most_ml"] = float(round(self.most_ml, 2))
        if self.note:
            told["note"] = self.note
        return told

    def _in_ml(self, quantity: Fraction | None) -> Fraction | None:
        times, unit = self.size or (Fraction(1), self.unit)
        size = UNITS[unit].ml if unit else None
        return None if quantity is None or size is None else quantity * times * size

    def __str__(self) -> str:
        """The amount in its plainest spelling, which reads back as the same amount."""
        if self.quantity is None:
            return self.text
        number = mixed(self.quantity)
        if self.most is not None and self.most != self.quantity:
            number += f" - {mixed(self.most)}"
        if self.unit == "juice":
            return f"juice of {number}"
        size = f" ({mixed(self.size[0])} {self.size[1]})" if self.size else ""
        return f"{number}{size} {self.unit}" if self.unit else number


def mixed(value: Fraction) -> str:
    """3/2 as people write it: 1 1/2."""
    whole, rest = divmod(value, 1)
    return " ".join(str(part) for part in (whole, rest) if part) or "0"


@lru_cache(maxsize=4096)  # a catalogue of thousands of measures has a few hundred spellings
def parse(text: str | None) -> Measure:
    shown = " ".join((text or "").split())
    if not shown:
        return Measure(NONE, "")
    if len(shown) > LONGEST:
        return Measure(TEXT, shown)
    tokens = _tokens(shown)
    return _amount(shown, tokens) or _implied(shown, tokens) or Measure(_kind(tokens), shown)


# --- from text to tokens -------------------------------------------------------------------------------------------

Token = str | Fraction

_ONE_TO_TEN = words("one two three four five six seven eight nine ten")
WORD_NUMBERS = {
    **{word: Fraction(n) for n, word in enumerate(_ONE_TO_TEN, 1)},
    "twelve": Fraction(12),
    "couple": Fraction(2),
    "half": Fraction(1, 2),
    "quarter": Fraction(1, 4),
}
MULTIPLES = {"double": 2, "triple": 3}  # of what a bar pours: a double shot
_TOKEN = re.compile(
    r"""(?P<whole>[0-9]{1,6})(?:[ ]|[ ]?-[ ]?)(?P<top>[0-9]{1,4})/(?P<bottom>[0-9]{1,4})(?![0-9])
      | (?P<num>[0-9]{1,6})/(?P<den>[0-9]{1,4})(?![0-9])
      | (?P<decimal>[0-9]{0,6}[.,][0-9]{1,6}|[0-9]{1,9})
      | (?P<word>[^\W\d_]+)
      | (?P<mark>\S)""",
    re.VERBOSE,
)
_SPELT_FRACTIONS = {
    re.compile(rf"(?:\b|(?= )){spelt}\b"): digits
    for spelt, digits in {
        "one and a half": "1 1/2",
        "two and a half": "2 1/2",
        r"(?<=\d) and a half": " 1/2",
        "and a half": "+ 1/2",  # an ounce and a half
        "(?:one|a) half": "1/2",
        "(?:one|a) third": "1/3",
        "two thirds": "2/3",
        "(?:one|a) quarter": "1/4",
        "three quarters?": "3/4",
    }.items()
}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−~"), "-") | {ord("⁄"): "/", ord("∕"): "/", ord("×"): "x"}


def _tokens(text: str) -> list[Token]:
    text = "".join(_spelt_out(c) for c in text.replace("\\/", "/"))
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    # The one place where case tells units apart: T is a tablespoon, t a teaspoon.
    text = re.sub(r"(?<=[0-9 ])T(?=\.?(?:\s|$))", "tbsp", text)
    text = re.sub(r"(?<=[0-9 ])t(?=\.?(?:\s|$))", "tsp", text)
    text = text.casefold()
    text = re.sub(r"\((e?s)\)", r"\1", text)  # dash(es), part(s)
    text = re.sub(r"(?<=[0-9])\s*/\s*(?=[0-9])", "/", text)
    text = re.sub(r"\b(one|two|three)-(?=half|third|quarter)", r"\1 ", text)
    for spelt, digits in _SPELT_FRACTIONS.items():
        text = spelt.sub(digits, text)
    text = re.sub(r"(?<=[0-9])\s*(?:and|&|\+)\s*(?=[0-9]{1,2}/[0-9])", " ", text)
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text)  # 1,000 ml
    return [token for match in _TOKEN.finditer(" ".join(text.split())) for token in _token(match)]


def _spelt_out(character: str) -> str:
    """½ as " 1/2 ", so that 1½ does not become 11/2."""
    if "VULGAR FRACTION" in unicodedata.name(character, ""):
        return f" {unicodedata.normalize('NFKC', character)} "
    return character


def _token(match: re.Match[str]) -> list[Token]:
    part = match.groupdict()
    if part["whole"]:
        whole, top, bottom = int(part["whole"]), int(part["top"]), int(part["bottom"])
        if 0 < top < bottom:
            return [whole + Fraction(top, bottom)]
        return [Fraction(whole), "?"]  # 1 5/4, 1 1/0: not as anyone writes numbers
    if part["num"]:
        return [Fraction(int(part["num"]), int(part["den"]))] if int(part["den"]) else ["?"]
    if part["decimal"]:
        return [Fraction(part["decimal"].replace(",", "."))]
    return [match.group()]


# --- from tokens to an amount --------------------------------------------------------------------------------------

# A number with one of these behind it tells of the ingredient: 151 proof, 40 %, 12 years old, 2nd.
_NOT_AMOUNTS = frozenset(words("% ° proof abv percent degrees year years yr yrs old st nd rd th"))
_RANGE = frozenset(("-", "to", "or"))
_ENDS_SEARCH = frozenset(words("of or and plus to with in for from on at"))
_FILLING = frozenset(words("fill filled top topped rest balance remainder full"))
_SMALL = frozenset(words("of a an the"))
_MOST_LOOSE = 36  # nobody counts out more cherries than that


def _amount(text: str, tokens: list[Token]) -> Measure | None:
    for start, token in enumerate(tokens):
        number = _number(tokens, start)
        if number is None or (_at(tokens, start + 1) in _NOT_AMOUNTS and isinstance(token, Fraction)):
            continue
        found = _amount_at(tokens, start, number)
        if found:
            return _told(text, tokens, start, *found)
    return None


@dataclass
class _Found:
    low: Fraction
    high: Fraction
    unit: Unit | None = None
    size: tuple[Fraction, str] | None = None
    words: list[Token] = field(default_factory=list)  # between the number and the unit


def _amount_at(tokens: list[Token], start: int, number: Fraction) -> tuple[_Found, int] | None:
    found, end = _range(tokens, start, number)
    if sized := _sized_vessel(tokens, end):  # 1 (750 ml) bottle, 1 12-oz can
        found.unit, found.size, end = sized
        return found, end
    if each := _size(tokens, end + (_at(tokens, end) == "x")):
        size, unit, after = each
        if unit.ml:  # 2 x 30 ml, 2 12 oz
            return _Found(found.low * size, found.high * size, unit), after
        found.words, end = tokens[end:after], after  # 2 2 inch strips: the size of what is counted
    if _at(tokens, end) == "?":
        return None
    if _at(tokens, end) == "(" and ")" in tokens[end:]:  # 1 (2 inch) stick: a size in no volume is only a remark
        found.unit, after, _ = _unit(tokens, tokens.index(")", end) + 1)
        end = after if found.unit else end
    else:
        times = MULTIPLES.get(_at(tokens, end), 1)
        if times > 1 and _is_poured(tokens, end + 1):  # 1 double shot
            found.low, found.high, end = found.low * times, found.high * times, end + 1
        found.unit, end, skipped = _unit(tokens, end)
        found.words += skipped
    if found.unit:
        end = _times(tokens, end, found)
        _second_amount(tokens, end, found)
        told = _size(tokens, end + (_at(tokens, end) == "(")) if found.unit.holds else None
        if told and told[1].ml:  # 1 bottle (750 ml), 1 can 12 oz
            found.size, end = (told[0], told[1].name), told[2]
        return found, end
    return None if _is_name(tokens, start, found.high) else (found, end)


def _is_name(tokens: list[Token], start: int, number: Fraction) -> bool:
    """Whether a number without a unit, in the middle of a text, is part of a name: Bacardi 151, top with 7-up."""
    follows_unit = _at(tokens, start - 1) == "of" and _at(tokens, start - 2) in SPELLINGS  # juice of 40
    is_filling = number > 1 and not _FILLING.isdisjoint(map(str, tokens))
    return start > 0 and not follows_unit and (number > _MOST_LOOSE or is_filling)


def _number(tokens: list[Token], at: int) -> Fraction | None:
    token = tokens[at] if at < len(tokens) else None
    if isinstance(token, Fraction):
        is_name = "no" in (_at(tokens, at - 1), _at(tokens, at - 2)) or _at(tokens, at - 1) == "#"
        return token if token > 0 and not is_name else None
    if token in ("a", "an"):
        is_juice = (_at(tokens, at - 2), _at(tokens, at - 1)) == ("juice", "of")
        return Fraction(1) if is_juice or _unit_at(tokens, at + 1, behind_number=True)[0] else None
    if token in MULTIPLES:
        return Fraction(MULTIPLES[token]) if _is_poured(tokens, at + 1) else None
    return WORD_NUMBERS.get(token) if token else None


def _is_poured(tokens: list[Token], at: int) -> bool:
    return SPELLINGS.get(_at(tokens, at)) in ("shot", "jigger", "measure", "nip")


def _times(tokens: list[Token], end: int, found: _Found) -> int:
    """25 ml x 2"""
    number = tokens[end + 1] if _at(tokens, end) == "x" and end + 1 < len(tokens) else None
    if not isinstance(number, Fraction) or number <= 0 or _unit_at(tokens, end + 2, behind_number=True)[0]:
        return end
    found.low, found.high = found.low * number, found.high * number
    return end + 2


def _range(tokens: list[Token], start: int, low: Fraction) -> tuple[_Found, int]:
    """2-3, 2 to 3, 2 or 3. What does not rise is no range."""
    high = _number(tokens, start + 2) if _at(tokens, start + 1) in _RANGE else None
    if high is not None and high > low and _at(tokens, start + 3) not in _NOT_AMOUNTS:
        return _Found(low, high), start + 3
    return _Found(low, low), start + 1


def _second_amount(tokens: list[Token], end: int, found: _Found) -> None:
    """100 ml - 150 ml is a range; 1 cup plus 2 tblsp a sum, if both have a size."""
    joint, number = _at(tokens, end), _number(tokens, end + 1)
    if number is None or found.unit is None:
        return
    unit, _ = _unit_at(tokens, end + 2, behind_number=True)
    if joint == "+" and unit is None and number < 1:
        found.low, found.high = found.low + number, found.high + number
    elif joint in _RANGE and unit == found.unit and number > found.high:
        found.high = number
    elif joint in ("+", "plus", "and", "&") and unit and unit.ml and found.unit.ml:
        more = number * unit.ml / found.unit.ml
        found.low, found.high = found.low + more, found.high + more


def _sized_vessel(tokens: list[Token], at: int) -> tuple[Unit, tuple[Fraction, str], int] | None:
    while _at(tokens, at) in ("(", "-"):
        at += 1
    sized = _size(tokens, at)
    if not sized or not sized[1].ml:
        return None
    number, unit, at = sized
    while _at(tokens, at) in (")", "-"):
        at += 1
    vessel, end, _ = _unit(tokens, at)
    return (vessel, (number, unit.name), end) if vessel and vessel.holds else None


def _size(tokens: list[Token], at: int) -> tuple[Fraction, Unit, int] | None:
    number = tokens[at] if at < len(tokens) else None
    if not isinstance(number, Fraction) or number <= 0:
        return None
    at += 2 if _at(tokens, at + 1) == "-" else 1
    unit, end = _unit_at(tokens, at, behind_number=True)
    return (number, unit, end) if unit else None


def _unit(tokens: list[Token], at: int) -> tuple[Unit | None, int, list[Token]]:
    """The unit behind a number, with up to three words in between: "3 large fresh leaves", "a couple of dashes"."""
    while _at(tokens, at) in ("-", ".", "of", "a", "an"):
        at += 1
    for offset in range(4):
        unit, end = _unit_at(tokens, at + offset, behind_number=offset == 0)
        if unit:
            return unit, end, tokens[at : at + offset]
        word = _at(tokens, at + offset)
        if not word.isalpha() or word in _ENDS_SEARCH:
            break
    return None, at, []


def _unit_at(tokens: list[Token], at: int, *, behind_number: bool) -> tuple[Unit | None, int]:
    word, after = _at(tokens, at), at + 1
    if _at(tokens, after) == ".":
        after += 1
    if pair := PAIRS.get((word, _at(tokens, after))):
        after += 1
        return UNITS[pair], after + (_at(tokens, after) == ".")
    name = SPELLINGS.get(word)
    if name is None or (not behind_number and word in ONLY_BEHIND_NUMBER):
        return None, at
    return UNITS[name], after


def _told(text: str, tokens: list[Token], start: int, found: _Found, end: int) -> Measure:
    before, after = tokens[:start], tokens[end:]
    unit = found.unit
    # "Juice of 1/2", "Twists of 2": the unit comes first. The juice of a wedge stays a wedge.
    if len(before) >= 2 and before[-1] == "of" and (unit is None or (before[-2] == "juice" and unit.name == "whole")):
        name = SPELLINGS.get(str(before[-2]))
        if name:
            unit, before = UNITS[name], before[:-2]
    if unit is None and found.high <= 1 and not _FILLING.isdisjoint(map(str, (*before, *after))):
        unit = UNITS["glass"]  # Fill to 1/2, 2/3 full
    if unit and unit.name == "dozen":
        found.low, found.high, unit = found.low * 12, found.high * 12, None
    around = [str(token) for token in (*before, *found.words, *after)]
    note = " ".join(word for word in around if word[0].isalnum() and word not in _SMALL)
    return Measure(AMOUNT, text, found.low, found.high, unit.name if unit else None, found.size, note)


def _at(tokens: list[Token], at: int) -> str:
    """The word or mark there; nothing where the text has ended, or where a number stands."""
    token = tokens[at] if 0 <= at < len(tokens) else ""
    return token if isinstance(token, str) else ""


# --- measures without a number -------------------------------------------------------------------------------------


def _implied(text: str, tokens: list[Token]) -> Measure | None:
    """ "Dash" and "Twist of" say one; "dashes" says some."""
    said = [str(token) for token in tokens]
    fills = not (_FILLING - {"full"}).isdisjoint(said)
    for at in range(len(tokens)):
        unit, end = _unit_at(tokens, at, behind_number=False)
        if unit is None or unit.name not in ONE_OF or (fills and unit.holds):
            continue
        note = " ".join(other for other in (*said[:at], *said[end:]) if other.isalpha() and other != "of")
        spelt = "".join(said[at:end]).rstrip(".")
        if spelt == unit.name.replace(" ", "") and not {"few", "some", "several"} & set(said):
            return Measure(AMOUNT, text, Fraction(1), Fraction(1), unit.name, note=note)
        return Measure(SOME, text, unit=unit.name, note=note)
    return None


def _kind(tokens: list[Token]) -> str:
    said = set(map(str, tokens))
    if said & _FILLING:
        return FILL
    if said & {"taste", "desired", "needed", "preference"}:
        return TASTE
    if said & {"garnish", "garnished", "decorate", "decoration", "rim", "rimmed"}:
        return GARNISH
    return TEXT
