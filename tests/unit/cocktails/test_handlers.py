"""Both Lambdas end to end, in memory: from the API to items, files and summaries, and the same again."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cocktails import fetch_handler, transform_handler
from cocktails.fetch_handler import IncompleteFetch
from cocktails.queries import CocktailQueries
from cocktails.question import Question
from cocktails.transform_handler import MuchRejected
from tests.events import s3_event
from tests.unit.cocktails.conftest import PROCESSED, RAW, TABLE
from upstream.faults import Fault
from upstream.server import PREFIXES, Upstream

Aws = Callable[[str], Any]
SEARCH = PREFIXES["COCKTAILDB_URL"] + "/search.php"
CONTEXT = SimpleNamespace(aws_request_id="r", function_name="f", get_remaining_time_in_millis=lambda: 60_000)


def transform_key(key: str, version: str | None = None) -> dict[str, Any]:
    [summary] = transform_handler.handle(s3_event(RAW, key, etag="x", version_id=version), CONTEXT)["answers"]
    assert summary.get("entries") == sum(summary.get(part, 0) for part in ("new", "changed", "unchanged", "rejected"))
    return dict(summary)


def put(aws: Aws, body: bytes, key: str = "cocktails/date=2026-11-21/letter=a.json") -> str:
    version: str = aws("s3").put_object(Bucket=RAW, Key=key, Body=body)["VersionId"]
    return version


def processed(aws: Aws, key: str) -> bytes:
    body: bytes = aws("s3").get_object(Bucket=PROCESSED, Key=key)["Body"].read()
    return body


def lines(body: bytes) -> list[Any]:
    return [json.loads(line) for line in body.splitlines()]


KEY = "cocktails/date=2026-11-21/letter=a.json"
GIN = {"idDrink": "1", "strDrink": "One", "strIngredient1": "Gin", "strMeasure1": "1 oz"}


def test_from_the_api_to_an_answer(aws: Aws, upstream: Upstream) -> None:
    fetched = fetch_handler.handle({"letters": "qiu"}, CONTEXT)
    summaries = [transform_key(answer["key"]) for answer in fetched["answers"]]
    assert fetched["drinks"] == sum(summary["new"] for summary in summaries) > 10
    table = CocktailQueries(aws("dynamodb"), TABLE)
    assert table.ask(Question()).page.total == fetched["drinks"]
    found = table.ask(Question(made_with=("gin", "lime"))).page.drinks
    for drink in table.whole(card["id"] for card in found):
        names = {name for line in drink["ingredients"] for name in line["found_under"]}
        assert {"gin", "lime"} <= names


def test_ten_replays_change_nothing(aws: Aws, upstream: Upstream, snapshot: Callable[[], Any]) -> None:
    [answer] = fetch_handler.handle({"letters": "q"}, CONTEXT)["answers"]
    first = transform_key(answer["key"])
    before = snapshot()
    for _ in range(10):
        replay = transform_key(answer["key"])
        assert (replay["writes"], replay["unchanged"]) == (0, first["new"])
    assert snapshot() == before


def test_what_is_left_behind(aws: Aws) -> None:
    put(aws, json.dumps({"drinks": [GIN, {**GIN, "idDrink": ""}]}).encode())
    told = transform_key(KEY)
    assert (told["status"], told["new"], told["rejected"]) == ("partial", 1, 1)
    [drink] = lines(processed(aws, "cocktails/date=2026-11-21/letter=a.ndjson"))
    assert (drink["id"], drink["name"]) == ("1", "One")
    [rejection] = lines(processed(aws, "rejected/cocktails/date=2026-11-21/letter=a.ndjson"))
    assert rejection["reason"] == "idDrink is missing"
    assert json.loads(processed(aws, "cocktails/date=2026-11-21/letter=a.summary.json")) == told


def test_a_summary_tells_of_the_run_that_did_the_work(aws: Aws) -> None:
    put(aws, json.dumps({"drinks": [GIN]}).encode())
    transform_key(KEY)
    transform_key(KEY)
    assert json.loads(processed(aws, "cocktails/date=2026-11-21/letter=a.summary.json"))["new"] == 1


def test_mended_content_clears_what_was_rejected(aws: Aws) -> None:
    put(aws, json.dumps({"drinks": [GIN, {**GIN, "strDrink": None}]}).encode())
    transform_key(KEY)
    put(aws, json.dumps({"drinks": [GIN]}).encode())
    assert transform_key(KEY)["status"] == "ok"
    assert processed(aws, "rejected/cocktails/date=2026-11-21/letter=a.ndjson") == b""


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": []}'])
def test_an_answer_that_cannot_be_read_is_recorded_and_fails(aws: Aws, body: bytes) -> None:
    put(aws, body)
    with pytest.raises(MuchRejected, match="the answer"):
        transform_key(KEY)
    told = json.loads(processed(aws, "cocktails/date=2026-11-21/letter=a.summary.json"))
    assert told["status"] == "error"
    assert "the answer" in told["message"]
    assert len(lines(processed(aws, "rejected/cocktails/date=2026-11-21/letter=a.ndjson"))) == 1


@pytest.mark.parametrize(
    ("good", "bad", "is_much"),
    [(0, 1, True), (1, 1, False), (5, 3, False), (5, 4, True), (40, 4, False), (30, 4, True)],
)
def test_an_answer_of_which_much_is_rejected_fails_after_storing_the_rest(
    aws: Aws, good: int, bad: int, is_much: bool
) -> None:
    drinks = [{**GIN, "idDrink": str(n)} for n in range(good)] + [{**GIN, "strDrink": None}] * bad
    put(aws, json.dumps({"drinks": drinks}).encode())
    with pytest.raises(MuchRejected, match="strDrink is missing") if is_much else nullcontext():
        transform_key(KEY)
    told = json.loads(processed(aws, "cocktails/date=2026-11-21/letter=a.summary.json"))
    assert (told["new"], told["rejected"], told["status"]) == (good, bad, "error" if is_much else "partial")
    with pytest.raises(MuchRejected) if is_much else nullcontext():
        transform_key(KEY)
    assert json.loads(processed(aws, "cocktails/date=2026-11-21/letter=a.summary.json")) == told


def test_exactly_the_version_that_the_event_names_is_read(aws: Aws) -> None:
    older = put(aws, json.dumps({"drinks": [GIN]}).encode())
    put(aws, json.dumps({"drinks": [{**GIN, "idDrink": "2"}]}).encode())
    transform_key(KEY, older)
    assert [card["id"] for card in CocktailQueries(aws("dynamodb"), TABLE).cards()] == ["1"]


def test_a_late_event_of_an_older_answer_replaces_nothing_that_came_of_a_newer(
    aws: Aws, upstream: Upstream, snapshot: Callable[[], Any]
) -> None:
    upstream.faults.add(Fault(SEARCH, "changed_schema"))
    versions = []
    for _ in range(2):
        [answer] = fetch_handler.handle({"letters": "q"}, CONTEXT)["answers"]
        head = aws("s3").head_object(Bucket=RAW, Key=answer["key"])
        versions.append((answer["key"], head["VersionId"]))
    transform_key(*versions[1])
    before = snapshot()
    with pytest.raises(MuchRejected):
        transform_key(*versions[0])
    assert snapshot() == before


def test_an_object_that_is_gone_is_said_to_be(aws: Aws) -> None:
    assert transform_handler.handle(s3_event(RAW, "cocktails/none.json", etag="x"), CONTEXT) == {
        "answers": [{"source": "cocktails/none.json", "status": "gone"}]
    }


def test_a_bucket_that_is_gone_is_an_error_and_not_swallowed(aws: Aws) -> None:
    event = s3_event(RAW, "cocktails/x.json", etag="x")
    event["Records"][0]["s3"]["bucket"]["name"] = "nobody"
    with pytest.raises(ClientError):
        transform_handler.handle(event, CONTEXT)


def test_the_event_that_sets_a_notification_up(aws: Aws) -> None:
    assert transform_handler.handle({"Event": "s3:TestEvent"}, CONTEXT) == {"answers": []}


def test_an_outage_fails_the_run_after_recording_it(
    aws: Aws, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.retry.FIRST_WAIT", 0)
    upstream.faults.add(Fault(SEARCH, "500", times=None, after=1))
    with pytest.raises(IncompleteFetch, match="1 of 36 answers came"):
        fetch_handler.handle({}, CONTEXT)
    kept = aws("s3").list_objects_v2(Bucket=RAW, Prefix="cocktails_runs/")["Contents"]
    record = json.loads(aws("s3").get_object(Bucket=RAW, Key=kept[0]["Key"])["Body"].read())
    assert (record["status"], record["landed"], record["failed"]) == ("partial", 1, 35)
    upstream.faults.clear()
    again = fetch_handler.handle({}, CONTEXT)
    assert (again["status"], again["unchanged"], again["landed"]) == ("ok", 1, 35)


def test_changed_code_reaches_stored_drinks_by_landing_them_again(
    aws: Aws, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    [answer] = fetch_handler.handle({"letters": "q"}, CONTEXT)["answers"]
    transform_key(answer["key"])
    monkeypatch.setattr("cocktails.normalise.difficulty", lambda *_: "new")
    [again] = fetch_handler.handle({"letters": "q", "again": True}, CONTEXT)["answers"]
    assert (again["status"], transform_key(again["key"])["changed"]) == ("landed", 3)


def test_a_drink_that_does_not_exist_is_told_and_not_retried(aws: Aws, upstream: Upstream) -> None:
    told = fetch_handler.handle({"ids": ["20001", "99999"]}, CONTEXT)
    assert (told["status"], told["landed"]) == ("error", 1)
    assert "there is no drink 99999" in told["message"]


def test_a_payload_that_makes_no_sense_is_told_and_not_retried(aws: Aws, upstream: Upstream) -> None:
    assert fetch_handler.handle({"letters": "!"}, CONTEXT)["status"] == "error"
    assert upstream.requests() == []


def test_metrics_account_for_every_entry(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    put(aws, json.dumps({"drinks": [GIN, 7]}).encode())
    transform_key(KEY)
    [metrics] = [line for line in map(json.loads, io.StringIO(capsys.readouterr().out)) if line["message"] == "metrics"]
    assert (metrics["flow"], metrics["entries"], metrics["new"], metrics["rejected"]) == (
        "cocktails_transform",
        2,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("handler", "not_imported"),
    [
        ("cocktails.fetch_handler", ["pydantic", "boto3", "botocore"]),
        ("cocktails.transform_handler", ["boto3", "botocore"]),
    ],
)
def test_a_cold_start_pays_for_what_it_needs(handler: str, not_imported: list[str]) -> None:
    code = f"import sys, {handler}; sys.exit(any(name in sys.modules for name in {not_imported}))"
    found = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "lambda_src"}, check=False)
    assert found.returncode == 0
