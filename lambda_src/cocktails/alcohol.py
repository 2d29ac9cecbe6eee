"""Estimates how strong a drink is as poured, before ice melts, and says how far the estimate may be off.

The uncertainty comes from three places: bottles stray from their usual strength, bar measures are no laboratory's, and
where a recipe gives no amount ("top up with cola") one is assumed. Low and high put all of these against and for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cocktails import measures
from cocktails.ingredients import Profile, profile_of
from cocktails.measures import Measure
from cocktails.texts import key

BY_RULE_OF_THUMB = 0.3  # how far a dash or a shot strays from its usual size
PART = 30.0  # ml; only the proportions of parts matter, so it has no spread
JUICE = {"lime": 30.0, "lemon": 45.0, "orange": 75.0, "grapefruit": 150.0}  # ml of juice in one fruit
OTHER_JUICE = 40.0
# ml, where the recipe does not say how large: usual, least, most
BOTTLE, BEER_BOTTLE, CAN, GLASS = (
    (750.0, 700.0, 750.0),
    (340.0, 330.0, 500.0),
    (340.0, 330.0, 355.0),
    (200.0, 120.0, 300.0),
)
NO_AMOUNT_MIXER, NO_AMOUNT_SPIRIT, NO_AMOUNT_BITTERS = (90.0, 30.0, 180.0), (30.0, 15.0, 60.0), (1.0, 0.5, 3.0)


@dataclass(frozen=True)
class Volume:
    usual: float
    least: float
    most: float
    is_assumed: bool


@dataclass(frozen=True)
class Strength:
    percent: float
    low: float
    high: float
    pure_ml: float
    assumed: int  # ingredients whose amount had to be assumed
    unknown: list[str]  # ingredients the table does not know; `high` allows for them being strong


def strength(lines: Iterable[tuple[str, Measure]]) -> Strength | None:
    """None for a recipe with nothing liquid in it."""
    usual = least = most = pure = pure_least = pure_most = 0.0
    assumed, unknown = 0, []
    for ingredient, measure in lines:
        profile = profile_of(ingredient)
        if not profile.is_known:
            unknown.append(key(ingredient))
        if profile.is_solid and measure.unit != "juice":
            continue
        volume = _volume(ingredient, profile, measure)
        assumed += volume.is_assumed
        usual += volume.usual
        pure += volume.usual * profile.abv / 100
        # What dilutes counts against strength at its most, what strengthens at its least; and the other way round.
        dilutes = profile.abv == 0
        least += volume.most if dilutes else volume.least
        most += volume.least if dilutes else volume.most
        pure_least += volume.least * max(0.0, profile.abv - profile.stray) / 100
        pure_most += volume.most * (profile.abv + profile.stray) / 100
    if usual <= 0:
        return None
    percent = 100 * pure / usual
    low, high = 100 * pure_least / least, min(100.0, 100 * pure_most / most)
    return Strength(
        percent=round(percent, 1),
        low=round(min(low, percent), 1),
        high=round(max(high, percent), 1),
        pure_ml=round(pure, 1),
        assumed=assumed,
        unknown=sorted(set(unknown)),
    )


def _volume(ingredient: str, profile: Profile, measure: Measure) -> Volume:
    ml, most = measure.ml, measure.most_ml
    if ml is not None and most is not None:
        spread = 0.0 if measure.is_exact else BY_RULE_OF_THUMB
        low, high = float(ml), float(most)
        return Volume((low + high) / 2, low * (1 - spread), high * (1 + spread), is_assumed=False)
    if measure.quantity is not None and measure.most is not None:
        count, count_most = float(measure.quantity), float(measure.most)
        sizes = _size(ingredient, profile, measure.unit)
        if sizes:
            middle = (count + count_most) / 2
            is_assumed = measure.unit not in ("part", "measure")
            return Volume(middle * sizes[0], count * sizes[1], count_most * sizes[2], is_assumed)
    return Volume(*_no_amount(profile, measure), is_assumed=True)


def _size(ingredient: str, profile: Profile, unit: str | None) -> tuple[float, float, float] | None:
    match unit:
        case "part" | "measure":
            return PART, PART, PART
        case "juice":
            ml = JUICE.get(key(ingredient).split()[0], OTHER_JUICE)
            return ml, ml * (1 - BY_RULE_OF_THUMB), ml * (1 + BY_RULE_OF_THUMB)
        case "bottle":
            return BEER_BOTTLE if profile.family == "beer" or profile.abv == 0 else BOTTLE
        case "can":
            return CAN
        case "glass" | "mug" | "jar":
            return GLASS
        case _:
            return None


def _no_amount(profile: Profile, measure: Measure) -> tuple[float, float, float]:
    if profile.family == "bitters" or measure.unit in ("dash", "drop"):
        return NO_AMOUNT_BITTERS
    if profile.abv < 10 or measure.kind == measures.FILL:
        return NO_AMOUNT_MIXER
    return NO_AMOUNT_SPIRIT
