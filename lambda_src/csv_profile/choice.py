"""Which type a column has, from how many of its cells are of which kind."""

from collections import Counter
from collections.abc import Container
from fractions import Fraction
from typing import NamedTuple

from csv_profile.cells import GROUPED, LETTERS, NUMBERS, WHOLE, Group, Kind
from csv_profile.document import Type
from csv_profile.facts import ColumnFacts

_TYPED = Fraction(2, 3)  # the share of cells a type must explain, or the column is text
_PADDED_SHARE = 100  # one in so many cells of digits shows that all of them are identifiers


class Choice(NamedTuple):
    """A column's type, the kinds of cell that belong to it, and its format where it has one."""

    type: Type
    kinds: tuple[Kind, ...]
    format: str | None = None
    date_format: str | None = None  # the moments must be readable in it
    unit: str | None = None  # the numbers with a unit must have this one
    sign: str | None = None  # those with signs at thousands, these signs
    tied: bool = False  # day and month could as well be the other way round

    def has(self, group: Group) -> bool:
        wanted = self.unit if group.kind is Kind.UNIT else self.sign if group.kind in GROUPED else self.date_format
        return group.kind in self.kinds and (wanted is None or not group.formats or wanted in group.formats)

    def valid(self, facts: ColumnFacts) -> int:
        if self.date_format:
            return sum(moments.count for group, moments in facts.moments.items() if self.has(group))
        others = sum(
            part.count for group, part in facts.numbers.items() if group.kind in self.kinds and not self.has(group)
        )
        return sum(facts.counts[kind] for kind in self.kinds) - others


def choose(facts: ColumnFacts) -> Choice:
    counts, present = facts.counts, facts.present
    if not present:
        return Choice("string", ())
    enough = _TYPED * present
    if is_identifier(facts):
        return Choice("string", tuple(Kind))
    numbers = _choose_numbers(facts)
    if numbers.valid(facts) >= enough:
        whole = all(group.kind in WHOLE for group in facts.numbers if numbers.has(group))
        return numbers if whole else numbers._replace(type="float")
    if unit := _commonest(facts, (Kind.UNIT,)):
        choice = numbers._replace(type="float", kinds=(*numbers.kinds, Kind.UNIT), format=unit, unit=unit)
        if choice.valid(facts) >= enough:
            return choice
    bools = _bool_kinds(facts)
    if sum(counts[kind] for kind in bools) >= enough:
        return Choice("bool", bools)
    if counts[Kind.TIME] >= enough:
        return Choice("time", (Kind.TIME,))
    if counts[Kind.DATE] + counts[Kind.DATETIME] >= enough:
        return _choose_moments(facts)
    return Choice("string", tuple(Kind))


def is_identifier(facts: ColumnFacts) -> bool:
    """Digits that name something: zeros before them show it (02127), a plus (+14155550100), or threes (612 345 678)."""
    counts, enough = facts.counts, _TYPED * facts.present
    digits = counts[Kind.INT] + counts[Kind.PADDED]
    if counts[Kind.PADDED] * _PADDED_SHARE >= digits > 0 and digits >= enough:
        return True
    threes = facts.numbers.get(Group(Kind.GROUPED_INT, ("spaces",)))
    return (
        threes is not None
        and threes.count > 1
        and threes.count >= enough
        and 10**8 <= threes.low <= threes.high < 10**9
    )


def _commonest(facts: ColumnFacts, kinds: Container[Kind], but: str = "") -> str | None:
    """What most numbers of some kinds are written with: a unit, or signs at thousands."""
    found: Counter[str] = Counter()
    for group, part in facts.numbers.items():
        if group.kind in kinds and group.formats[0] != but:
            found[group.formats[0]] += part.count
    return max(sorted(found), key=found.__getitem__) if found else None


def by_type(facts: ColumnFacts) -> dict[Type, int]:
    """How many cells there are of each type, whatever the column's is."""
    counts, bools = facts.counts, _bool_kinds(facts)
    return {
        "int": sum(counts[kind] for kind in WHOLE),
        "float": sum(counts[kind] for kind in (*NUMBERS, Kind.UNIT) if kind not in WHOLE),
        "bool": sum(counts[kind] for kind in bools),
        "date": counts[Kind.DATE],
        "datetime": counts[Kind.DATETIME],
        "time": counts[Kind.TIME],
        "string": counts[Kind.STRING]
        + counts[Kind.PADDED]
        + sum(counts[kind] for kind in LETTERS if kind not in bools),
    }


def _choose_numbers(facts: ColumnFacts) -> Choice:
    """Numbers as they are written in most cells: with decimal points, or decimal commas; with one sign at thousands."""
    counts = facts.counts
    if counts[Kind.COMMA] > counts[Kind.FLOAT] + sum(
        part.count for group, part in facts.numbers.items() if group.kind in GROUPED and _has_point(group)
    ):
        sign = _commonest(facts, (Kind.GROUPED_INT,), but="commas")
        kinds = (Kind.INT, Kind.COMMA, Kind.GROUPED_INT) if sign else (Kind.INT, Kind.COMMA)
        return Choice("int", kinds, "decimal comma", sign=sign)
    sign = _commonest(facts, GROUPED)
    return Choice("int", (Kind.INT, Kind.FLOAT, *GROUPED), f"thousands {sign}" if sign else None, sign=sign)


def _has_point(group: Group) -> bool:
    """Where a comma stands at thousands, a point would stand before fractions."""
    return group.kind is Kind.GROUPED or group.formats == ("commas",)


def _bool_kinds(facts: ColumnFacts) -> tuple[Kind, ...]:
    both = (kind for kind, letters in LETTERS.items() if all(facts.bools.get(letter) for letter in letters))
    return (Kind.BOOL, *both)


def _choose_moments(facts: ColumnFacts) -> Choice:
    """The date format that reads most cells; day before month where both read as many."""
    reads: Counter[str] = Counter()
    for moments in facts.moments.values():
        for date_format in moments.range:
            reads[date_format] += moments.count
    best = max(sorted(reads), key=reads.__getitem__)
    times: Counter[str] = Counter()
    for group, moments in facts.moments.items():
        if best in group.formats:
            times.update(moments.times)
    del times[""]
    kinds = (Kind.DATE, Kind.DATETIME)
    tied = reads[_swapped(best)] == reads[best]
    if not +times:
        return Choice("date", kinds, best, best, tied=tied)
    return Choice("datetime", kinds, best + max(sorted(times), key=times.__getitem__), best, tied=tied)


def _swapped(date_format: str) -> str:
    """Month before day for day before month, and the other way round; "" where no other order is possible."""
    if date_format.startswith("%d") and "%m" in date_format:
        return "%m" + date_format[2:].replace("%m", "%d")
    if date_format.startswith("%m"):
        return "%d" + date_format[2:].replace("%d", "%m")
    return ""
