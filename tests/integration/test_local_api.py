"""The address that a person opens: the same application beside the engine, with the routes of the test harness."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from barback.failed_events import redrive
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


def test_each_function_is_listed_with_what_starts_it_and_how_its_last_run_went(flows: Flows) -> None:
    dropped = flows.drop("listed.csv", "a\n1\n")
    flows.metadata_of(dropped)
    function = flows.eventually(
        lambda: next(
            (f for f in send(flows, "GET", "/harness/functions")[1] if f["name"] == "csv_profile" and f["last_run"]),
            None,
        ),
        "the last run of csv_profile",
        "csv_profile",
    )
    assert function["flow"] == "csv_profile"
    assert "raw/uploads/*.csv" in function["starts_on"]
    assert function["last_run"]["milliseconds"] > 0
    assert {f["name"] for f in send(flows, "GET", "/harness/functions")[1] if f["scheduled"]} == {
        "cocktails_fetch",
        "records_ingest",
    }


def test_the_end_of_a_functions_log_can_be_read(flows: Flows) -> None:
    key = flows.drop("<script>alert(1)</script>.csv", "a\n1\n").key

    def logged() -> dict[str, Any] | None:
        status, found = send(flows, "GET", "/harness/functions/csv_profile/log?lines=200")
        assert status == 200
        return found if any(f"key={key}" in line["text"] for line in found["lines"]) else None

    found = flows.eventually(logged, "the line of the file", "csv_profile")
    assert found["runs"]
    assert len(send(flows, "GET", "/harness/functions/csv_profile/log?lines=1&runs=1")[1]["lines"]) == 1
    assert send(flows, "GET", "/harness/functions/nobody/log")[0] == 404
    assert send(flows, "GET", "/harness/functions/csv_profile/log?lines=1000")[0] == 400


def test_failed_events_are_listed_with_their_reason_and_stay_for_others(flows: Flows) -> None:
    key = flows.key("failed.csv")
    flows.leave_failed_event({"Records": [{"s3": {"object": {"key": key}}}]})
    sqs = flows.target.client("sqs")
    for name in ("failed_events", "records_dead"):
        url = sqs.get_queue_url(QueueName=flows.target.names.queue(name))["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=f"nothing known {flows.run}")
    for _ in range(2):  # a look hides nothing from the next
        status, found = send(flows, "GET", "/harness/failed-events?limit=200")
        events = {event["about"]: event for event in found["events"]}
        assert status == 200
        assert found["total"] >= 3
        assert events[key]["reason"] == "StoreFailed: the table was away"
        assert (events[key]["function"], events[key]["attempts"], events[key]["can_be_sent"]) == (
            "csv_profile",
            3,
            True,
        )
        unknown = [event for event in found["events"] if event["about"] == f"nothing known {flows.run}"]
        assert {event["queue"]: event["can_be_sent"] for event in unknown} == {
            "failed_events": False,
            "records_dead": True,
        }
    assert len(send(flows, "GET", "/harness/failed-events?limit=1")[1]["events"]) == 1
    sent = send(flows, "POST", "/harness/redrive")[1]
    assert [outcome["sent"] for outcome in sent if outcome["what"] == key] == [True]
    left = send(flows, "GET", "/harness/failed-events?limit=200")[1]["events"]
    assert key not in [event["about"] for event in left]
    url = sqs.get_queue_url(QueueName=flows.target.names.queue("failed_events"))["QueueUrl"]
    with redrive.dead_letters(flows.target, "failed_events").taking(30) as batches:
        for batch in batches:
            for message in batch:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message.receipt)


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
