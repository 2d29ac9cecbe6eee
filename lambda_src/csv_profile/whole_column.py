"""What shows only in a column as a whole: that its digits are days, or that what reads like a missing value is none.

Both are decided at the column's end, from its facts, and give facts that say so.
"""

from collections.abc import Set
from dataclasses import replace
from datetime import date
from fractions import Fraction

from csv_profile.cells import Group, Kind, Number
from csv_profile.facts import ColumnFacts, MomentFacts, TextFacts
from csv_profile.meanings import COUNTRIES

DAYS = "%Y%m%d"
_FIRST, _LAST = 1800_01_01, 2199_12_31
_MIDNIGHT = 1_000_000  # a day as a number, and its midnight
_MANY = Fraction(2, 3)

# Spellings of a missing value that are a value in some columns.
_CODE, _NAMES = "NA", ("None", "Null", "Nil")
DOUBTFUL = frozenset((_CODE, *_NAMES))
_OTHERWISE = ("", _CODE, "N/A", "n/a")  # how a missing value is written where None is a name
_SELDOM = 100  # a name is one in so many cells
_LOOKED_AT = 1_000  # values
_ENOUGH = Fraction(9, 10)
_MARKET_CODES = "AF AMER AN ANZ APAC APJ AS ASEAN EEA EMEA EU LATAM MEA MENA OC SA"
_STATE_CODES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA PR
RI SC SD TN TX UT VT VA WA WV WI WY
"""
_MARKETS = frozenset(_MARKET_CODES.split())
_STATES = frozenset(_STATE_CODES.split())
_LONGEST_NAME = 40
_BETWEEN_WORDS = dict.fromkeys(map(ord, " '\u2019.,-"))


def as_days(facts: ColumnFacts) -> ColumnFacts:
    """As dates, if all values are whole numbers that read as YYYYMMDD. That takes all values: proof, not likelihood."""
    whole = Group(Kind.INT)
    numbers = facts.numbers.get(whole)
    if not facts.exact or numbers is None or numbers.count != facts.present or facts.distinct < 2:
        return facts
    if not _is_day(numbers.low) or not all(_is_day(number) for number, _ in numbers.weighted):
        return facts
    days = Group(Kind.DATE, (DAYS,))
    return replace(
        facts,
        counts={**facts.counts, Kind.INT: 0, Kind.DATE: numbers.count},
        numbers={},
        moments={
            days: MomentFacts(
                count=numbers.count,
                range={DAYS: (_iso(numbers.low), _iso(numbers.high))},
                times={"": numbers.count},
                weighted={DAYS: [(int(number) * _MIDNIGHT, count) for number, count in numbers.weighted]},
            )
        },
        examples={days: facts.examples.get(whole, {})},
    )


def reads_as_days(facts: ColumnFacts) -> bool:
    """Two thirds of the values that are held, if not all of them."""
    days = sum(count for value, count in facts.values if len(value) == 8 and value.isdecimal() and _is_day(int(value)))
    return days >= _MANY * sum(count for _, count in facts.values) > 0


def _is_day(number: Number) -> bool:
    if not _FIRST <= number <= _LAST:
        return False
    try:
        date(*_parts(number))
    except ValueError:
        return False
    return True


def _iso(number: Number) -> str:
    return date(*_parts(number)).isoformat()


def _parts(number: Number) -> tuple[int, int, int]:
    return int(number) // 10_000, int(number) // 100 % 100, int(number) % 100


def with_values(facts: ColumnFacts) -> ColumnFacts:
    """With cells for values that were taken for missing: NA for Namibia among countries, None among names."""
    found = {text: facts.missing[text] for text in sorted(DOUBTFUL & facts.missing.keys()) if _is_value(text, facts)}
    if not found:
        return facts
    count, text = sum(found.values()), facts.text
    return replace(
        facts,
        missing={spelling: times for spelling, times in facts.missing.items() if spelling not in found},
        counts={**facts.counts, Kind.STRING: facts.counts[Kind.STRING] + count},
        text=TextFacts(
            chars=text.chars + sum(len(value) * times for value, times in found.items()),
            shortest=min(len(value) for value in (text.smallest or "", *found) if value),
            longest=max(text.longest, *map(len, found)),
            ascii=text.ascii,
            smallest=min(*found, *([text.smallest] if text.smallest is not None else [])),
            largest=max(*found, text.largest or ""),
        ),
        values=[*facts.values, *found.items()],
        distinct=facts.distinct + len(found),
        order=None,
        revived=found,
    )


def _is_value(text: str, facts: ColumnFacts) -> bool:
    values = {value.strip() for value, _ in facts.values[:_LOOKED_AT]}
    return _is_code(facts, values) if text == _CODE else _is_name(text, facts, values)


def _is_code(facts: ColumnFacts, values: Set[str]) -> bool:
    """Among parts of the world, or in less than half of a column of countries that may not be states as well."""
    if len(values) >= 2 and values <= _MARKETS and not values <= COUNTRIES:
        return True
    enough = len(values) >= 3 and len(values & COUNTRIES) >= _ENOUGH * len(values)
    return enough and not values <= _STATES and facts.missing[_CODE] <= facts.present


def _is_name(text: str, facts: ColumnFacts, values: Set[str]) -> bool:
    """Among words with a capital, if it is seldom there, or if missing values are written in another way."""
    if len(values) < 3 or sum(map(_like_a_name, values)) < _ENOUGH * len(values):
        return False
    count = facts.missing[text]
    return count <= max(1, facts.present // _SELDOM) or any(facts.missing.get(other) for other in _OTHERWISE)


def _like_a_name(value: str) -> bool:
    return value[:1].isupper() and len(value) <= _LONGEST_NAME and value.translate(_BETWEEN_WORDS).isalpha()
