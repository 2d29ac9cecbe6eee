"""Generated data is the same everywhere, as large as was asked for, and what its truth says it is."""

import csv
import io
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from barback.cli import main
from barback.generate import GENERATORS
from barback.generate.recipe import Recipe
from barback.generate.write import write
from csv_profile.profile import profile_stream
from records.sources import SOURCES

CASES = [(name, form) for name, generator in GENERATORS.items() for form in generator.forms]
SOURCE_OF = {"posts": SOURCES["jsonplaceholder"], "people": SOURCES["randomuser"]}


def generated(name: str, **recipe: Any) -> tuple[bytes, dict[str, Any]]:
    out, truth = io.BytesIO(), io.StringIO()
    told = write(GENERATORS[name], Recipe(**recipe), out, truth)
    whole: dict[str, Any] = json.loads(truth.getvalue())
    assert {key: value for key, value in whole.items() if key != "broken"} == told
    return out.getvalue(), whole


# What every machine makes of seed 1 and a mess of 20 %: 200 records.
HASHES = {
    ("orders", "ndjson"): "efca95bd050ed707",
    ("orders", "array"): "7e5169cc29f53c7a",
    ("orders", "pretty"): "88aed94adeecdf52",
    ("csv", "sales"): "c6479bd9d1204cbe",
    ("csv", "wide"): "e7e3b01edd58d523",
    ("records", "posts"): "833cbb9cef33f36d",
    ("records", "people"): "bd469ca5171fd85a",
}


@pytest.mark.parametrize(("name", "form"), CASES)
def test_the_bytes_are_those_of_every_other_machine(name: str, form: str) -> None:
    _, truth = generated(name, count=200, mess=0.2, form=form)
    assert truth["sha256"][:16] == HASHES[name, form]


@pytest.mark.parametrize(("name", "form"), CASES)
def test_a_count_is_kept_and_another_seed_is_other_data(name: str, form: str) -> None:
    content, truth = generated(name, count=30, form=form)
    assert (truth["records"], truth["size"], truth["broken"]) == (30, len(content), [])
    assert generated(name, count=30, form=form, seed=2)[0] != content


@pytest.mark.parametrize(("name", "form"), CASES)
def test_a_size_is_kept_to_within_one_record(name: str, form: str) -> None:
    content, _ = generated(name, size=200_000, form=form)
    assert 200_000 <= len(content) < 206_000


@pytest.mark.parametrize(("name", "form"), CASES)
def test_it_is_a_stream(name: str, form: str) -> None:
    endless = GENERATORS[name].pieces(Recipe(size=10**15, form=form), {})
    assert len(b"".join(piece.data for piece in islice(endless, 3))) > 1_000


@pytest.mark.parametrize(("name", "form"), CASES)
def test_nothing_at_all_can_be_generated(name: str, form: str) -> None:
    _, truth = generated(name, count=0, form=form)
    assert truth["records"] == 0


@pytest.mark.parametrize("kind", GENERATORS["csv"].kinds)
def test_the_profile_finds_each_kind_of_mess_in_a_table(kind: str) -> None:
    content, truth = generated("csv", count=400, mess=0.1, kinds=(kind,))
    document = profile_stream([content]).document
    found = {issue["code"]: issue["count"] for issue in document["quality"]["issues"]}
    found["missing"] = sum(share["count"] for share in document["quality"]["missing_values"].values())
    assert document["file"]["rows"] == truth["rows"] == 400
    assert truth["broken_by_kind"][kind] > 20
    assert found[truth["broken"][0]["outcome"]] == truth["broken_by_kind"][kind]


@pytest.mark.parametrize("form", GENERATORS["csv"].forms)
def test_a_table_without_mess_is_one(form: str) -> None:
    content, truth = generated("csv", count=300, form=form)
    head, *rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    assert {len(row) for row in rows} == {len(head)} == {truth["columns"]}
    assert len(rows) == truth["rows"] == 300


@pytest.mark.parametrize("form", SOURCE_OF)
@pytest.mark.parametrize("kind", GENERATORS["records"].kinds)
def test_a_broken_record_is_one_that_its_flow_rejects_and_no_other_is(form: str, kind: str) -> None:
    content, truth = generated("records", count=60, mess=0.3, kinds=(kind,), form=form)
    source = SOURCE_OF[form]
    rejected = []
    for index, record in enumerate(source.records(json.loads(content))):
        try:
            source.model_validate(record)
        except ValidationError:
            rejected.append(index)
    assert rejected == [broken["index"] for broken in truth["broken"]]
    assert (len(rejected), 60 - len(rejected)) == (truth["rejected"], truth["accepted"])
    assert rejected


def test_the_command_writes_a_file_and_the_truth_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orders.json"
    assert main(["generate", "orders", "--count", "1,000", "--mess", "10%", "--out", str(file)]) == 0
    truth = json.loads((tmp_path / "orders.json.truth.json").read_text())
    assert (truth["records"], truth["mess"], truth["size"]) == (1000, 0.1, file.stat().st_size)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.json", "orders.json.truth.json"]
    assert str(file) in capsys.readouterr().out


def test_without_a_file_the_data_is_printed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["generate", "records", "--count", "3", "--form", "posts"]) == 0
    assert len(json.loads(capfdbinary.readouterr().out)) == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--kinds", "nonsense", "--mess", "0.1"], "knows no mess nonsense"),
        (["--kinds", "bad-time"], "not how much"),
        (["--out", "/no/such/folder/x.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "orders", *arguments]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--size", "ten"], ["--mess", "2"], ["--count", "-1"], ["--form", "xml"]])
def test_an_option_that_is_none_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["generate", "orders", *arguments])
    assert arguments[1] in capsys.readouterr().err
