"""The address that a person opens: the same application beside the engine, with the routes of the test harness."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from barback.flows.api.address import ask
from tests.integration.flows import Flows

pytestmark = pytest.mark.local_only(reason="the harness writes; it is never deployed")


def send(flows: Flows, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    """Without a Host header of its own, as curl and a browser do it."""
    headers.setdefault("Content-Type", "application/octet-stream")
    request = urllib.request.Request(flows.target.config.api + path, data=body or None, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_a_browser_is_led_to_the_documentation(flows: Flows) -> None:
    with urllib.request.urlopen(flows.target.config.api, timeout=60) as answer:
        assert answer.url.endswith("/docs")
        assert b"<html" in answer.read()


def test_it_answers_as_the_deployed_one_does(flows: Flows) -> None:
    for path in ("/records?limit=0", "/profiles?search=nobody", "/records/nobody"):
        status, body = send(flows, "GET", path)
        deployed = ask(flows.target, path)
        there = json.loads(deployed.body)
        assert (status, body.pop("request_id", 0) != there.pop("request_id", 1), body) == (deployed.status, True, there)


def test_an_uploaded_file_is_profiled(flows: Flows) -> None:
    key = flows.key("harness & co.csv")
    status, uploaded = send(flows, "PUT", f"/harness/uploads/{urllib.request.quote(key)}", b"a,b\n1,2\n3,4\n")
    assert (status, uploaded["key"], uploaded["functions"]) == (201, key, ["csv_profile"])

    def profiled() -> Any:
        answered, profile = send(flows, "GET", f"/profiles/{urllib.request.quote(key)}")
        return profile if answered == 200 else None

    assert flows.eventually(profiled, f"the profile of {key}", "csv_profile")["row_count"] == 2


@pytest.mark.parametrize("key", ["elsewhere/a.csv", "uploads/a.png", "uploads/" + "x" * 1100 + ".csv"])
def test_a_file_that_would_start_nothing_is_refused(flows: Flows, key: str) -> None:
    status, problem = send(flows, "PUT", f"/harness/uploads/{key}", b"x")
    assert status == 400
    assert "uploads/….csv" in problem["detail"]


def test_a_scheduled_function_is_started(flows: Flows) -> None:
    payload = json.dumps({"sources": ["randomuser"], "limit": 1, "seed": f"harness {flows.run}"}).encode()
    headers = {"Content-Type": "application/json"}
    before = send(flows, "GET", "/analytics")[1]["total"]
    status, started = send(flows, "POST", "/harness/functions/records_ingest", payload, **headers)
    assert (status, started["function"]) == (202, "records_ingest")

    def counted() -> bool | None:
        return send(flows, "GET", "/analytics")[1]["total"] > before or None

    assert flows.eventually(counted, f"more records than {before}", "records_process")
    assert send(flows, "POST", "/harness/functions/csv_profile", b"{}", **headers)[0] == 404


def test_the_status_says_how_the_pipeline_is(flows: Flows) -> None:
    found = send(flows, "GET", "/harness/status")[1]
    assert set(found["functions"].values()) == {"Active"}
    assert found["queues"].keys() == flows.target.stack.queues.keys()
    assert found["flows"].keys() >= {"csv_profile", "records"}


def test_a_dead_letter_is_counted_and_sent_again(flows: Flows) -> None:
    sqs, name = flows.target.client("sqs"), flows.target.names.queue("records_dead")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=f"harness {flows.run}")
    waiting = send(flows, "GET", "/harness/status")[1]["queues"]["records_dead"]
    assert waiting["waiting"] + waiting["in_work"] >= 1
    assert waiting["oldest_seconds"] is not None
    sent = send(flows, "POST", "/harness/redrive")[1]
    assert [outcome["sent"] for outcome in sent if outcome["queue"] == "records_dead"]


@pytest.mark.parametrize("page", ["https://example.org", "null"])
def test_a_page_of_another_site_is_refused(flows: Flows, page: str) -> None:
    for method, path in (("GET", "/profiles"), ("POST", "/harness/redrive")):
        status, problem = send(flows, method, path, Origin=page)
        assert (status, problem["status"]) == (403, 403)
