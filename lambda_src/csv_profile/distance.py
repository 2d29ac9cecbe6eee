"""How far apart the distributions of a column in two profiles are, as far as the profiles prove it.

Both measures are shares of rows between 0 and 1: for numbers the Kolmogorov-Smirnov distance, the largest difference
between the shares below some number; for a few different values the total variation distance, the largest difference
between the shares of some set of them. docs/drift.md says why not PSI.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import log, sqrt
from typing import Any

Json = Mapping[str, Any]

_LEAST = 0.1  # of all rows: a shift worth telling
_CHANCE = 0.001  # that two files from one source differ by more than the margin: files have many columns
# The rank error of estimated quantiles.
_SKETCH = 0.005
# What a share tells of: the numbers below an edge of the histogram, or those up to a quantile.
_EDGE, _UP_TO = 0, 1


def values_differ(a: Json, b: Json) -> float | None:
    """The distance of two columns whose commonest values say much; 0.0 if it could be chance, None if they do not say.

    A value that one profile lists and the other does not counts there as often as it can: what is returned is proven.
    """
    listed, other = _shares(a), _shares(b)
    if listed is None or other is None:
        return None
    (p, p_rest), (q, q_rest) = listed, other
    if p_rest and q_rest and (a["numeric"] or max(p_rest, q_rest) > 0.5):
        return None  # too many different values: the list says little
    apart = max(_excess(p, q, _unlisted(q, q_rest)), _excess(q, p, _unlisted(p, p_rest)))
    n, m = a["count"], b["count"]
    pooled = [(n * p.get(v, 0.0) + m * q.get(v, 0.0)) / (n + m) for v in {*p, *q}]
    pooled.append(max(0.0, 1 - sum(pooled)))
    # Its mean for two samples of one source is at most this; it strays from it as McDiarmid's inequality allows.
    expected = sum(sqrt(s * (1 - s)) for s in pooled if s < 1) / 2 * sqrt(1 / n + 1 / m)
    margin = expected + sqrt(-log(_CHANCE) / 2 * (1 / n + 1 / m))
    return apart if apart > max(_LEAST, margin) else 0.0


def _shares(column: Json) -> tuple[dict[str, float], float] | None:
    """The share of each listed value, and of all others together; None where the list cannot be taken at its word."""
    top = column["top_values"]
    shares = {entry["value"]: entry["count"] / column["count"] for entry in top}
    if not top or column.get("masked") or len(shares) < len(top) or column["distinct"]["estimated"]:
        return None  # cut or masked values that look alike, or counts of the file's beginning
    rest = 1 - sum(shares.values())
    return shares, rest if len(top) < column["distinct"]["count"] else 0.0


def _unlisted(shares: Mapping[str, float], rest: float) -> float:
    """The largest share that a value which is not listed can have."""
    return min(rest, min(shares.values())) if rest else 0.0


def _excess(p: Mapping[str, float], q: Mapping[str, float], unlisted: float) -> float:
    return sum(max(0.0, share - q.get(value, unlisted)) for value, share in p.items())


def numbers_differ(a: Json, b: Json) -> float:
    """The Kolmogorov-Smirnov distance; 0.0 if it could be chance.

    A profile says at quantiles and at the edges of the histogram what share of the numbers is below; in between there
    are bounds. The distance is that of lines between these points, and counts only where the bounds alone prove some.
    """
    try:
        f, g = _Below(a), _Below(b)
        apart, proven = 0.0, False
        for x in {*f.at, *g.at}:
            (low, middle, high), (other_low, other_middle, other_high) = f(x), g(x)
            apart = max(apart, abs(middle - other_middle))
            proven = proven or low > other_high or other_low > high
    except (OverflowError, TypeError):  # past the doubles, or not said
        return 0.0
    margin = sqrt(-log(_CHANCE / 2) / 2 * (1 / a["count"] + 1 / b["count"]))
    return apart if proven and apart > max(_LEAST, margin) else 0.0


class _Below:
    """What a column's profile says of the share of its numbers below x: at least, about, at most."""

    def __init__(self, column: Json) -> None:
        numeric, self._slack = column["numeric"], 1 / column["count"]
        low, high = float(numeric["min"]), float(numeric["max"])
        points = [(low, _EDGE, 0.0), (high, _UP_TO, 1.0)]
        for name, value in numeric["quantiles"].items():
            if name == "estimated":
                self._slack += _SKETCH if value else 0.0
            else:
                points.append((float(value), _UP_TO, int(name.removeprefix("p")) / 100))
        bins: Sequence[int] = numeric["histogram"] or ()
        total, passed = sum(bins), 0
        for i, count in enumerate(bins[:-1], start=1):
            passed += count
            points.append((low + (high - low) * i / len(bins), _EDGE, passed / total))
        points.sort()
        self.at = [x for x, _, _ in points]
        self._keys = [(x, kind) for x, kind, _ in points]
        # The largest share so far, and the smallest to come, each with where it is.
        self._least = list(accumulate(((share, x) for x, _, share in points), max))
        self._most = list(accumulate(((share, x) for x, _, share in reversed(points)), min))[::-1]

    def __call__(self, x: float) -> tuple[float, float, float]:
        before, after = bisect_left(self._keys, (x, _UP_TO)), bisect_left(self._keys, (x, _EDGE))
        low, low_at = self._least[before - 1] if before else (0.0, x)
        high, high_at = self._most[after] if after < len(self._most) else (1.0, x)
        if high < low:  # both are rounded
            low = high = (low + high) / 2
        part = (x - low_at) / (high_at - low_at) if high_at > low_at else 1.0
        return low - self._slack, low + (high - low) * min(1.0, max(0.0, part)), high + self._slack
