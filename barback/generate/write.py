"""Writes generated data as a stream, and the truth about it as JSON beside it: what it holds, and what was broken."""

import hashlib
import json
from collections import Counter
from typing import Any, BinaryIO, TextIO

from barback.generate.recipe import Generator, Recipe

FORMAT = 1


def write(generator: Generator, recipe: Recipe, out: BinaryIO, truth: TextIO | None = None) -> dict[str, Any]:
    """Returns the truth but for the list of what was broken, which only `truth` gets: it may be long."""
    found: dict[str, Any] = {}
    seen, size, records = hashlib.sha256(), 0, 0
    kinds: Counter[str] = Counter()
    if truth:
        truth.write('{"broken": [')
    for piece in generator.pieces(recipe, found):
        out.write(piece.data)
        seen.update(piece.data)
        size += len(piece.data)
        records += piece.records
        for broken in piece.broken:
            if truth:
                entry = {"index": broken.index, "kind": broken.kind, "outcome": broken.outcome}
                truth.write(("" if not kinds else ",") + "\n" + json.dumps(entry))
            kinds[broken.kind] += 1
    asked = {"data": generator.name, "form": recipe.form or next(iter(generator.forms)), "seed": recipe.seed}
    summary = {
        "truth_format": FORMAT,
        **asked,
        "mess": recipe.mess,
        "records": records,
        "size": size,
        "sha256": seen.hexdigest(),
        "broken_by_kind": dict(sorted(kinds.items())),
        **found,
    }
    if truth:
        truth.write("\n],\n" + json.dumps(summary, indent=1)[2:] + "\n")
    return summary
