"""How long the oldest message has waited: by LocalStack's own list here, by a metric on AWS, and unknown at worst."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from barback.pipeline import _oldest

URL = "http://localhost:4566/000000000000/barback-records"


class Message(float):
    """A message that was sent so many seconds before it is looked at, however long ago the test was collected."""


def sent(answer: Any) -> Any:
    if isinstance(answer, Message):
        stamp = str(int(1000 * (time.time() - answer)))
        return {"Attribute": [{"Name": "SenderId", "Value": "x"}, {"Name": "SentTimestamp", "Value": stamp}]}
    if isinstance(answer, dict):
        return {name: sent(part) for name, part in answer.items()}
    return [sent(part) for part in answer] if isinstance(answer, list) else answer


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """Answers as LocalStack does at /_aws/sqs/messages."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = request.param if isinstance(request.param, bytes) else json.dumps(sent(request.param)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def listed(found: Any) -> dict[str, Any]:
    return {"ReceiveMessageResponse": {"ReceiveMessageResult": found}}


@pytest.mark.parametrize(
    "endpoint",
    [
        listed({"Message": [Message(5), Message(90)]}),
        listed({"Message": Message(90)}),
    ],
    indirect=True,
)
def test_the_oldest_of_many_and_of_one(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # which reaches nothing here
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    age = _oldest(SimpleNamespace(endpoint=endpoint), "records", URL)  # type: ignore[arg-type]
    assert age is not None
    assert 90 <= age < 300


@pytest.mark.parametrize("endpoint", [listed(None), listed({}), b"<html>", b""], indirect=True)
def test_what_says_nothing_is_unknown(endpoint: str) -> None:
    assert _oldest(SimpleNamespace(endpoint=endpoint), "records", URL) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(("points", "age"), [([], None), ([(1, 7.0), (2, 90.4)], 90)])
def test_on_aws_it_is_the_newest_point_of_the_metric(points: list[tuple[int, float]], age: int | None) -> None:
    told = [{"Timestamp": datetime(2026, 1, 1, 0, minute, tzinfo=UTC), "Maximum": value} for minute, value in points]
    metrics = SimpleNamespace(get_metric_statistics=lambda **_: {"Datapoints": told})
    target = SimpleNamespace(endpoint=None, client=lambda _: metrics, names=SimpleNamespace(queue=lambda name: name))
    assert _oldest(target, "records", URL) == age  # type: ignore[arg-type]
