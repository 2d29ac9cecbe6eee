"""A person's own bar: the bottles there are, in the file .bar of the checkout, one a line."""

from collections.abc import Sequence
from pathlib import Path

from barback.errors import Problem
from barback.files import write
from barback.paths import ROOT
from cocktails.ingredients import members, near, understood
from cocktails.texts import line

BAR = ROOT / ".bar"


def read(path: Path = BAR) -> list[str]:
    try:
        lines = [line(text) for text in path.read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []
    return [text for text in lines if text and not text.startswith("#")]


def add(names: Sequence[str], path: Path = BAR) -> list[str]:
    """The bar with these in it. Nothing is added if one of them cannot be."""
    for name in names:
        ingredient = understood(name)
        if not any(c.isalnum() for c in name):
            raise Problem("an ingredient has no name", "barback bar add gin lime")
        if ingredient.is_kind_only:
            raise Problem(
                f"{name} is a kind of which there are many",
                f"name the bottle, such as {', '.join(members(ingredient.name)[:3])}",
            )
        if not ingredient.is_known and (meant := near(name)):
            raise Problem(f"nothing is known as {name!r}", f"did you mean {' or '.join(meant)}?")
    bar = read(path)
    known = {understood(name).name for name in bar}
    for name in map(line, names):
        if understood(name).name not in known:
            known.add(understood(name).name)
            bar.append(name)
    return _write(bar, path)


def remove(names: Sequence[str], path: Path = BAR) -> list[str]:
    bar = read(path)
    gone = {understood(name).name for name in names}
    lacking = gone - {understood(name).name for name in bar}
    if lacking:
        raise Problem(f"{', '.join(sorted(lacking))} is not in your bar", "barback bar shows what is")
    return _write([name for name in bar if understood(name).name not in gone], path)


def clear(path: Path = BAR) -> list[str]:
    return _write([], path)


def shown(bar: Sequence[str]) -> str:
    if not bar:
        return "Your bar is empty. Put something in: barback bar add gin lime"
    return "\n".join(
        name if understood(name).name == name.casefold() else f"{name} ({understood(name).name})" for name in bar
    )


def _write(bar: list[str], path: Path) -> list[str]:
    write(path, "".join(f"{name}\n" for name in bar))
    return bar
