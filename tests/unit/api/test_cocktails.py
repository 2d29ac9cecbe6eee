"""Drinks over HTTP: the command's questions, page by page."""

from typing import Any

import pytest

from cocktails.models import admit
from cocktails.normalise import content_hash, normalised
from cocktails.store import CocktailTable
from cocktails.transform import Hashed
from tests.unit.api.conftest import NAMES, ask


def drink(number: int, *ingredients: str) -> Hashed:
    columns = {f"strIngredient{n}": name for n, name in enumerate(ingredients, 1)}
    raw = {"idDrink": str(number), "strDrink": f"Drink {number}", "strAlcoholic": "Alcoholic", **columns}
    made = normalised(admit(raw))
    return Hashed(made, content_hash(made))


@pytest.fixture(scope="module", autouse=True)
def drinks(account: Any) -> None:
    made = [drink(n, "Gin", "Lime juice") for n in range(8)] + [drink(n, "Vodka", "Tonic water") for n in range(8, 12)]
    CocktailTable(account("dynamodb"), NAMES.table("cocktails")).store(made, "2026-11-21T06:00:00+00:00")


@pytest.mark.parametrize("limit", [1, 5, 100])
@pytest.mark.parametrize(("asked", "count"), [({}, 12), ({"with": ["gin", "lime"]}, 8), ({"search": "tonic"}, 4)])
def test_pages_hold_every_drink_once(limit: int, asked: dict[str, Any], count: int) -> None:
    seen: list[str] = []
    last: dict[str, str] = {}
    while True:
        page = ask("/cocktails", limit=limit, **asked, **last).json
        assert page["total"] == count
        seen += [drink["id"] for drink in page["drinks"]]
        if page["lastKey"] is None:
            break
        last = {"lastKey": page["lastKey"]}
    assert len(seen) == len(set(seen)) == count


def test_one_drink_whole() -> None:
    assert ask("/cocktails/3").json["name"] == "Drink 3"


def test_the_ingredients_with_the_numbers_of_their_drinks() -> None:
    found = {entry["name"]: entry["drinks"] for entry in ask("/ingredients").json["ingredients"]}
    assert (found["gin"], found["lime"], found["lime juice"], found["vodka"]) == (8, 8, 8, 4)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    for name, drinks in found.items():
        assert ask("/cocktails", **{"with": name}).json["total"] == drinks


@pytest.mark.parametrize("identity", ["99", "3#gin", "is:card#3", "x" * 2049, "é"])
def test_an_id_that_is_none_is_a_404(identity: str) -> None:
    assert ask(f"/cocktails/{identity}").status == 404


def test_what_may_have_been_meant() -> None:
    page = ask("/cocktails", **{"with": "vodca"}).json
    assert (page["total"], page["near"]["vodca"][0]) == (0, "vodka")


def test_a_question_that_makes_no_sense_names_its_field() -> None:
    for params, field in (({"missing": "1"}, "missing"), ({"with": ","}, "with"), ({"sort": "luck"}, "sort")):
        answer = ask("/cocktails", **params)
        assert (answer.status, answer.json["errors"][0]["parameter"]) == (400, field)


def test_a_cursor_of_another_question() -> None:
    key = ask("/cocktails", limit=1, search="gin").json["lastKey"]
    assert ask("/cocktails", lastKey=key).status == 400
    assert ask("/cocktails", lastKey=key, search="gin").status == 200
