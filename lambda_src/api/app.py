"""The application: routes, problem details for every error, and an OpenAPI document that says the same."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.around import Around
from api.problems import MEDIA_TYPE, Problem, handle_problems
from api.routes import cocktails, profiles, records, service

TITLE, VERSION = "Barback", "1"
ABOUT = "What the flows have stored. Lists have pages: `lastKey` of one answer asks for the next."


def make_app() -> FastAPI:
    app = FastAPI(title=TITLE, version=VERSION, docs_url=None, redoc_url=None, redirect_slashes=False)
    for room in (records, profiles, cocktails, service):
        app.include_router(room.router)
    handle_problems(app)
    app.add_middleware(Around)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's own way to replace it
    return app


def describe(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document with the errors as they really are; made when it is asked for first."""
    if app.openapi_schema is None:
        document = get_openapi(title=TITLE, version=VERSION, description=ABOUT, routes=app.routes)
        schemas = document["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs"), Problem=problem)
        for path, operations in document["paths"].items():
            for operation in operations.values():
                _describe_errors(path, operation)
        app.openapi_schema = document
    return app.openapi_schema


def _describe_errors(path: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    wanted = {"503": "Too much is asked of a table at the moment"}
    if any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        wanted["400"] = "A parameter is wrong; the answer names it"
    if "{" in path:
        wanted["404"] = "There is no such thing"
    for status, description in wanted.items():
        schema = {"$ref": "#/components/schemas/Problem"}
        responses.setdefault(status, {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}})
