"""An upstream that loses, caps, drips and lies: nothing is stale for ever, and no loss looks like success."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from cocktails.fetch import MUCH, Run, fetch
from cocktails.landing import INDEX, RawBucket
from cocktails.selection import ALL_LETTERS, CAP, selection
from common.errors import Contended
from common.http import Session
from common.retry import TRIES, Patience
from tests.unit.cocktails.conftest import RAW
from upstream.faults import Fault
from upstream.server import PREFIXES, Upstream

Aws = Callable[[str], Any]
Fetch = Callable[..., Run]
BASE = PREFIXES["COCKTAILDB_URL"]
SEARCH, LOOKUP, LIST = f"{BASE}/search.php", f"{BASE}/lookup.php", f"{BASE}/filter.php"


@pytest.fixture
def run(aws: Aws, session: Session) -> Fetch:
    def fetching(date: str = "2026-11-21", **payload: Any) -> Run:
        patience = Patience(deadline=300, sleep=lambda _: None, clock=lambda: 0)
        again = "again" if payload.get("again") else ""
        return fetch(selection(payload), date, session, patience, RawBucket(aws("s3"), RAW, date, again=again))

    return fetching


def statuses(run: Run) -> dict[str, str]:
    return {outcome.label: outcome.status for outcome in run.outcomes}


class TestStaleness:
    @pytest.mark.parametrize("by", [{"ids": ["20001"]}, {"filter": "Non_Alcoholic"}])
    def test_a_drink_that_was_seen_otherwise_in_between_lands_with_its_letter(
        self, run: Fetch, upstream: Upstream, by: dict[str, Any]
    ) -> None:
        """Changed, fetched alone, changed back: without this the table would keep the wrong drink for ever."""
        run(letters="ab")
        upstream.cocktaildb.change("20001", {"strGlass": "Teacup"})
        assert statuses(run(**by))["id=20001"] == "landed"
        upstream.cocktaildb.restore()
        assert statuses(run(letters="ab")) == {"letter=a": "landed", "letter=b": "unchanged"}
        assert statuses(run(letters="ab")) == {"letter=a": "unchanged", "letter=b": "unchanged"}

    def test_one_that_changed_its_letter_and_came_back(self, run: Fetch, upstream: Upstream) -> None:
        run(letters="az")
        upstream.cocktaildb.change("20001", {"strDrink": "Zanzibar"})
        assert statuses(run(letters="z")) == {"letter=z": "landed"}
        upstream.cocktaildb.restore()
        assert statuses(run(letters="az"))["letter=a"] == "landed"

    def test_a_drink_by_its_id_is_known_under_its_id(self, run: Fetch) -> None:
        assert statuses(run(ids=["20001"])) == {"id=20001": "landed"}
        assert statuses(run(ids=["20001"])) == {"id=20001": "unchanged"}

    def test_two_runs_at_once_lose_no_note_of_each_other(self, aws: Aws) -> None:
        first, second = (RawBucket(aws("s3"), RAW, "2026-11-21") for _ in range(2))
        assert first.drinks_of("letter=a") == second.drinks_of("letter=a") == []
        first.land("letter=a", b"1", {"1": "one"})
        second.land("letter=b", b"2", {"2": "two"})
        third = RawBucket(aws("s3"), RAW, "2026-11-21")
        assert (third.drinks_of("letter=a"), third.drinks_of("letter=b")) == (["1"], ["2"])

    def test_writers_without_end_are_told_of(self, aws: Aws) -> None:
        bucket = RawBucket(aws("s3"), RAW, "2026-11-21")

        class Busy:
            def __getattr__(self, name: str) -> Any:
                return getattr(aws("s3"), name)

            def put_object(self, **arguments: Any) -> Any:
                if arguments["Key"] == INDEX:
                    others = {"answers": {}, "drinks": {}, "left": {}, "writer": uuid4().hex}
                    aws("s3").put_object(Bucket=RAW, Key=INDEX, Body=json.dumps(others))
                return aws("s3").put_object(**arguments)

        bucket._s3 = Busy()
        with pytest.raises(Contended, match="by others"):
            bucket.land("letter=a", b"1", {})


class TestLoss:
    def test_no_drinks_at_all_is_no_success(self, run: Fetch, upstream: Upstream) -> None:
        upstream.faults.add(Fault(SEARCH, "nothing", times=None))
        done = run()
        assert (done.status, done.fetched) == ("failed", 0)
        assert "no drinks at all" in done.sentence()

    def test_a_catalogue_that_comes_to_nothing_is_missed_again_and_again(self, run: Fetch, upstream: Upstream) -> None:
        known = run(letters="abc").fetched
        for path in (SEARCH, LOOKUP):
            upstream.faults.add(Fault(path, "nothing", times=None))
        for _ in range(2):
            done = run(letters="abc")
            assert done.status == "failed"
            assert len(done.lost) == known
            assert f"{known} of {known} known drinks did not come" in done.sentence()
        upstream.faults.clear()
        assert run(letters="abc").status == "ok"

    def test_what_a_letter_lost_is_looked_up(self, run: Fetch, upstream: Upstream) -> None:
        whole = run(letters="a").fetched
        upstream.faults.add(Fault(SEARCH, "half"))
        done = run(letters="a")
        assert (done.status, done.lost) == ("ok", [])
        assert f"letter=a has lost {whole - whole // 2} of {whole} drinks" in done.warnings
        assert len(upstream.requests(LOOKUP)) == whole - whole // 2
        assert run(letters="a").warnings == []

    def test_a_little_that_is_gone_is_told_once(self, run: Fetch, upstream: Upstream) -> None:
        run(letters="a")
        gone = upstream.cocktaildb.drinks.pop(0)["idDrink"]
        done = run(letters="a")
        assert (done.status, done.lost) == ("ok", [gone])
        assert done.warnings[1] == f"gone from the catalogue: {gone}"
        again = run(letters="a")
        assert (again.status, again.warnings) == ("ok", [])

    def test_much_that_is_gone_fails_until_a_person_says_so(self, run: Fetch, upstream: Upstream) -> None:
        run(letters="abc")
        del upstream.cocktaildb.drinks[: MUCH + 1]
        assert run(letters="abc").status == run(letters="abc").status == "failed"
        assert run(letters="abc", again=True).status == "ok"
        assert run(letters="abc").warnings == []

    def test_a_drink_that_cannot_be_looked_up_fails_the_run(self, run: Fetch, upstream: Upstream) -> None:
        run(letters="a")
        upstream.faults.add(Fault(SEARCH, "half"))
        upstream.faults.add(Fault(LOOKUP, "500", times=TRIES))
        done = run(letters="a")
        assert done.status == "partial"
        assert "HTTP 500 after 4 tries" in done.sentence()

    def test_a_renamed_drink_is_not_missed_for_ever(self, run: Fetch, upstream: Upstream) -> None:
        run(letters="a")
        upstream.cocktaildb.change("20001", {"strDrink": "Zanzibar"})
        assert run(letters="a").lost == []
        assert run(letters="a").warnings == []

    def test_an_answer_about_another_drink_is_not_taken(self, run: Fetch, upstream: Upstream) -> None:
        upstream.cocktaildb._lookup = lambda _: [upstream.cocktaildb.drinks[3]]  # type: ignore[method-assign]
        try:
            done = run(ids=["20001"])
        finally:
            del upstream.cocktaildb._lookup
        assert statuses(done) == {"id=20001": "failed"}
        assert "about drink 20022" in done.sentence()

    def test_a_drink_that_does_not_exist_is_said_so(self, run: Fetch) -> None:
        done = run(ids=["20001", "99999"])
        assert statuses(done) == {"id=20001": "landed", "id=99999": "not found"}
        assert (done.status, done.only_wrong_ids) == ("partial", True)
        assert done.sentence() == "there is no drink 99999; 1 of 2 answers came and are kept"


class TestCaps:
    @pytest.fixture
    def crowded(self, upstream: Upstream) -> list[str]:
        """A letter with more drinks than an answer takes. The ids of all of them."""
        made = upstream.cocktaildb.drinks
        more = [
            {**made[0], "idDrink": str(50_000 + n), "strDrink": f"A{second}{'bcdefg'[n % 6]} {n}"}
            for n, second in enumerate("bcdefghijklmnopqrstuvwxyz 4." * 4)
        ]
        made.extend(more)
        letters = [drink for drink in made if str(drink["strDrink"]).strip()[0] in "AÅ"]
        assert len(letters) > CAP
        return sorted(str(drink["idDrink"]) for drink in letters)

    def test_a_letter_that_was_cut_is_completed_by_searches(
        self, run: Fetch, upstream: Upstream, aws: Aws, crowded: list[str]
    ) -> None:
        done = run(letters="ab")
        assert done.status == "ok"
        assert f"letter=a was cut at 100 drinks; searches found {len(crowded) - CAP} more" in done.warnings
        known = {identity for label in statuses(done) for identity in RawBucket(aws("s3"), RAW, "x").drinks_of(label)}
        assert set(crowded) <= known
        again = run(letters="ab")
        assert (again.status, again.count("landed")) == ("ok", 0)

    def test_searches_that_are_cut_themselves_go_deeper_and_then_fail(
        self, run: Fetch, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cocktails.selection.ALL_LETTERS", "abc")
        made = upstream.cocktaildb.drinks
        made.extend({**made[0], "idDrink": str(50_000 + n), "strDrink": f"Aaaaa {n}"} for n in range(CAP + 20))
        done = run(letters="a")
        assert done.status == "failed"
        assert "searches did not find all the others" in done.sentence()

    def test_a_search_that_fails_leaves_the_letter_incomplete(
        self, run: Fetch, upstream: Upstream, crowded: list[str]
    ) -> None:
        upstream.faults.add(Fault(f"{SEARCH}?s=ac", "500", times=None))
        done = run(letters="a")
        assert done.status == "partial"
        assert "search=ac (HTTP 500 after 4 tries)" in done.sentence()

    def test_a_letter_that_was_not_completed_is_the_first_of_the_next_run(
        self, run: Fetch, upstream: Upstream, crowded: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cocktails.selection.ALL_LETTERS", "qac")
        upstream.faults.add(Fault(f"{SEARCH}?s=ac", "500", times=TRIES))
        assert [outcome.label for outcome in run().outcomes][:2] == ["letter=q", "letter=a"]
        again = run()
        assert (again.status, again.outcomes[0].label) == ("ok", "letter=a")

    def test_a_listing_that_was_cut(self, run: Fetch, upstream: Upstream) -> None:
        for drink in upstream.cocktaildb.drinks:
            drink["strAlcoholic"] = "Non alcoholic"
        upstream.faults.add(Fault(LOOKUP, "429", times=None, seconds=3600))
        assert "lists at most" in run(filter="Non_Alcoholic").sentence()


class TestResuming:
    def test_a_slow_service_is_gone_on_with_where_the_last_run_stopped(
        self, aws: Aws, upstream: Upstream, session: Session
    ) -> None:
        """Each request takes 10 s of a run's 170: three runs see the whole catalogue, not a to q three times."""
        get = session.get

        class Clock:
            now = 0.0

        def slowly(page: str, params: Any) -> Any:
            Clock.now += 10
            return get(page, params)

        session.get = slowly  # type: ignore[method-assign]

        def one(date: str) -> tuple[Run, list[str]]:
            Clock.now, before = 0.0, len(upstream.requests(SEARCH))
            patience = Patience(deadline=170, sleep=lambda _: None, clock=lambda: Clock.now)
            done = fetch(selection({}), date, session, patience, RawBucket(aws("s3"), RAW, date))
            return done, [request["query"]["f"] for request in upstream.requests(SEARCH)[before:]]

        first, asked = one("2026-11-21")
        assert (first.status, asked) == ("partial", list(ALL_LETTERS[:17]))
        second, asked = one("2026-11-21")
        assert (second.status, asked) == ("partial", list(ALL_LETTERS[17:34]))
        third, asked = one("2026-11-21")
        assert third.status == "ok"
        assert asked == [*ALL_LETTERS[34:], *ALL_LETTERS[:15]]
        assert third.count("fetched earlier") == 36 - 17
        _, asked = one("2026-11-22")
        assert asked[0] == "a"

    def test_what_failed_is_asked_first_and_the_rest_after_it(self, run: Fetch, upstream: Upstream) -> None:
        upstream.faults.add(Fault(f"{SEARCH}?f=q", "500", times=TRIES))
        assert run().status == "partial"
        before = len(upstream.requests(SEARCH))
        assert run().status == "ok"
        assert [request["query"]["f"] for request in upstream.requests(SEARCH)[before:]][:3] == ["q", "a", "b"]
