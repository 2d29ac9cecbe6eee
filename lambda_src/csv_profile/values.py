"""What the values of a column say beside their type: which are commonest, which may stand for a missing one, which are
the same but for case and space."""

from collections.abc import Mapping, Sequence
from heapq import nlargest
from itertools import chain
from operator import itemgetter

from csv_profile.document import Value, Variants
from csv_profile.facts import ColumnFacts
from csv_profile.numeric import as_double
from csv_profile.tally import shortened

TOP = 10
_EXAMPLES = 5
# Often written for "no value", but a value in other files: reported, not taken for missing.
_DOUBTFUL = frozenset(
    (".", "..", "...", "*", "**", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "unknown", "unk", "missing", "tbd")
)
_SENTINELS = frozenset(
    f"{sign}{nines}{fraction}"
    for sign in ("-", "")
    for nines in ("9", "99", "999", "9999", "99999", "999999")
    for fraction in ("", ".0", ".9", ".99")
) | {"1900-01-01", "1899-12-30", "1970-01-01", "9999-12-31", "01/01/1900", "31/12/9999", "12/31/9999"}


def top(facts: ColumnFacts) -> list[Value]:
    frequent = nlargest(TOP, chain(facts.values, facts.others), key=itemgetter(1))
    return [{"value": shortened(value), "count": count} for value, count in frequent]


def top_error(facts: ColumnFacts, listed: Sequence[Value]) -> int:
    """How much too low a listed count may be, or a count that is not listed; 0 where neither can be."""
    highest = facts.others_error + max((count for _, count in facts.others), default=0)
    return 0 if len(listed) == TOP and listed[-1]["count"] > highest else facts.others_error


def spellings(missing: Mapping[str, int]) -> list[Value]:
    """How a missing value is written, the commonest first."""
    ordered = sorted(missing.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"value": shortened(value), "count": count} for value, count in ordered[:TOP]]


def suspects(facts: ColumnFacts) -> list[Value]:
    """Values that may stand for missing ones: words for it; numbers and days that are used so, where they stand out."""
    texts = list(map(str.lower, map(str.strip, map(itemgetter(0), facts.values))))
    known = (_DOUBTFUL | _SENTINELS).intersection(texts)
    doubted = known & _DOUBTFUL
    if known > doubted:
        ends = _ends(facts)
        doubted |= {text for text in known - doubted if _stands_out(text, ends)}
    doubted |= {text.lower() for text in facts.revived}
    if not doubted:
        return []
    found = [pair for text, pair in zip(texts, facts.values, strict=True) if text in doubted]
    found.sort(key=lambda pair: -pair[1])
    return [{"value": shortened(value), "count": count} for value, count in found[:TOP]]


def _ends(facts: ColumnFacts) -> tuple[float, float, float, float] | bool:
    """The two smallest and the two largest numbers; for fewer than three of them, whether there are none."""
    numbers = {as_double(number) for part in facts.numbers.values() for number, _ in part.weighted}
    if len(numbers) < 3:
        return not facts.numbers
    low, high = min(numbers), max(numbers)
    numbers -= {low, high}
    return low, min(numbers), max(numbers), high


def _stands_out(text: str, ends: tuple[float, float, float, float] | bool) -> bool:
    """A number that is the smallest or largest, and far from the next; a day that is the first or last."""
    if isinstance(ends, bool):
        return ends
    low, next_low, next_high, high = ends
    try:
        value = float(text)
    except ValueError:
        return True
    if value == low:
        return value < 0 <= next_low or next_low - value > 2 * (high - next_low)
    return value == high and value - next_high > 2 * (next_high - low)


def variants(facts: ColumnFacts) -> Variants:
    """Of the values that are held."""
    values = list(map(itemgetter(0), facts.values))
    folded = list(map(str.casefold, map(str.strip, values)))
    if len(set(folded)) == len(folded):
        return {"count": 0, "examples": []}
    alike: dict[str, list[str]] = {}
    for text, value in zip(folded, values, strict=True):
        alike.setdefault(text, []).append(value)
    several = [values for values in alike.values() if len(values) > 1]
    examples = [list(map(shortened, values[:_EXAMPLES])) for values in several[:_EXAMPLES]]
    return {"count": sum(map(len, several)), "examples": examples}
