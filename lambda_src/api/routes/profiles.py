"""Profiles of CSV files: which there are, and what the table and the bucket hold on one of them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import tables
from api.answers import json_answer
from api.cursors import cursor_of, position_of
from api.problems import Missing
from api.routes.common import Asked

router = APIRouter(tags=["profiles"])
EXAMPLE: dict[str, Any] = {
    "file_name": "uploads/sales.csv",
    "status": "success",
    "row_count": 120,
    "error_message": None,
}


class ProfileSummary(BaseModel):
    """What fits a list; the file's own address has the rest."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EXAMPLE]})

    file_name: str
    status: str


class ProfilePage(BaseModel):
    profiles: list[ProfileSummary]
    lastKey: str | None = Field(  # noqa: N815
        description="asks for the next page; null on the last one. A page of a search may hold few entries, or none"
    )


class Profile(ProfileSummary):
    """The item as the profiler wrote it, with schema, statistics and quality (docs/csv-profile.md)."""


class WholeProfile(BaseModel):
    """The profile as it lies in the processed bucket (docs/csv-profile.schema.json)."""

    model_config = ConfigDict(extra="allow")

    status: str
    file: dict[str, Any]


class ProfilesAsked(Asked):
    status: Literal["success", "error", "processing"] | None = Field(None, description="only with this status")
    search: str | None = Field(
        None, min_length=1, max_length=200, description="only with this in their names", examples=["sales"]
    )


class ProfileAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    detail: Literal["item", "full"] = Field("item", description="the table's item, or the whole profile of the bucket")


@router.get("/profiles", response_model=ProfilePage, summary="A page of profiled files")
def page(asked: Annotated[ProfilesAsked, Query()]) -> Response:
    belongs_to = ("profiles", asked.status, asked.search)
    after = position_of(asked.lastKey, *belongs_to)
    found = tables.profiles().page(asked.limit, asked.status, asked.search, after)
    return json_answer({"profiles": found.profiles, "lastKey": cursor_of(found.end, *belongs_to)}, max_age=5)


@router.get("/profiles/{file:path}", response_model=Profile | WholeProfile, summary="The profile of one file")
def one(
    file: Annotated[str, Path(description="its key in the raw bucket", examples=["uploads/sales.csv"])],
    asked: Annotated[ProfileAsked, Query()],
) -> Response:
    queries = tables.profiles()
    found: Any = queries.get(file)
    if found is None:
        raise Missing("there is no profile of a file with this name")
    if asked.detail == "full":
        from csv_profile.queries import TooLarge

        try:
            found = queries.full(found)
        except TooLarge as error:
            raise HTTPException(413, str(error)) from None
        if found is None:
            raise Missing("there is an item on this file, but no profile: it could not be read as a CSV file")
    return json_answer(found, max_age=5)
