"""The rules a person states for files: read out of YAML or JSON, each mistake with the path to it.

They stand beside a prefix in infra/stack.yaml (`expect`), or in schema.yaml beside the files. See docs/rules.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

Path = tuple[str | int, ...]
Mistake = tuple[Path, str]

TYPES = ("int", "float", "bool", "date", "datetime", "time", "string")
SEVERITIES = ("error", "issue")
_AGE = re.compile(r"(\d{1,5}) ?(day|hour|minute)s?", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%", re.ASCII)
# What a column may say of itself.
_COLUMN = (
    "type", "required", "missing", "invalid", "unique", "min", "max", "values", "length", "fresh", "severity",
)  # fmt: skip
_TOP = ("severity", "rows", "columns", "other_columns")


class Unreadable(Exception):
    """The rules are wrong: all mistakes in them."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(f"{dotted(path)} {what}" for path, what in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Share:
    """At most so many cells: a number of them, or a percentage."""

    most: float
    percent: bool = False

    def __str__(self) -> str:
        return f"{self.most:g} %" if self.percent else f"{self.most:g}"


@dataclass(frozen=True)
class Bounds:
    low: Any = None
    high: Any = None


@dataclass(frozen=True)
class ColumnRules:
    type: str | None = None
    required: bool = True
    missing: Share | None = None
    invalid: Share | None = None
    unique: bool = False
    bounds: Bounds = Bounds()
    values: tuple[str, ...] | None = None
    length: Bounds = Bounds()
    fresh: timedelta | None = None
    severity: str = "error"


@dataclass(frozen=True)
class Rules:
    severity: str = "error"
    rows: Bounds = Bounds()
    columns: Mapping[str, ColumnRules] = field(default_factory=dict)
    others_refused: bool = False


def dotted(path: Path) -> str:
    return ".".join(map(str, path)) or "the file"


def rules_from(raw: Any) -> Rules:
    """Raises Unreadable with every mistake there is."""
    mistakes: list[Mistake] = []
    read = _Reader(mistakes)
    rules = read.rules(raw)
    if mistakes:
        raise Unreadable(mistakes)
    return rules


class _Reader:
    """Reads what is right and notes what is not."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self._mistakes = mistakes

    def rules(self, raw: Any) -> Rules:
        found = self._mapping(raw, (), _TOP)
        severity = self._one_of(found, ("severity",), SEVERITIES, "error")
        others = self._one_of(found, ("other_columns",), ("allowed", "refused"), "allowed")
        columns = {}
        for name, entry in self._mapping(found.get("columns", {}), ("columns",)).items():
            columns[name] = self._column(entry, ("columns", name), severity)
        rows = self._bounds(found.get("rows"), ("rows",), _count)
        return Rules(severity, rows, columns, others == "refused")

    def _column(self, raw: Any, path: Path, severity: str) -> ColumnRules:
        found = self._mapping({} if raw is None else raw, path, _COLUMN)
        kind = self._one_of(found, (*path, "type"), TYPES, None)
        return ColumnRules(
            type=kind,
            required=self._read(found, (*path, "required"), _bool, True),
            missing=self._read(found, (*path, "missing"), _share, None),
            invalid=self._read(found, (*path, "invalid"), _share, Share(0) if kind else None),
            unique=self._read(found, (*path, "unique"), _bool, False),
            bounds=Bounds(*(self._read(found, (*path, end), _number_or_moment, None) for end in ("min", "max"))),
            values=self._read(found, (*path, "values"), _texts, None),
            length=self._bounds(found.get("length"), (*path, "length"), _count),
            fresh=self._read(found, (*path, "fresh"), _age, None),
            severity=self._one_of(found, (*path, "severity"), SEVERITIES, severity),
        )

    def _mapping(self, raw: Any, path: Path, known: tuple[str, ...] | None = None) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            self._mistakes.append((path, "does not hold names with values"))
            return {}
        found = {}
        for name, value in raw.items():
            if not isinstance(name, str):
                self._mistakes.append((path, f"has the name {name!r}, which YAML does not read as text; quote it"))
            elif known and name not in known:
                self._mistakes.append(((*path, name), f"is not one of {', '.join(known)}"))
            else:
                found[name] = value
        return found

    def _read(self, found: Mapping[str, Any], path: Path, read: Callable[[Any], Any], default: Any) -> Any:
        name = str(path[-1])
        if name not in found:
            return default
        try:
            return read(found[name])
        except ValueError as error:
            self._mistakes.append((path, str(error)))
            return default

    def _one_of(self, found: Mapping[str, Any], path: Path, words: tuple[str, ...], default: Any) -> Any:
        def read(value: Any) -> str:
            if not isinstance(value, str) or value not in words:
                raise ValueError(f"is not one of {', '.join(words)}")
            return value

        return self._read(found, path, read, default)

    def _bounds(self, raw: Any, path: Path, read: Callable[[Any], Any]) -> Bounds:
        found = self._mapping({} if raw is None else raw, path, ("min", "max"))
        return Bounds(*(self._read(found, (*path, end), read, None) for end in ("min", "max")))


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is not true or false")  # noqa: TRY004  all mistakes are of one kind
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("is not a whole number")
    return value


def _share(value: Any) -> Share:
    if isinstance(value, str) and (match := _SHARE.fullmatch(value.strip())) and float(match[1]) <= 100:
        return Share(float(match[1]), percent=True)
    try:
        return Share(_count(value))
    except ValueError:
        raise ValueError("is neither a number of cells, such as 0, nor a percentage, such as 5 %") from None


def _number_or_moment(value: Any) -> int | float | str:
    """Moments as text in ISO form, as profiles have them."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
        return value
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).isoformat()[: max(10, len(value))]
        except ValueError:
            pass
    raise ValueError("is neither a number nor a date, such as 2026-01-31")


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("is not a list of values")
    if any(isinstance(entry, bool) or not isinstance(entry, str | int | float) for entry in value):
        raise ValueError("holds what YAML does not read as text or number; quote it")
    return tuple(str(entry).strip() for entry in value)


def _age(value: Any) -> timedelta:
    if not isinstance(value, str) or not (match := _AGE.fullmatch(value.strip())):
        raise ValueError("is not an age, such as 2 days or 12 hours")
    return timedelta(**{f"{match[2]}s": int(match[1])})


def mistakes_in(raw: Any) -> Iterator[Mistake]:
    """What is wrong in rules, if anything."""
    try:
        rules_from(raw)
    except Unreadable as error:
        yield from error.mistakes
