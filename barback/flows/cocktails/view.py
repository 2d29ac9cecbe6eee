"""Drinks as a person reads them: a table of many, the recipe of one, or JSON."""

import json
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from barback.aws.prices import TABLE_READ_UNIT
from barback.console import table
from barback.terminal import clip, plain

Drink = Mapping[str, Any]
WIDEST_TEXT = 100


def render(cards: Sequence[Drink]) -> str:
    """A table as wide as the terminal."""
    has_missing = any("missing" in card for card in cards)
    head = ("drink", "category", "glass", "strength", "effort", *(["missing"] if has_missing else []), "made of")
    rows = [(*_cells(card, has_missing=has_missing), _ingredients(card)) for card in cards]
    taken = sum(max(len(row[i]) for row in [head, *rows]) for i in range(len(head) - 1)) + 2 * (len(head) - 1)
    left = max(20, shutil.get_terminal_size((140, 24)).columns - taken)
    return table(head, [(*row[:-1], clip(row[-1], left)) for row in rows])


def footer(shown: int, total: int, page: int, limit: int) -> str:
    """How many there are, and how to see the others."""
    found = f"{total} drink{'' if total == 1 else 's'}"
    if shown == total:
        return found
    first = (page - 1) * limit + 1
    where = f"{first}–{first + shown - 1} shown" if shown else "none on this page"
    more = f"; more: --page {page + 1}, or --all" if shown and first + shown - 1 < total else ""
    return f"{found}, {where}{more}"


def cost(units: float) -> str:
    """What a question costs on AWS."""
    return f"read {units:g} unit{'' if units == 1 else 's'}: ${units * TABLE_READ_UNIT:.7f} on AWS"


def one_more(bottles: Sequence[tuple[str, int]]) -> str:
    """What to buy next."""
    said = ", ".join(f"{plain(name)} ({count})" for name, count in bottles)
    return f"One more ingredient would do for: {said}"


def recipe(drink: Drink) -> str:
    """One drink, to make it by."""
    width = min(WIDEST_TEXT, shutil.get_terminal_size((WIDEST_TEXT, 24)).columns)
    about = [drink["category"], drink["glass"], _strength(drink, drink["alcohol"]), drink["difficulty"]]
    about += [f"IBA: {drink['iba']}"] if drink.get("iba") else []
    lines = [plain(drink["name"]), plain(" · ".join(text for text in about if text)), ""]
    amounts = [plain(line["measure"]["text"]) for line in drink["ingredients"]]
    left = max(map(len, amounts), default=0)
    for line, amount in zip(drink["ingredients"], amounts, strict=True):
        lines.append(f"  {amount:<{left}}  {plain(line['name'])}{_metric(line['measure'])}")
    if drink["instructions"]:
        lines.append("")
        for paragraph in drink["instructions"].split("\n"):
            lines += textwrap.wrap(plain(paragraph), width) or [""]
    notes = [*([f"tags: {', '.join(drink['tags'])}"] if drink["tags"] else []), *drink["remarks"]]
    alcohol = drink["alcohol"]
    if alcohol and alcohol["assumed"]:
        notes.append(f"the recipe leaves {alcohol['assumed']} amount(s) open: the strength assumes the usual ones")
    if alcohol and alcohol["unknown"]:
        notes.append(f"not known how strong: {', '.join(alcohol['unknown'])}")
    return "\n".join([*lines, *(["", *map(plain, notes)] if notes else [])])


def as_json(found: Any) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _cells(card: Drink, *, has_missing: bool) -> list[str]:
    cells = [card["name"], card["category"], card["glass"] or "", _strength(card, card["strength"]), card["difficulty"]]
    if has_missing:
        cells.append(", ".join(card["missing"]) or "–")
    return [plain(cell) for cell in cells]


def _strength(drink: Drink, strength: Drink | None) -> str:
    if drink["is_mocktail"]:
        return "none"
    if not strength:
        return "?"
    if strength["percent"] < 1 and (drink.get("unknown") or strength.get("unknown")):
        return f"? (0–{strength['high']:.0f})"  # not "0 %": nobody knows
    return f"{strength['percent']:.0f} % ({strength['low']:.0f}–{strength['high']:.0f})"


def _ingredients(card: Drink) -> str:
    return plain(", ".join(f"{line['measure']} {line['name']}".strip() for line in card["ingredients"]))


def _metric(measure: Drink) -> str:
    """Millilitres beside what is not written in them."""
    if "ml" not in measure or measure.get("unit") in ("ml", "cl"):
        return ""
    most = f"–{measure['most_ml']:.0f}" if "most_ml" in measure else ""
    return f" ({measure['ml']:.0f}{most} ml)" if measure["ml"] >= 1 else ""
