"""What a person does in the browser, from the upload of a file to a failed event that is sent again."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from barback.flows.cocktails.fetch import fetch
from barback.flows.records.ingest import run
from dashboard.views import PAGES
from tests.browser.conftest import MILLISECONDS, Window
from tests.browser.lab import Lab
from tests.integration.flows import Flows

pytest.importorskip("playwright.sync_api", reason="make browser-test installs what drives a browser")
from playwright.sync_api import expect

expect.set_options(timeout=MILLISECONDS)
LISTED = [entry for entry in PAGES if entry.listed]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
# HTML, Markdown of Streamlit's, an escape sequence, and a mark that turns the direction of writing.
HOSTILE = SCRIPT + ":red[**x**] $y$ \x1b[2J \u202etxt.exe"


@pytest.fixture(scope="package", autouse=True)
def data(lab: Lab) -> None:
    run(lab.target, {"limit": 60})
    fetch(lab.target, {"letters": "ab"})


def rows(page: Any) -> Any:
    return page.locator("table tbody tr")


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry.name)
def test_every_page_opens_by_its_address(window: Window, entry: Any) -> None:
    page = window.open(entry.name, entry.title)
    expect(page.get_by_role("link", name=entry.title, exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)  # "page not found"
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_an_uploaded_file_becomes_a_profile_that_can_be_found(window: Window, flows: Flows, tmp_path: Path) -> None:
    file = tmp_path / f"browser-{flows.run}.csv"
    file.write_text("name,age\nAda,36\nGrace,\n")
    page = window.open("upload", "Upload")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Profiled", exact=True)).to_be_visible()  # by itself
    expect(page.get_by_text("1 cell missing")).to_be_visible()
    page = window.open("profiles", "Profiles")
    search = page.get_by_label("Search in file names")
    search.fill(flows.run)
    search.press("Enter")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name=f"uploads/{file.name}").click()
    expect(page.get_by_role("heading", name="Profile", exact=True)).to_be_visible()
    expect(page.get_by_text("1 cell missing")).to_be_visible()


def test_two_versions_of_a_file_are_compared(window: Window, flows: Flows) -> None:
    for body in ("name,age\nAda,36\n" * 3, "name,age,city\nAda,36,London\n" * 3):
        dropped = flows.drop("versions.csv", body)
        flows.metadata_of(dropped)
    page = window.open(f"compare?file={quote(dropped.key)}", "Compare")
    expect(page.get_by_role("region", name="Schema").get_by_role("row").filter(has_text="city")).to_contain_text(
        "added"
    )
    before = page.get_by_role("combobox", name="Before")
    before.press("ArrowUp")
    before.press("Enter")
    expect(page.get_by_text("These are the same version")).to_be_visible()


def test_pages_of_records_by_keyboard(window: Window) -> None:
    page = window.open("records", "Records")
    expect(rows(page)).to_have_count(25)
    first = rows(page).first.inner_text()
    button = page.get_by_role("button", name="Next")
    button.focus()
    button.press("Enter")
    expect(page.get_by_text("Page 2, 25 records")).to_be_visible()
    assert rows(page).first.inner_text() != first
    page.get_by_role("button", name="Previous").press("Enter")
    expect(page.get_by_text("Page 1, 25 records")).to_be_visible()
    expect(rows(page).first).to_have_text(re.compile(re.escape(first.split("\t")[0])))
    rows(page).first.get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", name="Record", exact=True, level=1)).to_be_visible()
    expect(page.get_by_test_id("stCode")).to_contain_text('"fingerprint"')


def test_records_of_one_source(window: Window) -> None:
    page = window.open("records", "Records")
    page.get_by_role("combobox", name="Source").click()
    page.get_by_role("option", name=re.compile("^randomuser")).click()
    expect(page.get_by_role("cell", name="randomuser")).to_have_count(25)


def test_what_can_be_made_with_what_there_is_and_without_alcohol(window: Window) -> None:
    page = window.open("cocktails", "Cocktails")
    cards = page.locator(".drinks > li")
    expect(cards).not_to_have_count(0)
    every = cards.count()
    page.get_by_role("combobox", name="What can I make with").click()
    most_used = page.get_by_role("option").filter(has_text=re.compile(r"\(\d+\)$")).first
    name, _, count = most_used.inner_text().partition(" (")
    most_used.click()
    expect(page.get_by_text(re.compile(f"^{count.rstrip(')')} drinks?$"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=re.compile(name))).not_to_have_count(0)
    page.get_by_text("need nothing else").click()
    expect(page.get_by_text("No drink fits")).to_be_visible()
    page.get_by_label("Clear all").click()
    expect(cards).to_have_count(every)
    page.get_by_text("Only without alcohol").click()
    expect(cards.filter(has_not_text="no alcohol")).to_have_count(0)
    expect(cards).not_to_have_count(0)
    cards.first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Drink", exact=True, level=1)).to_be_visible()


def test_a_failed_event_is_sent_again_after_a_question(window: Window, flows: Flows) -> None:
    dropped = flows.drop("failed.csv", "a\n1\n")
    flows.metadata_of(dropped)
    flows.leave_failed_event(flows.upload_event(dropped))
    page = window.open("pipeline", "Pipeline")
    failed = page.get_by_role("row").filter(has_text="StoreFailed: the table was away")
    expect(failed).to_contain_text(dropped.key)
    page.get_by_role("button", name="Send again …").press("Enter")
    expect(page.get_by_text("Send 1 failed event again?")).to_be_visible()
    cancel = page.get_by_role("button", name="Cancel")
    cancel.press("Enter")
    expect(cancel).to_have_count(0)
    expect(failed).to_be_visible()
    page.get_by_role("button", name="Send again …").press("Enter")
    page.get_by_role("button", name="Send again", exact=True).press("Enter")
    expect(page.get_by_text("1 of 1 were sent again")).to_be_visible()
    expect(page.get_by_text("Nothing has failed")).to_be_visible()


def test_nothing_foreign_runs_or_changes_the_page(window: Window, flows: Flows) -> None:
    name = f"{HOSTILE} {flows.run}.csv".replace("/", "").replace("\x1b", "")
    dropped = flows.drop(name, f'{HOSTILE},"b\u202e"\n"{SCRIPT}",\x1b[2J\n')
    flows.metadata_of(dropped)
    flows.leave_failed_event({"Records": [{"s3": {"object": {"key": HOSTILE}}}]})
    flows.target.client("sqs").send_message(
        QueueUrl=flows.target.client("sqs").get_queue_url(QueueName=flows.target.names.queue("records_dead"))[
            "QueueUrl"
        ],
        MessageBody=json.dumps({"key": HOSTILE}),
    )
    for path, heading in (("profiles", "Profiles"), ("pipeline", "Pipeline")):
        page = window.open(path, heading)
        expect(page.get_by_text("<img src=x onerror=alert(2)>").first).to_be_visible()
        text = page.locator("body").inner_text()
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert page.locator("img[src=x]").count() == 0
    page = window.open("profiles", "Profiles")
    page.get_by_role("link", name=flows.run).filter(has_text="alert(2)").click()
    expect(page.get_by_text("<img src=x onerror=alert(2)>").first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_the_api_goes_away_and_comes_back(window: Window, lab: Lab, flows: Flows) -> None:
    page = window.open("pipeline", "Pipeline")
    expect(page.get_by_role("region", name="Functions").get_by_text("records_ingest")).to_be_visible()
    lab.stop_api()
    try:
        expect(page.get_by_text("The API does not answer").first).to_be_visible()
        page = window.open(f"record?id={flows.run}", "Record")
        expect(page.get_by_role("alert")).to_contain_text("The API does not answer")
        again = page.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
    finally:
        lab.start_api()
    again.press("Enter")
    expect(page.get_by_text("Not found")).to_be_visible()
    window.open("records", "Records")
    expect(rows(page)).to_have_count(25)


def test_what_is_done_most_can_be_reached_by_keyboard(window: Window) -> None:
    """Tab leads to the menu, the filter, each record, and the buttons of the pages; where the focus is can be seen."""
    page = window.open("records", "Records")
    expect(rows(page)).to_have_count(25)
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("() => (document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()")
        )
    for wanted in ("Overview", "Pipeline", "Source", "Next"):
        assert any(wanted in text for text in seen), (wanted, seen)
    link = rows(page).first.get_by_role("link")
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert link.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_dark_and_light_differ_and_can_both_be_read(window: Window, browser: Any, lab: Lab) -> None:
    def luminance(css: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", css)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    grounds = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = Window(context.new_page(), lab).open("records", "Records")
        expect(rows(page)).to_have_count(25)
        ground = luminance(page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor"))
        ink = luminance(rows(page).first.get_by_role("link").evaluate("e => getComputedStyle(e).color"))
        light, dark = max(ground, ink), min(ground, ink)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG's AA
        grounds[scheme] = ground
        context.close()
    assert grounds["light"] > 0.5 > grounds["dark"]
