"""What holds for every address: problems, caching, the log, the document; and the way in from Lambda."""

import ast
import json
import re
from typing import Any

import hypothesis
import pytest
import schemathesis
from botocore.exceptions import ClientError
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.asgi import answer
from barback.paths import LAMBDA_SRC
from common.events import UnknownEvent
from tests.unit.api.conftest import APP, CONTEXT, ask, event, store_profile, store_records


@pytest.fixture(scope="module", autouse=True)
def some_data(account: Any) -> None:
    store_records(range(10))
    store_profile("uploads/sales.csv")


@pytest.mark.parametrize("path", ["/nothing", "/recordsx", "//records", "/docs/x", "/%00", "/é"])
def test_an_address_that_is_none_is_a_problem(path: str) -> None:
    told = ask(path)
    assert (told.status, told.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_it_can_only_be_read(method: str) -> None:
    told = ask("/records", method)
    assert (told.status, told.headers["allow"], told.json["status"]) == (405, "GET", 405)
    assert told.json["detail"] == "this address takes GET only"


def test_head_says_what_get_would() -> None:
    got, head = ask("/records"), ask("/records", "HEAD")
    assert head.text == ""
    assert head.status == 200
    for name in ("etag", "content-length", "content-type", "cache-control"):
        assert head.headers[name] == got.headers[name]


def test_who_has_the_answer_is_told_so() -> None:
    first = ask("/records")
    assert first.headers["cache-control"] == "max-age=5"
    for tags in (first.headers["etag"], f'W/{first.headers["etag"]}, "other"', "*"):
        again = ask("/records", headers={"If-None-Match": tags})
        assert (again.status, again.text, again.headers["etag"]) == (304, "", first.headers["etag"])
    assert ask("/records", headers={"If-None-Match": '"other"'}).status == 200
    assert ask("/records", limit=1).headers["etag"] != first.headers["etag"]


def test_every_request_is_a_line_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    ask("/records/nobody")
    line = json.loads(capsys.readouterr().out)
    assert line.pop("ms") >= 0
    assert line.pop("bytes") > 0
    assert line == {
        "level": "INFO",
        "message": "request",
        "request_id": "the-request",
        "function": "api",
        "method": "GET",
        "route": "/records/{identity:key}",
        "path": "/records/nobody",
        "status": 404,
    }


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 503), ("InternalServerError", 500)])
def test_what_goes_wrong_inside_is_in_the_log_and_not_in_the_answer(
    account: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, status: int
) -> None:
    def fail(**arguments: Any) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "arn:aws:secret"}}, "Scan")

    monkeypatch.setattr(account("dynamodb"), "scan", fail)
    told = ask("/records")
    assert (told.status, told.json["request_id"], told.headers["cache-control"]) == (status, "the-request", "no-store")
    assert "secret" not in told.text
    assert told.headers.get("retry-after") == ("1" if status == 503 else None)
    assert "ClientError" in capsys.readouterr().out


def test_the_home_page_leads_to_documentation_that_works_offline() -> None:
    assert ask("/").headers["location"] == "/docs"
    page = ask("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.findall(r"https?://", page.text)
    assert ask("/openapi.json").json["paths"]


def test_every_operation_has_its_errors_and_each_record_its_example() -> None:
    document = ask("/openapi.json").json
    assert "HTTPValidationError" not in json.dumps(document)
    assert document["components"]["schemas"]["Record"]["examples"]
    assert set(document["paths"]["/records"]["get"]["responses"]) == {"200", "400", "503"}
    assert set(document["paths"]["/records/{identity}"]["get"]["responses"]) == {"200", "404", "503"}


class TestPayload:
    def test_an_http_api_sends_the_path_decoded(self) -> None:
        store_profile("uploads/per%2fcent.csv")
        sent = event("GET", "/profiles/uploads/per%2fcent.csv")
        sent["requestContext"]["domainName"] = "abc.execute-api.us-east-1.amazonaws.com"
        assert json.loads(answer(APP, sent, CONTEXT)["body"])["file_name"] == "uploads/per%2fcent.csv"

    @pytest.mark.parametrize("sent", [{}, None, [], {"version": "1.0", "httpMethod": "GET"}, {"version": "2.0"}])
    def test_anything_else_is_no_request(self, sent: Any) -> None:
        with pytest.raises(UnknownEvent):
            answer(APP, sent, CONTEXT)

    def test_a_body_is_of_no_interest(self) -> None:
        for body, is_base64 in (("x" * 1000, False), ("eA==", True)):
            sent = event("GET", "/health") | {"body": body, "isBase64Encoded": is_base64}
            assert answer(APP, sent, CONTEXT)["statusCode"] == 200


def test_a_flow_imports_no_other_flow_and_the_api_only_their_queries() -> None:
    flows = {path.name for path in LAMBDA_SRC.iterdir() if (path / "__init__.py").exists()} - {"common", "api"}
    for file in LAMBDA_SRC.rglob("*.py"):
        room = file.relative_to(LAMBDA_SRC).parts[0]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                other, _, module = name.partition(".")
                if other in flows - {room}:
                    assert room == "api", f"{file} imports {name}"
                    assert module in ("queries", "question"), f"{file} imports {name}"


schema = schemathesis.openapi.from_asgi("/openapi.json", APP)


@schema.parametrize()
@hypothesis.settings(max_examples=30, suppress_health_check=list(hypothesis.HealthCheck))
def test_a_fuzzer_finds_no_failure_and_nothing_that_the_document_does_not_say(case: Any) -> None:
    # That a text is not a cursor of ours no document can say.
    case.call_and_validate(excluded_checks=[positive_data_acceptance])
