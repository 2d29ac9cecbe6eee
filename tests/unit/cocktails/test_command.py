"""`barback cocktails` against the two functions, run here in place of an engine."""

import argparse
import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from barback.errors import Problem
from barback.flows.cocktails import bar
from barback.flows.cocktails.commands import bar as bar_command
from barback.flows.cocktails.commands import cocktails as command
from barback.flows.cocktails.fetch import fetch
from barback.paths import STACK
from barback.stack.load import load
from barback.targets import Target
from cocktails import fetch_handler, transform_handler
from cocktails.models import admit
from cocktails.normalise import normalised
from tests.events import s3_event
from tests.unit.cocktails.conftest import PROCESSED, RAW, TABLE, stock
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
            if answer["key"]:
                with suppress(transform_handler.MuchRejected):  # S3 does not tell the fetch
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
            called=lambda short: f"test-{short}",
        ),
        client=lambda service, **_: Functions() if service == "lambda" else aws(service),
    )
    return found  # type: ignore[no-any-return]


class Run:
    """Runs a command as a person would, and keeps what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.code = 0
        self.notes = ""

    def __call__(self, *words: str, of: Any = command) -> str:
        parser = argparse.ArgumentParser(prog="barback")
        of.add(parser)
        self.code = of.run(parser.parse_args(words))
        printed = self._capsys.readouterr()
        self.notes = printed.err
        # The functions, which run here, log to the same stream.
        return "".join(line for line in printed.out.splitlines(keepends=True) if not line.startswith('{"level"'))


@pytest.fixture
def run(target: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr("barback.flows.cocktails.commands.cocktails.target_of", lambda _config: target)
    for function in (bar.read, bar.add, bar.remove, bar.clear):
        monkeypatch.setattr(function, "__defaults__", (tmp_path / ".bar",))
    monkeypatch.setenv("COLUMNS", "120")
    return Run(capsys)


@pytest.fixture
def stocked(run: Run, aws: Callable[[str], Any], upstream: Upstream) -> Run:
    """With the drinks of a letter in the table."""
    drinks = [drink for drink in upstream.cocktaildb.drinks if str(drink["strDrink"]).strip()[0] == "G"]
    stock(aws, [normalised(admit(drink)) for drink in drinks])
    return run


class TestFetching:
    def test_it_says_what_became_of_every_drink(self, target: Target, upstream: Upstream) -> None:
        assert fetch(target, {"letters": "qu"}).told == "6 fetched: 6 new, 0 changed, 0 unchanged, 0 rejected"
        assert fetch(target, {"letters": "qu"}).told == "6 fetched: 0 new, 0 changed, 6 unchanged, 0 rejected"
        again = fetch(target, {"letters": "qu", "again": True})
        assert again.told == "6 fetched: 0 new, 0 changed, 6 unchanged, 0 rejected"
        quarry = next(drink for drink in upstream.cocktaildb.drinks if "Quarry" in str(drink["strDrink"]))
        upstream.cocktaildb.change(str(quarry["idDrink"]), {"strGlass": "Teacup"})
        assert fetch(target, {"letters": "qu"}).told == "6 fetched: 0 new, 1 changed, 5 unchanged, 0 rejected"

    def test_an_answer_that_could_not_be_read_fails(self, run: Run, target: Target, upstream: Upstream) -> None:
        fetch(target, {"letters": "u"})
        upstream.faults.add(Fault(SEARCH, "changed_envelope"))
        run("--letters", "q")
        assert "letter=q.json did not come in: the answer has the fields" in run.notes
        assert run.code == 1

    def test_an_outage_is_a_problem_that_a_person_can_act_on(self, target: Target, upstream: Upstream) -> None:
        upstream.faults.add(Fault(SEARCH, "500", times=None))
        with pytest.raises(Problem, match="0 of 1 answers came") as caught:
            fetch(target, {"letters": "q"})
        assert "make logs" in caught.value.hint

    def test_a_wrong_option_is_a_problem(self, target: Target) -> None:
        with pytest.raises(Problem, match="letters"):
            fetch(target, {"letters": "?"})

    def test_one_drink_that_was_fetched_is_shown_and_others_are_not(self, stocked: Run, upstream: Upstream) -> None:
        drink = upstream.cocktaildb.drinks[0]
        shown = stocked("--id", str(drink["idDrink"]))
        assert shown.startswith(str(drink["strDrink"]).strip())
        assert str(drink["strIngredient1"]).strip() in shown

    def test_a_drink_that_does_not_exist_fails(self, run: Run) -> None:
        with pytest.raises(Problem, match="there is no drink 99999"):
            run("--id", "99999")

    def test_what_is_rejected_is_said_and_all_of_it_fails(self, run: Run, upstream: Upstream) -> None:
        first = next(drink for drink in upstream.cocktaildb.drinks if "Quarry" in str(drink["strDrink"]))
        upstream.cocktaildb.change(str(first["idDrink"]), {"strIngredient1": ["Gin"]})
        run("--letters", "q")
        assert "1 rejected of cocktails/date=" in run.notes
        assert run.code == 0
        upstream.faults.add(Fault(SEARCH, "changed_schema"))
        run("--letters", "q")
        assert "3 of 3 drinks of cocktails/date=" in run.notes
        assert run.code == 1

    def test_a_loss_is_said(self, run: Run, upstream: Upstream) -> None:
        run("--letters", "q")
        drinks = upstream.cocktaildb.drinks
        drinks.remove(next(drink for drink in drinks if "Quarry" in str(drink["strDrink"])))
        run("--letters", "q")
        assert "letter=q has lost 1 of 3 drinks" in run.notes

    def test_random_drinks_that_were_fetched_are_shown(self, stocked: Run) -> None:
        assert len(json.loads(stocked("--random", "3", "--json"))) in (1, 2, 3)


class TestRecipes:
    def test_a_recipe(self, stocked: Run, upstream: Upstream) -> None:
        shown = stocked("gilded", "compass")
        drink = next(drink for drink in upstream.cocktaildb.drinks if "Gilded Compass" in str(drink["strDrink"]))
        assert shown.splitlines()[0] == "Gilded Compass"
        for n in range(1, 4):
            assert str(drink[f"strIngredient{n}"]).strip().casefold() in shown.casefold()
        assert "unit" in stocked.notes
        assert json.loads(stocked("gilded", "compass", "--json"))["name"] == "Gilded Compass"

    def test_what_nobody_knows_is_not_shown_as_free_of_alcohol(self, run: Run, upstream: Upstream) -> None:
        drink = next(drink for drink in upstream.cocktaildb.drinks if drink["strAlcoholic"] == "Non alcoholic")
        upstream.cocktaildb.change(str(drink["idDrink"]), {"strIngredient1": "Zorblax"})
        shown = run("--id", str(drink["idDrink"]))
        assert "? (0–" in shown
        assert "not known how strong: zorblax" in shown

    def test_a_name_that_several_have(self, stocked: Run) -> None:
        shown = stocked("gilded")
        assert "Gilded Parade" in shown
        assert "3 drinks are called something like 'gilded'" in shown

    def test_a_name_that_none_has(self, stocked: Run) -> None:
        with pytest.raises(Problem, match="gilded compas z") as caught:
            stocked("gilded compas z")
        assert "Gilded Compass" in caught.value.hint

    def test_a_name_stands_alone(self, stocked: Run) -> None:
        with pytest.raises(Problem, match="cannot be combined"):
            stocked("gilded", "--with", "gin")

    def test_nothing_in_a_recipe_commands_the_terminal(self, run: Run, upstream: Upstream) -> None:
        identity = str(upstream.cocktaildb.drinks[0]["idDrink"])
        upstream.cocktaildb.change(identity, {"strDrink": "a\x9b31mb\u202ec", "strInstructions": "x\x1b[2Jy"})
        shown = run("--id", identity)
        assert "31mb" in shown
        assert not any(c in shown for c in "\x9b\u202e\x1b")


class TestLists:
    def test_pages(self, stocked: Run) -> None:
        first, second = stocked("--limit", "5"), stocked("--limit", "5", "--page", "2")
        assert "9 drinks, 1–5 shown; more: --page 2, or --all" in first
        assert "9 drinks, 6–9 shown" in second
        assert not set(first.splitlines()[2:7]) & set(second.splitlines()[2:6])
        assert "none on this page" in stocked("--page", "9")
        assert max(map(len, first.splitlines())) <= 120

    def test_what_it_costs(self, stocked: Run) -> None:
        assert " on AWS" in stocked().splitlines()[-1]

    def test_json_has_all_of_them_whole(self, stocked: Run) -> None:
        drinks = json.loads(stocked("--json"))
        assert len(drinks) == 9
        assert all("instructions" in drink for drink in drinks)
        assert len(json.loads(stocked("--json", "--limit", "4"))) == 4

    def test_no_drink_is_like_that(self, stocked: Run) -> None:
        assert stocked("--at-most", "1").startswith("No drink is like that.")

    def test_nothing_stored(self, run: Run) -> None:
        with pytest.raises(Problem, match="no drinks are stored yet") as caught:
            run("--with", "gin")
        assert "--fetch" in caught.value.hint

    @pytest.mark.parametrize(
        ("words", "what", "hint"),
        [
            (["--with", ""], "such as gin", ""),
            (["--with", "bayleys"], "no drink has 'bayleys'", "irish cream"),
            (["--category", "Coctail"], "there is no category", ""),
            (["--weaker-than", "x"], "percent", ""),
            (["--missing", "1"], "your bar is empty", "barback bar add"),
            (["--sort", "color"], "sort is 'color'", ""),
            (["  "], "the name is empty", "margarita"),
        ],
    )
    def test_what_makes_no_sense_is_a_problem(self, stocked: Run, words: list[str], what: str, hint: str) -> None:
        with pytest.raises(Problem, match=what) as caught:
            stocked(*words)
        assert hint in caught.value.hint

    def test_an_unknown_name_among_those_to_leave_out_is_noted(self, stocked: Run) -> None:
        stocked("--without", "bayleys")
        assert "no drink has 'bayleys': did you mean irish cream?" in stocked.notes


class TestBar:
    def test_questions_start_from_it(self, stocked: Run) -> None:
        stocked("add", "Gin", "limes", "gin", of=bar_command)
        shown = stocked("add", "baileys", of=bar_command)
        assert shown.splitlines()[:3] == ["Gin", "limes (lime)", "baileys (irish cream)"]
        own = json.loads(stocked("--missing", "5", "--json"))
        named = json.loads(stocked("--bar", "Gin,limes,baileys", "--missing", "5", "--json"))
        assert own == named != []
        assert all(len(drink["missing"]) <= 5 for drink in own)
        assert "missing" in stocked("--missing", "5")
        assert stocked("remove", "lime", of=bar_command).splitlines()[:2] == ["Gin", "baileys (irish cream)"]
        assert "empty" in stocked("clear", of=bar_command)
        assert "empty" in stocked(of=bar_command)

    @pytest.mark.parametrize(
        ("words", "what", "hint"),
        [
            (["add", "gin", "liqueur"], "a kind", "cointreau"),
            (["add", "gin", "bayleys"], "nothing is known as", "irish cream"),
            (["add", " "], "no name", "gin lime"),
            (["remove", "gin"], "not in your bar", "barback bar"),
        ],
    )
    def test_what_cannot_be_done_changes_nothing(self, run: Run, words: list[str], what: str, hint: str) -> None:
        with pytest.raises(Problem, match=what) as caught:
            run(*words, of=bar_command)
        assert hint in caught.value.hint
        assert "empty" in run(of=bar_command)
