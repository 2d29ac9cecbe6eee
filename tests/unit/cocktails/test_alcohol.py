"""Estimates of strength against recipes whose strength was worked out by hand, and bounds that hold the truth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocktails.alcohol import Strength, strength
from cocktails.measures import parse
from cocktails.models import admit
from cocktails.normalise import normalised

# The volumes of the IBA's recipes, and the strength that follows with the usual bottles: spirits and Cointreau 40 %,
# rye 45, sweet vermouth 16, dry 18, Campari 25, Kahlua and creme de cassis 20, maraschino 32, sparkling wine 11 to 12.
IBA = """
Negroni            27.0  30 ml Gin, 30 ml Campari, 30 ml Sweet Vermouth
Manhattan          36.8  50 ml Rye whiskey, 20 ml Sweet Vermouth, 1 dash Angostura bitters
Dry Martini        36.9  60 ml Gin, 10 ml Dry Vermouth
Margarita          32.9  50 ml Tequila, 20 ml Triple sec, 15 ml Lime juice
Daiquiri           26.7  60 ml White rum, 20 ml Lime juice, 2 bar spoons Superfine sugar
Mojito             13.8  45 ml White rum, 20 ml Lime juice, 6 sprigs Mint, 2 tsp Sugar, 60 ml Soda water
Caipirinha         24.5  60 ml Cachaca, 1 Lime, 4 tsp Sugar
Cosmopolitan       22.0  40 ml Vodka, 15 ml Cointreau, 15 ml Lime juice, 30 ml Cranberry juice
Sidecar            31.1  50 ml Cognac, 20 ml Triple sec, 20 ml Lemon juice
White Lady         31.1  40 ml Gin, 30 ml Triple sec, 20 ml Lemon juice
Whiskey Sour       20.0  45 ml Bourbon, 25 ml Lemon juice, 20 ml Sugar syrup
Americano          10.2  30 ml Campari, 30 ml Sweet Vermouth, 60 ml Soda water
Boulevardier       31.0  45 ml Rye whiskey, 30 ml Campari, 30 ml Sweet Vermouth
Aviation           29.8  45 ml Gin, 15 ml Maraschino liqueur, 15 ml Lemon juice, 1 bar spoon Creme de violette
Clover Club        20.0  45 ml Gin, 15 ml Raspberry syrup, 15 ml Lemon juice, 15 ml Egg white
Last Word          31.8  22.5 ml Gin, 22.5 ml Green Chartreuse, 22.5 ml Maraschino liqueur, 22.5 ml Lime juice
Mary Pickford      19.9  45 ml White rum, 45 ml Pineapple juice, 7.5 ml Maraschino, 5 ml Grenadine
Bellini             7.3  100 ml Prosecco, 50 ml Peach puree
Kir                12.8  90 ml White wine, 10 ml Creme de Cassis
French 75          16.0  30 ml Gin, 15 ml Lemon juice, 15 ml Sugar syrup, 60 ml Champagne
Black Russian      34.3  50 ml Vodka, 20 ml Coffee liqueur
White Russian      24.0  50 ml Vodka, 20 ml Kahlua, 30 ml Cream
Espresso Martini   21.7  50 ml Vodka, 30 ml Kahlua, 10 ml Sugar syrup, 1 oz Espresso
Mai Tai            23.5  30 ml Gold rum, 30 ml Dark rum, 15 ml Orange Curacao, 15 ml Orgeat syrup, 30 ml Lime juice, 7.5 ml Simple syrup
Pina Colada        15.4  50 ml White rum, 30 ml Coconut cream, 50 ml Pineapple juice
Tequila Sunrise    12.0  45 ml Tequila, 90 ml Orange juice, 15 ml Grenadine
Grasshopper        16.0  20 ml White Creme de Cacao, 20 ml Green Creme de Menthe, 20 ml Cream
Alexander          21.3  30 ml Cognac, 30 ml Brown Creme de Cacao, 30 ml Cream
Pisco Sour         18.0  60 ml Pisco, 30 ml Lemon juice, 20 ml Sugar syrup, 1 Egg white
Rusty Nail         40.0  45 ml Scotch, 25 ml Drambuie
Vesper             37.4  45 ml Gin, 15 ml Vodka, 7.5 ml Lillet Blanc
Sea Breeze          8.4  40 ml Vodka, 120 ml Cranberry juice, 30 ml Grapefruit juice
Moscow Mule        10.3  45 ml Vodka, 120 ml Ginger beer, 10 ml Lime juice
Long Island Tea    19.4  15 ml Vodka, 15 ml Tequila, 15 ml White rum, 15 ml Gin, 15 ml Cointreau, 30 ml Lemon juice, 20 ml Sugar syrup, 30 ml Cola
"""  # noqa: E501
MUDDLE = "Muddle the lime with the sugar, fill up with ice and stir."


def measured(recipe: str) -> list[tuple[str, str]]:
    """ "30 ml Gin" as ("Gin", "30 ml"): the ingredient begins with a capital."""
    lines = []
    for line in recipe.split(", "):
        start = next(at for at, c in enumerate(line) if c.isupper())
        lines.append((line[start:], line[:start].strip()))
    return lines


def estimate(lines: list[tuple[str, str]], instructions: str = "") -> Strength:
    columns = {f"strIngredient{n}": name for n, (name, _) in enumerate(lines, 1)}
    columns |= {f"strMeasure{n}": measure for n, (_, measure) in enumerate(lines, 1)}
    drink = normalised(admit({"idDrink": "1", "strDrink": "x", "strInstructions": instructions, **columns}))
    return Strength(**drink["alcohol"])


CLASSICS = [(line[:19].strip(), float(line[19:23]), line[25:]) for line in IBA.strip().splitlines()]


@pytest.mark.parametrize(("name", "percent", "recipe"), CLASSICS, ids=[name for name, *_ in CLASSICS])
def test_classics(name: str, percent: float, recipe: str) -> None:
    found = estimate(measured(recipe), MUDDLE if "Lime," in recipe else "")
    assert found.low <= percent <= found.high
    assert abs(found.percent - percent) <= 3


def test_thirty_classics() -> None:
    assert len(CLASSICS) >= 30


@pytest.mark.parametrize(
    ("lines", "instructions", "truth", "within"),
    [
        # the lime is muddled, so its juice is in the glass
        ([("Sugar", "2 tsp"), ("Lime", "1"), ("Ice", ""), ("Cachaca", "2 1/2 oz")], MUDDLE, 27, 3),
        ([("Tequila", "4.5 cl"), ("Lime Juice", "1.5 cl"), ("Agave syrup", "2 spoons")], "Shake.", 26, 2),
        # bare fractions are parts
        ([("Absinthe", "2/5"), ("Tequila", "2/5"), ("Grenadine", "1/5")], "", 41, 2),
        # one beer is a bottle of it
        ([("Corona", "1"), ("Bacardi Limon", "1 shot")], "Pour the rum into the beer.", 9, 2),
        ([("Corona", ""), ("Bacardi Limon", "1 shot")], "Pour the rum into the beer.", 9, 2),
        ([("Cherry Heering", "1 part"), ("Soda water", "1 part"), ("Orange juice", "1 part"), ("Ice", "")], "", 8, 1),
        # no amount: a syrup is a spoonful, champagne a glass
        ([("Gin", "45 ml"), ("Lemon juice", "15 ml"), ("Sugar syrup", "")], "", 25.7, 3),
        ([("Cognac", "10 ml"), ("Champagne", "")], "", 14.5, 2),
        ([("Vodka", "50 ml"), ("Tabasco sauce", ""), ("Tomato juice", "100 ml")], "", 13.3, 1),
    ],
)  # fmt: skip
def test_the_truth_is_near_and_within_the_bounds(
    lines: list[tuple[str, str]], instructions: str, truth: float, within: float
) -> None:
    found = estimate(lines, instructions)
    assert found.low <= truth <= found.high
    assert abs(found.percent - truth) <= within


def test_a_garnish_may_be_squeezed_so_low_allows_for_it() -> None:
    found = estimate([("Cachaca", "60 ml"), ("Lime", "1")], "Serve.")
    assert found.percent == 40
    assert found.low < 27


def test_what_is_weak_dilutes_and_still_counts() -> None:
    """More beer makes it weaker, less makes it stronger, though beer is alcoholic."""
    found = estimate([("Beer", ""), ("Whiskey", "1 shot")], "")
    assert found.low < found.percent < found.high


volumes = st.floats(min_value=1, max_value=200).map(lambda ml: round(ml, 1))
poured = st.tuples(st.sampled_from(["Gin", "Beer", "Lime juice", "Kahlua", "Champagne", "Zorblax", "Cream"]), volumes)


@given(st.lists(poured, min_size=1, max_size=6), st.data())
def test_no_choice_of_bottles_and_amounts_is_outside_the_bounds(
    lines: list[tuple[str, float]], data: st.DataObject
) -> None:
    """Bottles and amounts drawn from what the table allows make a drink between low and high."""
    from cocktails.alcohol import _volume
    from cocktails.ingredients import understood

    given_lines = [(name, parse(f"{ml} ml" if data.draw(st.booleans()) else "")) for name, ml in lines]
    found = strength(given_lines)
    assert found is not None
    whole = pure = 0.0
    for name, measure in given_lines:
        ingredient = understood(name)
        (_, least, most), _ = _volume(ingredient, measure, "")
        volume = data.draw(st.floats(least, most))
        abv = data.draw(
            st.floats(max(0, ingredient.abv - ingredient.stray), min(100, ingredient.abv + ingredient.stray))
        )
        whole += volume
        pure += volume * abv
    assert whole == 0 or found.low - 0.1 <= pure / whole <= found.high + 0.1
