"""Dice, and words to make text of. Names are put together from syllables, so that they are nobody's."""

import random


def dice(*key: object) -> random.Random:
    """Chance that repeats itself for the same key, under every Python."""
    return random.Random(":".join(map(str, key)))  # noqa: S311 - for sample data, not for secrets


def _list(words: str) -> list[str]:
    return words.split()


SYLLABLES = _list("ba bel cor da del en fa gar hol in ka lor mar nel or pa ra sel tam ul ven wil")
NOUNS = _list("harbour lantern ledger orchard signal barrel archive garden compass valley kettle canvas window engine")
VERBS = _list("gathers carries measures follows opens answers repairs borrows delivers remembers questions mixes")
ADJECTIVES = _list("quiet amber distant early patient narrow copper gentle sudden plain northern hidden")


def invented_name(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


def sentence(rng: random.Random, words: int) -> str:
    """About so many words; always a thing that does something to another."""
    parts = [rng.choice(ADJECTIVES), rng.choice(NOUNS), rng.choice(VERBS), rng.choice(NOUNS)]
    while len(parts) < words:
        parts += [
            rng.choice(("beyond", "beside", "without", "before")),
            "the",
            rng.choice(ADJECTIVES),
            rng.choice(NOUNS),
        ]
    return " ".join(parts[: max(words, 4)])
