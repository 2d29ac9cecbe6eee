"""The API as it is deployed: through the HTTP API on AWS, through the function URL on local engines."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from barback.flows.api.address import Answer, ask
from barback.targets import Target
from tests.integration.flows import Flows
from tests.integration.test_records import Records


def get(target: Target, path: str, status: int = 200) -> Any:
    answer = ask(target, path)
    assert answer.status == status, answer.body
    return json.loads(answer.body)


@pytest.fixture
def records(flows: Flows, request: pytest.FixtureRequest) -> Any:
    made = Records(flows, request.node.name)
    yield made
    made.forget()


def test_a_record_from_the_queue_to_the_answer(flows: Flows, records: Records) -> None:
    told = records.capture(records.post(1), records.post(2))
    records.send(told.body())
    [record, _] = records.wait_for(1, 2)
    assert get(flows.target, f"/records/{record['id']}") == record
    assert get(flows.target, "/analytics")["by_date"][records.day] == 2


def test_pages_of_the_records_lead_through_all_of_them(flows: Flows, records: Records) -> None:
    records.send(records.capture(*map(records.post, range(5))).body())
    records.wait_for(*range(5))
    seen: list[str] = []
    path = "/records?limit=2&source=jsonplaceholder"
    page = get(flows.target, path)
    while page["lastKey"]:
        assert len(page["records"]) == 2
        seen += [record["id"] for record in page["records"]]
        page = get(flows.target, f"{path}&lastKey={page['lastKey']}")
    seen += [record["id"] for record in page["records"]]
    assert len([identity for identity in seen if records.mark in identity]) == 5
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", ["plain.csv", "with space.csv", "per%2fcent+é🍸.csv"])
def test_the_profile_of_an_upload(flows: Flows, name: str) -> None:
    dropped = flows.drop(name, "a,b\n1,2\n")
    flows.metadata_of(dropped)
    path = f"/profiles/{quote(dropped.key)}"
    assert get(flows.target, path)["row_count"] == 1
    assert get(flows.target, f"{path}?detail=full") == flows.profile(dropped.key)


@pytest.mark.parametrize("path", ["/cocktails?limit=1", "/ingredients", "/health", "/openapi.json"])
def test_every_other_address_answers(flows: Flows, path: str) -> None:
    assert get(flows.target, path)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/records?limit=0", 400),
        ("/records?limit=1e9", 400),
        ("/records?lastKey=forged", 400),
        ("/records/nobody", 404),
        ("/records/a%2fb", 404),
        (f"/records/{'x' * 2048}", 404),
        ("/records/%C3%BC%F0%9F%8D%B8", 404),
        ("/nothing", 404),
    ],
)
def test_what_is_wrong_is_said_as_a_problem(flows: Flows, path: str, status: int) -> None:
    answer = ask(flows.target, path)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert json.loads(answer.body)["request_id"]


def test_it_can_only_be_read(flows: Flows) -> None:
    assert ask(flows.target, "/records", "DELETE").status == 405


def test_a_page_of_another_site_may_read(flows: Flows) -> None:
    origin = "https://example.com"
    if flows.target.is_aws and not flows.target.config.allow_emulator:
        answer: Answer = ask(flows.target, "/health", headers={"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == "*"
    else:  # foreign pages are no business of an engine's
        assert ask(flows.target, "/health", headers={"Origin": origin}).status == 403


def test_an_answer_that_the_caller_has_is_not_sent_again(flows: Flows) -> None:
    tag = ask(flows.target, "/openapi.json").headers["etag"]
    again = ask(flows.target, "/openapi.json", headers={"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
