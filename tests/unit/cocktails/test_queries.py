"""What can be asked of the stored drinks, that no question scans, and what each reads."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocktails.choosing import choose, page, sort_key
from cocktails.items import card_of
from cocktails.models import admit
from cocktails.normalise import content_hash, normalised
from cocktails.queries import CocktailQueries
from cocktails.question import SORTS, BadQuestion, Question, question_from
from cocktails.store import CocktailTable
from cocktails.transform import Hashed
from tests.unit.cocktails.conftest import TABLE
from upstream.drinks import make_drinks

Aws = Callable[[str], Any]

DRINKS: dict[str, dict[str, Any]] = {
    "1": {"strDrink": "Gimlet", "strCategory": "Cocktail", "strGlass": "Cocktail glass",
          "lines": [("Gin", "50 ml"), ("Lime juice", "30 ml")]},
    "2": {"strDrink": "Gin and Tonic", "strCategory": "Ordinary Drink", "strGlass": "Highball Glass",
          "lines": [("Gin", "40 ml"), ("Tonic water", "120 ml"), ("Lime", "Garnish with")]},
    "3": {"strDrink": "Daiquiri", "strCategory": "cocktail ", "strGlass": "Cocktail glass", "strTags": "IBA,Sour",
          "lines": [("Light rum", "60 ml"), ("Lime juice", "20 ml"), ("Sugar syrup", "10 ml")]},
    "4": {"strDrink": "Limeade", "strAlcoholic": "Non alcoholic", "strGlass": "Copper Mug",
          "lines": [("Limes", "2"), ("Soda water", "200 ml"), ("Water", "")]},
    "5": {"strDrink": "Mudslide Malt", "strCategory": "Shake", "strGlass": "Beer mug", "strInstructions": "Blend it.",
          "lines": [("Baileys irish cream", "50 ml"), ("Vanilla ice-cream", "2 scoops"), ("Absolut Vodka", "20 ml")]},
    "6": {"strDrink": "Gin Sour", "strCategory": "Cocktail", "strGlass": "Whiskey sour glass",
          "strInstructions": "Shake, strain, muddle.",
          "lines": [("Gin", "50 ml"), ("Lemon juice", "30 ml"), ("Sugar syrup", "20 ml"), ("Zorblax", "10 ml")]},
}  # fmt: skip


def made(identity: str) -> dict[str, Any]:
    fields = dict(DRINKS[identity])
    lines = fields.pop("lines")
    columns = {f"strIngredient{n}": name for n, (name, _) in enumerate(lines, 1)}
    columns |= {f"strMeasure{n}": measure for n, (_, measure) in enumerate(lines, 1)}
    raw = {"idDrink": identity, "strAlcoholic": "Alcoholic", "strCategory": "Ordinary Drink", **columns, **fields}
    return normalised(admit(raw))


CARDS = [card_of(made(identity)) for identity in DRINKS]


def found(**fields: Any) -> list[str]:
    return [card["id"] for card in choose(CARDS, question_from(fields))]


class TestChoosing:
    @pytest.mark.parametrize(
        ("fields", "ids"),
        [
            ({}, ["3", "1", "2", "6", "4", "5"]),
            ({"with": "gin,lime"}, ["1", "2"]),
            ({"with": ["GIN", "Limes", "tonic"]}, ["2"]),
            ({"with": "rum"}, ["3"]),
            ({"with": "baileys", "without": "milk"}, ["5"]),
            ({"with": "lime", "without": "gin"}, ["3", "4"]),
            ({"without": ["lime", "absolut"]}, ["6"]),
            ({"without": "spirits,gin,rum,vodka"}, ["4"]),
            ({"mocktails": True}, ["4"]),
            ({"mocktails": "true", "with": "lime"}, ["4"]),
            ({"category": "COCKTAIL"}, ["3", "1", "6"]),
            ({"category": "Cocktails"}, ["3", "1", "6"]),
            ({"category": "shots"}, []),
            ({"glass": "martini"}, ["3", "1"]),
            ({"glass": "highball glass"}, ["2"]),
            ({"glass": "mug"}, ["4", "5"]),
            ({"glass": "flute"}, []),
            ({"at_most": 2}, ["1"]),
            ({"at_most": "3", "with": "gin"}, ["1", "2"]),
            ({"weaker_than": 12}, ["2", "4", "5"]),
            ({"weaker_than": "12%", "with": "gin"}, ["2"]),
            ({"search": "sour"}, ["6", "3"]),
            ({"search": "gin"}, ["2", "6", "1"]),
            ({"search": "MUG cream"}, ["5"]),
            ({"search": "whisky sour"}, []),
            ({"search": "light rum"}, ["3"]),
            ({"search": "bailey"}, ["5"]),
            ({"search": "daiq sirup"}, ["3"]),
            ({"search": "non-alcoholic"}, ["4"]),
            ({"sort": "strength"}, ["4", "5", "2", "6", "1", "3"]),
            ({"sort": "ingredients", "reverse": True}, ["6", "5", "4", "2", "3", "1"]),
            ({"sort": "effort", "with": "gin"}, ["1", "2", "6"]),
            ({"bar": "gin,lime"}, ["1"]),
            ({"bar": "gin,lime,tonic,soda"}, ["1", "2", "4"]),
            ({"bar": "gin,tonic"}, ["2"]),
            ({"bar": "gin,lime", "missing": 1}, ["1", "2", "4"]),
            ({"bar": "bourbon", "missing": 1}, []),
            ({"bar": "hendricks,limes", "missing": "2", "with": "gin"}, ["1", "2"]),
            ({"bar": "rum,lime,sugar"}, ["3"]),
            ({"bar": "vodka,irish cream,ice cream"}, ["5"]),
        ],
    )  # fmt: skip
    def test_answers(self, fields: dict[str, Any], ids: list[str]) -> None:
        assert found(**fields) == ids

    def test_a_bar_says_what_is_missing_and_what_to_buy_next(self) -> None:
        asked = question_from({"bar": "gin,lime", "missing": 2})
        answer = page(choose(CARDS, asked), asked, 10)
        assert {card["id"]: card["missing"] for card in answer.drinks} == {
            "1": [], "2": ["tonic water"], "4": ["soda water"], "3": ["white rum", "simple syrup"],
        }  # fmt: skip
        assert answer.one_more == [("soda water", 1), ("tonic water", 1)]

    def test_what_is_unknown_is_weaker_only_at_its_strongest(self) -> None:
        sour = next(card for card in CARDS if card["id"] == "6")
        between = (sour["strength"]["percent"] + sour["strength"]["high"]) / 2
        assert "6" not in found(weaker_than=between)
        assert "6" in found(weaker_than=sour["strength"]["high"] + 1)

    @pytest.mark.parametrize(
        ("fields", "field", "message"),
        [
            ({"with": ""}, "with", "such as gin"),
            ({"with": ["gin", " , "]}, "with", "empty name"),
            ({"without": "…"}, "without", "empty name"),
            ({"bar": ""}, "bar", "empty name"),
            ({"missing": 1}, "missing", "what is in the bar"),
            ({"sort": "missing"}, "sort", "bar"),
            ({"missing": "one", "bar": "gin"}, "missing", "whole number"),
            ({"at_most": 0}, "at_most", "from 1"),
            ({"at_most": "-2"}, "at_most", "from 1"),
            ({"weaker_than": "strong"}, "weaker_than", "percent"),
            ({"weaker_than": "nan"}, "weaker_than", "percent"),
            ({"glass": " "}, "glass", "such as highball"),
            ({"category": ""}, "category", "such as cocktail"),
            ({"search": "!"}, "search", "such as sour"),
            ({"sort": "colour"}, "sort", "strength"),
            ({"reverse": "maybe"}, "reverse", "true or false"),
            ({"colour": "red"}, "colour", "not a field"),
            ({"with": ["gin"] * 3 + [str(n) for n in range(200)]}, "with", "up to 100"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_said(self, fields: dict[str, Any], field: str, message: str) -> None:
        with pytest.raises(BadQuestion, match=message) as caught:
            question_from(fields)
        assert caught.value.field == field

    @pytest.mark.parametrize(
        ("fields", "near"), [({"category": "coctail"}, "Cocktail"), ({"glass": "copper mag"}, "Copper mug")]
    )
    def test_an_unknown_glass_or_category_gets_the_near_ones(self, fields: dict[str, Any], near: str) -> None:
        with pytest.raises(BadQuestion) as caught:
            found(**fields)
        assert near in caught.value.near


class TestPages:
    @pytest.mark.parametrize("sort", [None, *(sort for sort in SORTS if sort != "missing")])
    @pytest.mark.parametrize("reverse", [False, True])
    def test_following_the_cursors_shows_everything_once(self, sort: str | None, *, reverse: bool) -> None:
        cards = [card_of(normalised(admit(drink))) for drink in make_drinks(1)]
        asked = Question(sort=sort, reverse=reverse)
        chosen = choose(cards, asked)
        seen, cursor = [], None
        for _ in range(len(cards)):
            got = page(chosen, asked, 7, cursor)
            seen += [card["id"] for card in got.drinks]
            cursor = got.next
            if cursor is None:
                break
        assert seen == [card["id"] for card in chosen]
        assert len(set(seen)) == len(cards)

    def test_a_cursor_stays_right_when_its_drink_is_gone_and_others_come(self) -> None:
        asked = Question()
        first = page(choose(CARDS, asked), asked, 2)
        later = [{**CARDS[0], "id": "0", "name": "Aaa"}, *(card for card in CARDS if card != first.drinks[-1])]
        second = page(choose(later, asked), asked, 2, first.next)
        assert [card["id"] for card in second.drinks] == ["2", "6"]

    def test_the_last_page_has_no_next(self) -> None:
        asked = Question()
        assert page(choose(CARDS, asked), asked, len(CARDS)).next is None
        assert page(choose(CARDS, asked), asked, 2, skip=100).drinks == []

    @given(st.text(max_size=40))
    def test_any_text_is_a_cursor_of_this_question_or_said_to_be_none(self, text: str) -> None:
        with pytest.raises(BadQuestion, match="cursor"):
            page(CARDS, Question(), 2, text)

    def test_a_cursor_of_another_question_is_refused(self) -> None:
        cursor = page(choose(CARDS, Question()), Question(), 2).next
        with pytest.raises(BadQuestion, match="first page"):
            page(CARDS, Question(sort="strength"), 2, cursor)

    def test_equal_keys_are_told_apart(self) -> None:
        twins = [{**CARDS[0], "id": str(n)} for n in range(5)]
        assert len({str(sort_key(card, Question())) for card in twins}) == 5


class Watched:
    """A DynamoDB client that notes what it is asked for."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._client, name)

    def get_paginator(self, name: str) -> Any:
        self.calls.append(name)
        return self._client.get_paginator(name)


@pytest.fixture
def watched(aws: Aws) -> Watched:
    drinks = [made(identity) for identity in DRINKS]
    CocktailTable(aws("dynamodb"), TABLE).store(
        [Hashed(d, content_hash(d)) for d in drinks], "2026-11-20T06:00:00+00:00"
    )
    return Watched(aws("dynamodb"))


@pytest.fixture
def queries(watched: Watched) -> CocktailQueries:
    return CocktailQueries(watched, TABLE)


class TestTheTable:
    @pytest.mark.parametrize(
        "fields",
        [
            {}, {"with": "gin,lime"}, {"with": "rum", "weaker_than": 40}, {"mocktails": True}, {"glass": "mug"},
            {"bar": "gin,lime", "missing": 1}, {"search": "sour", "with": "gin"}, {"category": "cocktail"},
            {"without": "gin", "sort": "strength"},
        ],
    )  # fmt: skip
    def test_it_answers_as_the_cards_do_and_never_scans(
        self, queries: CocktailQueries, watched: Watched, fields: dict[str, Any]
    ) -> None:
        answer = queries.ask(question_from(fields), limit=100)
        assert answer.page.drinks == choose(CARDS, question_from(fields))
        assert set(watched.calls) <= {"query", "batch_get_item"}
        assert answer.units > 0

    def test_with_many_found_the_cards_are_read_at_once(
        self, queries: CocktailQueries, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cocktails.queries.FEW", 1)
        assert queries.ask(question_from({"with": "gin"})).page.total == 3
        assert watched.calls == ["query", "query"]

    def test_an_unknown_ingredient_gets_the_near_ones(self, queries: CocktailQueries) -> None:
        assert queries.ask(question_from({"with": "bayleys"})).near == {"bayleys": ["irish cream"]}
        assert queries.ask(question_from({"without": "zorblaxx"})).near == {"zorblaxx": ["zorblax"]}
        assert queries.ask(question_from({"with": "zorblax"})).near == {}
        assert queries.ask(question_from({"with": "mezcal"})).near == {}

    def test_a_brand_that_no_recipe_names_means_its_kind(self, queries: CocktailQueries) -> None:
        answer = queries.ask(question_from({"with": "midori"}))
        assert (answer.page.total, answer.instead) == (0, {"midori": "melon liqueur"})
        answer = queries.ask(question_from({"with": "bacardi,lime"}))
        assert ([card["id"] for card in answer.page.drinks], answer.instead) == (["3"], {"bacardi": "white rum"})
        assert queries.ask(question_from({"with": "absolut"})).instead == {}

    def test_pages(self, queries: CocktailQueries) -> None:
        first = queries.ask(Question(), limit=4)
        second = queries.ask(Question(), limit=4, cursor=first.page.next)
        assert [len(first.page.drinks), len(second.page.drinks), second.page.next] == [4, 2, None]
        assert queries.ask(Question(), limit=4, skip=4).page.drinks == second.page.drinks

    @pytest.mark.parametrize(
        ("name", "ids"),
        [
            ("gimlet", ["1"]),
            ("GIN & TONIC", ["2"]),
            ("5", ["5"]),
            ("mudslide", ["5"]),
            ("gin", ["2", "6"]),
            ("gimlit", []),
        ],
    )
    def test_a_drink_by_its_name(self, queries: CocktailQueries, name: str, ids: list[str]) -> None:
        named = queries.named(name)
        assert [card["id"] for card in named.candidates] == ids
        assert (named.drink["id"] if named.drink else None) == (ids[0] if len(ids) == 1 else None)
        assert named.near == (["Gimlet"] if name == "gimlit" else [])

    def test_whole_drinks_come_in_the_order_asked_for(self, queries: CocktailQueries) -> None:
        assert [drink["id"] for drink in queries.whole(["3", "99", "1", "3", "1#gin"])] == ["3", "1"]
        drink = queries.drink("3")
        assert drink is not None
        assert drink["ingredients"][0]["measure"]["ml"] == 60
