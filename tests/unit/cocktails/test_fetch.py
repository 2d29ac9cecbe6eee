"""Fetching from a server that fails in every way: what comes is kept as it came, what does not is told."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from cocktails.fetch import Run, fetch
from cocktails.landing import RawBucket
from cocktails.selection import ALL_LETTERS, selection
from common.errors import BadInput
from common.http import Refused, Session, Unavailable
from common.retry import TRIES, GaveUp, Patience, seconds_until
from tests.unit.cocktails.conftest import RAW
from tests.waiting import SECONDS
from upstream.faults import Fault
from upstream.server import PREFIXES, Upstream

SEARCH = PREFIXES["COCKTAILDB_URL"] + "/search.php"
LOOKUP = PREFIXES["COCKTAILDB_URL"] + "/lookup.php"
LATE = {"slow": 60}  # seconds, which no test waits


@dataclass
class Time:
    """A clock that only waiting moves."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def patience(self, seconds: float = 300) -> Patience:
        return Patience(deadline=seconds, sleep=self.sleep, clock=lambda: self.now, chance=lambda: 1.0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def run(aws: Callable[[str], Any], session: Session, time: Time) -> Callable[..., Run]:
    def fetching(date: str = "2026-11-21", seconds: float = 300, **payload: Any) -> Run:
        bucket = RawBucket(aws("s3"), RAW, date)
        return fetch(selection(payload), date, session, time.patience(seconds), bucket)

    return fetching


def stored(aws: Callable[[str], Any], key: str) -> bytes:
    body: bytes = aws("s3").get_object(Bucket=RAW, Key=key)["Body"].read()
    return body


def versions(aws: Callable[[str], Any]) -> list[str]:
    listed = aws("s3").list_object_versions(Bucket=RAW).get("Versions", [])
    return sorted(version["Key"] for version in listed)


class TestWhatIsAskedFor:
    def test_the_whole_catalogue(self, run: Callable[..., Run], upstream: Upstream) -> None:
        done = run()
        assert (done.status, done.fetched) == ("ok", len(upstream.cocktaildb.drinks))
        assert [request["query"]["f"] for request in upstream.requests(SEARCH)] == list(ALL_LETTERS)

    def test_letters(self, run: Callable[..., Run], aws: Callable[[str], Any]) -> None:
        assert [outcome.label for outcome in run(letters="Ab").outcomes] == ["letter=a", "letter=b"]
        assert json.loads(stored(aws, "cocktails/date=2026-11-21/letter=a.json"))["drinks"]

    def test_ids(self, run: Callable[..., Run], aws: Callable[[str], Any]) -> None:
        assert run(ids=["20008"]).fetched == 1
        assert json.loads(stored(aws, "cocktails/date=2026-11-21/id=20008.json"))["drinks"][0]["idDrink"] == "20008"

    def test_random_ones_are_kept_under_their_id(self, run: Callable[..., Run]) -> None:
        done = run(random=3)
        assert all(outcome.label.startswith("id=2") for outcome in done.outcomes)
        assert done.fetched == 3

    def test_the_non_alcoholic_ones_are_listed_then_looked_up_whole(
        self, run: Callable[..., Run], upstream: Upstream
    ) -> None:
        labelled = [
            drink["idDrink"] for drink in upstream.cocktaildb.drinks if drink["strAlcoholic"] == "Non alcoholic"
        ]
        done = run(filter="Non_Alcoholic")
        assert sorted(outcome.label for outcome in done.outcomes) == sorted(f"id={identity}" for identity in labelled)

    def test_a_listing_that_finds_nothing(self, run: Callable[..., Run]) -> None:
        done = run(filter="Sparkling")
        assert (done.status, done.outcomes) == ("ok", [])

    @pytest.mark.parametrize(
        "payload",
        [
            {"letters": ""}, {"letters": "a!"}, {"letters": 7}, {"ids": []}, {"ids": ["7x"]}, {"ids": "7"},
            {"random": 0},            {"random": "many"}, {"random": 501}, {"letters": "a", "random": 1},
        ],
    )  # fmt: skip
    def test_a_payload_that_makes_no_sense(self, payload: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            selection(payload)

    def test_an_event_of_the_schedule_means_the_catalogue(self) -> None:
        assert len(selection({"source": "aws.events", "detail": {}}).asks) == 36


class TestLanding:
    def test_answers_land_byte_for_byte(
        self, run: Callable[..., Run], aws: Callable[[str], Any], session: Session
    ) -> None:
        run(letters="c")
        sent = session.get("search.php", {"f": "c"}).body
        assert stored(aws, "cocktails/date=2026-11-21/letter=c.json") == sent

    def test_the_same_content_is_not_written_twice_on_any_day(
        self, run: Callable[..., Run], aws: Callable[[str], Any]
    ) -> None:
        run(letters="abc")
        before = versions(aws)
        assert run(letters="abc").count("unchanged") == 3
        assert run(date="2026-11-22", letters="abc").count("unchanged") == 3
        assert versions(aws) == before

    def test_changed_content_lands_under_its_day(
        self, run: Callable[..., Run], aws: Callable[[str], Any], upstream: Upstream
    ) -> None:
        run(letters="ab")
        upstream.cocktaildb.change("20001", {"strGlass": "Teacup"})
        done = run(date="2026-11-22", letters="ab")
        assert [outcome.status for outcome in done.outcomes] == ["landed", "unchanged"]
        assert b"Teacup" in stored(aws, "cocktails/date=2026-11-22/letter=a.json")
        assert b"Teacup" not in stored(aws, "cocktails/date=2026-11-21/letter=a.json")

    def test_content_that_comes_back_lands_again(
        self, run: Callable[..., Run], aws: Callable[[str], Any], upstream: Upstream
    ) -> None:
        run(letters="a")
        upstream.cocktaildb.change("20001", {"strGlass": "Teacup"})
        run(letters="a")
        upstream.cocktaildb.restore()
        assert run(letters="a").count("landed") == 1
        assert b"Teacup" not in stored(aws, "cocktails/date=2026-11-21/letter=a.json")

    def test_a_crash_between_the_note_and_the_answer_is_healed(
        self, run: Callable[..., Run], aws: Callable[[str], Any]
    ) -> None:
        run(letters="a")
        aws("s3").delete_object(Bucket=RAW, Key="cocktails/date=2026-11-21/letter=a.json")
        assert run(letters="a").count("landed") == 1
        assert stored(aws, "cocktails/date=2026-11-21/letter=a.json")


class TestFaults:
    @pytest.mark.parametrize("kind", ["429", "500", "520", "slow", "drip", "cut_off", "wrong_json", "empty"])
    def test_one_that_passes_is_tried_again(
        self, run: Callable[..., Run], upstream: Upstream, time: Time, kind: str
    ) -> None:
        upstream.faults.add(Fault(f"{SEARCH}?f=b", kind, times=TRIES - 1, seconds=LATE.get(kind, 2)))
        done = run(letters="abc")
        assert [(outcome.status, outcome.tries) for outcome in done.outcomes] == [
            ("landed", 1),
            ("landed", TRIES),
            ("landed", 1),
        ]
        asked_for = 2 if kind == "429" else 0
        assert time.waits == [asked_for + 0.5, asked_for + 1, asked_for + 2]

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("429", "HTTP 429"),
            ("500", "HTTP 500"),
            ("522", "HTTP 522"),
            ("slow", "no whole answer in time"),
            ("drip", "no whole answer in time"),
            ("cut_off", "the answer was cut off"),
            ("wrong_json", "the answer is not JSON"),
            ("empty", "the answer is empty"),
        ],
    )
    def test_one_that_stays_costs_its_letter_only(
        self, run: Callable[..., Run], upstream: Upstream, aws: Callable[[str], Any], kind: str, reason: str
    ) -> None:
        upstream.faults.add(Fault(f"{SEARCH}?f=b", kind, times=None, seconds=LATE.get(kind, 1)))
        done = run(letters="abc")
        assert [outcome.status for outcome in done.outcomes] == ["landed", "failed", "landed"]
        assert done.status == "partial"
        assert f"letter=b ({reason} after 4 tries)" in done.sentence()
        assert "cocktails/date=2026-11-21/letter=b.json" not in versions(aws)
        upstream.faults.clear()
        assert [outcome.status for outcome in run(letters="abc").outcomes] == ["unchanged", "landed", "unchanged"]

    def test_changed_answers_are_kept_for_the_transform_to_judge(
        self, run: Callable[..., Run], upstream: Upstream
    ) -> None:
        upstream.faults.add(Fault(f"{SEARCH}?f=b", "changed_envelope"))
        assert run(letters="b").outcomes[0].status == "landed"

    def test_an_outage_is_told_after_three_failures(
        self, run: Callable[..., Run], upstream: Upstream, aws: Callable[[str], Any]
    ) -> None:
        upstream.faults.add(Fault(SEARCH, "500", times=None, after=2))
        done = run()
        assert (done.count("landed"), done.count("failed"), done.count("not tried")) == (2, 3, 31)
        assert len(upstream.requests(SEARCH)) == 2 + 3 * TRIES
        assert "31 not tried after 3 failures in a row" in done.sentence()
        assert [key for key in versions(aws) if key.startswith("cocktails/")] == [
            "cocktails/date=2026-11-21/letter=a.json",
            "cocktails/date=2026-11-21/letter=b.json",
        ]

    def test_an_outage_from_the_start(self, aws: Callable[[str], Any], time: Time) -> None:
        with Upstream() as gone:
            session = Session(gone.base_urls()["COCKTAILDB_URL"], timeout=SECONDS)
        done = fetch(selection({}), "2026-11-21", session, time.patience(), RawBucket(aws("s3"), RAW, "x"))
        assert (done.status, done.fetched) == ("failed", 0)
        assert "ConnectionRefusedError" in done.sentence()
        assert not any(key.startswith("cocktails/") for key in versions(aws))

    def test_a_listing_that_fails_fails_the_run(self, run: Callable[..., Run], upstream: Upstream) -> None:
        upstream.faults.add(Fault(PREFIXES["COCKTAILDB_URL"] + "/filter.php", "500", times=None))
        done = run(filter="Non_Alcoholic")
        assert (done.status, done.sentence().split(";")[1].strip()[:14]) == ("failed", "failed: filter")

    def test_a_listing_of_another_form_is_bad_input(self, run: Callable[..., Run], upstream: Upstream) -> None:
        upstream.faults.add(Fault(PREFIXES["COCKTAILDB_URL"] + "/filter.php", "changed_schema"))
        with pytest.raises(BadInput, match="idDrink"):
            run(filter="Non_Alcoholic")

    def test_a_wait_that_is_asked_for_but_too_long_is_not_waited(
        self, run: Callable[..., Run], upstream: Upstream, time: Time
    ) -> None:
        upstream.faults.add(Fault(SEARCH, "429", times=None, seconds=3600))
        assert "until the next try is too long" in run(letters="a").sentence()
        assert time.waits == []

    def test_a_run_ends_before_its_time_does(self, run: Callable[..., Run], upstream: Upstream, time: Time) -> None:
        upstream.faults.add(Fault(SEARCH, "429", times=None, seconds=15))
        run(seconds=40, letters="abc")
        assert time.now < 40


class TestSession:
    def test_one_connection_serves_many_requests_and_survives_a_cut(self, session: Session) -> None:
        for _ in range(3):
            assert session.get("search.php", {"f": "a"}).payload["drinks"]
        with pytest.raises(Unavailable, match="cut off"):
            session.get("search.php", {"f": "a", "_fault": "cut_off"})
        assert session.get("search.php", {"f": "a"}).payload["drinks"]

    def test_what_will_not_pass_is_not_tried_again(self, session: Session, time: Time) -> None:
        with pytest.raises(Refused, match="404"):
            time.patience().call(lambda: session.get("nothing.php", {}))
        assert time.waits == []

    def test_an_answer_without_end_is_refused(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("common.http.LARGEST", 100)
        with pytest.raises(Refused, match="larger than 100 bytes"):
            session.get("search.php", {"f": "a"})

    @pytest.mark.parametrize("url", ["file:///etc/hostname", "localhost", ""])
    def test_only_http(self, url: str) -> None:
        with pytest.raises(Refused, match="no http"):
            Session(url, timeout=1)


class TestRetryAfter:
    NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, 0), ("3", 3), ("-3", 0), ("inf", 0), ("nan", 0), ("soon", 0), ("Sat, 21 Nov 2026 12:00:09 GMT", 9),
            ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ],
    )  # fmt: skip
    def test_seconds_or_a_date(self, header: str | None, seconds: float) -> None:
        assert seconds_until(header, self.NOW) == seconds

    def test_pauses_grow_and_are_spread_by_chance(self) -> None:
        time = Time()
        dice = iter([0.0, 0.5, 1.0])
        patience = Patience(deadline=99, sleep=time.sleep, clock=lambda: time.now, chance=lambda: next(dice))

        def unavailable() -> None:
            raise Unavailable("no")

        with pytest.raises(GaveUp, match="no"):
            patience.call(unavailable)
        assert time.waits == [0.0, 0.5, 2.0]
