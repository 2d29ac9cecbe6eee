"""Names for drinks, invented here: some for every letter, and some that start with a digit as a few real ones do."""

from itertools import product

FIRSTS = {
    "a": "Amber Attic Autumn", "b": "Brass Barrel Blue", "c": "Copper Candle Cliff", "d": "Dusty Drifting Dawn",
    "e": "Ember Eastern Echo", "f": "Fallen Ferry Foggy", "g": "Gilded Granite Garden", "h": "Harbour Hollow Humble",
    "i": "Idle Iron", "j": "Jade Jolly", "k": "Kettle Kindled", "l": "Lantern Lazy Loud", "m": "Marble Midnight Moss",
    "n": "Northern Nutmeg", "o": "Open Orchard", "p": "Paper Pilot Pewter", "q": "Quarry", "r": "Rusty River Rooftop",
    "s": "Silent Salted Summer", "t": "Tidal Tin Turning", "u": "Upland", "v": "Velvet Valley", "w": "Winter Willow",
    "x": "Xylem", "y": "Yonder", "z": "Zinc",
}  # fmt: skip
SECONDS = ("Compass", "Parade", "Whistle")
NUMBERED = ("3 Bells", "12 Steps Down", "77 Lanterns", "100 Paces")
# Letters and marks that folding and sorting must survive.
ACCENTED = ("Éclair Noir Parade", "Ångström Fizz", "Jalapeño Whistle", 'Ölberg\'s "Old" Cup', "Bitter & Sons’ No. 2")


def drink_names() -> list[str]:
    pairs = [f"{first} {second}" for firsts in FIRSTS.values() for first, second in product(firsts.split(), SECONDS)]
    return [*pairs, *NUMBERED, *ACCENTED]
