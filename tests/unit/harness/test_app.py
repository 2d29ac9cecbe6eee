"""Who may use the API at its local address: programs and pages of this machine."""

import asyncio
import os
from collections.abc import Iterator
from unittest.mock import patch

import httpx
import pytest
from fastapi import FastAPI

from barback.config import Config
from barback.harness.app import make_local_app
from barback.targets import Target


class Browser:
    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def request(self, method: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4590") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(send())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with patch.dict(os.environ):
        yield Browser(make_local_app(Target(Config(), "http://127.0.0.1:1")))


@pytest.mark.parametrize("page", ["http://localhost:3000", "http://127.0.0.1:8501", "http://my-app.localhost"])
def test_a_page_of_this_machine_may_read_and_write(browser: Browser, page: str) -> None:
    answer = browser.request("GET", "/health", {"Origin": page})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, page)
    asked = {"Origin": page, "Access-Control-Request-Method": "PUT"}
    assert browser.request("OPTIONS", "/harness/uploads/uploads/a.csv", asked).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://localhost.example.org"},
        {"Referer": "https://example.org/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "rebound.example.org"},
    ],
)
def test_a_page_of_another_site_may_not(browser: Browser, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/health"), ("POST", "/harness/redrive"), ("PUT", "/harness/uploads/uploads/a.csv")):
        answer = browser.request(method, path, headers)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
        assert "access-control-allow-origin" not in answer.headers


def test_a_program_may(browser: Browser) -> None:
    assert browser.request("GET", "/health").status_code == 200
