"""Makes the one form of a drink that everything downstream reads, and enriches it. Pure: same drink in, same out.

Everything here can be derived again from the raw object; nothing depends on the clock or on what is stored.
"""

import hashlib
import json
from fractions import Fraction
from typing import Any

from cocktails import measures, vocabulary
from cocktails.alcohol import Strength, strength
from cocktails.ingredients import found_under, profile_of
from cocktails.measures import Measure
from cocktails.models import RawDrink, moment
from cocktails.texts import bare, calm, key

Drink = dict[str, Any]


def normalised(raw: RawDrink) -> Drink:
    parsed = [(line.ingredient, measures.parse(line.measure)) for line in raw.lines if line.ingredient]
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
    alcohol = strength(parsed)
    is_mocktail = _is_mocktail(label, [ingredient for ingredient, _ in parsed])
    if label == vocabulary.NON_ALCOHOLIC and not is_mocktail:
        remarks.append("labelled non-alcoholic, but an ingredient is not")
    drink: Drink = {
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
        "difficulty": _difficulty(raw.instructions, len(parsed)),
        "alcohol": _alcohol(alcohol) if alcohol else None,
        "picture": raw.picture,
        "picture_source": raw.picture_source,
        "picture_attribution": raw.picture_attribution,
        "picture_licensed": {"yes": True, "no": False}.get((raw.picture_licensed or "").casefold()),
        "video": raw.video,
        "modified": modified,
        "remarks": remarks,
    }
    drink["search"] = _search_text(drink)
    return drink


def content_hash(drink: Drink) -> str:
    """Names this content: the same for a drink whose raw form differs only in what normalising takes away."""
    return hashlib.sha256(json.dumps(drink, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def ingredient_names(drink: Drink) -> list[str]:
    """All the names that the drink is found under by its ingredients: its own and the short ones."""
    return sorted({name for line in drink["ingredients"] for name in line["found_under"]})


def _ingredient(name: str, measure: Measure) -> dict[str, Any]:
    return {"name": calm(name), "found_under": list(found_under(name)), "measure": _measure(measure)}


def _measure(measure: Measure) -> dict[str, Any]:
    """Quantities as exact fractions ("3/2"); millilitres as numbers, to the hundredth."""
    told: dict[str, Any] = {"text": measure.text, "kind": measure.kind}
    if measure.quantity is not None:
        told["quantity"] = str(measure.quantity)
    if measure.most != measure.quantity:
        told["most"] = str(measure.most)
    if measure.unit:
        told["unit"] = measure.unit
    if measure.size:
        told["size"] = f"{measures.mixed(measure.size[0])} {measure.size[1]}"
    if measure.ml is not None:
        told["ml"] = _hundredths(measure.ml)
        told["is_exact"] = measure.is_exact
    if measure.most_ml is not None and measure.most_ml != measure.ml:
        told["most_ml"] = _hundredths(measure.most_ml)
    if measure.note:
        told["note"] = measure.note
    return told


def _hundredths(value: Fraction) -> float:
    return float(round(value, 2))


def _alcohol(found: Strength) -> dict[str, Any]:
    return {
        "percent": found.percent,
        "low": found.low,
        "high": found.high,
        "pure_ml": found.pure_ml,
        "assumed": found.assumed,
        "unknown": found.unknown,
    }


def _is_mocktail(label: str | None, ingredients: list[str]) -> bool:
    """By the recipe where that is clear, else by the label. Bitters season; they make no drink alcoholic."""
    profiles = [profile_of(name) for name in ingredients]
    if any(profile.abv and profile.family != "bitters" for profile in profiles):
        return False
    if label == vocabulary.NON_ALCOHOLIC:
        return True
    return label != vocabulary.ALCOHOLIC and all(profile.is_known for profile in profiles)


_SKILLED = ("flame", "flaming", "ignite", "set fire", "layer", "float ", "infuse", "simmer", "boil", "caramel", "whip")
_WORK = ("shake", "blend", "muddle", "strain", "rim", "stir over", "crush", "mash")


def _difficulty(instructions: str | None, ingredients: int) -> str:
    """Easy, medium or hard, by how many things go in and what is done to them."""
    said = (instructions or "").casefold()
    points = max(0, ingredients - 2) // 2
    points += sum(word in said for word in _WORK) + 3 * any(word in said for word in _SKILLED)
    return "easy" if points <= 2 else "medium" if points <= 4 else "hard"


def _search_text(drink: Drink) -> str:
    """Each word once, as `bare` folds it; a search folds its own words the same way."""
    texts = [drink["name"], drink["alternate_name"], drink["category"], drink["glass"], *drink["tags"]]
    texts += [name for line in drink["ingredients"] for name in (line["name"], *line["found_under"])]
    texts.append("mocktail" if drink["is_mocktail"] else None)
    return " ".join(dict.fromkeys(word for text in texts if text for word in bare(text).split()))
