"""Drinks, by the same questions that the command has: cocktails/question.py says what each field means."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import tables
from api.answers import json_answer
from api.cursors import cursor_of, position_of
from api.problems import Invalid, Missing
from api.routes.common import LONGEST_KEY, Asked

router = APIRouter(tags=["cocktails"])
IngredientName = Annotated[str, Field(min_length=1, max_length=100)]
Ingredients = Annotated[list[IngredientName] | None, Field(max_length=100)]
Words = Annotated[str | None, Field(min_length=1, max_length=100)]


class Drink(BaseModel):
    model_config = ConfigDict(extra="allow")

    id: str
    name: str


class Ingredient(BaseModel):
    name: str = Field(description="as `with`, `without` and `bar` take it")
    drinks: int = Field(description="how many have it")


class IngredientList(BaseModel):
    ingredients: list[Ingredient] = Field(description="the most used first")


class Purchase(BaseModel):
    ingredient: str
    drinks: int


class DrinkPage(BaseModel):
    drinks: list[Drink]
    total: int = Field(description="drinks on all pages")
    lastKey: str | None = Field(description="asks for the next page; null on the last one")  # noqa: N815
    one_more: list[Purchase] = Field(description="for a bar: what to buy next, and how many drinks need only that")
    near: dict[str, list[str]] = Field(description="for each ingredient that nobody knows, what may have been meant")
    instead: dict[str, str] = Field(description="for each brand that no recipe names, the kind that was asked for")


class DrinksAsked(Asked):
    made_with: Ingredients = Field(None, alias="with", description="ingredients it has", examples=[["gin", "lime"]])
    without: Ingredients = Field(None, description="ingredients it has not")
    bar: Ingredients = Field(None, description="what there is to make it with")
    missing: int | None = Field(None, ge=0, le=100, description="how many ingredients the bar may lack")
    at_most: int | None = Field(None, ge=1, le=100, description="how many ingredients it has at most")
    mocktails: bool | None = Field(None, description="only without alcohol")
    weaker_than: float | None = Field(None, gt=0, le=100, description="percent by volume")
    glass: Words = None
    category: Words = Field(None, examples=["cocktail"])
    search: Words = Field(None, description="words in its name, tags, glass, category and ingredients")
    sort: Literal["name", "strength", "ingredients", "effort", "missing"] | None = None
    reverse: bool | None = None


@router.get("/cocktails", response_model=DrinkPage, summary="Drinks that fit a question")
def page(asked: Annotated[DrinksAsked, Query()]) -> Response:
    from cocktails.question import BadQuestion, question_from

    fields = asked.model_dump(by_alias=True, exclude_none=True, exclude={"limit", "lastKey"})
    try:
        question = question_from(fields)
        belongs_to = ("cocktails", question.digest())
        after = position_of(asked.lastKey, *belongs_to)
        found = tables.cocktails().ask(question, limit=asked.limit, cursor=after["cursor"] if after else None)
    except BadQuestion as error:
        raise Invalid(error.field, str(error)) from None
    shown = found.page
    answer: dict[str, Any] = {
        "drinks": shown.drinks,
        "total": shown.total,
        "lastKey": cursor_of({"cursor": shown.next} if shown.next else None, *belongs_to),
        "one_more": [{"ingredient": name, "drinks": number} for name, number in shown.one_more],
        "near": found.near,
        "instead": found.instead,
    }
    return json_answer(answer, max_age=60)


@router.get("/cocktails/{identity}", response_model=Drink, summary="One drink, whole")
def one(identity: Annotated[str, Path(examples=["20008"])]) -> Response:
    can_be = 0 < len(identity.encode("utf-8", "replace")) <= LONGEST_KEY
    found = tables.cocktails().drink(identity) if can_be else None
    if found is None:
        raise Missing("there is no drink with this id")
    return json_answer(found, max_age=60)


@router.get("/ingredients", response_model=IngredientList, summary="What the drinks are made with")
def ingredients() -> Response:
    found = [{"name": name, "drinks": number} for name, number in tables.cocktails().ingredients()]
    return json_answer({"ingredients": found}, max_age=60)
