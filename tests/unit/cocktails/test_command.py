"""`barback cocktails` against the two functions, run here in place of an engine."""

import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from barback.errors import Problem
from barback.flows.cocktails.fetch import as_json, ask, fetch, render
from barback.paths import STACK
from barback.stack.load import load
from barback.targets import Target
from cocktails import fetch_handler, transform_handler
from tests.events import s3_event
from tests.unit.cocktails.conftest import PROCESSED, RAW, TABLE
from upstream.faults import Fault
from upstream.server import PREFIXES, Upstream

CONTEXT = SimpleNamespace(aws_request_id="r", function_name="f")
SEARCH = PREFIXES["COCKTAILDB_URL"] + "/search.php"


class Functions:
    """Invokes the fetch as Lambda does, and then, as S3 does, the transform for each answer that landed."""

    def invoke(self, **arguments: Any) -> dict[str, Any]:
        assert arguments["FunctionName"] == "test-cocktails_fetch"
        try:
            result = fetch_handler.handle(json.loads(arguments["Payload"]), CONTEXT)
        except fetch_handler.IncompleteFetch as error:
            failure = {"errorMessage": str(error)}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(failure).encode())}
        for answer in result.get("answers", []):
            transform_handler.handle(s3_event(RAW, answer["key"], etag="x"), CONTEXT)
        return {"Payload": io.BytesIO(json.dumps(result).encode())}


@pytest.fixture
def target(aws: Callable[[str], Any], upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Target:
    monkeypatch.setattr("common.retry.FIRST_WAIT", 0)
    found: Any = SimpleNamespace(
        is_aws=False,
        endpoint="http://127.0.0.1:1",
        stack=load(STACK),
        names=SimpleNamespace(
            bucket=lambda short: {"raw": RAW, "processed": PROCESSED}[short],
            table=lambda short: TABLE,
            function=lambda short: f"test-{short}",
        ),
        client=lambda service, **_: Functions() if service == "lambda" else aws(service),
    )
    return found  # type: ignore[no-any-return]


def test_fetching_says_what_became_of_every_drink(target: Target, upstream: Upstream) -> None:
    assert fetch(target, {"letters": "qu"}) == "6 fetched: 6 new, 0 changed, 0 unchanged, 0 rejected"
    assert fetch(target, {"letters": "qu"}) == "6 fetched: 0 new, 0 changed, 6 unchanged, 0 rejected"
    assert fetch(target, {"letters": "qu", "again": True}) == "6 fetched: 0 new, 0 changed, 6 unchanged, 0 rejected"
    quarry = next(drink for drink in upstream.cocktaildb.drinks if "Quarry" in str(drink["strDrink"]))
    upstream.cocktaildb.change(str(quarry["idDrink"]), {"strGlass": "Teacup"})
    assert fetch(target, {"letters": "qu"}) == "6 fetched: 0 new, 1 changed, 5 unchanged, 0 rejected"


def test_an_answer_that_could_not_be_read_is_told(target: Target, upstream: Upstream) -> None:
    upstream.faults.add(Fault(SEARCH, "changed_envelope"))
    assert "letter=q.json could not be read: the answer has the fields" in fetch(target, {"letters": "q"})


def test_an_outage_is_a_problem_that_a_person_can_act_on(target: Target, upstream: Upstream) -> None:
    upstream.faults.add(Fault(SEARCH, "500", times=None))
    with pytest.raises(Problem, match="0 of 1 answers came") as caught:
        fetch(target, {"letters": "q"})
    assert "make logs" in caught.value.hint


def test_a_wrong_option_is_a_problem(target: Target) -> None:
    with pytest.raises(Problem, match="letters"):
        fetch(target, {"letters": "?"})


def test_what_is_asked_for_is_shown(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    fetch(target, {"letters": "qu"})
    everything = ask(target, [], mocktails=False, category=None)
    shown = render(everything, 4)
    assert "6 drinks, 2 of them not shown" in shown
    assert max(map(len, shown.splitlines())) <= 120
    assert [drink["id"] for drink in json.loads(as_json(everything))] == [drink["id"] for drink in everything]
    mocktails = ask(target, [], mocktails=True, category=None)
    assert 0 < len(mocktails) < 6
    assert all("none" in line for line in render(mocktails, 9).splitlines()[2:-1])
    assert "No drink is like that" in render(ask(target, ["unobtainium"], mocktails=False, category=None), 9)
