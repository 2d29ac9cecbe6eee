"""Profiles of CSV files: which there are, and what the table and the bucket hold on one of them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import tables
from api.answers import json_answer
from api.cursors import cursor_of, position_of
from api.problems import Invalid, Missing
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


class Version(BaseModel):
    id: str = Field(description="asks for this version of the profile")
    profiled: str = Field(description="when it was written")
    size: int = Field(description="bytes of the profile")
    current: bool


class Versions(BaseModel):
    versions: list[Version] = Field(description="newest first, at most 100; versions of the same content are one")


class Changes(BaseModel):
    drift: dict[str, Any] | None = Field(
        description="docs/drift.md; null where the versions cannot be compared: a file that could not be read, or "
        "profiles of different formats"
    )


class FileCounts(BaseModel):
    files: int
    rows: int
    bytes: int
    by_status: dict[str, int]
    by_date: dict[str, int] = Field(description="files by the day on which they were profiled last, in UTC")
    complete: bool = Field(description="false as long as not all files have been read: these are the newest")


class Summary(BaseModel):
    profiles: FileCounts


class ProfilesAsked(Asked):
    status: Literal["success", "error", "processing"] | None = Field(None, description="only with this status")
    search: str | None = Field(
        None, min_length=1, max_length=200, description="only with this in their names", examples=["sales"]
    )


VersionId = Annotated[str | None, Field(min_length=1, max_length=1024)]


class ProfileAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    detail: Literal["item", "full", "versions", "drift"] = Field(
        "item",
        description="the table's item; the whole profile of the bucket; which versions of it there are; what changed "
        "from the version `against` to `version`",
    )
    version: VersionId = Field(None, description="with `full` and `drift`: this version, not the current one")
    against: VersionId = Field(None, description="with `drift`: the earlier version")


@router.get("/profiles", response_model=ProfilePage, summary="A page of profiled files")
def page(asked: Annotated[ProfilesAsked, Query()]) -> Response:
    belongs_to = ("profiles", asked.status, asked.search)
    after = position_of(asked.lastKey, *belongs_to)
    found = tables.profiles().page(asked.limit, asked.status, asked.search, after)
    return json_answer({"profiles": found.profiles, "lastKey": cursor_of(found.end, *belongs_to)}, max_age=5)


@router.get(
    "/profiles/{file:key}",
    response_model=Profile | WholeProfile | Versions | Changes,
    summary="The profile of one file, its versions, and what changed between them",
)
def one(
    file: Annotated[str, Path(description="its key in the raw bucket", examples=["uploads/sales.csv"])],
    asked: Annotated[ProfileAsked, Query()],
) -> Response:
    if asked.version and asked.detail not in ("full", "drift"):
        raise Invalid("version", "is for detail=full and detail=drift")
    if bool(asked.against) != (asked.detail == "drift"):
        raise Invalid("against", "belongs to detail=drift, which needs it")
    queries = tables.profiles()
    item = queries.get(file)
    if item is None:
        raise Missing("there is no profile of a file with this name")
    if asked.detail == "item":
        return json_answer(item, max_age=5)
    if asked.detail == "versions":
        return json_answer({"versions": [vars(version) for version in queries.versions(file)]}, max_age=5)
    from csv_profile.queries import NoVersion, TooLarge

    try:
        if asked.against:
            changed = queries.drift(file, asked.version, asked.against)
            return json_answer({"drift": changed}, max_age=60 if asked.version else 5)
        found = queries.version(file, asked.version) if asked.version else queries.full(item)
    except TooLarge as error:
        raise HTTPException(413, str(error)) from None
    except NoVersion as error:
        raise Missing(str(error)) from None
    if found is None:
        raise Missing(
            "there is no version of this profile with this id"
            if asked.version
            else "there is an item on this file, but no profile: it could not be read as a CSV file"
        )
    return json_answer(found, max_age=60 if asked.version else 5)


@router.get("/summary", response_model=Summary, summary="How many files there are")
def summary() -> Response:
    return json_answer({"profiles": vars(tables.profiles().counts())}, max_age=5)
