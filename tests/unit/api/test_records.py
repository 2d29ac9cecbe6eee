"""Records over HTTP: pages, one record, the counts; and what a person may get wrong about them."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.api.conftest import Answer, ask, store_records


@pytest.fixture(scope="module", autouse=True)
def records(account: Any) -> None:
    store_records(range(25))
    store_records(range(5), source="randomuser")


def walk(**params: Any) -> list[str]:
    seen: list[str] = []
    last: dict[str, str] = {}
    while True:
        page = ask("/records", **params, **last).json
        seen += [record["id"] for record in page["records"]]
        if page["lastKey"] is None:
            return seen
        last = {"lastKey": page["lastKey"]}


def cursor(**params: Any) -> str:
    key: str = ask("/records", limit=2, **params).json["lastKey"]
    return key


def is_problem(answer: Answer, status: int) -> bool:
    body = answer.json
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert body["request_id"] == answer.headers["x-request-id"] == "the-request"
    return bool(answer.status == body["status"] == status and body["title"] and body["detail"])


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_hold_every_record_once(limit: int) -> None:
    assert len(walk(limit=limit)) == len(set(walk(limit=limit))) == 30
    assert sorted(walk(limit=limit, source="randomuser")) == [f"randomuser-{n:03d}" for n in range(5)]


def test_one_record_by_its_id_as_it_stands_in_the_list() -> None:
    listed = ask("/records", limit=1).json["records"][0]
    assert ask(f"/records/{listed['id']}").json == listed


@pytest.mark.parametrize(
    "identity",
    [
        "nobody",
        "a/b",
        "../records",
        "ünïcödé-🍸",
        "x" * 2048,
        "ü" * 2048,
        "%",
        "%2f",
        " ",
        "\x00",
        "records_counts",
        "a?b#c",
    ],
)
def test_an_id_that_is_none_is_a_404(identity: str) -> None:
    assert is_problem(ask(f"/records/{identity}"), 404)


def test_no_id_at_all_is_a_404() -> None:
    assert is_problem(ask("/records/"), 404)


@pytest.mark.parametrize("limit", ["0", "-1", "1e9", "1000000000", "101", "", "ten", "1.5", "NaN", "0x10", "٣٣٣"])
def test_a_limit_that_is_none_is_a_400_that_names_it(limit: str) -> None:
    answer = ask("/records", limit=limit)
    assert is_problem(answer, 400)
    assert answer.json["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize(
    "params", [{"source": "a b"}, {"source": "x" * 65}, {"source": ""}, {"lastkey": "x"}, {"page": "2"}]
)
def test_other_parameters_that_make_no_sense_are_named(params: dict[str, str]) -> None:
    answer = ask("/records", **params)
    assert is_problem(answer, 400)
    assert answer.json["errors"][0]["parameter"] == next(iter(params))


class TestCursors:
    @pytest.mark.parametrize(
        "spoil", ["cut", "longer", "flipped", "empty", "noise", "unicode", "spaces", "long", "json"]
    )
    def test_one_that_was_tampered_with_is_a_400(self, spoil: str) -> None:
        good = cursor()
        spoilt = {
            "cut": good[:-4],
            "longer": good + "AAAA",
            "flipped": good[:-3] + ("A" if good[-3] != "A" else "B") + good[-2:],
            "empty": "",
            "noise": "x" * 40,
            "unicode": "é" * 20,
            "spaces": f" {good} ",
            "long": "A" * 5000,
            "json": base64.urlsafe_b64encode(b'12345678{"id":"jsonplaceholder-001"}').decode(),
        }[spoil]
        answer = ask("/records", lastKey=spoilt)
        assert is_problem(answer, 400)
        assert answer.json["errors"][0]["parameter"] == "lastKey"

    def test_every_changed_character_is_noticed(self) -> None:
        good = cursor(source="jsonplaceholder")
        for i in range(len(good)):
            other = "A" if good[i] != "A" else "B"
            spoilt = good[:i] + other + good[i + 1 :]
            assert ask("/records", lastKey=spoilt, source="jsonplaceholder").status == 400, i

    def test_one_of_another_list_is_a_400(self) -> None:
        assert is_problem(ask("/records", lastKey=cursor(source="randomuser")), 400)
        assert is_problem(ask("/records", lastKey=cursor(), source="randomuser"), 400)
        assert is_problem(ask("/records", lastKey=cursor(source="randomuser"), source="jsonplaceholder"), 400)
        assert is_problem(ask("/profiles", lastKey=cursor()), 400)

    def test_the_size_of_a_page_may_change_on_the_way(self) -> None:
        assert len(ask("/records", lastKey=cursor(), limit=100).json["records"]) == 28


def test_analytics_say_what_is_stored() -> None:
    days = [datetime.now(UTC).date().isoformat()]
    found = ask("/analytics").json
    days.append(datetime.now(UTC).date().isoformat())
    assert found["total"] == 30
    assert found["by_source"] == {"jsonplaceholder": 25, "randomuser": 5}
    assert sum(found["by_date"].values()) == 30
    assert len(found["last_7_days"]) == 7
    assert list(found["last_7_days"])[-1] in days
