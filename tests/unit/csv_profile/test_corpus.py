"""Every malformed file gets the report that is expected of it, whole or in pieces, and one that fits the schema."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from csv_profile.profile import Profile, profile_stream
from csv_profile.schema import schema
from tests.unit.csv_profile.corpus import Case, cases

_DOCS = Path(__file__).parents[3] / "docs"
_SCHEMA = json.loads((_DOCS / "csv-profile.schema.json").read_text())
_VALIDATOR = Draft202012Validator(_SCHEMA)


def found(profile: Profile, path: str) -> Any:
    kind, _, rest = path.partition(".")
    if kind in ("issues", "lines"):
        issues = {_name(issue): issue for issue in profile.document["quality"]["issues"]}
        return issues[rest]["count" if kind == "issues" else "lines"]
    value: Any = profile.document
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _name(issue: dict[str, Any]) -> str:
    return f"{issue['code']}/{issue['kind']}" if issue["kind"] else str(issue["code"])


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_report(case: Case) -> None:
    profile = profile_stream([case.content], options=case.options)
    expected = dict(case.expected)
    if word := expected.pop("error.says", None):
        assert word in (profile.error_message or "")
    assert {path: found(profile, path) for path in expected} == expected
    content = profile.to_json()
    _VALIDATOR.validate(json.loads(content))
    pieces = [case.content[i : i + 9973] for i in range(0, len(case.content), 9973)]
    assert profile_stream(pieces, options=case.options).to_json() == content


def test_committed_schema_is_that_of_the_document() -> None:
    assert (_DOCS / "csv-profile.schema.json").read_text() == schema()


def test_a_row_torn_with_its_gzip_data_does_not_count() -> None:
    whole = "".join(f"{number},{number * 1000}\n" for number in range(1000, 3000))
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(f"id,amount\n{whole}3000,300".encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
    document = profile_stream([packed]).document
    assert document["status"] == "error"
    assert document["error"]["rows_profiled"] == 2000
    assert document["columns"][1]["numeric"]["min"] == 1_000_000, "and not the 300 that is left of a number"
