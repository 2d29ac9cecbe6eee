"""Drinks come in mended or not at all, have one form, and their estimates say how sure they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocktails import vocabulary
from cocktails.models import Rejected, admit
from cocktails.normalise import content_hash, ingredient_names, normalised
from cocktails.texts import bare, key, paragraphs
from upstream.drinks import make_drinks


def raw(**fields: Any) -> dict[str, Any]:
    return {
        "idDrink": "7",
        "strDrink": "Test",
        "strAlcoholic": "Alcoholic",
        "strIngredient1": "Gin",
        "strMeasure1": "2 oz",
        **fields,
    }


def drink(**fields: Any) -> dict[str, Any]:
    return normalised(admit(raw(**fields)))


class TestTheDoor:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"idDrink": None}, "idDrink is missing"),
            ({"idDrink": "7#gin"}, "idDrink is '7#gin'"),
            ({"strDrink": "  \r\n"}, "strDrink is missing"),
            ({"strDrink": "x" * 201}, "at most 200 characters"),
            ({"strCategory": "x" * 101}, "at most 100 characters"),
            ({"strIngredient1": ["gin"]}, "strIngredient1 is ['gin']"),
            ({"strMeasure1": {"oz": 2}}, "strMeasure1 is {'oz': 2}"),
            ({"strInstructionsDE": []}, "strInstructionsDE is []"),
            ({"strGlass": True}, "strGlass is True"),
            ({"strIngredient1": None}, "no ingredients"),
            ({"strIngredient1": " "}, "no ingredients"),
        ],
    )
    def test_what_cannot_be_mended_names_its_field(self, fields: dict[str, Any], reason: str) -> None:
        with pytest.raises(Rejected) as caught:
            admit(raw(**fields))
        assert reason in str(caught.value)

    @pytest.mark.parametrize("entry", [None, 7, "drink", [], {}])
    def test_no_drink_at_all(self, entry: Any) -> None:
        with pytest.raises(Rejected):
            admit(entry)

    def test_every_field_at_fault_is_told_at_once(self) -> None:
        with pytest.raises(Rejected, match=r"idDrink is missing; strDrink is missing"):
            admit({"new_idDrink": "7"})

    def test_numbers_stand_for_texts_and_unknown_fields_are_let_be(self) -> None:
        admitted = admit(raw(idDrink=11007, strDrink=57, strMeasure1=2, strNew="x"))
        assert (admitted.id, admitted.name, admitted.lines[0].measure) == ("11007", "57", "2")

    @pytest.mark.parametrize("mark", ["\x9b", "\x90", "\x7f", "\u202e", "\u2066"])
    def test_no_name_commands_a_terminal_or_turns_its_text(self, mark: str) -> None:
        told = drink(strDrink=f"a{mark}b", strIngredient1=f"g{mark}n", strInstructions=f"x{mark}y")
        assert mark not in str(told)

    def test_no_text_breaks_a_store(self) -> None:
        told = drink(strDrink="a\x00b\ud800c", strInstructions="one\r\n\r\n\r\ntwo\r three ")
        assert told["name"] == "a\ufffdb\ufffdc"
        assert told["instructions"] == "one\n\ntwo\nthree"


class TestTheForm:
    def test_ingredients_and_measures_are_paired_by_their_column(self) -> None:
        told = drink(strIngredient2=None, strMeasure2=None, strIngredient3=" Lime  juice ", strMeasure3="Juice of 1/2")
        assert [line["name"] for line in told["ingredients"]] == ["Gin", "Lime juice"]
        assert told["ingredients"][1]["measure"] == {
            "text": "Juice of 1/2",
            "kind": "amount",
            "quantity": "1/2",
            "unit": "juice",
        }

    def test_a_range_in_millilitres(self) -> None:
        assert drink(strMeasure1="1-2 cl ")["ingredients"][0]["measure"] == {
            "text": "1-2 cl",
            "kind": "amount",
            "quantity": "1",
            "most": "2",
            "unit": "cl",
            "ml": 10.0,
            "most_ml": 20.0,
            "is_exact": True,
        }

    def test_a_repeated_ingredient_stays_twice_and_counts_once(self) -> None:
        told = drink(strIngredient2="gin ", strMeasure2="1 tsp")
        assert len(told["ingredients"]) == 2
        assert told["ingredient_count"] == 1

    def test_nobody_shouts(self) -> None:
        told = drink(strIngredient1="GIN", strIngredient2="7-UP", strIngredient3="St. Germain")
        assert [line["name"] for line in told["ingredients"]] == ["Gin", "7-up", "St. Germain"]

    def test_a_measure_without_ingredient_is_remarked(self) -> None:
        assert drink(strMeasure2="1 dash")["remarks"] == ["strMeasure2 ('1 dash') has no ingredient"]

    @pytest.mark.parametrize(
        ("text", "moment", "remarks"),
        [
            ("2016-07-18 22:27:04", "2016-07-18T22:27:04", 0),
            ("0000-00-00 00:00:00", None, 0),
            (None, None, 0),
            ("yesterday", None, 1),
        ],
    )
    def test_dates(self, text: str | None, moment: str | None, remarks: int) -> None:
        told = drink(dateModified=text)
        assert (told["modified"], len(told["remarks"])) == (moment, remarks)

    def test_tags_are_split_and_each_is_there_once(self) -> None:
        assert drink(strTags="Sour, sour,,Brunch ,")["tags"] == ["Sour", "Brunch"]
        assert drink(strTags="")["tags"] == []

    def test_spaces_and_line_ends_do_not_make_another_content(self) -> None:
        tidy = drink(strInstructions="Stir.\nServe.")
        untidy = drink(strDrink=" Test ", strMeasure1="2  oz\n", strInstructions="Stir.\r\nServe. ", strTags="")
        assert content_hash(tidy) == content_hash(untidy)
        assert content_hash(tidy) != content_hash(drink(strInstructions="Stir.\nServe!"))


class TestVocabulary:
    @pytest.mark.parametrize(
        "spellings",
        [
            ["Highball glass", "Highball Glass", "highball  GLASS", "Highball"],
            ["Old-fashioned glass", "Old-Fashioned glass", "Old Fashioned Glass", "old fashioned"],
            ["Coffee mug", "Coffee Mug"],
            ["Margarita/Coupette glass", "Margarita glass", "margarita / coupette"],
            ["Pousse cafe glass", "Pousse Café Glass"],
            ["Something new", "SOMETHING NEW "],
        ],
    )
    def test_spellings_of_a_glass_become_one(self, spellings: list[str]) -> None:
        assert len({vocabulary.glass(text) for text in spellings}) == 1

    def test_different_glasses_stay_different(self) -> None:
        names = ["Coffee mug", "Copper mug", "Beer mug", "Beer glass", "Shot glass", "Wine glass", "White wine glass"]
        assert len({vocabulary.glass(name) for name in names}) == len(names)

    def test_folding_again_changes_nothing(self) -> None:
        for made in make_drinks(1):
            told = normalised(admit(made))
            assert vocabulary.glass(told["glass"]) == told["glass"]
            assert vocabulary.category(told["category"]) == told["category"]

    def test_categories(self) -> None:
        assert {vocabulary.category(text) for text in ("Coffee / Tea", "Coffee/Tea", "coffee / tea")} == {
            "Coffee / Tea"
        }
        assert vocabulary.category(None) == vocabulary.category("Other/Unknown") == "Other / Unknown"
        assert vocabulary.category("new kind") == "New Kind"


class TestEstimates:
    def test_a_drink_of_known_amounts(self) -> None:
        told = drink(strIngredient2="Tonic water", strMeasure2="6 oz")["alcohol"]
        assert told["percent"] == 10.0  # two parts of eight, at 40 %
        assert told["low"] < 10 < told["high"] < 12
        assert (told["assumed"], told["unknown"]) == (0, [])

    def test_an_amount_that_is_not_told_makes_it_less_sure(self) -> None:
        told = drink(strIngredient2="Tonic water", strMeasure2="Fill with")["alcohol"]
        assert told["assumed"] == 1
        assert told["high"] - told["low"] > 5

    def test_parts_need_no_size(self) -> None:
        told = drink(strMeasure1="1 part", strIngredient2="Orange juice", strMeasure2="3 parts")["alcohol"]
        assert (told["percent"], told["assumed"]) == (10.0, 0)

    def test_what_the_table_does_not_know_may_be_strong(self) -> None:
        told = drink(strIngredient1="Zorblax", strMeasure1="2 oz")["alcohol"]
        assert (told["percent"], told["high"], told["unknown"]) == (0, 20, ["zorblax"])

    @pytest.mark.parametrize(
        ("label", "ingredients", "expected"),
        [
            ("Non alcoholic", ["Milk", "Honey"], True),
            ("Non Alcoholic", ["Lemonade", "Angostura bitters"], True),
            ("Non alcoholic", ["Milk", "Apple cider"], True),
            (None, ["Milk", "Apple cider"], False),
            ("Non alcoholic", ["Zorblax"], False),
            ("Non alcoholic", ["Milk", "Passion fruit liqueur"], False),
            (None, ["Vanilla bean vodka"], False),
            (None, ["Non-alcoholic gin", "Tonic water"], True),
            ("Non alcoholic", ["Vodka"], False),
            ("Alcoholic", ["Zorblax"], False),
            ("Alcoholic", ["Milk"], False),
            ("Optional alcohol", ["Milk", "Rum"], False),
            ("Optional alcohol", ["Milk"], True),
            (None, ["Milk"], True),
            (None, ["Zorblax"], False),
        ],
    )
    def test_mocktails(self, label: str | None, ingredients: list[str], expected: bool) -> None:
        columns = {f"strIngredient{n}": name for n, name in enumerate(ingredients, 1)}
        assert drink(strAlcoholic=label, **columns)["is_mocktail"] is expected

    def test_a_wrong_label_is_remarked(self) -> None:
        assert drink(strAlcoholic="Non alcoholic")["remarks"] == ["labelled non-alcoholic, but Gin has alcohol"]
        unknown = drink(strAlcoholic="Non alcoholic", strIngredient1="Zorblax")
        assert unknown["remarks"] == ["labelled non-alcoholic, but it is not known whether Zorblax has alcohol"]

    @pytest.mark.parametrize(("measure", "expected"), [("2 dashes", True), (None, True), ("1 oz", False)])
    def test_bitters_season_by_the_dash_only(self, measure: str | None, expected: bool) -> None:
        made = drink(
            strAlcoholic="Non alcoholic", strIngredient1="Lemonade", strIngredient2="Bitters", strMeasure2=measure
        )
        assert made["is_mocktail"] is expected

    def test_difficulty_grows_with_work_and_skill(self) -> None:
        assert drink(strInstructions="Pour.")["difficulty"] == "easy"
        assert drink(strInstructions="Muddle, shake, strain, and stir over ice; crush more.")["difficulty"] == "hard"
        assert drink(strInstructions="Flame the peel.")["difficulty"] == "medium"

    @pytest.mark.parametrize(
        ("ingredient", "instructions"),
        [
            ("Blended whiskey", "Pour the blended whiskey over crushed ice."),
            ("Coffee", "Heat it, but do not boil or simmer it."),
            ("Cream", "Top with whipped cream. Don't shake, never blend."),
            ("Gin", "Garnish with players' cards, trimmed primarily, from a shaker."),
        ],
    )
    def test_difficulty_goes_by_what_is_to_be_done(self, ingredient: str, instructions: str) -> None:
        from cocktails.difficulty import _done

        assert drink(strIngredient1=ingredient, strInstructions=instructions)["difficulty"] == "easy"
        work = {"blended", "boil", "simmer", "whipped", "shake", "blend", "crushed", "layer", "rim", "shaker"}
        assert work.isdisjoint(_done(bare(instructions), [bare(ingredient)]))

    def test_skill_is_told_in_any_of_its_forms(self) -> None:
        for text in ("Float the rum on top.", "Simmer it.", "Layered in a tall glass.", "Set fire to it."):
            assert drink(strInstructions=text)["difficulty"] == "medium"


def test_every_drink_of_the_catalogue_comes_in() -> None:
    for made in make_drinks(1):
        told = normalised(admit(made))
        assert (
            told["alcohol"] is None or told["alcohol"]["low"] <= told["alcohol"]["percent"] <= told["alcohol"]["high"]
        )
        assert ingredient_names(told)


@given(st.text())
def test_folding_is_done_after_once(text: str) -> None:
    assert bare(bare(text)) == bare(text)
    assert paragraphs(paragraphs(text)) == paragraphs(text)


@given(st.text(min_size=1).filter(str.strip))
def test_no_ingredient_has_an_empty_key(text: str) -> None:
    assert key(text)
