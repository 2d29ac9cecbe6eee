"""Statistics of a column's numbers and of its moments."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from itertools import chain
from math import fsum, isfinite
from operator import mul

from csv_profile.cells import Number, as_moment, as_number
from csv_profile.choice import Choice
from csv_profile.document import MomentQuantiles, Numeric, Outliers, Range
from csv_profile.facts import ColumnFacts, NumberFacts
from csv_profile.numeric import deviation, rounded
from csv_profile.ranks import Ranks

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
    ranks = Ranks(chain.from_iterable(part.weighted for part in parts))
    p01, p05, p25, p50, p75, p95, p99 = ranks.quantiles(_QUANTILES)
    std = deviation(spread, count)
    return {
        "min": low,
        "max": high,
        "mean": _float(mean),
        "std": std,
        "skewness": _skewness(ranks, mean, std),
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
        "outliers": _outliers(ranks, p25, p75),
        "histogram": _histogram(ranks, low, high),
    }


def _decimals(facts: ColumnFacts, parts: Sequence[NumberFacts]) -> int:
    return 0 if all(part.whole for part in parts) else facts.decimals


def _skewness(ranks: Ranks, mean: Fraction, std: float | None) -> float | None:
    """How lopsided: the mean cube of the distances from the mean, in standard deviations."""
    if not std:
        return None
    try:
        middle = float(mean)
        distances = [(number - middle) / std for number in ranks.numbers]
        cubes = list(map(mul, map(mul, map(mul, ranks.counts, distances), distances), distances))
        return round(fsum(cubes) / ranks.total, 6) if all(map(isfinite, cubes)) else None
    except OverflowError:
        return None


def _outliers(ranks: Ranks, lower: Number, upper: Number) -> Outliers:
    reach = (Fraction(upper) - Fraction(lower)) * _FENCE
    low, high = _end(Fraction(lower) - reach, lower), _end(Fraction(upper) + reach, upper)
    return {"below": ranks.below(low), "above": ranks.above(high), "low": low, "high": high}


def _end(value: Fraction, otherwise: Number) -> Number:
    found = rounded(value)
    return otherwise if found is None else found


def _float(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _histogram(ranks: Ranks, low: Number, high: Number) -> list[int] | None:
    """Counts in bins of equal width from the smallest to the largest."""
    try:
        first, width = float(low), float(high) - float(low)
    except OverflowError:
        return None
    if not 0 < width < float("inf"):
        return None
    return ranks.bins(range(1, BINS), lambda number: (number - first) / width * BINS)


def moment_range(facts: ColumnFacts, choice: Choice) -> Range:
    """In ISO form; with a Z where the column names offsets, for then moments are in UTC."""
    form = choice.date_format or ""
    parts = [moments for group, moments in facts.moments.items() if choice.has(group)]
    zone = "Z" if (choice.format or "").endswith("%z") else ""
    ranks = Ranks(chain.from_iterable(moments.weighted[form] for moments in parts))
    low, high = min(m.range[form][0] for m in parts), max(m.range[form][1] for m in parts)
    return {
        "min": low + zone,
        "max": high + zone,
        "quantiles": _moment_quantiles(ranks, choice.type == "date", zone, not facts.exact),
        "histogram": _moment_histogram(ranks, low, high),
    }


def _moment_quantiles(ranks: Ranks, days: bool, zone: str, estimated: bool) -> MomentQuantiles:
    """The moment at each rank or the one before it, to the second."""
    moments = [as_moment(ranks.at(int((ranks.total - 1) * q))) for q in _QUANTILES]
    p01, p05, p25, p50, p75, p95, p99 = [(m.date() if days else m).isoformat() + zone for m in moments]
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


def _moment_histogram(ranks: Ranks, low: str, high: str) -> list[int] | None:
    """Counts in 20 spans of equal length from the first to the last."""
    first, last = (datetime.fromisoformat(iso[:19]) for iso in (low, high))
    if first == last:
        return None
    return ranks.bins([as_number((first + (last - first) * i / BINS).isoformat()) for i in range(1, BINS)], int)
