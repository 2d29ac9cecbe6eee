"""The service itself: that it is there, and its documentation."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.answers import json_answer

router = APIRouter(tags=["service"])


class Health(BaseModel):
    status: str


@router.get("/health", response_model=Health, summary="Whether the service answers")
def health() -> Response:
    answer = json_answer({"status": "ok"}, max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/", include_in_schema=False)
def home() -> Response:
    return RedirectResponse("/docs")


@router.get("/docs", include_in_schema=False)
def docs() -> Response:
    return HTMLResponse(
        _page(),
        headers={
            "Cache-Control": "max-age=300",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            "connect-src 'self'",
        },
    )


@cache
def _page() -> str:
    return Path(__file__).parent.with_name("docs.html").read_text(encoding="utf-8")
