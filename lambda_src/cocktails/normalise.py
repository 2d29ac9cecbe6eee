"""Makes the one form of a drink that everything downstream reads, and enriches it. Pure: same drink in, same out.

Everything here can be derived again from the raw object; nothing depends on the clock or on what is stored.
"""

import hashlib
import json
from dataclasses import replace
from typing import Any

from cocktails import measures, vocabulary
from cocktails.alcohol import Strength, strength
from cocktails.difficulty import difficulty
from cocktails.ingredients import JUICE, understood
from cocktails.measures import Measure
from cocktails.models import RawDrink, moment
from cocktails.texts import calm, key

Drink = dict[str, Any]
Line = tuple[str, Measure]  # an ingredient's name, and how much of it

SEASONING_ML = 5
_POURED = frozenset(("spirit", "liqueur", "wine", "mixer", "syrup", "dairy", "water", "unknown", JUICE))


def normalised(raw: RawDrink) -> Drink:
    parsed = _parts([(line.ingredient, measures.parse(line.measure)) for line in raw.lines if line.ingredient])
    remarks = [
        f"strMeasure{line.column} ({line.measure!r}) has no ingredient"
        for line in raw.lines
        if line.measure and not line.ingredient
    ]
    try:
        modified = moment(raw.modified)
    except ValueError:
        modified = None
        remarks.append(f"dateModified ({raw.modified!r}) is no date")
    label = vocabulary.alcoholic(raw.alcoholic)
    alcohol = strength(parsed, raw.instructions)
    is_mocktail, doubt = _is_mocktail(label, parsed)
    if doubt:
        remarks.append(doubt)
    return {
        "id": raw.id,
        "name": raw.name,
        "alternate_name": raw.alternate_name,
        "category": vocabulary.category(raw.category),
        "glass": vocabulary.glass(raw.glass),
        "alcoholic": label,
        "is_mocktail": is_mocktail,
        "iba": raw.iba,
        "tags": vocabulary.tags(raw.tags),
        "ingredients": [_ingredient(name, measure) for name, measure in parsed],
        "ingredient_count": len({key(name) for name, _ in parsed}),
        "instructions": raw.instructions,
        "translations": {language: text for language, text in raw.translations.items() if text},
        "difficulty": difficulty(raw.instructions, [name for name, _ in parsed]),
        "alcohol": _alcohol(alcohol) if alcohol else None,
        "picture": raw.picture,
        "picture_source": raw.picture_source,
        "picture_attribution": raw.picture_attribution,
        "picture_licensed": {"yes": True, "no": False}.get((raw.picture_licensed or "").casefold()),
        "video": raw.video,
        "modified": modified,
        "remarks": remarks,
    }


def content_hash(drink: Drink) -> str:
    """Names this content: the same for a drink whose raw form differs only in what normalising takes away."""
    return hashlib.sha256(json.dumps(drink, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def ingredient_names(drink: Drink) -> list[str]:
    """All the names that the drink is found under by its ingredients: what each is, and its kinds."""
    return sorted({name for line in drink["ingredients"] for name in line["found_under"]})


def _parts(lines: list[Line]) -> list[Line]:
    """Bare numbers beside several liquids are parts: 2/5 absinthe, 2/5 tequila, 1/5 grenadine."""

    def is_bare(name: str, measure: Measure) -> bool:
        ingredient = understood(name)
        return measure.quantity is not None and not measure.unit and ingredient.role in _POURED

    bare = [is_bare(name, measure) for name, measure in lines]
    if sum(bare) < 2:
        return lines
    return [
        (name, replace(measure, unit="part") if is_part else measure)
        for (name, measure), is_part in zip(lines, bare, strict=True)
    ]


def _ingredient(name: str, measure: Measure) -> dict[str, Any]:
    return {"name": calm(name), "found_under": list(understood(name).found_under), "measure": measure.told}


def _alcohol(found: Strength) -> dict[str, Any]:
    return {
        "percent": found.percent,
        "low": found.low,
        "high": found.high,
        "pure_ml": found.pure_ml,
        "assumed": found.assumed,
        "unknown": found.unknown,
    }


def _is_mocktail(label: str | None, lines: list[Line]) -> tuple[bool, str | None]:
    """Whether it is surely without alcohol, and what is doubtful about its label. A dash of bitters only seasons."""
    strong = [name for name, measure in lines if understood(name).abv > 0 and not _seasons(name, measure)]
    unknown = [name for name, _ in lines if not understood(name).is_known]
    is_labelled = label == vocabulary.NON_ALCOHOLIC
    if strong or unknown:
        why = f"{strong[0]} has" if strong else f"it is not known whether {unknown[0]} has"
        return False, f"labelled non-alcoholic, but {why} alcohol" if is_labelled else None
    is_soft = all(understood(name).is_soft or _seasons(name, measure) for name, measure in lines)
    return is_labelled or (is_soft and label != vocabulary.ALCOHOLIC), None


def _seasons(name: str, measure: Measure) -> bool:
    return understood(name).role == "bitters" and (measure.most_ml or 0) <= SEASONING_ML
