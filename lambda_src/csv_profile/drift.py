"""What changed in a file since its last profile: columns, types, missing values, distributions.

Works on two profiles as they are stored (docs/csv-profile.md) and never on the files. docs/drift.md says what counts
as a change, and why.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

from csv_profile.distance import numbers_differ, values_differ
from csv_profile.expectations import BROKEN, WRONG_RULES

Json = Mapping[str, Any]

# A share has jumped if it differs by this many percentage points,
_JUMP = 5.0
# or by this many and is three times what it was; and by more than chance explains (3.3 standard errors).
_SMALL_JUMP, _TIMES, _ERRORS = 1.0, 3.0, 3.3
# Distinct values: that many times more (or fewer), both in number and per cell.
_FACTOR, _FEW = 2.0, 5
_FEW_CELLS = 50
_UNIQUE = {"unique", "probably-unique"}
_FILE = ("delimiter", "encoding", "header")
_NAMED = 3  # columns in one part of the summary
_PARTS = 6
_NAME = 40  # characters


def drift_since(last: Json | None, now: Json) -> dict[str, Any] | None:
    """The changes since a key's last profile.

    Where that is of this very object, this is a second attempt at it, and the changes are those that it found.
    """
    if last is not None and _object(last) == _object(now):
        found: dict[str, Any] | None = last.get("drift")
        return found
    return drift(last, now)


def _object(document: Json) -> tuple[Any, ...]:
    file = document.get("file") or {}
    return file.get("etag"), file.get("version_id"), file.get("size")


def drift(before: Json | None, now: Json) -> dict[str, Any] | None:
    """The changes from one profile to the next; None where there is nothing to compare with."""
    if before is None or not (_comparable(before) and _comparable(now)):
        return None
    if before.get("profile_format") != now.get("profile_format"):
        return None  # what changed may be the profiler
    old, new = ({column["name"]: column for column in document["columns"]} for document in (before, now))
    common = [name for name in new if name in old]
    renamed = dict(_renamed(list(old), list(new), old, new))
    pairs = [(old[name], new[name]) for name in common] + [(old[a], new[b]) for a, b in renamed.items()]
    pairs.sort(key=lambda pair: int(pair[1]["position"]))
    found: dict[str, Any] = {
        "against": {name: before["file"].get(name) for name in ("etag", "version_id")},
        "rows": {"before": before["file"]["rows"], "now": now["file"]["rows"]},
        "file": [
            {"what": what, "before": before["file"].get(what), "now": now["file"].get(what)}
            for what in _FILE
            if before["file"].get(what) != now["file"].get(what)
        ],
        "added": [name for name in new if name not in old and name not in renamed.values()],
        "gone": [name for name in old if name not in new and name not in renamed],
        "renamed": [{"before": a, "now": b} for a, b in renamed.items()],
        "moved": [
            {"name": name, "before": old[name]["position"], "now": new[name]["position"]}
            for name in _moved(common, old)
        ],
        "changed": [{"name": b["name"], **change} for a, b in pairs for change in _changes(a, b)],
    }
    found["summary"] = _summary(found)
    return found


def _comparable(document: Json) -> bool:
    """The whole file was read; it may well have broken rules of a person's own."""
    error = document.get("error")
    return bool(document.get("columns")) and (error is None or error.get("code") in (BROKEN, WRONG_RULES))


def _renamed(before: list[str], now: list[str], old: Json, new: Json) -> Iterator[tuple[str, str]]:
    """Columns of another name: one that differs in case or signs only, else one with like contents at the same place.

    The place is the one after the same column that both files have.
    """
    gone, added = [n for n in before if n not in new], [n for n in now if n not in old]
    by_letters: dict[str, list[str]] = {}
    for name in added:
        by_letters.setdefault(_letters(name), []).append(name)
    rest = []
    for name in gone:
        letters = _letters(name)
        if letters and (same := by_letters.get(letters)):
            yield name, same.pop(0)
        else:
            rest.append(name)
    taken = set(added) - {name for names in by_letters.values() for name in names}
    places: dict[str | None, list[str]] = {}
    for place, name in _places(now, set(added)):
        if name not in taken:
            places.setdefault(place, []).append(name)
    left = set(rest)
    for place, name in _places(before, set(gone)):
        candidates = places.get(place, [])
        match = next((other for other in candidates if name in left and _alike(old[name], new[other])), None)
        if match is not None:
            candidates.remove(match)
            yield name, match


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _places(names: list[str], own: set[str]) -> Iterator[tuple[str | None, str]]:
    """Each of a file's own columns with the last column before it that is not."""
    last = None
    for name in names:
        if name in own:
            yield last, name
        else:
            last = name


def _alike(a: Json, b: Json) -> bool:
    if (a["type"], a["format"]) != (b["type"], b["format"]) or not (a["count"] and b["count"]):
        return False
    return not any(change["what"] in ("missing", "distinct", "distribution") for change in _changes(a, b))


def _moved(common: list[str], old: Json) -> list[str]:
    """The fewest columns that would have to move for the rest to be in the old order (by patience sorting)."""
    tops: list[int] = []  # the smallest last position of a rising run of each length
    runs: list[tuple[str, Any]] = []  # that run's last name and what comes before it
    for name in common:
        position = int(old[name]["position"])
        at = bisect_right(tops, position)
        link = (name, runs[at - 1] if at else None)
        tops[at : at + 1] = [position]
        runs[at : at + 1] = [link]
    stay = set()
    last: Any = runs[-1] if runs else None
    while last:
        name, last = last
        stay.add(name)
    return [name for name in common if name not in stay]


def _changes(a: Json, b: Json) -> Iterator[dict[str, Any]]:
    """What changed in one column."""
    if not (a["count"] or b["count"]):
        return
    if a["type"] != b["type"] and a["count"] and b["count"]:
        yield {"what": "type", "before": a["type"], "now": b["type"]}
    elif a["format"] != b["format"] and a["count"] and b["count"]:
        yield {"what": "format", "before": a["format"], "now": b["format"]}
    for what in ("missing", "invalid"):
        if _jumped(a[what], b[what], _rows(a), _rows(b)):
            yield {"what": what, "before": a[what]["percentage"], "now": b[what]["percentage"]}
    if not (a["count"] and b["count"]):
        return
    if _distinct_jumped(a, b):
        yield {"what": "distinct", "before": a["distinct"]["count"], "now": b["distinct"]["count"]}
    elif _lost_its_key(a, b):
        yield {"what": "unique", "before": True, "now": False}
    if a["type"] == b["type"]:
        yield from _contents(a, b)


def _contents(a: Json, b: Json) -> Iterator[dict[str, Any]]:
    if a["range"] and b["range"]:
        if a["type"] != "time" and str(b["range"]["max"]) < str(a["range"]["max"]):
            yield {"what": "newest", "before": a["range"]["max"], "now": b["range"]["max"]}
        return  # dates go on from file to file, which is no drift
    if _is_counter(a):
        return  # as running numbers do
    distance = values_differ(a, b)
    if distance is None and a["numeric"] and b["numeric"]:
        distance = numbers_differ(a, b)
    if distance:
        yield {"what": "distribution", "before": _middle(a), "now": _middle(b), "distance": round(distance, 4)}


def _rows(column: Json) -> int:
    return int(column["count"]) + int(column["missing"]["count"])


def _jumped(a: Json, b: Json, rows_a: int, rows_b: int) -> bool:
    if not (rows_a and rows_b):
        return False
    p, q = float(a["percentage"]), float(b["percentage"])
    pooled = (a["count"] + b["count"]) / (rows_a + rows_b)
    chance = 100 * _ERRORS * sqrt(pooled * (1 - pooled) * (1 / rows_a + 1 / rows_b))
    apart = abs(p - q)
    enough = apart >= _JUMP or (apart >= _SMALL_JUMP and max(p, q) >= _TIMES * min(p, q))
    return enough and apart > chance


def _distinct_jumped(a: Json, b: Json) -> bool:
    """More of them, and more per cell: a file that only grew has not changed so."""
    x, y = a["distinct"]["count"], b["distinct"]["count"]
    if abs(x - y) < _FEW and not (1 in (x, y) and x != y and min(a["count"], b["count"]) >= _FEW_CELLS):
        return False
    number, per_cell = y / x, (y / b["count"]) / (x / a["count"])
    return bool(min(number, per_cell) >= _FACTOR or max(number, per_cell) <= 1 / _FACTOR)


def _lost_its_key(a: Json, b: Json) -> bool:
    """It was unique over enough cells to be no chance, and is so no more."""
    exact = not (a["distinct"]["estimated"] or b["distinct"]["estimated"])
    was = exact and a["distinct"]["count"] == a["count"] >= _FEW_CELLS
    return was and a["type"] != "float" and not a["range"] and b["distinct"]["count"] < b["count"]


def _is_counter(column: Json) -> bool:
    """Different whole numbers close together, or in order: they number the rows."""
    numeric = column["numeric"]
    if column["type"] != "int" or not numeric or not _UNIQUE & set(column["alerts"]):
        return False
    in_order = column.get("order") in ("ascending", "strictly ascending")
    return in_order or bool(numeric["max"] - numeric["min"] < 2 * column["count"])


def _middle(column: Json) -> Any:
    """What a person recognises a distribution by: its median; of values, none, for they may be personal."""
    return column["numeric"]["quantiles"]["p50"] if column["numeric"] else None


def _summary(found: Json) -> str:
    """One line: what breaks readers first, then what changed in the columns."""
    parts = [
        _named("gone: {}", found["gone"]),
        _named("renamed: {}", [f"{_short(r['before'])} → {_short(r['now'])}" for r in found["renamed"]]),
        _of("type", found, lambda c: f"{_short(c['name'])} is {c['now']} (was {c['before']})"),
        _named("added: {}", found["added"]),
        _named("moved: {}", [entry["name"] for entry in found["moved"]]),
        *(f"{c['what']} {_shown(c['before'])} → {_shown(c['now'])}" for c in found["file"]),
        _of("format", found, lambda c: f"{_short(c['name'])} is written {c['now']} (was {c['before']})"),
        _of("unique", found, lambda c: f"{_short(c['name'])} is no longer unique"),
        _of(
            "missing",
            found,
            lambda c: f"{_short(c['name'])} {_percent(c['now'])} missing (was {_percent(c['before'])})",
        ),
        _of(
            "invalid",
            found,
            lambda c: f"{_short(c['name'])} {_percent(c['now'])} invalid (was {_percent(c['before'])})",
        ),
        _of("distinct", found, lambda c: f"{_short(c['name'])} {c['now']:,} different values (were {c['before']:,})"),
        _of("distribution", found, lambda c: f"{_short(c['name'])} shifted ({c['distance']:.2f})"),
        _of("newest", found, lambda c: f"{_short(c['name'])} ends {c['now']} (was {c['before']})"),
        _row_count(found["rows"]),
    ]
    said = [part for part in parts if part]
    if len(said) > _PARTS:
        said[_PARTS:] = ["and more"]
    return "; ".join(said) or "no change"


def _of(what: str, found: Json, say: Any) -> str:
    return _named("{}", [say(change) for change in found["changed"] if change["what"] == what])


def _named(form: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return form.format(", ".join(_short(name, 3 * _NAME) for name in names[:_NAMED]) + more)


def _row_count(rows: Json) -> str:
    a, b = rows["before"], rows["now"]
    return f"{b:,} rows (were {a:,})" if max(a, b) >= _FACTOR * min(a, b) and a != b else ""


def _short(text: str, most: int = _NAME) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _shown(value: Any) -> str:
    return "none" if value is None else repr(value) if isinstance(value, str) and not value.isalnum() else str(value)


def _percent(value: float) -> str:
    return f"{value:.3g} %"
