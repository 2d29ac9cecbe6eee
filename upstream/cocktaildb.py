"""TheCocktailDB's stand-in: search, lookup, random, filter and list, over the drinks that `drinks` makes.

Like the real one for the free keys, it puts `CAP` drinks into an answer at most, and does not say that there are more.
"""

import copy
import threading
import unicodedata
from collections.abc import Callable
from typing import Any

from upstream.answers import Answer, Params, json_answer
from upstream.drinks import make_drinks
from upstream.words import dice

Drink = dict[str, str | None]
CAP = 100
FILTERS = {"a": "strAlcoholic", "c": "strCategory", "g": "strGlass"}


class UnknownDrink(Exception):
    """There is no drink of that id to change."""


class CocktailDB:
    def __init__(self, seed: int) -> None:
        self._made = make_drinks(seed)
        self._random = dice("random.php", seed)
        self._lock = threading.Lock()
        self.drinks: list[Drink] = []
        self.restore()

    def restore(self) -> None:
        """Takes back every change."""
        self.drinks = copy.deepcopy(self._made)

    def change(self, identity: str, fields: dict[str, Any]) -> Drink:
        """Changes fields of one drink, as its editors would; wrong types are let through on purpose."""
        for drink in self.drinks:
            if drink["idDrink"] == identity:
                drink.update(fields)
                return drink
        raise UnknownDrink(f"there is no drink {identity!r}")

    def answer(self, path: str, params: Params) -> Answer:
        pages: dict[str, Callable[[Params], list[Any] | str | None]] = {
            "/search.php": self._search,
            "/lookup.php": self._lookup,
            "/random.php": self._any,
            "/filter.php": self._filter,
            "/list.php": self._list,
        }
        if path not in pages:
            return Answer(404, b"<html><body>Not Found</body></html>\n", "text/html")
        return json_answer({"drinks": pages[path](params)})

    def _search(self, params: Params) -> list[Drink] | None:
        """By first letter (`f`) or by a part of the name (`s`); nothing found is null, not an empty list."""
        if "f" in params:
            letter = params["f"][:1].casefold()
            return self._where(lambda drink: bool(letter) and _name(drink).startswith(letter))
        wanted = params.get("s", "").strip().casefold()
        return self._where(lambda drink: wanted in _name(drink))

    def _lookup(self, params: Params) -> list[Drink] | None:
        return self._where(lambda drink: drink["idDrink"] == params.get("i"))

    def _any(self, _params: Params) -> list[Drink]:
        with self._lock:
            return [self._random.choice(self.drinks)]

    def _filter(self, params: Params) -> list[Drink] | str:
        """By one property. The real service answers with a sentence where nothing is found."""
        for parameter, field in FILTERS.items():
            if parameter in params:
                return _short(self._with(params[parameter], field))
        if "i" in params:
            return _short(self._with(params["i"], *(f"strIngredient{n}" for n in range(1, 16))))
        return "no data found"

    def _list(self, params: Params) -> list[Drink] | None:
        for parameter, field in FILTERS.items():
            if params.get(parameter) == "list":
                values = sorted({(drink[field] or "").strip() for drink in self.drinks} - {""})
                return [{field: value} for value in values]
        if params.get("i") == "list":
            names = {(drink[f"strIngredient{n}"] or "").strip() for drink in self.drinks for n in range(1, 16)}
            return [{"strIngredient1": name} for name in sorted(names - {""})]
        return None

    def _with(self, value: str, *fields: str) -> list[Drink] | None:
        wanted = _folded(value)
        return self._where(lambda drink: any(_folded(drink[field]) == wanted for field in fields))

    def _where(self, test: Callable[[Drink], bool]) -> list[Drink] | None:
        return [drink for drink in self.drinks if test(drink)][:CAP] or None


def _name(drink: Drink) -> str:
    """Without case and accents, as the real service's database compares: É is found under e."""
    bare = unicodedata.normalize("NFD", str(drink["strDrink"] or ""))
    return "".join(c for c in bare if not unicodedata.combining(c)).strip().casefold()


def _folded(text: str | None) -> str:
    return (text or "").replace("_", " ").strip().casefold()


def _short(drinks: list[Drink] | None) -> list[Drink] | str:
    if drinks is None:
        return "no data found"
    return [{field: drink[field] for field in ("strDrink", "strDrinkThumb", "idDrink")} for drink in drinks]
