"""Files to measure with: the same bytes every time, made once and kept under build/bench/.

What is in them is what `barback generate` makes. Of the sales, one row in a hundred is messy. In a column of that file
many values come again and again; the files here of which nearly all values differ are made for the benchmark.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import BinaryIO

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


DIFFERING = ("id", "quantity", "price", "day", "us_day", "moment", "name", "active", "category", "note", "email")
_NAMES = ("Anna", "Bodo", "Chiara", "Dries", "Edda", "Farid", "Greta", "Henk", "Ines", "Jonas")


def differing(megabytes: int) -> Made:
    """Ids, numbers, dates, notes, names (one in ten has a comma): in most columns nearly all values differ."""
    title = f"{_shown(megabytes)}, {len(DIFFERING)} columns, values that differ"
    return _written(f"differing-{megabytes}.csv", title, megabytes, in_quotes=False)


def quoted(megabytes: int) -> Made:
    """The same with every cell in quotes."""
    title = f"{_shown(megabytes)}, {len(DIFFERING)} columns, values that differ, in quotes"
    return _written(f"quoted-{megabytes}.csv", title, megabytes, in_quotes=True)


def _written(name: str, title: str, megabytes: int, in_quotes: bool) -> Made:
    path, label = FOLDER / name, FOLDER / f"{name}.made.json"
    if not label.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            rows = _write_rows(file, megabytes * MB, in_quotes)
        made = Made(path, title, path.stat().st_size, rows, len(DIFFERING))
        label.write_text(json.dumps({**asdict(made), "path": path.name}))
    return Made(**{**json.loads(label.read_text()), "path": path})


def _write_rows(file: BinaryIO, size: int, in_quotes: bool) -> int:
    written = file.write(_line(list(DIFFERING), in_quotes))
    rows = 0
    for cells in _differing_rows():
        if written >= size:
            break
        written += file.write(_line(cells, in_quotes))
        rows += 1
    return rows


def _line(cells: list[str], in_quotes: bool) -> bytes:
    written = [f'"{cell}"' if in_quotes or "," in cell else cell for cell in cells]
    return f"{','.join(written)}\n".encode()


def _differing_rows() -> Iterator[list[str]]:
    random = Random(1)
    number = 0
    while True:
        number += 1
        year, month, day = random.randint(2000, 2025), random.randint(1, 12), random.randint(1, 28)
        iso = f"{year}-{month:02}-{day:02}"
        name = f"{random.choice(_NAMES)} {random.randrange(10**6)}"
        if random.random() < 0.1:
            name = f"{name}, Inc."
        yield [
            str(number),
            str(random.randrange(10**6)),
            str(random.randrange(10**7) / 100),
            iso,
            f"{month:02}/{day:02}/{year}",
            f"{iso}T{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}",
            name,
            random.choice(("true", "false")),
            random.choice(("books", "garden", "kitchen", "music", "toys")),
            f"order {number} of customer {random.randrange(10**8)}",
            f"{random.choice(_NAMES).lower()}{random.randrange(10**8)}@example.com",
        ]


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
