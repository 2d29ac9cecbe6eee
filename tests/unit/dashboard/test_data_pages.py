"""Records and cocktails: pages of them, filters, one of them, and foreign text that is shown and never obeyed."""

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cocktails.models import admit
from cocktails.normalise import content_hash, normalised
from cocktails.store import CocktailTable
from cocktails.transform import Hashed
from common.aws import client as aws_client
from common.items import typed
from dashboard import ui
from dashboard.client import Client
from dashboard.models import FailedEvents, Sent
from dashboard.views.cocktails import ALMOST, ENOUGH
from dashboard.views.pipeline import TOLD_SECONDS
from tests.unit.api.conftest import NAMES, store_records
from tests.unit.dashboard.conftest import Page, open_page

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202etxt.**bold**"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;·[2J·txt.**bold**"


@pytest.fixture(scope="module", autouse=True)
def data(http: Any) -> None:
    store_records(range(60))
    store_records(range(5), source="randomuser")
    item = {
        "id": "z/?&<b>", "source": "hostile", "type": "posts", "captured_at": "2026-01-01T00:00:00.000Z",
        "title": HOSTILE, "body": HOSTILE, "details": {"user": HOSTILE}, "raw_s3_key": "raw/x", "fingerprint": "f",
        "first_seen": "", "last_seen": "", "processed_at": "",
    }  # fmt: skip
    aws_client("dynamodb").put_item(TableName=NAMES.table("records"), Item=typed(item))
    drinks = [_drink(n, "Gin", "Lime juice") for n in range(30)]
    drinks += [_drink(30, "Gin", HOSTILE), _drink(31, "Apple juice", alcoholic="Non alcoholic")]
    table = CocktailTable(aws_client("dynamodb"), NAMES.table("cocktails"))
    table.store(drinks, "2026-11-21T06:00:00+00:00")


def _drink(number: int, *ingredients: str, alcoholic: str = "Alcoholic") -> Hashed:
    columns = {f"strIngredient{n}": name for n, name in enumerate(ingredients, 1)}
    raw = {"idDrink": str(number), "strDrink": f"Drink {number:02}", "strAlcoholic": alcoholic, **columns}
    made = normalised(admit(raw))
    return Hashed(made, content_hash(made))


def chosen(page: Page, label: str, value: Any) -> Page:
    parts = [*page.test.selectbox, *page.test.multiselect, *page.test.radio, *page.test.toggle]
    next(part for part in parts if part.label == label).set_value(value)
    return page.run()


def test_records_of_a_source_fill_pages_that_follow_each_other(api: Client) -> None:
    page = chosen(open_page("records"), "Source", "jsonplaceholder")
    first = page.html
    assert first.count("<tr>") == 25 + 1
    assert "Page 1, 25 records" in first
    assert "Page 3, 10 records" in page.click("Next").click("Next").html
    assert next(button for button in page.test.button if button.label == "Next").disabled
    assert page.click("Previous").click("Previous").html == first
    assert "Page" not in chosen(page, "Source", "randomuser").html  # five fit one page


def test_a_record_is_opened_by_its_link_whatever_is_in_it(api: Client) -> None:
    page = open_page("record", id="z/?&<b>")
    assert SHOWN in page.html
    assert "<script>" not in page.html
    [code] = page.test.code
    assert json.loads(code.value)["title"] == HOSTILE
    assert not any(sign in code.value for sign in ("\x1b", "\u202e"))


@pytest.mark.parametrize("name", ["record", "drink"])
def test_what_is_not_there_is_said(api: Client, name: str) -> None:
    assert "Not found" in open_page(name, id="nobody").html
    assert "is named" in open_page(name).html


def test_drinks_are_cards_in_pages(api: Client) -> None:
    page = open_page("cocktails")
    assert "32 drinks" in page.html
    assert page.html.count("<h3>") == 24
    assert page.click("Next").html.count("<h3>") == 8
    assert "<script>" not in page.html


def test_what_can_be_made_with_what_there_is(api: Client) -> None:
    page = chosen(open_page("cocktails"), "What can I make with …", ["gin"])
    assert "31 drinks" in page.html
    assert "No drink fits" in chosen(page, "Drinks that", ENOUGH).html
    almost = chosen(page, "Drinks that", ALMOST).html
    assert "32 drinks" in almost
    assert "missing: lime juice" in almost
    assert "One more ingredient makes more drinks" in almost
    assert "30 drinks" in chosen(chosen(page, "What can I make with …", ["gin", "lime"]), "Drinks that", ENOUGH).html


def test_what_may_have_been_meant_is_offered(api: Client) -> None:
    assert "Did you mean lime juice" in chosen(open_page("cocktails"), "What can I make with …", ["lime juce"]).html


def test_drinks_without_alcohol(api: Client) -> None:
    page = chosen(open_page("cocktails"), "Only without alcohol", True)
    assert "1 drink<" in page.html
    assert "Drink 31" in page.html


def test_one_drink_has_its_recipe_and_json(api: Client) -> None:
    page = open_page("drink", id="30")
    assert "Drink 30" in page.html
    assert "<script>" not in page.html
    assert json.loads(page.test.code[0].value)["id"] == "30"


@pytest.mark.parametrize("name", ["records", "cocktails", "pipeline"])
def test_a_page_says_that_nobody_answers(down: None, name: str) -> None:
    page = open_page(name)
    assert "The API does not answer" in page.html
    assert "Try again" in [button.label for button in page.test.button]


def test_what_became_of_events_that_were_sent_again_stays_while_the_page_refreshes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = SimpleNamespace(failed_events=lambda limit: FailedEvents(events=[], total=0))
    monkeypatch.setattr(ui, "api", lambda: nothing)
    test = AppTest.from_string("from dashboard.views import pipeline; pipeline.failed_events()")
    test.session_state["sent"] = (time.monotonic(), [Sent(what="uploads/a.csv", sent=True)])
    page = Page(test)
    for _ in range(2):
        assert "1 of 1 were sent again" in page.run().html
    test.session_state["sent"] = (time.monotonic() - TOLD_SECONDS, [Sent(what="uploads/a.csv", sent=True)])
    assert "sent again" not in page.run().html


def test_the_pipeline_is_not_shown_where_the_api_is_open(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARBACK_READ_ONLY", "1")
    page = open_page("pipeline")
    assert "The deployed API does not show this" in page.html
    assert not page.test.button
