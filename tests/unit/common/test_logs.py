"""Lines as CloudWatch reads them: a level that can be chosen, errors with their place and without their contents."""

import json
from typing import Any

import pytest

from common.logs import Log


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("", ["INFO", "WARNING", "ERROR"]),
        ("debug", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("WARNING", ["WARNING", "ERROR"]),
        ("nonsense", ["INFO", "WARNING", "ERROR"]),
    ],
)
def test_the_level_leaves_out_what_is_less(
    level: str, seen: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    log = Log()
    for write in (log.debug, log.info, log.warning, log.error):
        write("x")
    assert [line["level"] for line in lines(capsys)] == seen


def test_metrics_are_sent_whatever_the_level(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    Log().metrics("flow", files=(1, "Count"))
    [line] = lines(capsys)
    assert line["files"] == 1
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "files", "Unit": "Count"}]


def test_an_error_tells_where_it_was_raised_and_quotes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    cell = "a cell of somebody's file"
    try:
        int(cell)
    except ValueError as error:
        Log(request_id="r").exception("failed", error, key="k")
    [line] = lines(capsys)
    assert {name: line[name] for name in ("level", "error", "key", "request_id")} == {
        "level": "ERROR",
        "error": "ValueError",
        "key": "k",
        "request_id": "r",
    }
    assert "test_logs.py" in line["traceback"]
    assert cell not in json.dumps(line)


def test_fields_are_bound() -> None:
    assert Log(a=1).bind(b=2)._fields == {"a": 1, "b": 2}
