"""Says how hard a drink is to make, by how many things go in and what the instructions have you do."""

import re
from collections.abc import Iterable, Iterator

from cocktails.texts import bare, words

# Each counts once, in whichever form it is said.
_WORK = (
    "shake shaken shaking",
    "blend blended blending",
    "muddle muddled muddling",
    "strain strained straining",
    "rim rimmed rimming",
    "crush crushing",
    "mash mashed mashing",
)
_SKILLED = (
    "flame flamed flaming ignite ignited set_fire",
    "layer layers layered layering float floated floating",
    "infuse infused infusing",
    "simmer simmered simmering boil boiled",
    "caramelize caramelized caramelise caramelised",
    "whip whipped whipping",
)
_WORK_FORMS = [frozenset(words(forms)) for forms in _WORK]
_SKILLED_FORMS = frozenset(form for forms in _SKILLED for form in words(forms))
_NOT = frozenset(words("not dont never without avoid no"))
_REACH = 3  # words: "do not let it boil"
# Things, not something to do.
_THINGS = re.compile(
    r"\b(?:(?:whipped|whipping|whip) (?:cream|topping)|blended (?:whiske?y|scotch)|boiling (?:hot )?water|boiled water"
    r"|crushed ice|shaker|rim of|float of)\b"
)


def difficulty(instructions: str | None, ingredients: Iterable[str]) -> str:
    """Easy, medium or hard."""
    names = [bare(name) for name in ingredients]
    said = set(_done(bare(instructions or ""), names))
    points = max(0, len(names) - 2) // 2
    points += sum(not forms.isdisjoint(said) for forms in _WORK_FORMS) + ("stir_over" in said)
    points += 3 * (not _SKILLED_FORMS.isdisjoint(said))
    return "easy" if points <= 2 else "medium" if points <= 4 else "hard"


def _done(text: str, names: list[str]) -> Iterator[str]:
    """The words that say what to do: without ingredients' names, things, and what is not to be done."""
    text = _THINGS.sub("it", text)
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", "it", text)
    said = text.replace("stir over", "stir_over").replace("set fire", "set_fire").split()
    for at, word in enumerate(said):
        if _NOT.isdisjoint(said[max(0, at - _REACH) : at]):
            yield word
