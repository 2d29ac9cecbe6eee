"""The door: what a raw drink must be to come in. Everything that can be mended is; what cannot names its field.

The only module that imports pydantic, so that fetching does not pay for it.
"""

import reprlib
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from cocktails.texts import line, mended, paragraphs

COLUMNS = 15
_LANGUAGES = {"es": "ES", "de": "DE", "fr": "FR", "it": "IT", "zh-hans": "ZH-HANS", "zh-hant": "ZH-HANT"}


def _one_line(value: Any) -> Any:
    return (line(mended(value)) or None) if isinstance(value, str) else value


def _paragraphs(value: Any) -> Any:
    return (paragraphs(mended(value)) or None) if isinstance(value, str) else value


# An id becomes part of table keys: see store.
DrinkId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$"), BeforeValidator(_one_line)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_one_line)]
ShortText = Annotated[Annotated[str, StringConstraints(max_length=2_000)] | None, BeforeValidator(_one_line)]
# Ingredients and categories become keys, which DynamoDB bounds.
KeyText = Annotated[Annotated[str, StringConstraints(max_length=100)] | None, BeforeValidator(_one_line)]
LongText = Annotated[Annotated[str, StringConstraints(max_length=20_000)] | None, BeforeValidator(_paragraphs)]


class Rejected(Exception):
    """The drink cannot come in. The message names each field at fault."""


class RecipeLine(BaseModel):
    """One of the columns, with its number."""

    model_config = ConfigDict(coerce_numbers_to_str=True, frozen=True)

    column: int
    ingredient: KeyText
    measure: ShortText


class RawDrink(BaseModel):
    """A drink as the catalogue sends it: numbers may stand for texts, fields may be null or missing, more may come."""

    model_config = ConfigDict(coerce_numbers_to_str=True, frozen=True, extra="ignore")

    id: DrinkId = Field(alias="idDrink")
    name: Name = Field(alias="strDrink")
    alternate_name: ShortText = Field(None, alias="strDrinkAlternate")
    tags: ShortText = Field(None, alias="strTags")
    video: ShortText = Field(None, alias="strVideo")
    category: KeyText = Field(None, alias="strCategory")
    iba: ShortText = Field(None, alias="strIBA")
    alcoholic: ShortText = Field(None, alias="strAlcoholic")
    glass: ShortText = Field(None, alias="strGlass")
    instructions: LongText = Field(None, alias="strInstructions")
    translations: dict[str, LongText]
    picture: ShortText = Field(None, alias="strDrinkThumb")
    picture_source: ShortText = Field(None, alias="strImageSource")
    picture_attribution: ShortText = Field(None, alias="strImageAttribution")
    picture_licensed: ShortText = Field(None, alias="strCreativeCommonsConfirmed")
    modified: ShortText = Field(None, alias="dateModified")
    lines: list[RecipeLine]

    @model_validator(mode="before")
    @classmethod
    def _columns_to_lines(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            raise ValueError("a drink is a JSON object")  # noqa: TRY004 - pydantic reports ValueErrors
        lines = [
            {"column": n, "ingredient": fields.get(f"strIngredient{n}"), "measure": fields.get(f"strMeasure{n}")}
            for n in range(1, COLUMNS + 1)
        ]
        translations = {
            language: fields.get(f"strInstructions{suffix}")
            for language, suffix in _LANGUAGES.items()
            if fields.get(f"strInstructions{suffix}") is not None
        }
        return {**fields, "lines": lines, "translations": translations}

    @model_validator(mode="after")
    def _is_a_recipe(self) -> "RawDrink":
        if not any(line.ingredient for line in self.lines):
            raise ValueError("it has no ingredients: a summary, not a recipe")
        return self


def admit(fields: Any) -> RawDrink:
    """The drink, or Rejected with the reason."""
    try:
        return RawDrink.model_validate(fields)
    except ValidationError as error:
        reasons = [_reason(detail) for detail in error.errors(include_url=False, include_context=False)]
        raise Rejected("; ".join(reasons)) from None


def moment(text: str | None) -> str | None:
    """A date of the catalogue (2016-07-18 22:27:04) in ISO form. Its database's zero date is none."""
    if text is None or text.startswith("0000-00-00"):
        return None
    return datetime.fromisoformat(text).isoformat()


def _reason(detail: Any) -> str:
    where, message = _column_name(detail["loc"]), str(detail["msg"]).removeprefix("Value error, ")
    if not where:
        return message
    if detail["type"] == "missing" or (detail["input"] is None and detail["type"] == "string_type"):
        return f"{where} is missing"
    return f"{where} is {reprlib.repr(detail['input'])}: {message[:1].lower()}{message[1:]}"


def _column_name(loc: tuple[int | str, ...]) -> str:
    """Where the catalogue itself has the field."""
    match loc:
        case ("lines", int(index), str(part)):
            return f"str{part.capitalize()}{index + 1}"
        case ("translations", str(language), *_):
            return f"strInstructions{_LANGUAGES[language]}"
        case _:
            return ".".join(map(str, loc))
