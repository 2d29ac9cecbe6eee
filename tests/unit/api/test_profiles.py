"""Profiles over HTTP: list, search, one file, the whole profile."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from api import tables
from csv_profile import counts, queries
from csv_profile.profile import About, profile_stream
from tests.unit.api.conftest import NAMES, ask, store_profile

WHOLE = {"profile_format": 2, "status": "error", "file": {"rows": 3}}
ODD = [
    "uploads/with space.csv",
    "uploads/per%cent.csv",
    "uploads/per%2fcent.csv",
    "uploads/é/🍸+&=?#.csv",
    "uploads/two\nlines\n.csv",
    "end\n",
]


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
    assert len(walk(limit=limit)) == len(set(walk(limit=limit))) == 13 + len(ODD)


@pytest.mark.parametrize("limit", [1, 5, 100])
@pytest.mark.parametrize(
    ("asked", "count"),
    [({"status": "error"}, 1), ({"search": "sales-1"}, 3), ({"search": "é/🍸"}, 1), ({"search": "no"}, 0)],
)
def test_by_status_and_by_a_part_of_the_name(limit: int, asked: dict[str, str], count: int) -> None:
    assert len(walk(limit=limit, **asked)) == count


@pytest.fixture
def small_reads(monkeypatch: pytest.MonkeyPatch, account: Any) -> list[dict[str, Any]]:
    """Reads of three items, where DynamoDB reads a megabyte; those that were asked for."""
    real, asked = account("dynamodb").query, []

    def query(**arguments: Any) -> Any:
        asked.append(arguments)
        return real(**{**arguments, "Limit": min(3, arguments.get("Limit", 3))})

    monkeypatch.setattr(account("dynamodb"), "query", query)
    return asked


def test_a_search_reads_no_more_than_its_bound_and_goes_on_from_there(
    monkeypatch: pytest.MonkeyPatch, small_reads: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(queries, "MOST_READS", 1)
    page = ask("/profiles", status="success", search="sales-0").json
    assert len(small_reads) == 1
    assert (page["profiles"], page["lastKey"] is None) == ([], False)
    assert walk(status="success", search="sales-0") == ["uploads/sales-0.csv"]


@pytest.mark.parametrize("reads", [1, 2, 8])
@pytest.mark.parametrize("limit", [1, 2, 7, 100])
@pytest.mark.parametrize("search", ["mixed", "mixed-1"])
@pytest.mark.usefixtures("small_reads")
def test_all_statuses_together_are_in_order_and_complete(
    monkeypatch: pytest.MonkeyPatch, reads: int, limit: int, search: str
) -> None:
    """Many at the same moment, and the statuses in stretches of different length."""
    monkeypatch.setattr(queries, "MOST_READS", reads)
    times = {}
    for n in range(20):
        name, status = f"uploads/mixed-{n}.csv", "error" if n in (3, 4, 5, 6, 7, 12, 19) else "success"
        times[name] = f"2026-01-01T00:00:{n // 4:02}.000Z"
        store_profile(name, status=status, processed_timestamp=times[name])
    found = walk(limit=limit, search=search)
    assert sorted(found) == sorted(name for name in times if search in name)
    assert [times[name] for name in found] == sorted((times[name] for name in found), reverse=True)


def test_a_page_without_a_filter_reads_as_many_items_as_it_may_show(small_reads: list[dict[str, Any]]) -> None:
    assert len(ask("/profiles", limit=2).json["profiles"]) == 2
    assert [asked["Limit"] for asked in small_reads] == [3, 3, 3]  # one read of each status


def test_a_list_leaves_the_details_out() -> None:
    [entry] = ask("/profiles", search="sales-3").json["profiles"]
    assert entry.keys() == {"file_name", "status", "row_count", "processed_timestamp"}


@pytest.fixture
def nothing_counted(account: Any) -> Iterator[None]:
    tables.profiles.cache_clear()
    yield
    tables.profiles.cache_clear()


@pytest.mark.usefixtures("nothing_counted")
def test_the_summary_counts_files_and_rows() -> None:
    old = {"processed_timestamp": "2025-05-05T00:00:00.000Z", "size": 100}
    for n in range(3):
        store_profile(f"uploads/counted-{n}.csv", row_count=7, **old)
    told = ask("/summary").json["profiles"]
    assert told["files"] == sum(told["by_status"].values()) == sum(told["by_date"].values())
    assert (told["by_date"]["2025-05-05"], told["bytes"], told["complete"]) == (3, 300, True)
    assert told["files"] == len(walk(limit=100))


@pytest.mark.usefixtures("nothing_counted")
def test_a_file_that_is_profiled_again_counts_as_what_it_became(small_reads: list[dict[str, Any]]) -> None:
    while not (before := ask("/summary").json["profiles"])["complete"]:
        pass
    small_reads.clear()
    store_profile("uploads/again-and-again.csv", row_count=10)
    store_profile("uploads/again-and-again.csv", row_count=30)
    assert ask("/summary").json["profiles"]["rows"] == before["rows"] + 30
    store_profile("uploads/again-and-again.csv", row_count=0, status="error")
    now = ask("/summary").json["profiles"]
    assert (now["rows"], now["files"]) == (before["rows"], before["files"] + 1)
    assert now["by_status"]["error"] == before["by_status"]["error"] + 1
    since = [asked for asked in small_reads if ":since" in asked["ExpressionAttributeValues"]]
    assert len(since) >= 4, "what was counted before is not read again"
    store_profile("uploads/in-work.csv", status="processing")
    assert ask("/summary").json["profiles"]["by_status"]["processing"] == 1


@pytest.mark.usefixtures("nothing_counted")
def test_a_summary_reads_a_bounded_part_and_goes_on_from_there(small_reads: list[dict[str, Any]]) -> None:
    counted = []
    while not counted or not counted[-1]["complete"]:
        small_reads.clear()
        counted.append(ask("/summary").json["profiles"])
        assert len(small_reads) <= 3 * 2 * counts.MOST_READS
    assert counted[0]["by_status"]["success"] == 3 * counts.MOST_READS
    assert [told["files"] for told in counted] == sorted(told["files"] for told in counted)
    assert counted[-1]["files"] == len(walk(limit=100))


@pytest.mark.parametrize("name", ODD)
def test_any_key_can_be_asked_for(name: str) -> None:
    assert ask(f"/profiles/{name}").json["file_name"] == name


def test_the_item_and_the_whole_profile() -> None:
    assert ask("/profiles/uploads/broken.csv").json["error_message"] == "it is a picture"
    assert ask("/profiles/uploads/broken.csv", detail="full").json == WHOLE


@pytest.mark.parametrize("params", [{}, {"detail": "full"}, {"detail": "versions"}])
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


KEY = "uploads/again.csv"


@pytest.fixture
def three_versions(account: Any) -> list[str]:
    """Two different files at one key, and the first one profiled a second time; oldest first."""
    place = f"profiles/{KEY}.json"
    contents = [b"a,b\n1,x\n2,y\n"] * 2 + [b"a,c,b\n1.5,,x\n2.5,,y\n"]
    ids = []
    for content in contents:
        profile = profile_stream([content], about=About(key=KEY, size=len(content))).to_json()
        answer = account("s3").put_object(Bucket=NAMES.bucket("processed"), Key=place, Body=profile)
        ids.append(str(answer["VersionId"]))
    account("s3").put_object(Bucket=NAMES.bucket("processed"), Key=place + ".json", Body=b"{}")
    store_profile(KEY, profile=f"s3://{NAMES.bucket('processed')}/{place}")
    return ids


def test_versions_of_a_profile_and_what_changed(three_versions: list[str]) -> None:
    first, again, last = three_versions
    listed = ask(f"/profiles/{KEY}", detail="versions").json["versions"]
    assert listed[0]["id"] == last
    assert [entry["current"] for entry in listed] == [True] + [False] * (len(listed) - 1)
    assert first in [entry["id"] for entry in listed] or again in [entry["id"] for entry in listed]
    assert not {first, again} <= {entry["id"] for entry in listed}, "the same profile twice is one version"
    assert ask(f"/profiles/{KEY}", detail="full", version=first).json["file"]["columns"] == 2
    assert ask(f"/profiles/{KEY}", detail="full").json["file"]["columns"] == 3
    changed = ask(f"/profiles/{KEY}", detail="drift", against=first).json["drift"]
    assert (changed["added"], changed["rows"]) == (["c"], {"before": 2, "now": 2})
    assert {"name": "a", "what": "type", "before": "int", "now": "float"} in changed["changed"]
    assert ask(f"/profiles/{KEY}", detail="drift", version=last, against=first).json["drift"] == changed
    same = ask(f"/profiles/{KEY}", detail="drift", version=again, against=first).json["drift"]
    assert same["summary"] == "no change"


@pytest.mark.parametrize("asked", [{"detail": "full", "version": "x" * 32}, {"detail": "drift", "against": "nobody"}])
def test_a_version_that_is_not_there(three_versions: list[str], asked: dict[str, str]) -> None:
    answer = ask(f"/profiles/{KEY}", **asked)
    assert (answer.status, answer.json["detail"]) == (404, "there is no version of this profile with this id")


@pytest.mark.parametrize(
    "asked",
    [
        {"version": "a"},
        {"against": "a"},
        {"detail": "drift"},
        {"detail": "versions", "version": "a"},
        {"detail": "full", "against": "a"},
    ],
)
def test_versions_that_make_no_sense(asked: dict[str, str]) -> None:
    assert ask(f"/profiles/{KEY}", **asked).status == 400


@pytest.mark.parametrize("params", [{"status": "odd"}, {"search": ""}, {"search": "x" * 201}, {"detail": "more"}])
def test_parameters_that_make_no_sense(params: dict[str, str]) -> None:
    assert ask("/profiles", **params).status == 400
