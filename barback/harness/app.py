"""The application that runs in Lambda, on the tables of the local engine, and the test harness beside it."""

import os
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response

from barback.config import read_config
from barback.errors import Problem
from barback.flows import flows_of  # also puts lambda_src on the path
from barback.harness import looking, routes
from barback.inside.origins import refusal
from barback.stack.names import LOCAL_KEY
from barback.targets import Target, target_of

# A front end of this machine, on a port of its own.
OWN_PAGES = r"https?://(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?"


def make_local_app(target: Target | None = None) -> FastAPI:
    """Without a target, that of the local engine at BARBACK_ENDPOINT."""
    target = target or target_of(read_config()).at(os.environ["BARBACK_ENDPOINT"])
    if target.is_aws:
        raise Problem("the harness writes, so it serves a local engine only", "leave TARGET out")
    os.environ.update(function_environment(target))
    from api.app import make_app
    from api.problems import problem

    app = make_app()
    app.state.target = target
    app.state.flows = flows_of(target.stack)
    app.include_router(looking.router)
    app.include_router(routes.router)

    @app.exception_handler(Problem)
    def told(request: Request, error: Problem) -> Response:
        return problem(request, 409, f"{error.what}. {error.hint}".strip())

    @app.middleware("http")
    async def refuse_foreign_pages(request: Request, follow: Any) -> Response:
        """A browser on this machine may show any page; what is stored here is for those of this machine."""
        if why := refusal(request.headers):
            return problem(request, 403, why)
        answer: Response = await follow(request)
        return answer

    app.add_middleware(CORSMiddleware, allow_origin_regex=OWN_PAGES, allow_methods=["*"], allow_headers=["*"])
    return app


def function_environment(target: Target) -> dict[str, str]:
    """What the stack tells the function that serves the API, with the local engine's address and credentials."""
    stack, names = target.stack, target.names
    assert target.endpoint
    told = {f"TABLE_{name.upper()}": names.table(name) for name in stack.tables}
    told |= {f"BUCKET_{name.upper().replace('-', '_')}": names.bucket(name) for name in stack.buckets}
    return told | {
        "AWS_ENDPOINT_URL": target.endpoint,
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
        "AWS_DEFAULT_REGION": target.config.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
