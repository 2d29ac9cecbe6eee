"""What is known of ingredients: how strong they are, and what a person would call them in short.

Strengths are our own table of usual bottlings, each with how far bottles stray from it. An ingredient is known by the
longest phrase of the table in its name, the later one of equals: "lemon vodka" is a vodka, "ginger beer" no beer.
"""

from dataclasses import dataclass
from functools import lru_cache

from cocktails.texts import key, words


@dataclass(frozen=True)
class Profile:
    abv: float  # percent by volume
    stray: float  # how far bottles stray from it, up and down
    family: str = ""  # the short name it can also be found by: rum, for a light rum
    is_solid: bool = False  # adds no volume worth counting
    is_known: bool = True


UNKNOWN = Profile(0, 20, is_known=False)
SOFT = Profile(0, 0)
SOLID = Profile(0, 0, is_solid=True)

# percent, stray, family: phrases
_STRONG = """
40 3 gin: gin
40 3 vodka: vodka, absolut, smirnoff, stolichnaya
40 3 rum: rum, bacardi, cachaca, ron
75 2 rum: 151 proof rum, bacardi 151, 151 rum
39 3 tequila: tequila
42 5 mezcal: mezcal
42 5 whiskey: whiskey, whisky, bourbon, scotch, rye, jack daniels, jim beam, johnnie walker, crown royal, wild turkey
40 3 brandy: brandy, cognac, pisco, grappa, armagnac, applejack, calvados, metaxa, kirschwasser
24 4 brandy: cherry brandy, apricot brandy, blackberry brandy, peach brandy, coffee brandy
92 4: everclear, grain alcohol, pure alcohol, spirytus
65 8 absinthe: absinthe
40 5: pernod, ricard, pastis, ouzo, aquavit, raki, galliano, sambuca, anisette, anis, chartreuse, benedictine, drambuie
40 2 triple sec: cointreau, grand marnier
30 10 triple sec: triple sec
25 6: curacao, blue curacao, orange curacao
35 5: southern comfort, jagermeister, fernet, yukon jack, goldschlager, rumple minze, tuaca, kummel
26 3: sloe gin
20 5 schnapps: schnapps
25 8 liqueur: liqueur, creme de cacao, creme de cassis, creme de menthe, creme de banane, creme de mure, creme de noyaux
25 4 liqueur: amaretto, frangelico, chambord, midori, passoa, pisang ambon, apfelkorn, limoncello, st germain
20 4 coffee liqueur: kahlua, tia maria, coffee liqueur
17 2 irish cream: irish cream, baileys, baileys irish cream, advocaat, sheridans
21 2 coconut rum: malibu, malibu rum, coconut rum, coconut liqueur
24 3: campari, cynar, suze, pimms
11 2: aperol, falernum
16 3 vermouth: vermouth
17 3: lillet, dubonnet, hpnotiq, alize, cocchi
45 3 bitters: bitters, angostura
12 3 wine: wine, champagne, prosecco, cava, rose, chardonnay, merlot, cabernet
19 2: port, sherry, madeira, marsala, sake
5 2 beer: beer, lager, ale, stout, guinness, corona, heineken, hard cider, zima, hooch
3 3: cider
"""
_LIQUIDS = """
juice nectar syrup water soda cola coke coca-cola pepsi sprite 7-up lemonade limeade tonic milk cream coffee
espresso tea honey yoghurt yogurt grenadine cordial squash dew broth bouillon sauce tabasco worcestershire
vinegar orgeat kool-aid kefir smoothie puree sherbet sorbet agave half-and-half eggnog lassi surge root-beer
ginger-ale ginger-beer cream-soda apple-cider sweet-and-sour sour-mix cream-of-coconut condensed-milk
coconut-milk coconut-cream soy-milk almond-milk club-soda soda-water tonic-water hot-chocolate ice-cream
vanilla-extract maple-syrup sirup oil fruit-punch schweppes bitter-lemon red-bull dr-pepper mountain-dew
carbonated-soft-drink gatorade tomato-juice clamato non-alcoholic-beer non-alcoholic-wine alcohol-free-gin
rose-water orange-flower-water orange-blossom-water vanilla food-coloring lime-mix
"""
_SOLIDS = """
sugar salt pepper ice nutmeg cinnamon clove cardamom ginger mint basil rosemary thyme sage lavender celery
cucumber olive onion lemon lime orange grapefruit apple pineapple banana strawberry raspberry blackberry
blueberry cherry peach pear apricot mango kiwi melon cantaloupe watermelon papaya passion-fruit plum grape
raisin fig date coconut cranberry tomato carrot chili chile jalapeno wasabi horseradish chocolate cocoa egg yolk
butter jello gelatin candy marshmallow whipped-cream almond pistachio hazelnut walnut peanut oreo cookie
licorice anise star-anise allspice coriander cumin turmeric saffron vanilla-bean lemon-peel orange-peel
lime-peel orange-spiral zest peel berry fruit mint-leaf powder cayenne asafoetida cola-cube guava rhubarb
pomegranate tangerine mandarin
"""


def _table() -> dict[tuple[str, ...], Profile]:
    table: dict[tuple[str, ...], Profile] = {}
    for profile, names in ((SOFT, _LIQUIDS), (SOLID, _SOLIDS)):
        table.update({tuple(key(word).split()): profile for word in words(names)})
    for row in _STRONG.strip().splitlines():
        numbers, phrases = row.split(":")
        abv, stray, *family = numbers.split()
        profile = Profile(float(abv), float(stray), " ".join(family))
        table.update({tuple(key(phrase).split()): profile for phrase in phrases.split(",")})
    return table


_TABLE = _table()
_LONGEST = max(map(len, _TABLE))

# What is done to a fruit does not make it another: lime juice, lime peel and fresh limes are found under lime.
_PREPARED = frozenset(
    words("""
        juice peel wedge wedges slice slices zest twist twists rind spiral wheel fresh freshly squeezed
        unsweetened sweetened frozen concentrate crushed chopped sliced whole of leaf leaves sprig mix white
        yolk syrup powdered granulated brown superfine caster hot cold iced black ground dried
    """)
)
_ALSO = {
    "soda water": "soda",
    "club soda": "soda",
    "carbonated water": "soda",
    "sparkling water": "soda",
    "tonic water": "tonic",
    "coca cola": "cola",
    "coke": "cola",
    "pepsi cola": "cola",
    "heavy cream": "cream",
    "light cream": "cream",
    "simple syrup": "sugar",
    "gomme syrup": "sugar",
    "espresso": "coffee",
}


@lru_cache(maxsize=2048)
def profile_of(ingredient: str) -> Profile:
    name = tuple(key(ingredient).split())
    for length in range(min(_LONGEST, len(name)), 0, -1):
        for start in range(len(name) - length, -1, -1):
            found = _TABLE.get(name[start : start + length])
            if found:
                return found
    return UNKNOWN


@lru_cache(maxsize=2048)
def found_under(ingredient: str) -> tuple[str, ...]:
    """The names an ingredient is found under, its own first."""
    own = key(ingredient)
    profile = profile_of(ingredient)
    if profile.abv:
        other = profile.family
    else:
        other = _ALSO.get(own) or key(" ".join(word for word in own.split() if word not in _PREPARED))
    return (own, other) if other and other != own else (own,)
