"""Drinks that never were, as untidy as the real catalogue.

A recipe is drawn from the tables below. Then each kind of mess is put on every so many drinks, by counting and not by
chance, so that each kind is there under every seed.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from upstream.names import drink_names
from upstream.words import dice

Drink = dict[str, str | None]

SPIRITS = [
    "Gin", "Vodka", "Light rum", "Dark rum", "Tequila", "Bourbon", "Scotch", "Brandy", "Rye whiskey", "Mezcal",
    "Absolut Vodka", "Gold rum", "Blended whiskey", "Añejo rum", "Jack Daniels",
]  # fmt: skip
LIQUEURS = [
    "Triple sec", "Sweet Vermouth", "Dry Vermouth", "Kahlua", "Amaretto", "Campari", "Peach schnapps",
    "Baileys irish cream", "Malibu rum", "Blue Curacao", "Green Creme de Menthe", "Grand Marnier",
]  # fmt: skip
JUICES = ["Lime juice", "Lemon juice", "Orange juice", "Pineapple juice", "Cranberry juice", "Tomato juice"]
FIZZ = ["Soda water", "Tonic water", "Ginger ale", "Coca-Cola", "Lemonade", "7-Up", "Club soda"]
SOFT = ["Milk", "Coffee", "Apple juice", "Coconut milk", "Tea", "Yoghurt", "Carbonated water"]
SWEET = ["Sugar syrup", "Powdered sugar", "Grenadine", "Honey", "Sugar", "Agave syrup"]
FRUIT = ["Lime", "Lemon", "Orange", "Mint", "Cherry", "Cucumber", "Egg white", "Angostura bitters", "Salt", "Nutmeg"]

# Measures as people write them, one list for each habit; a drink keeps to one habit for its liquids.
LIQUID = [
    ["1 oz", "1 1/2 oz", "2 oz", "1/2 oz", "3/4 oz"],
    ["4.5 cL", "1 cl", "3 cl", "1.5 cl", "6 cl"],
    ["30 ml", "45 ml", "75 ml", "15 ml", "60ml"],
    ["1 shot", "2 shots", "1.5 shot", "1/2 shot", "1 shot"],
    ["1 part", "2 parts", "1/2 part", "3 parts", "1 part"],
    ["½ oz", "1½ oz", "¾ oz", "2 oz.", "1-2 oz"],
    ["1 cup", "1/2 cup", "1 pint", "1 jigger", "70ml/2fl oz"],
]
TOPS = ["Fill with", "Top up with", "Fill to top", "4 oz", "Add 10 oz", None]
SWEETENERS = ["1 tsp", "2 tsp superfine", "1/2 tblsp", "1 tblsp", "To taste"]
PIECES = ["1", "1 slice", "2-3 dashes", "Juice of 1/2", "Twist of", "1 whole", "3 drops", "Garnish with", "Dash", None]

GLASSES = [
    "Cocktail glass", "Highball glass", "Highball Glass", "Old-fashioned glass", "Old-Fashioned Glass",
    "old fashioned glass",
    "Collins glass", "Collins Glass", "Shot glass", "Coffee mug", "Coffee Mug", "Champagne flute", "Champagne Flute",
    "Whiskey sour glass", "Punch bowl", "Punch Bowl", "Copper Mug", "Mason jar", "Wine Glass", "White wine glass",
    "Margarita/Coupette glass", "Nick and Nora Glass", "Hurricane glass", "Thermos flask",
]  # fmt: skip
CATEGORIES = [
    "Ordinary Drink", "Cocktail", "Shot", "Coffee / Tea", "Coffee/Tea", "Punch / Party Drink", "Other / Unknown",
    "Other/Unknown", "Soft Drink", "Homemade Liqueur", "Cocoa", "Shake",
]  # fmt: skip
TAGS = ["Sour", "Classic", "Brunch", "Summer", "Strong flavor", "Dinner Party"]
METHODS = [
    "Shake {first} with ice and strain into the glass. Add {last}.",
    "Build over ice in the order given, then stir {last} in slowly.",
    "Muddle {last} in the bottom of the glass, add ice and pour {first} over it.",
    "Blend everything with crushed ice until it is smooth.",
    "Stir {first} over ice, strain, and float {last} on top.",
]


@dataclass
class Line:
    """One of the fifteen columns of a recipe."""

    ingredient: str | None
    measure: str | None


def make_drinks(seed: int) -> list[Drink]:
    drinks = []
    for position, name in enumerate(drink_names()):
        # Each drink has dice of its own: a name more or less leaves all others as they are.
        rng = dice("drink", seed, name)
        drinks.append(_make(rng, position, name))
    return drinks


def _make(rng: random.Random, position: int, name: str) -> Drink:
    is_soft = position % 5 == 0
    recipe = _recipe(rng, is_soft=is_soft)
    drink: Drink = {
        "idDrink": str(20001 + position * 7),
        "strDrink": name,
        "strDrinkAlternate": None,
        "strTags": ",".join(rng.sample(TAGS, rng.randint(1, 3))) if rng.random() < 0.4 else None,
        "strVideo": None,
        "strCategory": rng.choice(CATEGORIES),
        "strIBA": rng.choice(["Contemporary Classics", "Unforgettables"]) if rng.random() < 0.1 else None,
        "strAlcoholic": "Non alcoholic" if is_soft else "Optional alcohol" if position % 31 == 4 else "Alcoholic",
        "strGlass": rng.choice(GLASSES),
        "strInstructions": rng.choice(METHODS).format(first=recipe[0].ingredient, last=recipe[-1].ingredient),
        "strInstructionsES": None,
        "strInstructionsDE": "Alles mit Eis schütteln und abseihen." if rng.random() < 0.3 else None,
        "strInstructionsFR": None,
        "strInstructionsIT": "Agitare con ghiaccio e filtrare." if rng.random() < 0.3 else None,
        "strInstructionsZH-HANS": None,
        "strInstructionsZH-HANT": None,
        "strDrinkThumb": f"https://pictures.example.org/drinks/{position}.jpg",
    }
    MESS[position % len(MESS)](drink, recipe)
    lines = [*recipe, *[Line(None, None)] * (15 - len(recipe))]
    drink.update({f"strIngredient{n}": line.ingredient for n, line in enumerate(lines, 1)})
    drink.update({f"strMeasure{n}": line.measure for n, line in enumerate(lines, 1)})
    drink["strImageSource"] = "https://pictures.example.org/source" if rng.random() < 0.2 else None
    drink["strImageAttribution"] = "the picture's maker" if drink["strImageSource"] else None
    drink["strCreativeCommonsConfirmed"] = "Yes" if drink["strImageSource"] else "No"
    drink["dateModified"] = None if position % 6 == 3 else _moment(rng)
    return drink


def _recipe(rng: random.Random, *, is_soft: bool) -> list[Line]:
    amounts = rng.choice(LIQUID)
    liquids = rng.sample(SOFT, 2) if is_soft else [*rng.sample(SPIRITS, rng.randint(1, 2)), rng.choice(LIQUEURS)]
    liquids.append(rng.choice(JUICES))
    # The spaces at the end are the catalogue's own habit.
    recipe = [Line(liquid, rng.choice(amounts) + rng.choice(["", " "])) for liquid in liquids]
    if rng.random() < 0.5:
        recipe.append(Line(rng.choice(FIZZ), rng.choice(TOPS)))
    if rng.random() < 0.6:
        recipe.append(Line(rng.choice(SWEET), rng.choice(SWEETENERS)))
    recipe += [Line(piece, rng.choice(PIECES)) for piece in rng.sample(FRUIT, rng.randint(1, 3))]
    return recipe


def _moment(rng: random.Random) -> str:
    day = f"{rng.randint(2015, 2021)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    return f"{day} {rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"


def _tidy(_drink: Drink, _recipe: list[Line]) -> None:
    pass


def _stray_spaces(drink: Drink, recipe: list[Line]) -> None:
    drink["strDrink"] = f" {drink['strDrink']}  "
    recipe[0].ingredient = f"{recipe[0].ingredient} "
    recipe[1].measure = f"  {recipe[1].measure}\n"


def _carriage_returns(drink: Drink, _recipe: list[Line]) -> None:
    drink["strInstructions"] = f"{drink['strInstructions']}\r\n\r\nServe at once.\r"


def _no_measures(_drink: Drink, recipe: list[Line]) -> None:
    for line in recipe[1:]:
        line.measure = None


def _same_twice(_drink: Drink, recipe: list[Line]) -> None:
    recipe.append(Line(recipe[0].ingredient, "1 tsp"))


def _nothing_said(drink: Drink, _recipe: list[Line]) -> None:
    for field in ("strInstructions", "strAlcoholic", "strCategory"):
        drink[field] = None


def _empty_texts(drink: Drink, recipe: list[Line]) -> None:
    drink["strTags"] = ""
    drink["strVideo"] = ""
    recipe[-1].measure = ""
    recipe.append(Line("", ""))


def _other_case(_drink: Drink, recipe: list[Line]) -> None:
    for line in recipe:
        line.ingredient = (line.ingredient or "").upper()
        line.measure = (line.measure or "").upper()


def _odd_tags(drink: Drink, _recipe: list[Line]) -> None:
    drink["strTags"] = "Sour, sour,,Brunch ,"


def _gap(_drink: Drink, recipe: list[Line]) -> None:
    recipe.insert(1, Line(None, None))


def _lone_measure(_drink: Drink, recipe: list[Line]) -> None:
    recipe.append(Line(None, "\n"))


MESS: list[Callable[[Drink, list[Line]], None]] = [
    _tidy, _stray_spaces, _carriage_returns, _no_measures, _same_twice, _nothing_said, _empty_texts, _other_case,
    _odd_tags, _gap, _lone_measure,
]  # fmt: skip
