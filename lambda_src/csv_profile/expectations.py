"""Whether a file keeps a person's rules (csv_profile.rules): a pure look at its profile, never at the file.

A broken rule of the severity `issue` is one more quality issue; one of the severity `error` ends in status error, with
everything that was profiled still there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from csv_profile.rules import Bounds, ColumnRules, Rules, Share

Json = Mapping[str, Any]

BROKEN = "constraint-error"  # frictionless's words
WRONG_RULES = "schema-error"
_SHOWN = 3


@dataclass(frozen=True)
class Broken:
    rule: str
    column: str | None
    severity: str
    message: str
    count: int = 1


@dataclass(frozen=True)
class Unproven:
    """A rule that the profile neither proves kept nor broken, as with estimates."""

    rule: str
    message: str


def with_rules(document: Json, rules: Rules, place: str, uploaded: datetime) -> dict[str, Any]:
    """The profile with the rules' account. A file that could not be read whole is not held against them."""
    if document["error"]:
        return dict(document)
    found = list(check(document, rules, uploaded))
    broken = [one for one in found if isinstance(one, Broken)]
    account = {
        "rules": place,
        "broken": [{"rule": b.rule, "column": b.column, "severity": b.severity, "message": b.message} for b in broken],
        "unproven": [{"rule": one.rule, "message": one.message} for one in found if isinstance(one, Unproven)],
    }
    quality = document["quality"]
    issues = [*quality["issues"], *map(_issue, broken)]
    errors = [b.message for b in broken if b.severity == "error"]
    result = {
        **document,
        "expectations": account,
        "quality": {**quality, "issues": issues, "has_issues": quality["has_issues"] or bool(broken)},
    }
    if errors:
        more = f"; and {len(errors) - _SHOWN:,} more" if len(errors) > _SHOWN else ""
        rules_are = "a rule is" if len(errors) == 1 else f"{len(errors):,} rules are"
        message = f"{rules_are} broken ({place}): {'; '.join(errors[:_SHOWN])}{more}"
        result |= _failed(document, BROKEN, message)
    return result


def with_wrong_rules(document: Json, what: str) -> dict[str, Any]:
    """The profile of a file whose rules cannot be read: nobody knows whether it keeps them."""
    if document["error"]:
        return dict(document)
    message = f"the rules for this file cannot be read: {what}. Fix them, and upload the file again"
    return {**document, **_failed(document, WRONG_RULES, message)}


def _failed(document: Json, code: str, message: str) -> dict[str, Any]:
    file = document["file"]
    error = {"code": code, "message": message, "rows_profiled": file["rows"], "bytes_read": file["size"] or 0}
    return {"status": "error", "error": error}


def _issue(broken: Broken) -> dict[str, Any]:
    return {
        "code": BROKEN,
        "kind": broken.rule.rpartition(".")[2],
        "count": broken.count,
        "message": broken.message,
        "lines": [],
        "columns": [broken.column] if broken.column else [],
    }


def check(document: Json, rules: Rules, uploaded: datetime) -> Iterator[Broken | Unproven]:
    rows, columns = document["file"]["rows"], {column["name"]: column for column in document["columns"]}
    if (wrong := _outside(rows, rules.rows)) is not None:
        yield Broken("rows", None, rules.severity, f"the file has {rows:,} rows, {wrong}")
    if rules.others_refused:
        others = [name for name in columns if name not in rules.columns]
        if others:
            names = ", ".join(others[:_SHOWN]) + (f" and {len(others) - _SHOWN:,} more" if len(others) > _SHOWN else "")
            yield Broken("other_columns", None, rules.severity, f"columns that no rule names: {names}", len(others))
    by_letters = {name.strip().casefold(): name for name in columns}
    for name, stated in rules.columns.items():
        if name in columns:
            yield from _Column(columns[name], stated, document).check(uploaded)
        elif stated.required:
            other = by_letters.get(name.strip().casefold())
            hint = f"; there is {other}" if other else ""
            yield Broken(f"columns.{name}.required", name, stated.severity, f"there is no column {name}{hint}")


class _Column:
    """One column beside its rules."""

    def __init__(self, column: Json, rules: ColumnRules, document: Json) -> None:
        self._column, self._rules, self._name = column, rules, str(column["name"])
        self._rows = int(document["file"]["rows"])

    def check(self, uploaded: datetime) -> Iterator[Broken | Unproven]:
        rules, column = self._rules, self._column
        if rules.missing:
            yield from self._share("missing", column["missing"]["count"], rules.missing, "missing")
        if not column["count"]:
            return  # of no value, nothing more can be said
        if rules.type and not self._is_of(rules.type):
            yield self._broken("type", f"is {column['type']}, not {rules.type}")
            return
        if rules.invalid and rules.type != "string":
            rows = [f"{example['row']:,}" for example in column["invalid"]["examples"][:_SHOWN]]
            where = f", first in row{'s' * (len(rows) > 1)} {', '.join(rows)}" if rows else ""
            yield from self._share("invalid", column["invalid"]["count"], rules.invalid, f"no {column['type']}{where}")
        if rules.unique:
            yield from self._unique()
        yield from self._bounds()
        if rules.values is not None:
            yield from self._values(set(rules.values))
        yield from self._length()
        if rules.fresh is not None:
            yield from self._fresh(uploaded)

    def _broken(self, rule: str, what: str, count: int = 1) -> Broken:
        return Broken(f"columns.{self._name}.{rule}", self._name, self._rules.severity, f"{self._name} {what}", count)

    def _unproven(self, rule: str, what: str) -> Unproven:
        return Unproven(f"columns.{self._name}.{rule}", f"{self._name} {what}")

    def _is_of(self, kind: str) -> bool:
        """Whole numbers are numbers, a date is a moment, and anything is text."""
        wider = {"float": ("int", "float"), "datetime": ("date", "datetime"), "string": (self._column["type"],)}
        return self._column["type"] in wider.get(kind, (kind,))

    def _share(self, rule: str, count: int, most: Share, what: str) -> Iterator[Broken]:
        allowed = most.most * self._rows / 100 if most.percent else most.most
        if count > allowed:
            cells = f"has {count:,} of {self._rows:,} cells {what}"
            yield self._broken(rule, f"{cells}; at most {most} may be", count)

    def _unique(self) -> Iterator[Broken | Unproven]:
        distinct, count = self._column["distinct"], self._column["count"]
        if not distinct["estimated"] and distinct["count"] < count:
            again = count - distinct["count"]
            yield self._broken("unique", f"is not unique: {again:,} of {count:,} cells repeat another", again)
        elif distinct["estimated"] and {"unique", "probably-unique"} & set(self._column["alerts"]):
            yield self._unproven("unique", "seems to be unique; it has too many values to be sure")
        elif distinct["estimated"]:
            yield self._broken(
                "unique", f"is not unique: about {distinct['count']:,} different values in {count:,} cells"
            )

    def _bounds(self) -> Iterator[Broken | Unproven]:
        bounds, span = self._rules.bounds, self._column["numeric"] or self._column["range"]
        for rule, limit, below in (("min", bounds.low, True), ("max", bounds.high, False)):
            if limit is None:
                continue
            if span is None or isinstance(limit, str) != isinstance(span[rule], str):
                kind = "a date" if isinstance(limit, str) else "a number"
                yield self._unproven(rule, f"is {self._column['type']}, and {kind} says nothing of it")
                continue
            found = span[rule]
            if isinstance(limit, str):  # a day covers all of its hours
                found = str(found).removesuffix("Z")[: len(limit)]
            if found < limit if below else found > limit:
                word, may = ("smallest", "least") if below else ("largest", "most")
                yield self._broken(
                    rule, f"goes too far: the {word} is {_shown(span[rule])}, at {may} {_shown(limit)} is allowed"
                )

    def _values(self, allowed: set[str]) -> Iterator[Broken | Unproven]:
        column = self._column
        if column.get("masked"):
            yield self._unproven("values", "may hold personal data, whose values are not in the profile")
            return
        top = column["top_values"]
        wrong = [entry for entry in top if entry["value"].strip() not in allowed]
        if wrong:
            shown = ", ".join(f"“{entry['value'].strip()}” ({entry['count']:,} times)" for entry in wrong[:_SHOWN])
            more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
            cells = sum(entry["count"] for entry in wrong)
            yield self._broken("values", f"has values that are not allowed: {shown}{more}", cells)
        elif len(top) < column["distinct"]["count"]:
            yield self._unproven(
                "values", f"has {column['distinct']['count']:,} different values, of which few are listed"
            )

    def _length(self) -> Iterator[Broken]:
        length = self._column["length"]
        if not length:
            return
        for rule, worst in (("min", length["min"]), ("max", length["max"])):
            bounds = Bounds(self._rules.length.low, None) if rule == "min" else Bounds(None, self._rules.length.high)
            if (wrong := _outside(worst, bounds)) is not None:
                yield self._broken(f"length.{rule}", f"has a value of {worst:,} characters, {wrong}")

    def _fresh(self, uploaded: datetime) -> Iterator[Broken | Unproven]:
        newest = (self._column["range"] or {}).get("max")
        moment = _moment(newest) if newest else None
        if moment is None:
            yield self._unproven("fresh", f"is {self._column['type']}, and has no newest moment")
            return
        late = uploaded - moment
        if self._column["type"] == "date":  # it lasts until its end
            late -= timedelta(days=1)
        if self._rules.fresh is not None and late > self._rules.fresh:
            when = uploaded.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
            yield self._broken(
                "fresh", f"ends {newest}; the file came on {when} UTC, more than {_age(self._rules.fresh)} later"
            )


def _outside(number: int, bounds: Bounds) -> str | None:
    if bounds.low is not None and number < bounds.low:
        return f"at least {bounds.low:,} are expected"
    if bounds.high is not None and number > bounds.high:
        return f"at most {bounds.high:,} are expected"
    return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:g} days" if hours % 24 == 0 else f"{hours:g} hours"
