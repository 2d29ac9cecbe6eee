"""The client against the real API: typed answers, problems as the API tells them; an API that is down or slow."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from dashboard.client import Client, Problem, Unreachable, connect
from dashboard.models import Analytics, Uploaded
from tests.unit.api.conftest import store_profile, store_records

HOSTILE = ["uploads/<script>alert(1)</script>.csv", "uploads/a b+c%2F?d=#.csv", "uploads/two\nlines.csv"]
HOSTILE += ["uploads/..", "uploads/\u202egpj.csv"]


def test_numbers_are_typed(api: Client) -> None:
    store_records(range(3))
    found = api.analytics()
    assert isinstance(found, Analytics)
    assert (found.total, found.by_source) == (3, {"jsonplaceholder": 3})


def test_pages_of_profiles_follow_each_other(api: Client) -> None:
    for n in range(7):
        store_profile(f"uploads/paged-{n}.csv")
    seen, after = [], None
    while True:
        page = api.profiles(limit=3, search="paged", after=after)
        seen += [profile.file_name for profile in page.profiles]
        if (after := page.lastKey) is None:
            break
    assert sorted(seen) == [f"uploads/paged-{n}.csv" for n in range(7)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_is_found_by_any_name(api: Client, name: str) -> None:
    store_profile(name, etag="e")
    found = api.profile_of(Uploaded(key=name, etag="e"))
    assert found
    assert found.file_name == name
    assert api.profile_of(Uploaded(key=name, etag="of another upload")) is None


def test_a_problem_says_what_the_api_says(api: Client) -> None:
    with pytest.raises(Problem) as told:
        api.document("uploads/nobody.csv")
    assert (told.value.status, str(told.value)) == (404, "there is no profile of a file with this name")
    assert told.value.request_id
    with pytest.raises(Problem, match="limit: Input should be less than or equal to 100") as told:
        api.profiles(limit=1000)
    assert told.value.status == 400


def test_an_answer_is_kept_and_then_checked_by_its_etag(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str | None, int]] = []
    http.event_hooks["response"] = [lambda a: sent.append((a.request.headers.get("If-None-Match"), a.status_code))]
    now = [0.0]
    monkeypatch.setattr("dashboard.client.time.monotonic", lambda: now[0])
    try:
        api = Client(http)
        first = api.analytics()
        assert api.analytics() is first
        assert [status for _, status in sent] == [200]
        now[0] = 6  # /analytics may be kept for five seconds
        assert api.analytics() is first
        assert [status for _, status in sent] == [200, 304]
        assert sent[1][0]
    finally:
        http.event_hooks["response"] = []


def test_nobody_answers(down: None) -> None:
    with pytest.raises(Unreachable, match=r"the API at http://127\.0\.0\.1:1 cannot be reached"):
        connect("http://127.0.0.1:1").analytics()


class Other(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Something else</title>")

    def log_message(self, *words: Any) -> None: ...


@pytest.fixture
def other() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_is_not_the_api_is_said_to_be_something_else(other: str) -> None:
    with pytest.raises(Unreachable, match="is not the API, or another version of it: GET /analytics"):
        connect(other).analytics()


def test_a_slow_api_is_not_waited_for_without_end() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    api = Client(httpx.Client(base_url="http://127.0.0.1:1", transport=httpx.MockTransport(slow)))
    with pytest.raises(Unreachable, match="did not answer within 10 seconds"):
        api.analytics()


@pytest.mark.parametrize("name", HOSTILE[:3])
def test_a_file_arrives_under_any_name(api: Client, name: str) -> None:
    assert api.upload(name, b"a,b\n1,2\n").key == name


def test_proxies_of_the_shell_are_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    api = connect("http://127.0.0.1:1")
    with pytest.raises(Unreachable) as told:
        api.analytics()
    assert "refused" in str(told.value)
