"""Every error as problem details (RFC 9457): what is wrong, with which parameter, and the id to find it in the log."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.answers import dumped

MEDIA_TYPE = "application/problem+json"
# What DynamoDB answers when it is asked for more than it gives at the moment.
THROTTLED = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")


class ParameterFault(BaseModel):
    parameter: str
    reason: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str = "about:blank"
    title: str = Field(examples=["Bad Request"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["limit: Input should be greater than or equal to 1"])
    request_id: str | None = None
    errors: list[ParameterFault] = []


class Invalid(Exception):
    """A parameter is wrong in a way that its type does not tell."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter} {reason}")
        self.fault = ParameterFault(parameter=parameter, reason=reason)


class Missing(Exception):
    """There is no such thing. The message says what."""


def problem(
    request: Request,
    status: int,
    detail: str,
    faults: Sequence[ParameterFault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": request.scope.get("request_id"),
        "errors": [{"parameter": fault.parameter, "reason": fault.reason} for fault in faults],
    }
    return Response(dumped(body), status, {**(headers or {}), "Cache-Control": "no-store"}, MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """From here on no error leaves the application in any other form."""

    @app.exception_handler(Invalid)
    def invalid(request: Request, error: Invalid) -> Response:
        return problem(request, 400, str(error), [error.fault])

    @app.exception_handler(Missing)
    def missing(request: Request, error: Missing) -> Response:
        return problem(request, 404, str(error))

    @app.exception_handler(RequestValidationError)
    def refused(request: Request, error: RequestValidationError) -> Response:
        faults = [
            ParameterFault(parameter=".".join(map(str, found["loc"][1:])), reason=_reason(found))
            for found in error.errors()
        ]
        detail = "; ".join(f"{fault.parameter}: {fault.reason}" for fault in faults)
        return problem(request, 400, detail, faults)

    @app.exception_handler(HTTPException)
    def by_the_router(request: Request, error: HTTPException) -> Response:
        headers = {name.title(): value for name, value in (error.headers or {}).items()}
        known = {
            404: "there is nothing at this address; /docs lists what there is",
            405: f"this address takes {headers.get('Allow')} only",
        }
        return problem(request, error.status_code, known.get(error.status_code, str(error.detail)), headers=headers)


def of_failure(request: Request, error: Exception) -> Response:
    """What an error that nobody expected looks like from outside: it tells nothing of what is inside."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    if code in THROTTLED:
        return problem(request, 503, "the table is asked for too much at the moment", headers={"Retry-After": "1"})
    return problem(request, 500, "this should not have happened; the log has it under the request's id")


def _reason(found: Any) -> str:
    return "there is no such parameter" if found["type"] == "extra_forbidden" else str(found["msg"])
