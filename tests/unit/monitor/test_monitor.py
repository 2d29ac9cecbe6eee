"""The monitor: one line an event, each event once, and a summary that counts what really happened."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from barback.commands import monitor
from barback.config import Config
from barback.errors import Problem
from barback.monitor import last
from barback.monitor.follow import Follower
from barback.monitor.lines import Line, Reader
from barback.monitor.summary import Summary
from barback.targets import Target

FIRST, SECOND = "465e8d26-2fcd-4778-b600-535d62a5733a", "2b9eee0d-2f0b-454c-9a72-2b990dfd3861"
REPORT = (
    "REPORT RequestId: {id}\tDuration: {ms} ms\tBilled Duration: 14 ms\tMemory Size: 512 MB\tMax Memory Used: {mb} MB\t"
)
NOW = 0


@pytest.fixture(autouse=True)
def the_present(monkeypatch: pytest.MonkeyPatch) -> None:
    """CloudWatch takes no events of long ago, and the suite may have run for long."""
    monkeypatch.setattr(sys.modules[__name__], "NOW", int(time.time() * 1000) - 60_000)


def read(*messages: str) -> list[Line]:
    reader = Reader("orders")
    return [reader.read({"timestamp": NOW, "logStreamName": "s", "message": message}) for message in messages]


def report(identifier: str, ms: float = 13.37, mb: int = 74, more: str = "") -> str:
    return REPORT.format(id=identifier, ms=ms, mb=mb) + more


def entry(**fields: Any) -> str:
    return json.dumps({"level": "INFO", "message": "done", "request_id": FIRST, "function": "barback-orders", **fields})


def test_our_own_lines_keep_level_request_and_what_they_say() -> None:
    [line] = read(entry(level="WARNING", key="a b.json", rows=3))
    assert (line.level, line.request, line.text) == ("WARNING", FIRST, "done  key=a b.json  rows=3")


def test_metrics_and_lambdas_own_lines_are_only_for_those_who_want_all() -> None:
    lines = read(f"START RequestId: {FIRST} Version: $LATEST", entry(_aws={}), f"END RequestId: {FIRST}", "\xa0\xa0x()")
    assert {line.level for line in lines} == {"TRACE"}


def test_a_report_says_duration_memory_and_cold_start() -> None:
    [line] = read(report(FIRST, 1234.5, more="Init Duration: 300.20 ms\t"))
    assert line.report
    assert (line.report.milliseconds, line.report.used, line.report.init) == (1234.5, 74, 300.2)
    assert (line.level, line.text) == ("INFO", "took 1,234 ms, 74 of 512 MB, cold start 300 ms")


@pytest.mark.parametrize(
    "message",
    [
        "[ERROR] KeyError: 'a'\rTraceback (most recent call last):\r  File",
        f"2026-01-01T00:00:00.000Z {FIRST} Task timed out after 3.00 seconds",
        f"RequestId: {FIRST} Error: Runtime exited with error: signal: killed",
        report(FIRST, more="Status: timeout\t"),
        report(FIRST, more="Status: error\tError Type: Runtime.ExitError\t"),
    ],
)
def test_each_way_to_fail_is_an_error_of_its_request(message: str) -> None:
    line = read(f"START RequestId: {FIRST} Version: $LATEST", message)[1]
    assert (line.level, line.request, line.failed) == ("ERROR", FIRST, True)
    assert "\r" not in line.text


def test_an_invocation_that_fails_in_several_lines_is_one_error() -> None:
    summary = Summary()
    for line in read(
        f"START RequestId: {FIRST} Version: $LATEST",
        "[ERROR] KeyError: 'a'",
        report(FIRST, 10, 60, "Status: error\tError Type: X\t"),
        f"START RequestId: {SECOND} Version: $LATEST",
        report(SECOND, 30, 90),
    ):
        summary.add(line)
    assert summary.line() == (
        "2 invocations · 1 error · median 20 ms, longest 30 ms · most memory 90 of 512 MB (orders)"
    )
    assert summary.rows() == [("orders", "2", 1, 0, "20", "30", "90 of 512")]


def test_a_function_that_logs_an_error_and_goes_on_has_not_failed() -> None:
    summary = Summary()
    for line in read(entry(level="ERROR"), report(FIRST)):
        summary.add(line)
    assert summary.rows()[0][2] == 0


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    with mock_aws():
        logs = boto3.client(
            "logs", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        made = Target(Config(), "http://127.0.0.1:1")
        monkeypatch.setattr(Target, "client", lambda *_, **__: logs)
        yield made


def put(target: Target, function: str, *messages: str, at: int | None = None) -> None:
    start = NOW if at is None else at
    logs, group = target.client("logs"), target.names.log_group(function)
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
    events = [{"timestamp": start + i, "message": message} for i, message in enumerate(messages)]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def test_every_event_is_shown_once_late_ones_too(target: Target) -> None:
    put(target, "orders", entry(message="one"))
    follower = Follower(target, ["orders", "csv_profile"], NOW - 60_000)
    assert [line.text for line in follower.look()] == ["one"]
    assert follower.look() == []
    put(target, "orders", entry(message="late"), at=NOW - 5_000)
    put(target, "csv_profile", entry(message="two"), at=NOW + 5)
    assert [line.text for line in follower.look()] == ["late", "two"]


def test_where_nothing_was_ever_logged_a_person_is_told(target: Target) -> None:
    with pytest.raises(Problem, match="has a log"):
        Follower(target, ["orders"], 0).look()


def test_the_end_of_a_log_has_the_last_lines_and_the_runs_with_those_that_failed(target: Target) -> None:
    start = "START RequestId: {} Version: $LATEST"
    put(target, "orders", start.format(FIRST), entry(message="first"), f"END RequestId: {FIRST}", report(FIRST, 5.0))
    put(target, "orders", start.format(SECOND), "[ERROR] KeyError: 'a'\rTraceback", report(SECOND, 9.0), at=NOW + 10)
    put(target, "orders", start.format("not yet"), at=NOW + 20)
    lines, runs = last.read("orders", last.last_events(target, "orders", 100))
    assert [(line.level, line.text) for line in lines] == [
        ("INFO", "first"),
        ("INFO", "took 5 ms, 74 of 512 MB"),
        ("ERROR", "[ERROR] KeyError: 'a'"),
        ("INFO", "took 9 ms, 74 of 512 MB"),
    ]
    assert [(run.request, run.took, run.failed) for run in runs] == [(FIRST, 5.0, False), (SECOND, 9.0, True)]
    assert len(last.last_events(target, "orders", 2)) == 2
    assert last.last_events(target, "csv_profile", 100) == []


@pytest.fixture
def shown(target: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What the command prints for its arguments."""
    put(target, "orders", f"START RequestId: {FIRST} Version: 1", entry(message="mine\x1b[2J"), report(FIRST))
    put(target, "orders", entry(message="forged", request_id="\x1b[2J\n\u202e"))
    put(target, "csv_profile", entry(level="ERROR", message="theirs", request_id=SECOND), report(SECOND))
    monkeypatch.setattr(monitor, "current_config", Config)
    monkeypatch.setattr(monitor, "target_of", lambda config: target)

    def show(*words: str) -> str:
        parser = argparse.ArgumentParser()
        monitor.add(parser)
        assert monitor.run(parser.parse_args(["--once", *words])) == 0
        return capsys.readouterr().out

    return show


def test_all_functions_are_shown_with_a_summary_and_nothing_that_a_terminal_obeys(shown: Any) -> None:
    out = shown()
    assert "mine·[2J" in out
    assert "theirs" in out
    assert "START" not in out
    assert "2 invocations · 0 errors" in out
    assert "·[2J⏎·    forged" in out
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("words", "there", "not_there"),
    [
        (["orders"], "mine", "theirs"),
        (["--level", "error"], "theirs", "mine"),
        (["--request", SECOND[:6]], "theirs", "mine"),
        (["--all"], "START", "nothing"),
    ],
)
def test_lines_are_chosen(shown: Any, words: list[str], there: str, not_there: str) -> None:
    out = shown(*words)
    assert there in out
    assert not_there not in out


def test_colours_are_for_terminals(shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "is_terminal", lambda stream: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\033[1;31m" in shown("--level", "error")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in shown("--level", "error")


def test_a_function_that_is_none_is_named(shown: Any) -> None:
    with pytest.raises(Problem, match="no function nonsense"):
        shown("nonsense")
