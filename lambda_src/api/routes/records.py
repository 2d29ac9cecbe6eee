"""Records: pages of them, one of them, and how many there are."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import tables
from api.answers import json_answer
from api.cursors import cursor_of, position_of
from api.problems import Missing
from api.routes.common import LONGEST_KEY, Asked

router = APIRouter(tags=["records"])
EXAMPLE: dict[str, Any] = {
    "id": "jsonplaceholder-1-0f4dca37",
    "source": "jsonplaceholder",
    "type": "posts",
    "captured_at": "2026-11-21T06:00:00.000Z",
    "first_seen": "2026-11-21T06:00:00.000Z",
    "last_seen": "2026-11-21T06:05:00.000Z",
    "fingerprint": "0a4d55a8d778e5022fab701977c5d840bbc486d0…",
    "raw_s3_key": "raw/source=jsonplaceholder/date=2026-11-21/20261121T060000000Z-0a4d55a8d778e502.json",
    "title": "quiet harbour gathers",
    "body": "The lantern carries the early signal.",
    "details": {"user_id": "1"},
    "processed_at": "2026-11-21T06:00:02.250Z",
}


class Record(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    source: str
    type: str
    captured_at: str = Field(description="when this content was captured first")
    first_seen: str
    last_seen: str
    fingerprint: str
    raw_s3_key: str
    title: str
    body: str
    details: dict[str, Any]
    processed_at: str


class RecordPage(BaseModel):
    records: list[Record]
    lastKey: str | None = Field(description="asks for the next page; null on the last one")  # noqa: N815


class Analytics(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 150,
                    "by_source": {"jsonplaceholder": 100, "randomuser": 50},
                    "by_date": {"2026-11-21": 150},
                    "last_7_days": {"2026-11-20": 0, "2026-11-21": 150},
                }
            ]
        }
    )

    total: int
    by_source: dict[str, int]
    by_date: dict[str, int] = Field(description="by the day of the first capture, in UTC")
    last_7_days: dict[str, int] = Field(description="today and the six days before, oldest first")


class RecordsAsked(Asked):
    source: str | None = Field(
        None,
        pattern=r"^[a-z0-9_-]{1,64}$",
        description="only of this source, newest first; without it all, in no order",
        examples=["jsonplaceholder"],
    )


@router.get("/records", response_model=RecordPage, summary="A page of records")
def page(asked: Annotated[RecordsAsked, Query()]) -> Response:
    belongs_to = ("records", asked.source)
    found = tables.records().page(asked.limit, asked.source, position_of(asked.lastKey, *belongs_to))
    return json_answer({"records": found.records, "lastKey": cursor_of(found.end, *belongs_to)}, max_age=5)


@router.get("/records/{identity:key}", response_model=Record, summary="One record")
def one(identity: Annotated[str, Path(examples=[EXAMPLE["id"]])]) -> Response:
    can_be = 0 < len(identity.encode("utf-8", "replace")) <= LONGEST_KEY
    found = tables.records().get(identity) if can_be else None
    if found is None:
        raise Missing("there is no record with this id")
    return json_answer(found, max_age=30)


@router.get("/analytics", response_model=Analytics, summary="How many records there are, exactly")
def analytics() -> Response:
    return json_answer(tables.records().analytics(datetime.now(UTC).date()), max_age=5)
