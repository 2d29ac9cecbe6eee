"""The public APIs that records come from. A new source is one class here and one line in SOURCES.

What a model names is all that is kept of a record: every other field, personal ones above all, stays at the door.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from common.errors import BadInput


def _trimmed(value: Any) -> Any:
    return "\n".join(line.rstrip() for line in value.strip().splitlines()) if isinstance(value, str) else value


# An id becomes part of a table's key and of an address.
Identity = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=500), BeforeValidator(_trimmed)]
Body = Annotated[str, StringConstraints(max_length=50_000), BeforeValidator(_trimmed)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_trimmed)]


class Source(BaseModel):
    """One record of one source as the source sends it. Numbers may stand for texts; more fields may come."""

    model_config = ConfigDict(coerce_numbers_to_str=True, frozen=True, extra="ignore")

    name: ClassVar[str]
    type: ClassVar[str]
    url_option: ClassVar[str]  # the option of the function that holds the base address
    page: ClassVar[str]
    # How a run is told to ask for fewer or other records, and by which parameters of the API.
    limit_parameter: ClassVar[str]
    seed_parameter: ClassVar[str | None] = None

    @classmethod
    def params(cls, day: date) -> dict[str, str]:
        """What the scheduled run asks for."""
        del day
        return {}

    @classmethod
    def records(cls, payload: Any) -> list[Any]:
        """The records in an answer; BadInput where the answer has another form."""
        raise NotImplementedError

    @property
    def identity(self) -> str:
        """What makes a record the same one when it comes again, changed or not."""
        raise NotImplementedError

    def normalised(self) -> dict[str, Any]:
        """Title, body and details: what is kept, and what decides whether the record has changed."""
        raise NotImplementedError


class Post(Source):
    """JSONPlaceholder's posts: the same hundred at each call."""

    name = "jsonplaceholder"
    type = "posts"
    url_option = "JSONPLACEHOLDER_URL"
    page = "posts"
    limit_parameter = "_limit"

    id: Identity
    user_id: Identity = Field(alias="userId")
    title: Title
    body: Body

    @classmethod
    def records(cls, payload: Any) -> list[Any]:
        if not isinstance(payload, list):
            raise BadInput(f"the answer is {_form(payload)}, not a list of posts")
        return payload

    @property
    def identity(self) -> str:
        return self.id

    def normalised(self) -> dict[str, Any]:
        return {"title": self.title, "body": self.body, "details": {"user_id": self.user_id}}


class _Login(BaseModel):
    uuid: Identity


class _Name(BaseModel):
    first: Word
    last: Word


class _Location(BaseModel):
    city: Word
    country: Word


class User(Source):
    """RandomUser's people. Of a person the name, the city, the country and the nationality are kept, and nothing else.

    The day is the seed: new people each day, and the same ones whenever they are asked for within a day.
    """

    name = "randomuser"
    type = "users"
    url_option = "RANDOMUSER_URL"
    page = ""
    limit_parameter = "results"
    seed_parameter = "seed"

    login: _Login
    person: _Name = Field(alias="name")
    location: _Location
    nationality: Word = Field(alias="nat")

    @classmethod
    def params(cls, day: date) -> dict[str, str]:
        return {"results": "50", "seed": day.isoformat()}

    @classmethod
    def records(cls, payload: Any) -> list[Any]:
        if not isinstance(payload, Mapping) or not isinstance(payload.get("results"), list):
            raise BadInput(f'the answer is {_form(payload)}, not {{"results": […]}}')
        results: list[Any] = payload["results"]
        return results

    @property
    def identity(self) -> str:
        return self.login.uuid

    def normalised(self) -> dict[str, Any]:
        return {
            "title": f"{self.person.first} {self.person.last}",
            "body": f"{self.location.city}, {self.location.country}",
            "details": {
                "city": self.location.city,
                "country": self.location.country,
                "nationality": self.nationality,
            },
        }


SOURCES: dict[str, type[Source]] = {source.name: source for source in (Post, User)}


def _form(payload: Any) -> str:
    """The form of a value without anything of its content but the names of its fields."""
    if isinstance(payload, Mapping):
        return f"an object with the fields {', '.join(sorted(map(str, payload))[:5]) or '(none)'}"
    return {list: "a list", str: "a text", type(None): "null"}.get(type(payload), "a number or a truth value")
