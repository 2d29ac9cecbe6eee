"""The Runtime API as a runtime sees it, over HTTP."""

import http.client
import json
from collections.abc import Iterator

import pytest

from barback.inside.runtime_api import (
    MAX_RESPONSE,
    Answered,
    Failed,
    InitFailed,
    Invocation,
    Ready,
    RuntimeApi,
    TooLarge,
)
from tests.waiting import SECONDS

PATH = "/2018-06-01/runtime"


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    yield api
    api.close()


@pytest.fixture
def runtime(api: RuntimeApi) -> Iterator[http.client.HTTPConnection]:
    """One connection for everything a runtime says: it is kept alive."""
    connection = http.client.HTTPConnection(api.address, timeout=SECONDS)
    yield connection
    connection.close()


def invocation(**changes: str) -> Invocation:
    return Invocation("id-1", "arn:f", b'{"a": 1}', 1_800_000_000_000, **changes)


def ask(runtime: http.client.HTTPConnection) -> tuple[dict[str, str], bytes]:
    runtime.request("GET", f"{PATH}/invocation/next")
    reply = runtime.getresponse()
    assert reply.status == 200
    return dict(reply.getheaders()), reply.read()


def post(runtime: http.client.HTTPConnection, path: str, body: object, chunked: bool = False) -> tuple[int, object]:
    runtime.request("POST", f"{PATH}/{path}", body, encode_chunked=chunked)
    reply = runtime.getresponse()
    return reply.status, json.loads(reply.read())


def test_the_first_question_says_that_the_runtime_is_ready(
    api: RuntimeApi, runtime: http.client.HTTPConnection
) -> None:
    api.offer(invocation())
    ask(runtime)
    assert isinstance(api.events.get(timeout=SECONDS), Ready)


def test_next_tells_everything_about_the_invocation(api: RuntimeApi, runtime: http.client.HTTPConnection) -> None:
    api.offer(invocation(trace="Root=1", client_context='{"c": 1}', cognito_identity='{"i": 1}'))
    headers, body = ask(runtime)
    assert body == b'{"a": 1}'
    assert headers == {
        "Content-Type": "application/json",
        "Content-Length": "8",
        "Lambda-Runtime-Aws-Request-Id": "id-1",
        "Lambda-Runtime-Deadline-Ms": "1800000000000",
        "Lambda-Runtime-Invoked-Function-Arn": "arn:f",
        "Lambda-Runtime-Trace-Id": "Root=1",
        "Lambda-Runtime-Client-Context": '{"c": 1}',
        "Lambda-Runtime-Cognito-Identity": '{"i": 1}',
    }


def test_what_is_not_known_is_left_out(api: RuntimeApi, runtime: http.client.HTTPConnection) -> None:
    api.offer(invocation())
    assert not {"Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity"} & ask(runtime)[0].keys()


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("path", "kind"), [("response", Answered), ("error", Failed)])
def test_answers_arrive_whole_however_they_are_sent(
    api: RuntimeApi, runtime: http.client.HTTPConnection, path: str, kind: type, chunked: bool
) -> None:
    body = b"x" * MAX_RESPONSE
    for _ in range(2):
        api.offer(invocation())
        ask(runtime)
        if chunked:
            runtime.request(
                "POST",
                f"{PATH}/invocation/id-1/{path}",
                iter([body[:10], body[10:]]),
                {"Transfer-Encoding": "chunked"},
                encode_chunked=True,
            )
            reply = runtime.getresponse()
            assert (reply.status, reply.read()) == (202, b'{"status":"OK"}')
        else:
            assert post(runtime, f"invocation/id-1/{path}", body) == (202, {"status": "OK"})
    assert isinstance(api.events.get(timeout=SECONDS), Ready)
    for _ in range(2):
        assert api.events.get(timeout=SECONDS) == kind("id-1", body)


def test_an_answer_that_is_too_large_is_refused_and_the_connection_lives(
    api: RuntimeApi, runtime: http.client.HTTPConnection
) -> None:
    api.offer(invocation())
    ask(runtime)
    status, told = post(runtime, "invocation/id-1/response", b"x" * (MAX_RESPONSE + 1))
    assert (status, told["errorType"]) == (413, "RequestEntityTooLarge")  # type: ignore[index]
    api.events.get(timeout=SECONDS)
    assert api.events.get(timeout=SECONDS) == TooLarge("id-1")
    api.offer(invocation())
    ask(runtime)


@pytest.mark.parametrize("asked", [False, True])
def test_an_answer_to_something_else_is_refused(
    api: RuntimeApi, runtime: http.client.HTTPConnection, asked: bool
) -> None:
    if asked:
        api.offer(invocation())
        ask(runtime)
        api.events.get(timeout=SECONDS)
    status, told = post(runtime, "invocation/id-2/response", b"{}")
    assert (status, told["errorType"]) == (400, "InvalidRequestID")  # type: ignore[index]
    assert api.events.empty()


def test_nothing_can_be_answered_twice(api: RuntimeApi, runtime: http.client.HTTPConnection) -> None:
    api.offer(invocation())
    ask(runtime)
    assert post(runtime, "invocation/id-1/response", b"{}")[0] == 202
    assert post(runtime, "invocation/id-1/response", b"{}")[0] == 400


def test_an_init_error_is_handed_on(api: RuntimeApi, runtime: http.client.HTTPConnection) -> None:
    assert post(runtime, "init/error", b'{"errorType": "T"}')[0] == 202
    assert api.events.get(timeout=SECONDS) == InitFailed(b'{"errorType": "T"}')


@pytest.mark.parametrize("path", ["invocation", "restore/next", "invocation/id-1/other"])
def test_anything_else_is_not_found(runtime: http.client.HTTPConnection, path: str) -> None:
    assert post(runtime, path, b"{}")[0] == 404


def test_closing_does_not_wait_for_a_runtime_that_waits(api: RuntimeApi, runtime: http.client.HTTPConnection) -> None:
    runtime.request("GET", f"{PATH}/invocation/next")
    assert isinstance(api.events.get(timeout=SECONDS), Ready)
    api.close()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        runtime.getresponse()
