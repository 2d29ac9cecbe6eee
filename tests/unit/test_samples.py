"""The samples are what their generator makes, and their profiles are what samples/README.md says."""

import zlib
from typing import Any

import pytest

from barback.flows import flow_of
from barback.flows.csv_profile.words import DELIMITERS
from barback.paths import SAMPLES, STACK
from barback.stack.load import load
from csv_profile.profile import profile_stream
from samples.make_samples import FILES, UPLOADS

LARGEST, LARGEST_IN_ALL = 60_000, 300_000


def table() -> dict[str, list[str]]:
    """The rows of the table in the README: file → the other cells."""
    lines = [line for line in (SAMPLES / "README.md").read_text().splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines[2:]]
    return {row[0]: row[1:] for row in rows}


def found(document: dict[str, Any]) -> str:
    counts: dict[str, int] = {}
    for issue in document["quality"]["issues"]:
        counts[issue["code"]] = counts.get(issue["code"], 0) + issue["count"]
    counts["missing"] = sum(column["count"] for column in document["quality"]["missing_values"].values())
    return ", ".join(f"{count} {code}" for code, count in counts.items() if count)


def test_the_table_names_every_sample() -> None:
    assert list(table()) == list(FILES)
    assert sorted(path.name for path in UPLOADS.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_what_its_generator_makes(name: str) -> None:
    made, there = FILES[name](), (UPLOADS / name).read_bytes()
    if name.endswith(".gz"):  # the same content, however this machine's zlib packs it
        made, there = (zlib.decompressobj(wbits=31).decompress(packed) for packed in (made, there))
    assert made == there


@pytest.mark.parametrize("name", FILES)
def test_a_sample_has_the_profile_its_row_says(name: str) -> None:
    _, status, rows, columns, encoding, delimiter, issues = table()[name]
    document = profile_stream([(UPLOADS / name).read_bytes()]).document
    file = document["file"]
    assert (document["status"], str(file["rows"]), str(file["columns"])) == (status, rows, columns)
    assert (file.get("encoding") or "", DELIMITERS.get(file.get("delimiter"), "")) == (encoding, delimiter)
    assert found(document) == issues


def test_members_are_read_as_what_they_are() -> None:
    document = profile_stream([(UPLOADS / "members.csv").read_bytes()]).document
    columns = {column["name"]: column for column in document["columns"]}
    assert {name: (column["type"], column["format"]) for name, column in columns.items()} == {
        "member": ("string", None),
        "name": ("string", None),
        "e-mail": ("string", None),
        "joined": ("date", "%Y%m%d"),
        "fee": ("float", "£"),
        "country": ("string", None),
    }
    assert document["file"]["preamble_lines"] == 2
    assert columns["e-mail"]["masked"]
    assert "identifier" in columns["member"]["alerts"]
    assert "missing-as-value" in columns["country"]["alerts"]


def test_employees_are_those_of_the_documentation() -> None:
    document = profile_stream([(UPLOADS / "employees.csv").read_bytes()]).document
    types = {column["name"]: column["type"] for column in document["columns"]}
    age = next(column for column in document["columns"] if column["name"] == "age")
    assert types == {"name": "string", "age": "int", "salary": "float", "join_date": "date"}
    assert {key: age["numeric"][key] for key in ("min", "max", "mean")} == {"min": 25, "max": 65, "mean": 42.5}
    assert document["quality"]["missing_values"] == {"salary": {"count": 2, "percentage": 2.0}}


def test_every_sample_starts_a_flow() -> None:
    assert {sample.path.name for sample in flow_of(load(STACK), "csv_profile").samples()} >= set(FILES)


def test_samples_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in UPLOADS.iterdir()}
    assert max(sizes.values()) < LARGEST, sizes
    assert sum(sizes.values()) < LARGEST_IN_ALL
