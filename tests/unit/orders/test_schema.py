"""The JSON schemas in docs/ are those of the models, and say of orders and manifests what the flow does."""

import json

import jsonschema
import pytest

from barback.paths import ROOT
from orders.manifest import schema as manifest_schema
from orders.versions import VERSIONS, schema
from tests.unit.orders.outputs import lines, order, run

DOCS = ROOT / "docs"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_schema_of_a_version_is_current(version: int) -> None:
    path = DOCS / f"orders-v{version}.schema.json"
    assert path.read_text() == schema(version), f"python -m orders.versions {version} > docs/{path.name}"


def test_the_schema_of_the_manifest_is_current() -> None:
    path = DOCS / "orders-manifest.schema.json"
    assert path.read_text() == manifest_schema(), f"python -m orders.manifest > docs/{path.name}"


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({}, True),
        ({"order_id": 7}, True),
        ({"unknown": 1}, True),
        ({"total": ...}, False),
        ({"total": "1,50"}, False),
        ({"items": []}, False),
        ({"schema_version": 2}, False),
        ({"currency": "euro"}, False),
    ],
)
def test_the_schema_takes_what_the_flow_takes(changes: dict[str, object], valid: bool) -> None:
    sent = order(**changes)
    validator = jsonschema.Draft202012Validator(json.loads(schema(1)))
    assert validator.is_valid(sent) == valid == (run(lines(sent)).manifest["counts"]["orders"] == 1)


def test_a_manifest_is_as_its_schema_says() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(manifest_schema()))
    for content in (lines(order(), order(total=1), order()), "no orders", ""):
        validator.validate(json.loads(json.dumps(run(content).manifest)))
