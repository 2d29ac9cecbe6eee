"""Folds the spellings of glasses, categories and alcohol labels into one each."""

from cocktails.texts import bare, line

# By their bare name without "glass": what else people call them, and how we write them.
_GLASSES = {
    "Cocktail glass": "cocktail, martini",
    "Highball glass": "highball",
    "Collins glass": "collins, tom collins",
    "Old-fashioned glass": "old fashioned, oldfashioned, rocks, lowball, low ball",
    "Shot glass": "shot",
    "Wine glass": "wine",
    "White wine glass": "white wine",
    "Red wine glass": "red wine",
    "Champagne flute": "champagne flute, flute, champagne",
    "Whiskey glass": "whiskey, whisky",
    "Whiskey sour glass": "whiskey sour, whisky sour, sour",
    "Brandy snifter": "brandy snifter, snifter, brandy",
    "Margarita/Coupette glass": "margarita coupette, margarita, coupette",
    "Coupe glass": "coupe",
    "Nick and Nora glass": "nick and nora",
    "Beer glass": "beer",
    "Pint glass": "pint",
    "Hurricane glass": "hurricane",
    "Parfait glass": "parfait",
    "Cordial glass": "cordial, liqueur",
    "Pousse café glass": "pousse cafe",
    "Irish coffee cup": "irish coffee cup, irish coffee",
    "Balloon glass": "balloon",
    "Tumbler": "tumbler",
    "Coffee mug": "coffee mug, coffee",
    "Copper mug": "copper mug",
    "Beer mug": "beer mug",
    "Mason jar": "mason jar",
    "Punch bowl": "punch bowl, punch",
    "Beer pilsner": "beer pilsner, pilsner",
}
GLASSES = frozenset(_GLASSES)
_GLASS_OF = {name: shown for shown, names in _GLASSES.items() for name in names.split(", ")}

_CATEGORIES = {
    "Ordinary Drink": "ordinary drink, ordinary",
    "Cocktail": "cocktail",
    "Shot": "shot",
    "Coffee / Tea": "coffee tea",
    "Punch / Party Drink": "punch party drink, punch, party drink",
    "Other / Unknown": "other unknown, unknown other, other, unknown",
    "Soft Drink": "soft drink, soft drink soda, soda",
    "Homemade Liqueur": "homemade liqueur",
    "Cocoa": "cocoa",
    "Shake": "shake, milk float shake",
    "Beer": "beer",
}
CATEGORIES = frozenset(_CATEGORIES)
_CATEGORY_OF = {name: shown for shown, names in _CATEGORIES.items() for name in names.split(", ")}

ALCOHOLIC, NON_ALCOHOLIC, OPTIONAL = "alcoholic", "non-alcoholic", "optional"
_ALCOHOL_OF = {
    "alcoholic": ALCOHOLIC,
    "non alcoholic": NON_ALCOHOLIC,
    "nonalcoholic": NON_ALCOHOLIC,
    "optional alcohol": OPTIONAL,
    "optional": OPTIONAL,
}


def glass(text: str | None) -> str | None:
    if not text:
        return None
    plain = bare(text)
    return _GLASS_OF.get(plain) or _GLASS_OF.get(plain.removesuffix(" glass")) or line(text).casefold().capitalize()


def category(text: str | None) -> str:
    """Where the catalogue gives none, its own word for that; so every drink is in some category."""
    if not text:
        return "Other / Unknown"
    return _CATEGORY_OF.get(bare(text)) or " / ".join(line(part).title() for part in text.split("/"))


def alcoholic(text: str | None) -> str | None:
    """One of the three labels, or None where the catalogue says nothing that is known."""
    return _ALCOHOL_OF.get(bare(text)) if text else None


def tags(text: str | None) -> list[str]:
    """Split at commas, each once whatever its case, in the order given."""
    parts = [line(part) for part in (text or "").split(",")]
    return list({part.casefold(): part for part in reversed(parts) if part}.values())[::-1]
