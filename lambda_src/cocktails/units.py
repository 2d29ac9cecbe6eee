"""The units of bar measures: how they are spelt, and what they hold in millilitres where that can be said.

Ounces, pints and gallons are those of the USA, as nearly all of the catalogue's recipes mean them.
"""

from dataclasses import dataclass
from fractions import Fraction

from cocktails.texts import words

OUNCE = Fraction("29.5735295625")  # by definition: 231 cubic inches are 128 of them


@dataclass(frozen=True)
class Unit:
    name: str
    ml: Fraction | None = None  # None: the unit has no size of its own (a part, a bottle, a slice)
    exact: bool = True  # False: a bar's rule of thumb
    holds: bool = False  # a vessel whose size may be told beside it: 1 (750 ml) bottle


VOLUMES = {
    "ml": (Fraction(1), "ml mls milliliter milliliters millilitre millilitres cc ccm"),
    "cl": (Fraction(10), "cl cls centiliter centiliters centilitre centilitres"),
    "dl": (Fraction(100), "dl dls deciliter deciliters decilitre decilitres"),
    "l": (Fraction(1000), "l lt ltr ltrs liter liters litre litres"),
    "oz": (OUNCE, "oz ozs ounce ounces floz"),
    "tsp": (OUNCE / 6, "tsp tsps teaspoon teaspoons teaspoonful teaspoonfuls"),
    "tbsp": (
        OUNCE / 2,
        "tbsp tbsps tblsp tblsps tbs tbl tbls tblspn tablespoon tablespoons tablespoonful tablespoonfuls tabelspoon",
    ),
    "cup": (OUNCE * 8, "cup cups c cupful cupfuls"),
    "pint": (OUNCE * 16, "pint pints pt pts"),
    "quart": (OUNCE * 32, "quart quarts qt qts"),
    "gallon": (OUNCE * 128, "gallon gallons gal gals"),
    "gill": (OUNCE * 4, "gill gills"),
}
# Sizes that custom gives, not a law.
CUSTOMARY = {
    "shot": (OUNCE * 3 / 2, "shot shots"),
    "jigger": (OUNCE * 3 / 2, "jigger jiggers jig jigs"),
    "pony": (OUNCE, "pony ponies"),
    "snit": (OUNCE * 3, "snit snits"),
    "fifth": (OUNCE * 128 / 5, "fifth fifths"),
    "split": (Fraction("187.5"), "split splits"),
    "bar spoon": (Fraction(5), "barspoon barspoons"),
    "dessert spoon": (Fraction(10), "dessertspoon dessertspoons dsp"),
    "dash": (OUNCE / 32, "dash dashes das dsh"),
    "splash": (OUNCE / 5, "splash splashes"),
    "drop": (Fraction(1, 20), "drop drops"),
    "wineglass": (OUNCE * 4, "wineglass wineglasses"),
}
VESSELS = {
    "bottle": "bottle bottles btl btls",
    "can": "can cans tin tins",
    "glass": "glass glasses",
    "jar": "jar jars",
    "carton": "carton cartons",
    "container": "container containers tub tubs",
    "mug": "mug mugs",
    "package": "package packages pkg pkgs packet packets pack packs",
    "bag": "bag bags",
    "envelope": "envelope envelopes",
    "keg": "keg kegs",
    "box": "box boxes",
}
SIZELESS = {
    "part": "part parts",
    "measure": "measure measures",
    "g": "g gr grs gm gms gram grams gramme grammes",
    "kg": "kg kgs kilo kilos kilogram kilograms",
    "lb": "lb lbs pound pounds",
    "inch": "inch inches in",
    "cm": "cm cms centimeter centimeters centimetre centimetres",
    "pinch": "pinch pinches",
    "juice": "juice juices",
    "slice": "slice slices",
    "wedge": "wedge wedges",
    "wheel": "wheel wheels",
    "twist": "twist twists",
    "peel": "peel peels",
    "zest": "zest zests",
    "rind": "rind rinds",
    "spiral": "spiral spirals",
    "strip": "strip strips",
    "piece": "piece pieces pc pcs",
    "chunk": "chunk chunks",
    "cube": "cube cubes",
    "ball": "ball balls",
    "leaf": "leaf leaves",
    "sprig": "sprig sprigs",
    "stick": "stick sticks",
    "stalk": "stalk stalks",
    "stem": "stem stems",
    "clove": "clove cloves",
    "pod": "pod pods",
    "bunch": "bunch bunches",
    "head": "head heads",
    "berry": "berry berries",
    "ring": "ring rings",
    "scoop": "scoop scoops",
    "spoon": "spoon spoons spoonful spoonfuls",
    "handful": "handful handfuls",
    "dollop": "dollop dollops",
    "squeeze": "squeeze squeezes",
    "drizzle": "drizzle drizzles",
    "sprinkle": "sprinkle sprinkles",
    "spray": "spray sprays",
    "squirt": "squirt squirts",
    "float": "float floats",
    "knob": "knob knobs",
    "nip": "nip nips",
    "half": "half halves",
    "quarter": "quarter quarters",
    "whole": "whole wholes",
    "dozen": "dozen dozens",
}

# Two words that are one unit.
PAIRS = {
    ("fl", "oz"): "oz",
    ("fl", "ounce"): "oz",
    ("fl", "ounces"): "oz",
    ("fluid", "oz"): "oz",
    ("fluid", "ounce"): "oz",
    ("fluid", "ounces"): "oz",
    ("bar", "spoon"): "bar spoon",
    ("bar", "spoons"): "bar spoon",
    ("dessert", "spoon"): "dessert spoon",
    ("dessert", "spoons"): "dessert spoon",
    ("table", "spoon"): "tbsp",
    ("table", "spoons"): "tbsp",
    ("tea", "spoon"): "tsp",
    ("tea", "spoons"): "tsp",
    ("wine", "glass"): "wineglass",
    ("wine", "glasses"): "wineglass",
}

UNITS: dict[str, Unit] = {
    **{name: Unit(name, ml) for name, (ml, _) in VOLUMES.items()},
    **{name: Unit(name, ml, exact=False) for name, (ml, _) in CUSTOMARY.items()},
    **{name: Unit(name, holds=True) for name in VESSELS},
    **{name: Unit(name) for name in SIZELESS},
}
SPELLINGS: dict[str, str] = {
    spelling: name
    for name, spellings in (
        *((name, told) for name, (_, told) in (VOLUMES | CUSTOMARY).items()),
        *(VESSELS | SIZELESS).items(),
    )
    for spelling in words(spellings)
}
# Too short, or too common a word, to be a unit anywhere but right behind its number.
ONLY_BEHIND_NUMBER = frozenset(
    {"c", "l", "g", "in", "pt", "lt", "das", "half", "whole", "quarter", "float", "head", "jig", "juice", "berry"}
)
# Without any number such a word still says one of it: "Dash", "Twist of". In the plural it says only "some".
ONE_OF = frozenset(("bar spoon",)) | frozenset(
    words(
        "dash splash drop pinch twist slice wedge wheel peel zest rind spiral strip piece chunk cube leaf sprig stick "
        "stalk clove pod scoop handful dollop squeeze drizzle sprinkle spray squirt knob shot jigger pony bottle can "
        "cup pint glass bunch part"
    )
)
