"""The cocktail flow on a real engine: what the API has ends in the table and in files, also on the API's bad days."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest

from barback.errors import Problem
from barback.failed_events import redrive
from barback.flows.cocktails.ask import ask, recipe
from tests.integration.cocktails import FETCH, TRANSFORM, Cocktails, StandIn
from tests.integration.flows import Dropped, Flows

needs_stand_in = pytest.mark.local_only(reason="the real API neither fails nor changes on demand")


@pytest.fixture
def cocktails(flows: Flows) -> Cocktails:
    return Cocktails(flows)


@pytest.fixture
def stand_in(flows: Flows) -> Iterator[StandIn]:
    """All tests share one: each finds it healthy and leaves it so."""
    stand_in = StandIn(flows.target.config.upstream)
    stand_in.reset()
    yield stand_in
    stand_in.reset()


# --- from a raw answer to the table: on every target ----------------------------------------------------------------


def test_a_raw_answer_becomes_items_lines_and_a_summary(cocktails: Cocktails) -> None:
    key = cocktails.drop("two.json", cocktails.raw(1), cocktails.raw(2, strIngredient2=None)).key
    summary = cocktails.summary(key)
    assert {name: summary[name] for name in ("status", "entries", "new", "rejected")} == {
        "status": "ok",
        "entries": 2,
        "new": 2,
        "rejected": 0,
    }
    drink = cocktails.item(cocktails.id(1))
    assert (drink["category"], drink["glass"]) == ("Homemade Liqueur", "Highball glass")
    assert drink["instructions"] == "Shake.\nStrain."
    gin, lime = (line["measure"] for line in drink["ingredients"])
    assert (gin["quantity"], gin["unit"], float(gin["ml"])) == ("3/2", "oz", 44.36)
    assert (lime["quantity"], lime["most"], lime["unit"]) == ("2", "3", "dash")
    assert [line["id"] for line in cocktails.lines(key)] == [cocktails.id(1), cocktails.id(2)]
    assert not cocktails.flows.exists("processed", f"rejected/{key.removesuffix('.json')}.ndjson")


def test_the_fetch_reaches_the_service_it_is_set_to(flows: Flows, cocktails: Cocktails) -> None:
    """On AWS that is the real one. What it lands of a drink by chance does not stay."""
    with flows.restored("cocktails", "cocktails"):
        fetched = flows.invoke(FETCH, {"random": 1})
        assert (fetched["status"], fetched["drinks"]) == ("ok", 1)
        for answer in fetched["answers"]:
            if answer["status"] == "landed":
                assert cocktails.summary(answer["key"])["status"] == "ok"


def test_what_can_be_made_with_what_is_there(flows: Flows, cocktails: Cocktails) -> None:
    gin = f"gin {flows.run}"
    mocktail = cocktails.raw(12, strAlcoholic="Non alcoholic", strIngredient1=f"{flows.run} milk")
    key = cocktails.drop("asked.json", cocktails.raw(10), cocktails.raw(11, strIngredient2="Mint"), mocktail).key
    cocktails.summary(key)
    ours = {cocktails.id(number) for number in (10, 11, 12)}

    def found(made_with: list[str], wanted: set[int], **how: Any) -> bool | None:
        """Indexes follow the table with a delay."""
        answer, _ = ask(flows.target, {"with": made_with, **how})
        ids = {card["id"] for card in answer.page.drinks} & ours
        return ids == {cocktails.id(number) for number in wanted} or None

    questions: list[tuple[list[str], set[int], dict[str, Any]]] = [
        ([gin], {10, 11}, {}),
        ([gin, "LIME"], {10}, {}),
        ([gin, "lime", "mint"], set(), {}),
        ([gin], {10}, {"without": ["spearmint"]}),
        ([gin], {10}, {"bar": [gin, "limes"]}),
        ([gin], {10, 11}, {"bar": [gin, "limes"], "missing": 1}),
        ([gin], {10, 11}, {"search": f"{flows.run} drink", "glass": "highball", "at_most": 2}),
        ([gin], {10}, {"weaker_than": 40, "sort": "strength"}),
        ([], {10, 11, 12}, {"category": "homemade liqueur"}),
        ([gin], set(), {"category": "Shot"}),
        (["lime"], {12}, {"mocktails": True}),
    ]
    for made_with, wanted, how in questions:
        flows.eventually(
            lambda q=(made_with, wanted, how): found(q[0], q[1], **q[2]),  # type: ignore[misc]
            f"{wanted} for {made_with} {how}",
            TRANSFORM,
        )


def test_the_same_raw_object_ten_times_writes_nothing_more(flows: Flows, cocktails: Cocktails) -> None:
    dropped = cocktails.drop("replayed.json", cocktails.raw(20), cocktails.raw(21), {"idDrink": "no name"})
    assert cocktails.summary(dropped.key)["writes"] > 2
    before = cocktails.items(cocktails.id(2)), flows.versions("processed", dropped.key.removesuffix(".json"))
    assert before[0]
    event = flows.upload_event(dropped)
    replays = [flows.invoke(TRANSFORM, event)["answers"][0] for _ in range(10)]
    told = {(again["new"], again["changed"], again["unchanged"], again["rejected"]) for again in replays}
    assert told == {(0, 0, 2, 1)}
    assert sum(again["writes"] for again in replays) == 0
    after = cocktails.items(cocktails.id(2)), flows.versions("processed", dropped.key.removesuffix(".json"))
    assert after == before


def test_the_same_drinks_from_ten_answers_at_once_are_stored_once(cocktails: Cocktails) -> None:
    drinks = [cocktails.raw(number) for number in range(30, 36)]
    with ThreadPoolExecutor(10) as pool:
        keys = [found.key for found in pool.map(lambda n: cocktails.drop(f"at-once/{n}.json", *drinks), range(10))]
    summaries = [cocktails.summary(key) for key in keys]
    assert all(summary["new"] + summary["unchanged"] == 6 for summary in summaries)
    stored = cocktails.items(cocktails.id(3))
    assert {i for i in stored if "#" not in i} == {drink["idDrink"] for drink in drinks}
    assert all(len(stored[drink["idDrink"]]["history"]) == 1 for drink in drinks)
    assert _rows(stored, cocktails.id(30)) == {
        "gin", f"gin {cocktails.flows.run}", "lime", "lime juice", "juice", "is:drink",
    }  # fmt: skip


def test_a_bad_drink_is_set_aside_and_sinks_no_other(cocktails: Cocktails) -> None:
    bad = [
        cocktails.raw(41, strDrink=None),
        "not a drink",
        cocktails.raw(42, strIngredient1=["Gin"]),
    ]
    key = cocktails.drop("mixed.json", cocktails.raw(40), *bad, cocktails.raw(44), cocktails.raw(44)).key
    summary = cocktails.summary(key)
    assert summary["status"] == "partial"
    assert (summary["entries"], summary["new"], summary["unchanged"], summary["rejected"]) == (6, 2, 1, 3)
    rejected = cocktails.lines(key, "rejected/")
    assert [entry["position"] for entry in rejected] == [1, 2, 3]
    assert [entry["entry"] for entry in rejected] == bad
    reasons = [entry["reason"] for entry in rejected]
    assert "strDrink is missing" in reasons[0]
    assert "strIngredient1" in reasons[2]
    assert [line["id"] for line in cocktails.lines(key)] == [cocktails.id(40), cocktails.id(44)]
    assert {i for i in cocktails.items(cocktails.id(4)) if "#" not in i} == {cocktails.id(40), cocktails.id(44)}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"drinks": [{"idDr', "not JSON"),
        (b"", "not JSON"),
        (b'{"data": []}', "the API has changed"),
        (b'{"drinks": 7}', "the API has changed"),
    ],
    ids=["cut", "empty", "envelope", "number"],
)
def test_an_answer_that_cannot_be_read_is_told_and_waits_among_the_failed_events(
    flows: Flows, cocktails: Cocktails, body: bytes, reason: str
) -> None:
    dropped = flows.drop(f"unreadable/{reason[:3]}{len(body)}.json", body, prefix="cocktails")
    summary = cocktails.summary(dropped.key)
    assert (summary["status"], summary["entries"]) == ("error", 0)
    assert reason in summary["message"]
    assert reason in cocktails.lines(dropped.key, "rejected/")[0]["reason"]
    [letter] = _letters(flows, TRANSFORM, dropped.key)
    assert reason in letter.event.error


def test_a_changed_drink_keeps_its_history_and_its_rows_follow(flows: Flows, cocktails: Cocktails) -> None:
    older = cocktails.drop("older.json", cocktails.raw(50))
    cocktails.summary(older.key)
    first = cocktails.item(cocktails.id(50))
    _let_a_second_pass(flows, older)
    newer = cocktails.drop("newer.json", cocktails.raw(50, strIngredient2="Mint", strMeasure2="3 leaves"))
    assert cocktails.summary(newer.key)["changed"] == 1
    second = cocktails.item(cocktails.id(50))
    assert [entry["content_hash"] for entry in second["history"]] == [first["content_hash"], second["content_hash"]]
    assert _rows(cocktails.items(cocktails.id(50)), cocktails.id(50)) == {"gin", f"gin {flows.run}", "mint", "is:drink"}
    # An event of the older answer that comes late does not win.
    [late] = flows.invoke(TRANSFORM, flows.upload_event(older))["answers"]
    assert (late["superseded"], late["writes"]) == (1, 0)
    assert cocktails.item(cocktails.id(50)) == second


def test_what_fails_for_good_waits_among_the_failed_events_until_it_is_sent_again(
    flows: Flows, cocktails: Cocktails
) -> None:
    poison = cocktails.id(60)
    cocktails.put({"id": poison, "name": "written past the flow: no hash, no schema"})
    dropped = cocktails.drop("poisoned.json", cocktails.raw(60))
    [letter] = _letters(flows, TRANSFORM, dropped.key)
    assert not flows.exists("processed", dropped.key.removesuffix(".json") + ".summary.json")

    cocktails.remove(poison)
    assert [outcome.sent for outcome in redrive.send(flows.target, "failed_events", [letter])] == [True]

    assert cocktails.summary(dropped.key)["new"] == 1
    assert cocktails.item(poison)["name"] == f"Drink 60 of {flows.run}"


# --- from the API: where its stand-in runs --------------------------------------------------------------------------


@needs_stand_in
def test_the_whole_catalogue_is_fetched_and_the_second_time_nothing_is_written(
    flows: Flows, cocktails: Cocktails, stand_in: StandIn
) -> None:
    told = cocktails.fetch()
    expected = {drink["idDrink"] for drink in stand_in.drinks() if drink["strDrink"].strip()[:1].isascii()}
    assert (told["status"], told["asked"]) == ("ok", 36)
    assert told["drinks"] >= 150
    answered = {answer["label"].removeprefix("letter="): answer for answer in told["answers"]}
    with_drinks = {letter: answer for letter, answer in answered.items() if answer["drinks"]}
    lines = [line for answer in with_drinks.values() for line in cocktails.lines(answer["key"])]
    stored = cocktails.items()
    assert expected <= {line["id"] for line in lines} <= stored.keys()
    assert len(lines) == told["drinks"]
    for letter, answer in with_drinks.items():
        summary = cocktails.summary(answer["key"])
        assert summary["entries"] == answer["drinks"], letter
        assert summary["entries"] == sum(summary[name] for name in ("new", "changed", "unchanged", "rejected"))
    before = stored, flows.versions("raw", "cocktails/"), flows.versions("processed", "")
    again = cocktails.fetch()
    assert (again["landed"], again["unchanged"], again["drinks"]) == (0, 36, told["drinks"])
    assert (cocktails.items(), flows.versions("raw", "cocktails/"), flows.versions("processed", "")) == before


@needs_stand_in
def test_a_drink_that_was_fetched_by_its_id_and_changed_back_is_right_again(
    cocktails: Cocktails, stand_in: StandIn
) -> None:
    cocktails.fetch(letters="g")
    identity, video = stand_in.renew("g")
    cocktails.fetch(ids=[identity])
    assert cocktails.item(identity)["video"] == video
    stand_in.reset()
    [answer] = cocktails.fetch(letters="g")["answers"]
    assert answer["status"] == "landed"
    assert cocktails.item(identity)["video"] is None


@needs_stand_in
def test_a_recipe_by_its_name(flows: Flows, cocktails: Cocktails, stand_in: StandIn) -> None:
    cocktails.fetch(letters="q")
    name = stand_in.drinks("q")[0]["strDrink"].strip()

    def found() -> bool | None:
        """Indexes follow the table with a delay."""
        try:
            drinks, _ = recipe(flows.target, name.upper())
        except Problem:
            return None
        return [drink["name"] for drink in drinks] == [name] and "instructions" in drinks[0]

    assert flows.eventually(found, f"the recipe of {name}", TRANSFORM)


@needs_stand_in
@pytest.mark.parametrize("payload", ["ids", "random", "filter"])
def test_the_payload_says_what_is_fetched(cocktails: Cocktails, stand_in: StandIn, payload: str) -> None:
    soft = {drink["idDrink"] for drink in stand_in.drinks() if drink["strAlcoholic"] == "Non alcoholic"}
    one = stand_in.drinks("q")[0]["idDrink"]
    selected = {"ids": [one], "random": 2, "filter": "Non_Alcoholic"}
    told = cocktails.fetch(**{payload: selected[payload]})
    ids = {answer["label"].removeprefix("id=") for answer in told["answers"]}
    assert told["status"] == "ok"
    assert ids == {"ids": {one}, "random": ids, "filter": soft}[payload]
    assert all(cocktails.item(identity)["content_hash"] for identity in ids)


PASSING: list[tuple[str, dict[str, Any]]] = [
    ("429", {"seconds": 1}), ("500", {}), ("slow", {"seconds": 5}), ("cut_off", {}), ("wrong_json", {}), ("empty", {}),
]  # fmt: skip


@needs_stand_in
@pytest.mark.parametrize(("kind", "options"), PASSING, ids=[kind for kind, _ in PASSING])
def test_a_fault_that_passes_is_outlived_within_the_run(
    cocktails: Cocktails, stand_in: StandIn, kind: str, options: dict[str, Any]
) -> None:
    identity, video = stand_in.renew("q")
    stand_in.fail(kind, "q", **options)
    with cocktails.waiting_at_most(2) if kind == "slow" else nullcontext():
        [answer] = cocktails.fetch(letters="q")["answers"]
    assert (answer["status"], answer["tries"]) == ("landed", 2)
    assert cocktails.item(identity)["video"] == video


LASTING: list[tuple[str, dict[str, Any], str]] = [
    ("429", {"seconds": 3600}, "HTTP 429, and 3600 s until the next try is too long"),
    ("500", {}, "HTTP 500 after 4 tries"),
    ("slow", {"seconds": 5}, "no whole answer in time after 4 tries"),
    ("cut_off", {}, "the answer was cut off after 4 tries"),
    ("wrong_json", {}, "the answer is not JSON after 4 tries"),
    ("empty", {}, "the answer is empty after 4 tries"),
]


@needs_stand_in
@pytest.mark.parametrize(("kind", "options", "reason"), LASTING, ids=[kind for kind, *_ in LASTING])
def test_a_fault_that_lasts_costs_only_its_letter_and_the_next_run_heals(
    flows: Flows, cocktails: Cocktails, stand_in: StandIn, kind: str, options: dict[str, Any], reason: str
) -> None:
    cocktails.fetch(letters="xyz")
    identity, video = stand_in.renew("y")
    before = cocktails.item(identity), _written(flows)
    stand_in.fail(kind, "y", times=None, **options)

    with cocktails.waiting_at_most(2) if kind == "slow" else nullcontext():
        message = flows.failure(FETCH, {"letters": "xyz"})["errorMessage"]
    assert "2 of 3 answers came" in message
    assert f"letter=y ({reason}" in message
    statuses = _statuses(flows)
    assert statuses == {"letter=x": "unchanged", "letter=y": "failed", "letter=z": "unchanged"}
    assert (cocktails.item(identity), _written(flows)) == before

    stand_in.recover()
    healed = {answer["label"]: answer["status"] for answer in cocktails.fetch(letters="xyz")["answers"]}
    assert healed == {"letter=x": "unchanged", "letter=y": "landed", "letter=z": "unchanged"}
    assert cocktails.item(identity)["video"] == video


@needs_stand_in
@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [("changed_schema", "error", "idDrink is missing"), ("changed_envelope", "error", "the API has changed")],
)
def test_a_changed_api_is_told_spoils_nothing_and_the_next_run_heals(
    cocktails: Cocktails, stand_in: StandIn, kind: str, status: str, reason: str
) -> None:
    cocktails.fetch(letters="j")
    identity, video = stand_in.renew("j")
    before = cocktails.items()
    stand_in.fail(kind, "j")

    [spoilt] = cocktails.fetch(letters="j")["answers"]
    summary = cocktails.summary(spoilt["key"])
    assert (summary["status"], summary["writes"]) == (status, 0)
    rejected = cocktails.lines(spoilt["key"], "rejected/")
    assert all(reason in entry["reason"] for entry in rejected)
    assert summary["entries"] == summary["rejected"]
    assert cocktails.items() == before

    [healed] = cocktails.fetch(letters="j")["answers"]
    assert healed["status"] == "landed"
    assert cocktails.summary(healed["key"])["changed"] == 1
    assert cocktails.item(identity)["video"] == video
    assert cocktails.lines(healed["key"], "rejected/") == []


@needs_stand_in
def test_an_outage_ends_among_the_failed_events_and_a_redrive_fetches(
    flows: Flows, cocktails: Cocktails, stand_in: StandIn
) -> None:
    identity, video = stand_in.renew("u")
    stand_in.fail("429", times=None, seconds=3600)
    before = _written(flows)
    event = {"letters": "uvwxyz", "asked_by": flows.run}
    flows.invoke(FETCH, event, wait=False)
    [letter] = _letters(flows, FETCH, flows.run)
    assert "3 not tried after 3 failures in a row" in letter.event.error
    assert list(_statuses(flows).values()) == ["failed"] * 3 + ["not tried"] * 3
    assert _written(flows) == before

    stand_in.recover()
    assert [outcome.sent for outcome in redrive.send(flows.target, "failed_events", [letter])] == [True]

    def stored() -> bool | None:
        return cocktails.items(identity).get(identity, {}).get("video") == video or None

    flows.eventually(stored, f"the new video of drink {identity}", FETCH)


def _let_a_second_pass(flows: Flows, dropped: Dropped) -> None:
    """S3 tells in whole seconds when an object landed. This waits until what lands now is told to be later."""
    s3, bucket = flows.target.client("s3"), flows.target.names.bucket("raw")

    def landed(key: str) -> Any:
        return s3.head_object(Bucket=bucket, Key=key)["LastModified"]

    def is_later() -> bool | None:
        return landed(flows.drop("clock", "", prefix="elsewhere").key) > landed(dropped.key) or None

    flows.eventually(is_later, "the next second", TRANSFORM)


def _rows(items: Iterable[str], drink: str) -> set[str]:
    """The names that a drink is found under, by the ids of its rows."""
    return {identity.split("#")[1] for identity in items if identity.startswith(f"{drink}#")}


def _letters(flows: Flows, function: str, mark: str) -> list[redrive.Letter]:
    """The failed events of a function that carry the mark, as soon as there are any."""

    def arrived() -> list[redrive.Letter] | None:
        found = redrive.look(flows.target, "failed_events", function, redrive.LOOK_AT_MOST).letters
        return [letter for letter in found if mark in json.dumps(letter.event.payload)] or None

    return flows.eventually(arrived, f"the failed event of {mark}", function, flows.retry_patience)


def _written(flows: Flows) -> Any:
    """What a fetch leaves in the raw bucket for others to read."""
    return flows.versions("raw", "cocktails/"), flows.versions("raw", "cocktails_latest/")


def _statuses(flows: Flows) -> dict[str, str]:
    """How each answer of the last run over letters ended, as that run recorded it."""
    key = max(key for key, _ in flows.versions("raw", "cocktails_runs/") if key.endswith("/letters.json"))
    return {answer["label"]: answer["status"] for answer in json.loads(flows.read("raw", key))["answers"]}
