"""Understands the names of ingredients: what an ingredient is, how strong it is, and under which names it is found.

The same reading serves for storing and for asking, so "baileys" finds what was stored as "Irish cream". A name that the
table does not have is read by its head noun, the last one that means something: "blood orange juice" is an orange
juice, "passion fruit liqueur" a liqueur. What cannot be read is unknown, and never called alcohol-free.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from cocktails import ingredient_table as tables
from cocktails.texts import key, words

KIND_ONLY, APART, MADE_OF, BRAND = "*", "~", "<", "@"
CITRUS, FRUIT, SOLID, JUICE = "citrus", "fruit", "solid", "juice"


@dataclass(frozen=True)
class Ingredient:
    """`found_under` starts with its own name; its kinds follow. Having one of `replaced_by` is as good as having it,
    and having it is as good as having one of `serves_as`."""

    name: str
    abv: float = 0.0  # percent by volume
    stray: float = 0.0  # how far bottles stray from it, up and down
    role: str = SOLID
    found_under: tuple[str, ...] = ()
    replaced_by: frozenset[str] = frozenset()
    serves_as: frozenset[str] = frozenset()
    plain: str = ""  # a brand's kind; else its own name
    is_kind_only: bool = False
    is_known: bool = True

    @property
    def is_solid(self) -> bool:
        return self.role in (SOLID, FRUIT, CITRUS)

    @property
    def is_soft(self) -> bool:
        """Surely without alcohol."""
        return self.is_known and self.abv == 0 and self.stray == 0


def covers(have: Ingredient, need: Ingredient) -> bool:
    """Whether who has the one can make what asks for the other."""
    return have.name in need.replaced_by or need.plain in have.serves_as


@lru_cache(maxsize=4096)  # a catalogue says "Lime juice" a hundred times
def understood(name: str) -> Ingredient:
    own = key(name)
    exact = _NAMES.get(own)
    if exact:
        return exact
    said = own.split()
    if len(plain := _without(said, _FREE_OF_ALCOHOL)) < len(said) and plain:
        return _alone(own, Ingredient(own, role=understood(" ".join(plain)).role))
    if said[:2] == ["juice", "of"]:
        return understood(" ".join([*said[2:], JUICE]))
    bare = _without(said, _DESCRIBING)
    if bare and bare != said:
        found = _NAMES.get(key(" ".join(bare)))
        if found:
            return found
    part = _without(bare, _PARTS)
    if part and part != bare:
        return replace(understood(" ".join(part)), role=SOLID)
    return _by_head(own, bare or said)


def is_understood(name: str) -> bool:
    return understood(name).is_known


def near(name: str, others: Iterable[str] = ()) -> list[str]:
    """Up to three known names that somebody may have meant; `others` are names known from elsewhere."""
    own = key(name)
    known = [*dict.fromkeys([*_NAMES, *others])]
    alike = get_close_matches(own, known, 3, 0.72)
    part_of = [other for other in known if own in other.split()] if own else []
    found = dict.fromkeys(understood(other).name for other in [*alike, *part_of])
    return [other for other in found if other != own][:3]


def members(kind: str) -> list[str]:
    """What is of a kind, and is not a kind again."""
    found = [other for other in dict.fromkeys(_NAMES.values()) if kind in other.found_under[1:]]
    kinds = {name for other in found for name in other.found_under[1:]}
    return [other.name for other in found if other.name not in kinds]


# --- reading a name that the table does not have -------------------------------------------------------------------

_FREE_OF_ALCOHOL = frozenset(
    tuple(words(phrase))
    for phrase in (
        "non alcoholic", "nonalcoholic", "alcohol free", "zero alcohol", "zero proof", "no alcohol", "dealcoholized",
        "dealcoholised", "virgin", "0 0",
    )
)  # fmt: skip
# What is done to an ingredient, or said in its praise, does not make it another.
_DESCRIBING = frozenset(
    (word,)
    for word in words("""
        fresh freshly squeezed pressed unsweetened sweetened frozen concentrate crushed chopped sliced whole of ground
        dried diced cubed shaved grated peeled pitted canned bottled chilled cold hot warm iced large small medium ripe
        raw organic pure natural good quality premium plain clear strong dry extra fine finely thin thinly thick your
        favourite favorite any type brand optional quartered halved granulated powdered powder toasted roasted smoked
        cooked pasteurized for garnish to taste a an the about or some bar ml prepared mixed homemade
    """)
)
DOUBT = 20.0  # percent that something may have of which nobody knows
_SPIKED = frozenset(("hard", "spiked", "boozy", "alcoholic"))
_OFTEN_SPIKED = frozenset(("mixer", "dairy", "scoop"))
_PARTS = frozenset(
    (word,)
    for word in words("""
        peel wedge wedges slice slices zest twist twists rind spiral wheel leaf leaves sprig sprigs half piece pieces
        stick chunk chunks section stalk segment ring rings
    """)
)
# "Orange juice", "raspberry syrup" and the like are found under their fruit as well; a lemon vodka is not a lemon.
_FROM_FRUIT = {JUICE: JUICE, "nectar": JUICE, "puree": JUICE, "syrup": "syrup", "pulp": JUICE, "mix": JUICE}


def _by_head(own: str, said: list[str]) -> Ingredient:
    for start in range(1, len(said)):
        head = _NAMES.get(key(" ".join(said[start:])))
        if head is None:
            continue
        if head.abv == 0 and (strong := _strong_in(said[:start])):
            if head.is_solid or strong.plain != strong.name:
                return _flavoured(own, strong, is_apart=True, made_of=None)  # Absolut Pears, Jack Daniels Honey
            break  # rum raisin ice cream: how much of the rum is in it, nobody can tell
        if head.is_soft and not head.is_solid and not _SPIKED.isdisjoint(said[:start]):
            return _flavoured(own, _NAMES["wine cooler"], is_apart=True, made_of=None)  # hard lemonade
        if head.role in _OFTEN_SPIKED and not any(map(is_understood, said[:start])):
            head = replace(head, stray=DOUBT)  # Erin cream is a liqueur, and other names may be, too
        before = " ".join(said[:start])
        fruit = _NAMES.get(key(before)) if said[-1] in _FROM_FRUIT else None
        return _flavoured(own, head, is_apart=head.abv > 0 and key(before) in _NAMES, made_of=fruit)
    else:
        if said[:2] == ["creme", "de"]:
            return _flavoured(own, _NAMES["creme de"], is_apart=True, made_of=None)
        found = _strong_in(said)  # Bourbon Zorblax
        if found:
            return _flavoured(own, found, is_apart=True, made_of=None)
    return _alone(own, Ingredient(own, stray=DOUBT, role="unknown", is_known=False))


def _strong_in(said: list[str]) -> Ingredient | None:
    """The last word or words in it that mean something alcoholic, the longest of those that end there."""
    for end in range(len(said), 0, -1):
        for start in range(end):
            found = _NAMES.get(key(" ".join(said[start:end])))
            if found:
                if found.abv > 0:
                    return found
                break
    return None


def _flavoured(own: str, head: Ingredient, *, is_apart: bool, made_of: Ingredient | None) -> Ingredient:
    also = made_of.found_under if made_of and made_of.is_solid else ()
    return replace(
        head,
        name=own,
        plain=own,
        found_under=tuple(dict.fromkeys((own, *head.found_under, *also))),
        replaced_by=frozenset({own} if is_apart or also else {own, *head.replaced_by}),
        serves_as=frozenset({own} if is_apart else {own, *head.serves_as}),
        is_kind_only=False,
    )


def _alone(own: str, found: Ingredient) -> Ingredient:
    only = frozenset((own,))
    return replace(found, found_under=(own,), replaced_by=only, serves_as=only, plain=own)


def _without(said: list[str], phrases: frozenset[tuple[str, ...]]) -> list[str]:
    left, at = [], 0
    while at < len(said):
        length = next((n for n in (2, 1) if tuple(said[at : at + n]) in phrases), 0)
        if not length:
            left.append(said[at])
        at += length or 1
    return left


# --- the table, read once ------------------------------------------------------------------------------------------


def _rows() -> Iterator[tuple[int, str, str, str, str]]:
    """Depth, mark, name, strength and other names of each line."""
    for text in (tables.SOLID, tables.SOFT, tables.STRONG):  # what is strong wins: "rose" is a wine
        for line in text.strip().splitlines():
            name, strength, others = (part.rstrip() for part in line.split("|"))
            depth = (len(name) - len(name.lstrip())) // 2
            first, _, rest = name.strip().partition(" ")
            mark, shown = (first, rest) if first in (KIND_ONLY, APART, MADE_OF, BRAND) else ("", name.strip())
            yield depth, mark, shown, strength.strip(), others.strip()


def _table() -> dict[str, Ingredient]:
    found: dict[str, Ingredient] = {}
    for name in _listed(tables.SOLIDS):
        found[key(name)] = _alone(key(name), Ingredient(key(name)))
    for name, role in [
        *((name, FRUIT) for name in _listed(tables.FRUITS)),
        *((name, CITRUS) for name in _listed(tables.CITRUS)),
    ]:
        fruit = _alone(key(name), Ingredient(key(name), role=role))
        for spelling in (name, *_listed(tables.FRUIT_OTHER_NAMES.get(name, ""))):
            found[key(spelling)] = fruit
    path: list[Ingredient] = []
    usual = ""
    for depth, mark, name, strength, others in _rows():
        path[depth:] = []
        if not path:
            usual = strength = strength or usual
        made = _below(path[-1] if path else None, key(name), mark, strength)
        path.append(made)
        for spelling in (name, *_listed(others)):
            found[key(spelling)] = made
    for name in (*_listed(tables.CITRUS), *_listed(tables.FRUITS)):
        _juice(found, key(name))
    syrup, sugar = found["simple syrup"], found["sugar"]
    better = replace(
        syrup,
        found_under=(*syrup.found_under, sugar.name),
        replaced_by=syrup.replaced_by | {sugar.name},
    )
    return {name: better if made is syrup else made for name, made in found.items()}


def _below(above: Ingredient | None, name: str, mark: str, strength: str) -> Ingredient:
    numbers = strength.split()
    base = above or Ingredient(name)
    abv, stray = (float(numbers[0]), float(numbers[1])) if len(numbers) >= 2 else (base.abv, base.stray)
    role = numbers[2] if len(numbers) == 3 else base.role
    kinds = above.found_under if above else ()
    replaced_by, serves_as = {name}, {name}
    if above and mark != APART:
        if not above.is_kind_only:
            replaced_by |= above.replaced_by
        if mark != MADE_OF:
            serves_as |= above.serves_as
    return Ingredient(
        name=name,
        abv=abv,
        stray=stray,
        role=role,
        found_under=(name, *kinds),
        replaced_by=frozenset(replaced_by),
        serves_as=frozenset(serves_as),
        plain=above.plain if above and mark == BRAND else name,
        is_kind_only=mark == KIND_ONLY,
    )


def _juice(found: dict[str, Ingredient], fruit: str) -> None:
    """Every fruit's juice is found under the fruit and under juice; the fruit will do for it."""
    name = f"{fruit} {JUICE}"
    made = found.get(name) or _below(found[JUICE], name, "", "")
    found[name] = replace(
        made,
        found_under=tuple(dict.fromkeys((*made.found_under, *found[fruit].found_under))),
        replaced_by=made.replaced_by | {found[fruit].name},
    )


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.replace("\n", " ").split(",") if name.strip()]


_NAMES = _table()
