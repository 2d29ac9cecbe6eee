"""Files to measure with: the same bytes every time, made once and kept under build/bench/.

What is in them is what `barback generate` makes. Of the sales, one row in a hundred is messy.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from barback.generate import GENERATORS
from barback.generate.csv import COLUMNS, WIDE
from barback.generate.recipe import Recipe
from barback.generate.write import write
from barback.paths import BUILD

FOLDER = BUILD / "bench"
MB = 1_000_000
# These leave every row in its place, so that each tool has the same rows to find.
SALES = Recipe(mess=0.01, kinds=("missing", "word"), form="sales")


@dataclass(frozen=True)
class Made:
    """A generated file, and what a reader has to find in it."""

    path: Path
    title: str
    size: int
    rows: int
    columns: int


def orders(megabytes: int) -> Made:
    return _kept(
        "csv", f"orders-{megabytes}", f"{_shown(megabytes)}, {len(COLUMNS)} columns", len(COLUMNS), SALES, megabytes
    )


def wide(megabytes: int) -> Made:
    return _kept(
        "csv", f"wide-{megabytes}", f"{_shown(megabytes)}, {WIDE} columns", WIDE, Recipe(form="wide"), megabytes
    )


def nested_orders(megabytes: int) -> Made:
    """Orders as JSON, one a line, without any mess: the other tools stop at what is not JSON."""
    return _kept("orders", f"nested-{megabytes}", _shown(megabytes), 0, Recipe(form="ndjson"), megabytes)


def _shown(megabytes: int) -> str:
    return f"{megabytes // 1000} GB" if megabytes >= 1000 else f"{megabytes} MB"


def _kept(data: str, name: str, title: str, columns: int, recipe: Recipe, megabytes: int) -> Made:
    generator = GENERATORS[data]
    path, label = FOLDER / f"{name}{generator.forms[recipe.form]}", FOLDER / f"{name}.made.json"
    if label.exists():
        return Made(**{**json.loads(label.read_text()), "path": path})
    FOLDER.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        truth = write(generator, replace(recipe, size=megabytes * MB), file)
    made = Made(path, title, truth["size"], truth["records"], columns)
    label.write_text(json.dumps({**asdict(made), "path": path.name}))
    return made
