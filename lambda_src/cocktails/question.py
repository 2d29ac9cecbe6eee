"""A question to the catalogue, read from what a command line or a URL gives; what makes no sense is said.

with, without     ingredients it has, or has not: names, brands or kinds
bar, missing      what there is to make it with, and how many ingredients may be missing
at_most           how many ingredients it has at most
mocktails         only what is surely without alcohol
weaker_than       percent by volume
glass, category   by their usual names
search            words in its name, tags, glass, category and ingredients
sort, reverse     name, strength, ingredients, effort or missing
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cocktails.texts import line

SORTS = ("name", "strength", "ingredients", "effort", "missing")
MOST_NAMES = 100
FIELDS = ("with", "without", "bar", "missing", "at_most", "mocktails", "weaker_than", "glass", "category", "search",
          "sort", "reverse")  # fmt: skip


class BadQuestion(Exception):
    """The question cannot be asked. `field` is what is at fault, `near` what may have been meant."""

    def __init__(self, field: str, message: str, near: list[str] | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.near = near or []


@dataclass(frozen=True)
class Question:
    made_with: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bar: tuple[str, ...] | None = None
    missing: int = 0
    at_most: int | None = None
    mocktails: bool = False
    weaker_than: float | None = None
    glass: str | None = None
    category: str | None = None
    search: str | None = None
    sort: str | None = None
    reverse: bool = False

    def digest(self) -> str:
        """Tells whose cursor a cursor is."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:8]


def question_from(fields: Mapping[str, Any]) -> Question:
    """`with`, `without` and `bar` are lists, or texts with commas; None stands for what is not asked."""
    given = {name: value for name, value in fields.items() if value is not None}
    unknown = sorted(given.keys() - set(FIELDS))
    if unknown:
        raise BadQuestion(unknown[0], f"{unknown[0]} is not a field of a question; the fields are {', '.join(FIELDS)}")
    sort = given.get("sort")
    if sort is not None and sort not in SORTS:
        raise BadQuestion("sort", f"sort is {sort!r}; it is one of {', '.join(SORTS)}")
    if "missing" in given and "bar" not in given:
        raise BadQuestion("missing", "missing counts what a bar lacks; state what is in the bar")
    if sort == "missing" and "bar" not in given:
        raise BadQuestion("sort", "only drinks for a bar can be sorted by what is missing")
    return Question(
        made_with=_names(given, "with"),
        without=_names(given, "without"),
        bar=_names(given, "bar") if "bar" in given else None,
        missing=_count(given, "missing", 0, 0) or 0,
        at_most=_count(given, "at_most", 1, None),
        mocktails=_flag(given, "mocktails"),
        weaker_than=_percent(given),
        glass=_text(given, "glass", "highball"),
        category=_text(given, "category", "cocktail"),
        search=_text(given, "search", "sour"),
        sort=sort,
        reverse=_flag(given, "reverse"),
    )


def _names(given: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = given.get(field, ())
    texts = [value] if isinstance(value, str) else list(value)
    names = [line(name) for text in texts for name in str(text).split(",")]
    if not all(any(c.isalnum() for c in name) for name in names):
        raise BadQuestion(field, f"{field} has an empty name; give an ingredient, such as gin or lime juice")
    if len(names) > MOST_NAMES or any(len(name) > 100 for name in names):
        raise BadQuestion(field, f"{field} takes up to {MOST_NAMES} names of up to 100 characters")
    return tuple(dict.fromkeys(names))


def _count(given: Mapping[str, Any], field: str, least: int, default: int | None) -> int | None:
    if field not in given:
        return default
    try:
        value = int(str(given[field]))
    except ValueError:
        value = -1
    if not least <= value <= 100:
        raise BadQuestion(field, f"{field} is {given[field]!r}; give a whole number from {least} to 100")
    return value


def _percent(given: Mapping[str, Any]) -> float | None:
    if "weaker_than" not in given:
        return None
    try:
        value = float(str(given["weaker_than"]).removesuffix("%"))
    except ValueError:
        value = -1.0
    if not 0 < value <= 100:
        raise BadQuestion("weaker_than", f"weaker_than is {given['weaker_than']!r}; give percent by volume, such as 12")
    return value


def _text(given: Mapping[str, Any], field: str, example: str) -> str | None:
    if field not in given:
        return None
    text = line(str(given[field]))
    if not any(c.isalnum() for c in text) or len(text) > 100:
        raise BadQuestion(field, f"{field} is empty or very long; give words, such as {example}")
    return text


def _flag(given: Mapping[str, Any], field: str) -> bool:
    value = given.get(field, False)
    if isinstance(value, bool):
        return value
    if str(value).casefold() in ("1", "true", "yes", ""):
        return True
    if str(value).casefold() in ("0", "false", "no"):
        return False
    raise BadQuestion(field, f"{field} is {value!r}; it is true or false")
