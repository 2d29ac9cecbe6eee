"""One engine, one dashboard and one browser for all tests of this folder; each test has a window of its own.

The fixtures end with the folder: Playwright keeps an event loop running in this thread, which other tests cannot bear.
"""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from barback.config import read_config
from tests.browser import lab as rooms
from tests.browser.lab import Lab
from tests.integration.flows import Flows

MILLISECONDS = 30_000


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    if read_config().target == "aws":
        pytest.skip("the browser's tests write, so they need a local engine")
    if why := rooms.what_is_missing():
        pytest.skip(why)
    with rooms.lab(tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="package")
def browser(lab: Lab) -> Iterator[Any]:
    with rooms.browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def flows(lab: Lab) -> Flows:
    return Flows(lab.target, run=uuid.uuid4().hex[:12])


class Window:
    """A window, and what must not happen in it: foreign script that runs, or a call to another host."""

    def __init__(self, page: Any, lab: Lab) -> None:
        self.page, self.lab = page, lab
        self.wrong: list[str] = []
        page.set_default_timeout(MILLISECONDS)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.wrong.append(f"an error in the page: {error}"))
        page.on("request", self._request)

    def open(self, page: str, heading: str) -> Any:
        self.page.goto(self.lab.url(page))
        self.page.get_by_role("heading", name=heading, level=1).wait_for()
        return self.page

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https", "ws", "wss") and asked.hostname != "127.0.0.1":
            self.wrong.append(f"a request to {request.url}")


@pytest.fixture
def window(browser: Any, lab: Lab) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    shown = Window(context.new_page(), lab)
    yield shown
    context.close()
    assert shown.wrong == []
