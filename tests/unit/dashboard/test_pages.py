"""Every page, run by Streamlit's own test harness against the real API: with data, without, and with nobody there."""

import pytest

from dashboard.client import Client
from dashboard.views import PAGES
from tests.unit.dashboard.conftest import open_app, open_page

NAMES = [entry.name for entry in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_opens_where_there_is_nothing(api: Client, name: str) -> None:
    page = open_page(name)
    assert len(page.test.title) == 1


@pytest.mark.parametrize("name", ["overview", "profiles"])
def test_a_page_says_that_nobody_answers(down: None, name: str) -> None:
    page = open_page(name)
    assert "The API does not answer" in page.html
    assert {button.label for button in page.test.button} == {"Try again"}


def test_the_app_opens_with_the_overview(api: Client) -> None:
    page = open_app()
    assert [title.value for title in page.test.title] == ["Overview"]
