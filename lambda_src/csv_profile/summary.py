"""What is said of a column at its end: its type, and the statistics that go with it."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from csv_profile.cells import LETTERS, NUMBERS, Group, Kind, Number
from csv_profile.document import Column, Example, Numeric, Range, Type
from csv_profile.document import TopValue as Top
from csv_profile.facts import ColumnFacts, NumberFacts, Weighted
from csv_profile.numeric import deviation, quantiles, rounded
from csv_profile.table import Label
from csv_profile.tally import EXAMPLES, shortened

_QUANTILES = [Fraction(at, 100) for at in (1, 5, 25, 50, 75, 95, 99)]
TOP = 10
BINS = 20
_TYPED = Fraction(2, 3)  # the share of cells a type must explain, or the column is text


def percentage(part: int, whole: int) -> float:
    return round(100 * part / whole, 4) if whole else 0.0


class Choice(NamedTuple):
    """A column's type, the kinds of cell that belong to it, and its format where it has one."""

    type: Type
    kinds: tuple[Kind, ...]
    format: str | None = None
    date_format: str | None = None  # the cells of these kinds must be readable in it

    def has(self, group: Group) -> bool:
        return group.kind in self.kinds and (self.date_format is None or self.date_format in group.formats)


def summarise(facts: ColumnFacts, label: Label, position: int, rows: int) -> Column:
    choice = choose(facts)
    present = facts.present
    if choice.date_format:
        valid = sum(moments.count for group, moments in facts.moments.items() if choice.has(group))
    else:
        valid = sum(facts.counts[kind] for kind in choice.kinds)
    invalid = present - valid
    summary: Column = {
        "name": label.name,
        "position": position,
        "label": label.text,
        "type": choice.type,
        "format": choice.format,
        "count": present,
        "counts": _by_type(facts),
        "missing": {"count": facts.missing, "percentage": percentage(facts.missing, rows)},
        "invalid": {
            "count": invalid,
            "percentage": percentage(invalid, rows),
            "examples": _examples(facts, choice) if invalid else [],
        },
        "distinct": {"count": facts.distinct, "estimated": not facts.exact},
        "top_values": _top(facts),
        "numeric": None,
        "range": None,
        "length": None,
        "alerts": [],
    }
    if choice.type in ("int", "float"):
        summary["numeric"] = _numeric(facts, [part for group, part in facts.numbers.items() if choice.has(group)])
    elif choice.date_format:
        summary["range"] = _range(facts, choice)
    elif choice.type == "string" and present and facts.shortest is not None:
        mean = rounded(Fraction(facts.chars, present)) or 0
        summary["length"] = {"min": facts.shortest, "max": facts.longest, "mean": mean}
    summary["alerts"] = alerts(summary, facts, rows)
    return summary


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
    if not times:
        return Choice("date", kinds, best, best)
    return Choice("datetime", kinds, best + max(sorted(times), key=times.__getitem__), best)


def _by_type(facts: ColumnFacts) -> dict[Type, int]:
    counts, bools = facts.counts, _bool_kinds(facts)
    return {
        "int": counts[Kind.INT] + counts[Kind.GROUPED_INT],
        "float": sum(counts[kind] for kind in NUMBERS if kind not in (Kind.INT, Kind.GROUPED_INT)),
        "bool": sum(counts[kind] for kind in bools),
        "date": counts[Kind.DATE],
        "datetime": counts[Kind.DATETIME],
        "string": counts[Kind.STRING] + sum(counts[kind] for kind in LETTERS if kind not in bools),
    }


def _examples(facts: ColumnFacts, choice: Choice) -> list[Example]:
    found = [values for group, values in facts.examples.items() if not choice.has(group)]
    wrong = sorted((row, value) for values in found for value, row in values.items())
    return [{"value": value, "row": row} for row, value in wrong[:EXAMPLES]]


def _top(facts: ColumnFacts) -> list[Top]:
    frequent = sorted(facts.values, key=lambda pair: -pair[1])[:TOP]
    return [{"value": shortened(value), "count": count} for value, count in frequent]


def _range(facts: ColumnFacts, choice: Choice) -> Range:
    """First and last moment, in ISO form; with a Z where the column names offsets, for then they are in UTC."""
    form = choice.date_format or ""
    ranges = [moments.range[form] for group, moments in facts.moments.items() if choice.has(group)]
    zone = "Z" if (choice.format or "").endswith("%z") else ""
    return {"min": min(low for low, _ in ranges) + zone, "max": max(high for _, high in ranges) + zone}


def _numeric(facts: ColumnFacts, parts: list[NumberFacts]) -> Numeric:
    count = sum(part.count for part in parts)
    total = sum((part.total for part in parts), Fraction(0))
    mean = total / count
    spread = sum((p.spread + p.count * (p.total / p.count - mean) ** 2 for p in parts), Fraction(0))
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    weighted = [pair for part in parts for pair in part.weighted]
    p01, p05, p25, p50, p75, p95, p99 = quantiles(weighted, _QUANTILES)
    return {
        "min": low,
        "max": high,
        "mean": _float(mean),
        "std": deviation(spread, count),
        "sum": rounded(total) if all(part.whole for part in parts) else _float(total),
        "zeros": sum(part.zeros for part in parts),
        "negatives": sum(part.negatives for part in parts),
        "quantiles": {
            "p01": p01,
            "p05": p05,
            "p25": p25,
            "p50": p50,
            "p75": p75,
            "p95": p95,
            "p99": p99,
            "estimated": not facts.exact,
        },
        "histogram": _histogram(weighted, low, high),
    }


def _float(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _histogram(weighted: list[Weighted], low: Number, high: Number) -> list[int] | None:
    """Counts in bins of equal width from the smallest to the largest."""
    try:
        first, width = float(low), float(high) - float(low)
    except OverflowError:
        return None
    if not 0 < width < float("inf"):
        return None
    bins = [0] * BINS
    for value, count in weighted:
        bins[max(0, min(BINS - 1, int((value - first) / width * BINS)))] += count
    return bins


def alerts(summary: Column, facts: ColumnFacts, rows: int) -> list[str]:
    """What a reader should look at, in the words of ydata-profiling."""
    present, distinct = summary["count"], summary["distinct"]["count"]
    found = []
    if rows and not present:
        return ["empty"]
    if present > 1 and facts.exact and distinct == 1:
        found.append("constant")
    if present > 1 and _is_unique(facts, distinct, present):
        found.append("unique")
    elif summary["type"] == "string" and distinct > 50:
        found.append("high-cardinality")
    if summary["missing"]["count"]:
        found.append("missing")
    if summary["numeric"] and summary["numeric"]["zeros"] * 10 > present:
        found.append("zeros")
    if summary["invalid"]["count"]:
        found.append("mixed-types")
    return found


def _is_unique(facts: ColumnFacts, distinct: int, present: int) -> bool:
    """Exact, or as good as the estimate: no value that was kept came twice, and there are about as many as rows."""
    if facts.exact:
        return distinct == present
    return distinct > 0.95 * present and all(count == 1 for _, count in facts.values)
