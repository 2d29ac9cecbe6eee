"""The HTTP API as typed calls: docs/api.md. The one module that sends requests.

    ApiError
     ├ Unreachable   nobody answers at the address, or not in time, or what answers is not the API
     └ Problem       the API says what is wrong (RFC 9457): status, detail, and the id to find it in the log

Answers to GET are kept as long as the API's Cache-Control says, and then asked for again with their ETag.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from dashboard.models import (
    Analytics,
    Changes,
    DrinkPage,
    FailedEvents,
    Function,
    FunctionLog,
    Ingredient,
    IngredientList,
    Pipeline,
    ProfilePage,
    ProfileSummary,
    RecordPage,
    Sent,
    Summary,
    Total,
    Uploaded,
    Version,
    Versions,
)

TIMEOUT = httpx.Timeout(10.0, connect=2.0)
# A file on its way to the API, and the answer when the API has stored it.
UPLOAD_TIMEOUT = httpx.Timeout(120.0, connect=2.0)
REDRIVE_TIMEOUT = httpx.Timeout(60.0, connect=2.0)
MOST_KEPT = 64 << 20  # bytes of answers
PROBLEM = "application/problem+json"

Status = Literal["success", "error", "processing"]
Document = Mapping[str, Any]
T = TypeVar("T")


class ApiError(Exception):
    """The API did not give what was asked for. The message is for people."""


class Unreachable(ApiError):
    pass


class Problem(ApiError):
    def __init__(self, status: int, title: str, detail: str, request_id: str | None = None) -> None:
        super().__init__(detail or title)
        self.status, self.title, self.detail, self.request_id = status, title, detail, request_id


class Client:
    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._kept = _Kept(MOST_KEPT)

    def analytics(self) -> Analytics:
        return self.get("/analytics", Analytics)

    def profiles(
        self, limit: int = 20, status: Status | None = None, search: str | None = None, after: str | None = None
    ) -> ProfilePage:
        return self.get("/profiles", ProfilePage, limit=limit, status=status, search=search, lastKey=after)

    def profile_of(self, uploaded: Uploaded) -> ProfileSummary | None:
        """The profile of exactly this upload, as soon as there is one."""
        try:
            found = self.get(f"/profiles/{_path(uploaded.key)}", ProfileSummary, fresh=True)
        except Problem as problem:
            if problem.status == 404:
                return None
            raise
        if found.etag != uploaded.etag:
            return None
        self._kept.clear()  # what was kept of the file before it
        return found

    def document(self, file: str, version: str | None = None) -> Document:
        """The complete profile: docs/csv-profile.md."""
        return self.get(f"/profiles/{_path(file)}", dict[str, Any], detail="full", version=version)

    def versions(self, file: str) -> list[Version]:
        """The profiles that there have been of a file, newest first."""
        return self.get(f"/profiles/{_path(file)}", Versions, detail="versions").versions

    def drift(self, file: str, version: str, against: str) -> Document | None:
        """What changed from one version to another: docs/drift.md."""
        path = f"/profiles/{_path(file)}"
        return self.get(path, Changes, detail="drift", version=version, against=against).drift

    def summary(self) -> Summary:
        return self.get("/summary", Summary)

    def drinks(self) -> int:
        """How many drinks there are."""
        return self.get("/cocktails", Total, limit=1).total

    def records(self, limit: int = 20, source: str | None = None, after: str | None = None) -> RecordPage:
        return self.get("/records", RecordPage, limit=limit, source=source, lastKey=after)

    def record(self, identity: str) -> Document:
        return self.get(f"/records/{_path(identity)}", dict[str, Any])

    def cocktails(self, limit: int = 20, after: str | None = None, **question: Any) -> DrinkPage:
        """`question` has the parameters of the API: with, bar, missing, mocktails, …"""
        return self.get("/cocktails", DrinkPage, limit=limit, lastKey=after, **question)

    def drink(self, identity: str) -> Document:
        return self.get(f"/cocktails/{_path(identity)}", dict[str, Any])

    def ingredients(self) -> list[Ingredient]:
        """The most used first."""
        return self.get("/ingredients", IngredientList).ingredients

    def pipeline(self) -> Pipeline:
        """Only where there is the test harness: on this machine."""
        return self.get("/harness/status", Pipeline)

    def functions(self) -> list[Function]:
        return self.get("/harness/functions", list[Function])

    def log(self, function: str, lines: int = 100, runs: int = 20) -> FunctionLog:
        return self.get(f"/harness/functions/{_path(function)}/log", FunctionLog, lines=lines, runs=runs)

    def failed_events(self, limit: int = 50) -> FailedEvents:
        return self.get("/harness/failed-events", FailedEvents, limit=limit)

    def redrive(self) -> list[Sent]:
        """Sends failed events again, up to 200 of each queue."""
        return self._read(self._send("POST", "/harness/redrive", timeout=REDRIVE_TIMEOUT), list[Sent])

    def upload(self, key: str, content: bytes) -> Uploaded:
        return self._read(
            self._send("PUT", f"/harness/uploads/{_path(key)}", content=content, timeout=UPLOAD_TIMEOUT), Uploaded
        )

    def get(self, path: str, kind: type[T], *, fresh: bool = False, **parameters: Any) -> T:
        """A GET whose answer is of this kind; parameters that are None are left out. A fresh one is not
        one that was kept."""
        asked = httpx.URL(path, params={name: value for name, value in parameters.items() if value is not None})
        key = (str(asked), kind)
        kept = self._kept.get(key)
        if kept and not fresh and time.monotonic() < kept.fresh_until:
            found: T = kept.value
            return found
        answer = self._send("GET", str(asked), headers={"If-None-Match": kept.etag} if kept else {})
        if answer.status_code == 304 and kept:
            value: T = kept.value
        else:
            value = self._read(answer, kind)
        etag = answer.headers.get("ETag") or (kept.etag if kept else "")
        if etag:
            size = kept.size if answer.status_code == 304 and kept else len(answer.content)
            self._kept.put(key, _Answer(value, etag, time.monotonic() + _max_age(answer), size))
        return value

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        options = {"timeout": TIMEOUT, **options}
        try:
            answer = self._http.request(method, path, **options)
        except httpx.TimeoutException:
            seconds = options["timeout"].read
            raise Unreachable(f"the API at {self.address} did not answer within {seconds:.0f} seconds") from None
        except httpx.HTTPError as error:
            raise Unreachable(f"the API at {self.address} cannot be reached: {error or type(error).__name__}") from None
        if answer.status_code >= 400:
            raise _problem(answer)
        return answer

    def _read(self, answer: httpx.Response, kind: type[T]) -> T:
        try:
            return TypeAdapter(kind).validate_json(answer.content)
        except ValidationError:
            what = f"{answer.request.method} {answer.request.url.path}"
            raise Unreachable(f"{self.address} is not the API, or another version of it: {what}") from None

    @property
    def address(self) -> str:
        return str(self._http.base_url).rstrip("/")


def connect(address: str, headers: Mapping[str, str] | None = None) -> Client:
    """`trust_env`: proxies of the shell are not for an address of this machine."""
    is_here = httpx.URL(address).host in ("127.0.0.1", "localhost", "::1")
    return Client(httpx.Client(base_url=address, headers=headers, trust_env=not is_here))


def _problem(answer: httpx.Response) -> Problem:
    title = answer.reason_phrase
    if answer.headers.get("Content-Type", "").startswith(PROBLEM):
        try:
            told = answer.json()
            return Problem(answer.status_code, told.get("title", title), told.get("detail", ""), told.get("request_id"))
        except (ValueError, AttributeError):
            pass
    return Problem(answer.status_code, title, f"{answer.status_code} {title}")


def _path(key: str) -> str:
    """As one part of an address after another; `.` and `..` would be taken for steps."""
    return "/".join(quote(part, safe="") if part.strip(".") else part.replace(".", "%2E") for part in key.split("/"))


def _max_age(answer: httpx.Response) -> float:
    for part in answer.headers.get("Cache-Control", "").split(","):
        name, _, seconds = part.strip().partition("=")
        if name == "max-age" and seconds.isdigit():
            return float(seconds)
    return 0.0


@dataclass(frozen=True)
class _Answer:
    value: Any
    etag: str
    fresh_until: float
    size: int


class _Kept:
    """The answers that were used last, up to a number of bytes; several sessions use it at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._answers: OrderedDict[Any, _Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> _Answer | None:
        with self._lock:
            if found := self._answers.get(key):
                self._answers.move_to_end(key)
            return found

    def put(self, key: Any, answer: _Answer) -> None:
        with self._lock:
            if before := self._answers.pop(key, None):
                self._size -= before.size
            self._answers[key] = answer
            self._size += answer.size
            while self._size > self._most:
                self._size -= self._answers.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._size = 0
