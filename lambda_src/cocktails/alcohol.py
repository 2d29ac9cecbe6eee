"""Estimates how strong a drink is as poured, before ice melts, and between which bounds the truth lies.

The uncertainty comes from three places: bottles stray from their usual strength, bar measures are no laboratory's, and
where a recipe gives no amount ("top up with cola") one is assumed. Low and high put all of these against and for it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cocktails import measures
from cocktails.ingredients import CITRUS, FRUIT, JUICE, Ingredient, understood
from cocktails.measures import Measure
from cocktails.texts import key

Amount = tuple[float, float, float]  # ml: usual, least, most

BY_RULE_OF_THUMB = 0.3  # how far a dash or a shot strays from its usual size
PART = 30.0  # ml; only the proportions of parts matter, so it has no spread
JUICE_OF = {"lime": 30.0, "lemon": 45.0, "orange": 75.0, "grapefruit": 150.0}  # ml of juice in one fruit
OTHER_JUICE = 40.0
SUGAR = "sugar"
BEER_BOTTLE: Amount = (340, 330, 500)
# What a recipe means that names no amount, by the ingredient's role.
NO_AMOUNT: dict[str, Amount] = {
    "spirit": (45, 15, 60),
    "liqueur": (20, 7.5, 45),
    "wine": (100, 45, 150),
    "beer": BEER_BOTTLE,
    "bitters": (1, 0.5, 3),
    "mixer": (90, 30, 180),
    "juice": (45, 10, 120),
    "syrup": (10, 2.5, 25),
    "dairy": (25, 5, 90),
    "water": (30, 0, 120),
    "sauce": (1, 0.2, 5),
    "egg": (30, 20, 40),
    "scoop": (60, 30, 150),
    "unknown": (30, 0, 90),
}
FILLED: Amount = (90, 30, 180)
SEASONED: Amount = (3, 0, 15)
# One of a unit that has no size of its own.
ONE_OF: dict[str, Amount] = {
    "part": (PART, PART, PART),
    "measure": (PART, PART, PART),
    "bottle": (750, 700, 750),
    "can": (340, 330, 500),
    "glass": (200, 120, 300),
    "mug": (250, 200, 350),
    "jar": (400, 250, 500),
    "spoon": (5, 3, 15),
    "scoop": NO_AMOUNT["scoop"],
    "squeeze": (5, 2, 15),
    "squirt": (5, 2, 15),
    "drizzle": (5, 2, 15),
    "dollop": (25, 10, 45),
    "float": (15, 7, 30),
    "nip": (30, 15, 50),
    "spray": (0.3, 0.1, 1),
    "g": (1, 0.9, 1.1),
    "kg": (1000, 900, 1100),
    "lb": (454, 410, 500),
}
# How much of a citrus fruit one of these is; what has no place here gives no juice.
OF_A_FRUIT = {None: 1.0, "whole": 1.0, "juice": 1.0, "half": 0.5, "quarter": 0.25, "wedge": 1 / 8, "slice": 1 / 8,
              "piece": 1 / 8, "chunk": 1 / 8, "wheel": 1 / 8}  # fmt: skip
PIECE: Amount = (20, 5, 150)  # of other fruit: a strawberry, a banana
_PRESSED = re.compile(r"\b(?:muddl|crush|squeez|juice|press|mash|pound|pulp)", re.ASCII)
_BLENDED = re.compile(r"\b(?:blend(?!ed (?:scotch|whisk))|pur[ee]e|liquidi[sz]e|mixer|food processor)", re.ASCII)


@dataclass(frozen=True)
class Strength:
    percent: float
    low: float
    high: float
    pure_ml: float
    assumed: int  # ingredients whose amount had to be assumed
    unknown: list[str]  # ingredients the table does not know; `high` allows for them being strong


@dataclass(frozen=True)
class _Poured:
    usual: float
    least: float
    most: float
    abv: float
    stray: float


def strength(lines: Iterable[tuple[str, Measure]], instructions: str | None = None) -> Strength | None:
    """None for a recipe with nothing liquid in it."""
    said = (instructions or "").casefold()
    poured, unknown, assumed = [], set(), 0
    for name, measure in lines:
        ingredient = understood(name)
        if not ingredient.is_known:
            unknown.add(key(name))
        (usual, least, most), is_assumed = _volume(ingredient, measure, said)
        if most > 0:
            assumed += is_assumed
            poured.append(_Poured(usual, least, most, ingredient.abv, ingredient.stray))
    volume = sum(part.usual for part in poured)
    if volume <= 0:
        return None
    pure = sum(part.usual * part.abv for part in poured) / 100
    percent = 100 * pure / volume
    low = _bound([(p.most, p.least, max(0.0, p.abv - p.stray)) for p in poured], percent)
    high = _bound([(p.least, p.most, min(100.0, p.abv + p.stray)) for p in poured], percent)
    return Strength(
        percent=round(percent, 1),
        low=round(min(low, percent), 1),
        high=round(max(high, percent), 1),
        pure_ml=round(pure, 1),
        assumed=assumed,
        unknown=sorted(unknown),
    )


def _bound(parts: Sequence[tuple[float, float, float]], start: float) -> float:
    """The strength where each part has its first volume if it is weaker than the whole, its second if it is stronger.

    Which of the two it is depends on the result, so it is tried until the result stays. Every step leads further in the
    same direction, through a few choices of volumes at most.
    """
    percent = start
    for _ in range(len(parts) + 2):
        volumes = [(below if abv < percent else above, abv) for below, above, abv in parts]
        whole = sum(volume for volume, _ in volumes)
        if whole <= 0:
            return percent
        found = sum(volume * abv for volume, abv in volumes) / whole
        if abs(found - percent) < 1e-9:
            break
        percent = found
    return percent


def _volume(ingredient: Ingredient, measure: Measure, said: str) -> tuple[Amount, bool]:
    """How much of it goes in, and whether that had to be assumed."""
    if ingredient.is_solid and measure.unit != "juice":
        return _of_solid(ingredient, measure, said), False
    ml, most = measure.ml, measure.most_ml
    if ml is not None and most is not None:
        spread = 0.0 if measure.is_exact else BY_RULE_OF_THUMB
        low, high = float(ml), float(most)
        return ((low + high) / 2, low * (1 - spread), high * (1 + spread)), False
    if measure.quantity is not None and measure.most is not None:
        one = _one_of(ingredient, measure)
        low, high = float(measure.quantity), float(measure.most)
        is_assumed = measure.unit not in ("part", "measure", "g", "kg", "lb")
        return ((low + high) / 2 * one[0], low * one[1], high * one[2]), is_assumed
    return _no_amount(ingredient, measure), True


def _one_of(ingredient: Ingredient, measure: Measure) -> Amount:
    is_small = ingredient.role == "beer" or ingredient.abv == 0
    match measure.unit:
        case "bottle" if is_small:
            return BEER_BOTTLE
        case "juice" | "half" | "quarter" | "wedge" | "slice" | "whole" if ingredient.role in (JUICE, CITRUS, FRUIT):
            ml = _juice(ingredient) * OF_A_FRUIT[measure.unit]
            return ml, ml * (1 - BY_RULE_OF_THUMB), ml * (1 + BY_RULE_OF_THUMB)
        case None if ingredient.role == "mixer":
            return ONE_OF["can"]
        case None if ingredient.role == JUICE:
            ml = _juice(ingredient)
            return ml, ml / 2, ml * 2
        case None if ingredient.role == "wine":
            return 750, 100, 750
        case unit:
            return ONE_OF.get(unit or "", NO_AMOUNT.get(ingredient.role, NO_AMOUNT["unknown"]))


def _juice(ingredient: Ingredient) -> float:
    """What one fruit gives."""
    fruit = next((name for name in ingredient.found_under if name in JUICE_OF), "")
    return JUICE_OF.get(fruit, OTHER_JUICE)


def _of_solid(ingredient: Ingredient, measure: Measure, said: str) -> Amount:
    """A muddled lime gives its juice, sugar dissolves, fruit is blended; anything else has no volume to speak of."""
    if measure.quantity is None or measure.most is None:
        return 0, 0, 0
    low, high = float(measure.quantity), float(measure.most)
    if SUGAR in ingredient.found_under and measure.ml is not None and measure.most_ml is not None:
        return float(measure.ml) * 0.6, float(measure.ml) * 0.3, float(measure.most_ml)  # dissolved, without its air
    if ingredient.role == CITRUS and measure.unit in OF_A_FRUIT:
        ml = high * OF_A_FRUIT[measure.unit] * _juice(ingredient)
        if _PRESSED.search(said) or _BLENDED.search(said):
            return ml, low / high * ml / 2, ml * (1 + BY_RULE_OF_THUMB)
        return 0, 0, ml  # it may be a garnish, or be squeezed all the same
    if ingredient.role == FRUIT and _BLENDED.search(said):
        if measure.ml is not None and measure.most_ml is not None:
            return float(measure.ml) * 0.7, float(measure.ml) * 0.4, float(measure.most_ml)
        return high * PIECE[0], low * PIECE[1], high * PIECE[2]
    return 0, 0, 0


def _no_amount(ingredient: Ingredient, measure: Measure) -> Amount:
    if measure.unit in ("dash", "drop"):
        return 2, 0.5, 5
    if measure.unit == "splash":
        return 9, 4, 25
    if measure.kind in (measures.TASTE, measures.GARNISH):
        return SEASONED
    if measure.kind == measures.FILL and ingredient.role not in ("beer", "wine"):
        return FILLED
    return NO_AMOUNT.get(ingredient.role, NO_AMOUNT["unknown"])
