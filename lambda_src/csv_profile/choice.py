"""Which type a column has, from how many of its cells are of which kind."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from csv_profile.cells import LETTERS, NUMBERS, Group, Kind
from csv_profile.document import Type
from csv_profile.facts import ColumnFacts

_TYPED = Fraction(2, 3)  # the share of cells a type must explain, or the column is text


class Choice(NamedTuple):
    """A column's type, the kinds of cell that belong to it, and its format where it has one."""

    type: Type
    kinds: tuple[Kind, ...]
    format: str | None = None
    date_format: str | None = None  # the cells of these kinds must be readable in it

    def has(self, group: Group) -> bool:
        return group.kind in self.kinds and (self.date_format is None or self.date_format in group.formats)

    def valid(self, facts: ColumnFacts) -> int:
        if self.date_format:
            return sum(moments.count for group, moments in facts.moments.items() if self.has(group))
        return sum(facts.counts[kind] for kind in self.kinds)


def choose(facts: ColumnFacts) -> Choice:
    counts, present = facts.counts, facts.present
    if not present:
        return Choice("string", ())
    enough = _TYPED * present
    kinds, form = _number_kinds(counts)
    if sum(counts[kind] for kind in kinds) >= enough:
        whole = not any(counts[kind] for kind in (Kind.FLOAT, Kind.COMMA, Kind.GROUPED) if kind in kinds)
        return Choice("int" if whole else "float", kinds, form)
    bools = _bool_kinds(facts)
    if sum(counts[kind] for kind in bools) >= enough:
        return Choice("bool", bools)
    if counts[Kind.DATE] + counts[Kind.DATETIME] >= enough:
        return _choose_moments(facts)
    return Choice("string", tuple(Kind))


def by_type(facts: ColumnFacts) -> dict[Type, int]:
    """How many cells there are of each type, whatever the column's is."""
    counts, bools = facts.counts, _bool_kinds(facts)
    return {
        "int": counts[Kind.INT] + counts[Kind.GROUPED_INT],
        "float": sum(counts[kind] for kind in NUMBERS if kind not in (Kind.INT, Kind.GROUPED_INT)),
        "bool": sum(counts[kind] for kind in bools),
        "date": counts[Kind.DATE],
        "datetime": counts[Kind.DATETIME],
        "time": 0,
        "string": counts[Kind.STRING] + sum(counts[kind] for kind in LETTERS if kind not in bools),
    }


def _number_kinds(counts: Mapping[Kind, int]) -> tuple[tuple[Kind, ...], str | None]:
    """Numbers as they are written in most cells: with decimal points (and commas at thousands), or decimal commas."""
    points = (Kind.FLOAT, Kind.GROUPED_INT, Kind.GROUPED)
    if counts[Kind.COMMA] > sum(counts[kind] for kind in points):
        return (Kind.INT, Kind.COMMA), "decimal comma"
    grouped = counts[Kind.GROUPED_INT] + counts[Kind.GROUPED]
    return (Kind.INT, *points), "thousands commas" if grouped else None


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
    if not +times:
        return Choice("date", kinds, best, best)
    return Choice("datetime", kinds, best + max(sorted(times), key=times.__getitem__), best)
