"""Statistics of a column's numbers and of its moments."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from math import fsum, isfinite

from csv_profile.cells import Number, as_moment, as_number
from csv_profile.choice import Choice
from csv_profile.document import MomentQuantiles, Numeric, Outliers, Range
from csv_profile.facts import ColumnFacts, NumberFacts, Weighted
from csv_profile.numeric import deviation, quantiles, rounded

BINS = 20
_QUANTILES = [Fraction(at, 100) for at in (1, 5, 25, 50, 75, 95, 99)]
_FENCE = Fraction(3, 2)


def numeric(facts: ColumnFacts, choice: Choice) -> Numeric:
    # In an order of their own: 0 and 0.0 are equal, and the first of them is the smallest.
    parts = [facts.numbers[group] for group in sorted(facts.numbers) if choice.has(group)]
    count = sum(part.count for part in parts)
    total = sum((part.total for part in parts), Fraction(0))
    mean = total / count
    spread = sum((p.spread + p.count * (p.total / p.count - mean) ** 2 for p in parts), Fraction(0))
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    weighted = sorted(pair for part in parts for pair in part.weighted)
    p01, p05, p25, p50, p75, p95, p99 = quantiles(weighted, _QUANTILES)
    std = deviation(spread, count)
    return {
        "min": low,
        "max": high,
        "mean": _float(mean),
        "std": std,
        "skewness": _skewness(weighted, mean, std),
        "sum": rounded(total) if all(part.whole for part in parts) else _float(total),
        "zeros": sum(part.zeros for part in parts),
        "negatives": sum(part.negatives for part in parts),
        "decimals": _decimals(facts, parts),
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
        "outliers": _outliers(weighted, p25, p75),
        "histogram": _histogram(weighted, low, high),
    }


def _decimals(facts: ColumnFacts, parts: Sequence[NumberFacts]) -> int:
    return 0 if all(part.whole for part in parts) else facts.decimals


def _skewness(weighted: Sequence[Weighted], mean: Fraction, std: float | None) -> float | None:
    """How lopsided: the mean cube of the distances from the mean, in standard deviations."""
    if not std:
        return None
    try:
        middle = float(mean)
        distances = [((float(value) - middle) / std, count) for value, count in weighted]
        cubes = [count * distance * distance * distance for distance, count in distances]
        return round(fsum(cubes) / sum(count for _, count in weighted), 6) if all(map(isfinite, cubes)) else None
    except OverflowError:
        return None


def _outliers(weighted: Sequence[Weighted], lower: Number, upper: Number) -> Outliers:
    reach = (Fraction(upper) - Fraction(lower)) * _FENCE
    low, high = _end(Fraction(lower) - reach, lower), _end(Fraction(upper) + reach, upper)
    below = sum(count for value, count in weighted if value < low)
    above = sum(count for value, count in weighted if value > high)
    return {"below": below, "above": above, "low": low, "high": high}


def _end(value: Fraction, otherwise: Number) -> Number:
    found = rounded(value)
    return otherwise if found is None else found


def _float(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _histogram(weighted: Sequence[Weighted], low: Number, high: Number) -> list[int] | None:
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


def moment_range(facts: ColumnFacts, choice: Choice) -> Range:
    """In ISO form; with a Z where the column names offsets, for then moments are in UTC."""
    form = choice.date_format or ""
    parts = [moments for group, moments in facts.moments.items() if choice.has(group)]
    zone = "Z" if (choice.format or "").endswith("%z") else ""
    weighted = sorted(pair for moments in parts for pair in moments.weighted[form])
    low, high = min(m.range[form][0] for m in parts), max(m.range[form][1] for m in parts)
    return {
        "min": low + zone,
        "max": high + zone,
        "quantiles": _moment_quantiles(weighted, choice.type == "date", zone, not facts.exact),
        "histogram": _moment_histogram(weighted, low, high),
    }


def _moment_quantiles(weighted: Sequence[Weighted], days: bool, zone: str, estimated: bool) -> MomentQuantiles:
    """The moment at each rank or the one before it, to the second."""
    total = sum(count for _, count in weighted)
    found: list[str] = []
    index, before = 0, 0
    for q in _QUANTILES:
        rank = int((total - 1) * q)
        while before + weighted[index][1] <= rank:
            before += weighted[index][1]
            index += 1
        moment = as_moment(weighted[index][0])
        found.append((moment.date() if days else moment).isoformat() + zone)
    p01, p05, p25, p50, p75, p95, p99 = found
    return {
        "p01": p01,
        "p05": p05,
        "p25": p25,
        "p50": p50,
        "p75": p75,
        "p95": p95,
        "p99": p99,
        "estimated": estimated,
    }


def _moment_histogram(weighted: Sequence[Weighted], low: str, high: str) -> list[int] | None:
    """Counts in 20 spans of equal length from the first to the last."""
    first, last = (datetime.fromisoformat(iso[:19]) for iso in (low, high))
    if first == last:
        return None
    edges = [as_number((first + (last - first) * i / BINS).isoformat()) for i in range(1, BINS)]
    bins = [0] * BINS
    for value, count in weighted:
        bins[bisect_right(edges, value)] += count
    return bins
