"""Profiles over HTTP: list, search, one file, the whole profile."""

import json
from typing import Any

import jsonschema
import pytest

from csv_profile import queries
from tests.unit.api.conftest import NAMES, ask, store_profile

WHOLE = {"profile_format": 2, "status": "error", "file": {"rows": 3}}
ODD = ["uploads/with space.csv", "uploads/per%cent.csv", "uploads/per%2fcent.csv", "uploads/é/🍸+&=?#.csv"]


@pytest.fixture(scope="module", autouse=True)
def profiles(account: Any) -> None:
    for n in range(12):
        store_profile(f"uploads/sales-{n}.csv")
    for name in ODD:
        store_profile(name, quality_issues={"has_issues": False})
    place = f"s3://{NAMES.bucket('processed')}/profiles/uploads/broken.csv.json"
    store_profile("uploads/broken.csv", status="error", profile=place, error_message="it is a picture")
    account("s3").put_object(
        Bucket=NAMES.bucket("processed"), Key="profiles/uploads/broken.csv.json", Body=json.dumps(WHOLE)
    )


def walk(**params: Any) -> list[str]:
    seen: list[str] = []
    last: dict[str, str] = {}
    for _ in range(100):
        page = ask("/profiles", **params, **last).json
        seen += [profile["file_name"] for profile in page["profiles"]]
        if page["lastKey"] is None:
            return seen
        last = {"lastKey": page["lastKey"]}
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_pages_hold_every_file_once(limit: int) -> None:
    assert len(walk(limit=limit)) == len(set(walk(limit=limit))) == 17


@pytest.mark.parametrize("limit", [1, 5, 100])
@pytest.mark.parametrize(
    ("asked", "count"),
    [({"status": "error"}, 1), ({"search": "sales-1"}, 3), ({"search": "é/🍸"}, 1), ({"search": "no"}, 0)],
)
def test_by_status_and_by_a_part_of_the_name(limit: int, asked: dict[str, str], count: int) -> None:
    assert len(walk(limit=limit, **asked)) == count


def test_a_search_reads_no_more_than_its_bound_and_goes_on_from_there(
    monkeypatch: pytest.MonkeyPatch, account: Any
) -> None:
    monkeypatch.setattr(queries, "MOST_READS", 1)
    real, asked = account("dynamodb").scan, []

    def scan(**arguments: Any) -> Any:
        asked.append(arguments)
        return real(**{**arguments, "Limit": 4})

    monkeypatch.setattr(account("dynamodb"), "scan", scan)
    assert walk(status="error") == ["uploads/broken.csv"]
    assert len(asked) >= 4


def test_a_list_leaves_the_details_out() -> None:
    [entry] = ask("/profiles", search="sales-3").json["profiles"]
    assert entry == {"file_name": "uploads/sales-3.csv", "status": "success", "row_count": 3}


@pytest.mark.parametrize("name", ODD)
def test_any_key_can_be_asked_for(name: str) -> None:
    assert ask(f"/profiles/{name}").json["file_name"] == name


def test_the_item_and_the_whole_profile() -> None:
    assert ask("/profiles/uploads/broken.csv").json["error_message"] == "it is a picture"
    assert ask("/profiles/uploads/broken.csv", detail="full").json == WHOLE


@pytest.mark.parametrize("params", [{}, {"detail": "full"}])
def test_both_are_as_the_document_says(params: dict[str, str]) -> None:
    document = ask("/openapi.json").json
    told = document["paths"]["/profiles/{file}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(
        ask("/profiles/uploads/broken.csv", **params).json, {**told, "components": document["components"]}
    )


def test_a_profile_that_is_too_large_for_an_answer_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LARGEST", 5)
    answer = ask("/profiles/uploads/broken.csv", detail="full")
    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")
    assert "s3://" in answer.json["detail"]


@pytest.mark.parametrize("name", ["uploads/nobody.csv", "", "x" * 2000, "🍸" * 300])
def test_a_file_that_is_not_known_is_a_404(name: str) -> None:
    assert ask(f"/profiles/{name}").status == 404


def test_an_item_without_a_profile() -> None:
    assert ask("/profiles/uploads/sales-1.csv", detail="full").status == 404


@pytest.mark.parametrize("params", [{"status": "odd"}, {"search": ""}, {"search": "x" * 201}, {"detail": "more"}])
def test_parameters_that_make_no_sense(params: dict[str, str]) -> None:
    assert ask("/profiles", **params).status == 400
