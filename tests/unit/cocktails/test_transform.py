"""Whatever an answer holds ends in drinks or rejections, none lost and none twice."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocktails.transform import Batch, as_lines, transform
from common.errors import BadInput
from upstream.answers import json_answer
from upstream.drinks import make_drinks
from upstream.faults import Fault, spoil

GIN = {"idDrink": "1", "strDrink": "One", "strIngredient1": "Gin", "strMeasure1": "1 oz"}


def answer(drinks: Any) -> bytes:
    return json.dumps({"drinks": drinks}).encode()


def accounted(batch: Batch) -> int:
    return len(batch.drinks) + batch.repeats + len(batch.rejections)


def test_the_whole_catalogue() -> None:
    batch = transform(answer(make_drinks(1)))
    assert (len(batch.drinks), batch.repeats, batch.rejections) == (len(make_drinks(1)), 0, [])


def test_one_bad_drink_does_not_sink_its_batch() -> None:
    batch = transform(answer([GIN, {**GIN, "idDrink": None}, {**GIN, "idDrink": "2"}]))
    assert [hashed.drink["id"] for hashed in batch.drinks] == ["1", "2"]
    assert batch.rejections == [
        {"position": 1, "id": None, "name": "One", "reason": "idDrink is missing", "entry": {**GIN, "idDrink": None}}
    ]


def test_said_twice() -> None:
    batch = transform(answer([GIN, {**GIN, "strDrink": "One "}, {**GIN, "strDrink": "Other"}]))
    assert (len(batch.drinks), batch.repeats) == (1, 1)
    assert batch.rejections[0]["reason"] == "drink 1 is in this answer before, with other content"


@pytest.mark.parametrize("nothing", [None, [], "no data found"])
def test_nothing_found(nothing: Any) -> None:
    assert transform(answer(nothing)) == Batch()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b'{"drinks": [', b"[]", b"null", b"7", b"{}", b'{"data": {"drinks": []}}', b'{"drinks": {}}',
        b'{"drinks": [NaN]}', b"\xff\xfe", b"[" * 100_000, b'{"drinks": [' + b"9" * 5000 + b"]}",
    ],
)  # fmt: skip
def test_an_answer_that_is_not_of_the_form(body: bytes) -> None:
    with pytest.raises(BadInput):
        transform(body)


def test_a_changed_schema_rejects_every_drink_with_its_reason() -> None:
    made = json_answer({"drinks": make_drinks(1)[:5]})
    batch = transform(spoil(made, Fault("/", "changed_schema")).body)
    assert (batch.entries, len(batch.rejections)) == (5, 5)
    assert all("idDrink is missing" in rejection["reason"] for rejection in batch.rejections)


def test_a_summary_is_not_taken_for_a_recipe() -> None:
    batch = transform(answer([{"idDrink": "1", "strDrink": "One", "strDrinkThumb": "x"}]))
    assert "summary" in batch.rejections[0]["reason"]


def test_a_drink_too_large_for_an_item_is_set_aside() -> None:
    wordy = {f"strInstructions{language}": "酒" * 20_000 for language in ("", "ES", "DE", "FR", "IT", "ZH-HANS")}
    batch = transform(answer([GIN, {**GIN, "idDrink": "2", **wordy}]))
    assert len(batch.drinks) == 1
    assert "at most 350,000 fit an item" in batch.rejections[0]["reason"]


def test_a_rejected_entry_is_kept_as_it_came_whatever_it_holds() -> None:
    entry = {"strDrink": "half a \ud83c", "x": "🍸"}
    assert json.loads(as_lines(transform(answer([entry])).rejections))["entry"] == entry


def test_the_same_bytes_every_time() -> None:
    body = answer([*make_drinks(1), {"bad": 1}])
    first, second = transform(body), transform(body)
    assert as_lines([h.drink for h in first.drinks]) == as_lines([h.drink for h in second.drinks])
    assert as_lines(first.rejections) == as_lines(second.rejections)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    ["idDrink", "strDrink", "strTags", "strGlass", "strInstructions", "strInstructionsDE", "dateModified"]
    + [f"str{part}{n}" for part in ("Ingredient", "Measure") for n in (1, 2, 15)]
)
untidy_drink = st.dictionaries(fields, anything | st.sampled_from(["1", "Gin", "1 1/2 oz"]), max_size=8)
near_drink = untidy_drink.map(lambda found: {**GIN, **found})


@settings(max_examples=200)
@given(st.lists(near_drink | untidy_drink | anything, max_size=8))
def test_none_is_lost(entries: list[Any]) -> None:
    batch = transform(answer(entries))
    assert batch.entries == len(entries) == accounted(batch)
    for line in as_lines([hashed.drink for hashed in batch.drinks] + batch.rejections).splitlines():
        json.loads(line)


@given(anything.map(json.dumps).map(str.encode) | st.binary(max_size=60))
def test_any_bytes_are_drinks_or_bad_input(body: bytes) -> None:
    try:
        batch = transform(body)
    except BadInput as error:
        assert str(error)
    else:
        assert batch.entries == accounted(batch)
