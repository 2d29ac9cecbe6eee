"""What is said of a column at its end: its type, and the statistics that go with it."""

from collections import Counter
from fractions import Fraction
from typing import Any

from csv_profile.cells import BOOL, COMMA, FLOAT, GROUPED, GROUPED_INT, INT, LETTERS, STRING
from csv_profile.column import Column
from csv_profile.numeric import Number, Numbers, Weighted, deviation, quantiles, rounded
from csv_profile.table import Label
from csv_profile.tally import EXAMPLES, Tally, shortened

QUANTILES = {"p01": 1, "p05": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95, "p99": 99}
TOP = 10
BINS = 20
_TYPED = Fraction(2, 3)  # the share of cells a type must explain, or the column is text


def percentage(part: int, whole: int) -> float:
    return round(100 * part / whole, 4) if whole else 0.0


def summarise(column: Column, label: Label, position: int, rows: int) -> dict[str, Any]:
    tally = column.finish()
    present = rows - tally.missing
    kinds, kind_type, form = choose(tally, present)
    counts = tally.counts()
    invalid = present - sum(counts[kind] for kind in kinds)
    summary: dict[str, Any] = {
        "name": label.name,
        "position": position,
        "label": label.text,
        "type": kind_type,
        "format": form,
        "count": present,
        "counts": _by_type(counts, _bool_kinds(tally)),
        "missing": {"count": tally.missing, "percentage": percentage(tally.missing, rows)},
        "invalid": {
            "count": invalid,
            "percentage": percentage(invalid, rows),
            "examples": _examples(tally, kinds) if invalid else [],
        },
        "distinct": {"count": column.distinct(), "estimated": not column.exact},
        "top_values": _top(column),
        "numeric": None,
        "range": None,
        "length": None,
    }
    if kind_type in (INT, FLOAT):
        summary["numeric"] = _numeric(column, [tally.numbers[kind] for kind in kinds if kind in tally.numbers])
    elif kind_type in ("date", "datetime"):
        summary["range"] = _range(tally, kinds, form or "")
    elif kind_type == STRING and present:
        summary["length"] = {
            "min": tally.shortest,
            "max": tally.longest,
            "mean": rounded(Fraction(tally.chars, present)),
        }
    summary["alerts"] = alerts(summary, column, rows)
    return summary


def choose(tally: Tally, present: int) -> tuple[list[str], str, str | None]:
    """The kinds of cell that belong to the column's type, the type, and its format where it has one."""
    counts = tally.counts()
    enough = _TYPED * present
    kinds, form = _number_kinds(counts)
    if present and sum(counts[kind] for kind in kinds) >= enough:
        whole = not any(counts[kind] for kind in (FLOAT, COMMA, GROUPED) if kind in kinds)
        return kinds, INT if whole else FLOAT, form
    bools = _bool_kinds(tally)
    if present and sum(counts[kind] for kind in bools) >= enough:
        return bools, BOOL, None
    if present and sum(moments.count for moments in tally.moments.values()) >= enough:
        return _choose_moments(tally)
    everything = [kind for kind, count in counts.items() if count]
    return everything, STRING, None


def _number_kinds(counts: dict[str, int]) -> tuple[list[str], str | None]:
    """Numbers as they are written in most cells: with decimal points (and commas at thousands), or decimal commas."""
    points = [FLOAT, GROUPED_INT, GROUPED]
    if counts[COMMA] > sum(counts[kind] for kind in points):
        return [INT, COMMA], "decimal comma"
    return [INT, *points], "thousands commas" if counts[GROUPED_INT] + counts[GROUPED] else None


def _bool_kinds(tally: Tally) -> list[str]:
    return [BOOL, *(kind for kind, letters in LETTERS.items() if all(tally.bools[letter] for letter in letters))]


def _choose_moments(tally: Tally) -> tuple[list[str], str, str]:
    """The date format that reads most cells; day before month where both read as many."""
    reads: Counter[str] = Counter()
    for moments in tally.moments.values():
        for date_format in moments.range:
            reads[date_format] += moments.count
    best = max(sorted(reads), key=reads.__getitem__)
    kinds = [kind for kind, moments in tally.moments.items() if best in moments.range]
    times = sum((tally.moments[kind].times for kind in kinds), Counter())
    del times[""]
    if not times:
        return kinds, "date", best
    return kinds, "datetime", best + max(sorted(times), key=times.__getitem__)


def _by_type(counts: dict[str, int], bools: list[str]) -> dict[str, int]:
    by_type = {
        INT: counts[INT] + counts[GROUPED_INT],
        FLOAT: counts[FLOAT] + counts[COMMA] + counts[GROUPED],
        BOOL: sum(counts[kind] for kind in bools),
    }
    for name in ("date", "datetime"):
        by_type[name] = sum(count for kind, count in counts.items() if kind.startswith(name + " "))
    return by_type | {STRING: counts[STRING] + sum(counts[kind] for kind in LETTERS if kind not in bools)}


def _examples(tally: Tally, kinds: list[str]) -> list[dict[str, Any]]:
    found = [values for kind, values in tally.examples.items() if kind not in kinds]
    wrong = sorted((row, value) for values in found for value, row in values.items())
    return [{"value": value, "row": row} for row, value in wrong[:EXAMPLES]]


def _top(column: Column) -> list[dict[str, Any]]:
    frequent = sorted(column.values(), key=lambda pair: -pair[1])[:TOP]
    return [{"value": shortened(value), "count": count} for value, count in frequent]


def _range(tally: Tally, kinds: list[str], form: str) -> dict[str, str]:
    """First and last moment, in ISO form; with a Z where the column names offsets, for then they are in UTC."""
    ranges = [r for kind in kinds for f, r in tally.moments[kind].range.items() if form.startswith(f)]
    zone = "Z" if form.endswith("%z") else ""
    return {"min": min(low for low, _ in ranges) + zone, "max": max(high for _, high in ranges) + zone}


def _numeric(column: Column, parts: list[Numbers]) -> dict[str, Any]:
    count = sum(part.count for part in parts)
    total = sum((part.total() for part in parts), Fraction(0))
    mean = total / count
    spread = sum((p.spread() + p.count * (p.total() / p.count - mean) ** 2 for p in parts), Fraction(0))
    low = min(part.low for part in parts if part.low is not None)
    high = max(part.high for part in parts if part.high is not None)
    weighted = column.weighted(parts)
    found = quantiles(weighted, [Fraction(at, 100) for at in QUANTILES.values()])
    return {
        "min": low,
        "max": high,
        "mean": _float(mean),
        "std": deviation(spread, count),
        "sum": rounded(total) if all(part.whole for part in parts) else _float(total),
        "zeros": sum(part.zeros for part in parts),
        "negatives": sum(part.negatives for part in parts),
        "quantiles": {**dict(zip(QUANTILES, found, strict=True)), "estimated": not column.exact},
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


def alerts(summary: dict[str, Any], column: Column, rows: int) -> list[str]:
    """What a reader should look at, in the words of ydata-profiling."""
    present, distinct = summary["count"], summary["distinct"]["count"]
    found = []
    if rows and not present:
        return ["empty"]
    if present > 1 and column.exact and distinct == 1:
        found.append("constant")
    if present > 1 and _is_unique(column, distinct, present):
        found.append("unique")
    elif summary["type"] == STRING and distinct > 50:
        found.append("high-cardinality")
    if summary["missing"]["count"]:
        found.append("missing")
    if summary["numeric"] and summary["numeric"]["zeros"] * 10 > present:
        found.append("zeros")
    if summary["invalid"]["count"]:
        found.append("mixed-types")
    return found


def _is_unique(column: Column, distinct: int, present: int) -> bool:
    """Exact, or as good as the estimate: no value that was kept came twice, and there are about as many as rows."""
    if column.exact:
        return distinct == present
    return distinct > 0.95 * present and all(count == 1 for _, count in column.values())
