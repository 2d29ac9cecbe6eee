"""The options of the flow, in infra/stack.yaml alone: tables profiled by the first flow, and Parquet beside them."""

from pathlib import Path
from typing import Any

import pytest

from barback.errors import Problem
from barback.generate.orders import Orders
from barback.generate.recipe import Recipe
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.load import load
from barback.stack.model import Stack, UploadTrigger
from csv_profile.profile import profile_stream
from csv_profile.store import profile_key
from orders.store import FILES, folder_of
from orders.tables import TABLES
from tests.unit.orders.outputs import run

PREFIX = "prefix: orders/, suffix: .csv"


def with_option(tmp_path: Path, instead: str = PREFIX) -> Path:
    text = STACK.read_text(encoding="utf-8")
    assert text.count("#profiles ") == 2
    path = tmp_path / "stack.yaml"
    path.write_text(text.replace("#profiles ", "").replace(PREFIX, instead), encoding="utf-8")
    return path


def started_by(stack: Stack, key: str) -> list[str]:
    """The functions that an object in the processed bucket starts."""
    return [
        name
        for name, function in stack.functions.items()
        for trigger in function.triggers
        if isinstance(trigger, UploadTrigger)
        and trigger.bucket == "processed"
        and key.startswith(trigger.prefix)
        and key.endswith(trigger.suffix)
    ]


def test_without_the_option_no_table_starts_anything() -> None:
    assert started_by(load(STACK), "orders/shop/orders.csv") == []


def test_with_the_option_the_tables_start_the_profiler_and_nothing_that_it_writes_starts_anything(
    tmp_path: Path,
) -> None:
    stack = load(with_option(tmp_path), LAMBDA_SRC)
    keys = [folder_of("orders/shop.json") + name for name in FILES]
    started = [key for key in keys if started_by(stack, key)]
    assert started == [f"orders/shop/{table}.csv" for table in TABLES]
    assert {name for key in started for name in started_by(stack, key)} == {"csv_profile"}
    assert not any(started_by(stack, profile_key(key)) for key in keys)


@pytest.mark.parametrize("instead", ['prefix: "", suffix: .json', "prefix: profiles/, suffix: .csv"])
def test_a_trigger_that_would_circle_is_refused(tmp_path: Path, instead: str) -> None:
    with pytest.raises(Problem, match="csv_profile"):
        load(with_option(tmp_path, instead), LAMBDA_SRC)


def test_parquet_is_an_option_of_the_stack_alone(tmp_path: Path) -> None:
    text = STACK.read_text(encoding="utf-8")
    path = tmp_path / "stack.yaml"
    path.write_text(text.replace("#parquet ", ""), encoding="utf-8")
    before, after = load(STACK).functions["orders"], load(path, LAMBDA_SRC).functions["orders"]
    assert (before.environment, after.environment) == ({}, {"PARQUET": "yes"})
    assert [p.prefix for p in after.permissions if p not in before.permissions] == ["tables/"]


def test_the_tables_profile_well() -> None:
    content = b"".join(piece.data for piece in Orders().pieces(Recipe(count=400), {}))
    out = run(content)
    types: dict[str, dict[str, Any]] = {}
    for table in TABLES:
        document = profile_stream([out.files[f"{table}.csv"]]).document
        assert document["file"]["rows"] == out.manifest["counts"][table]
        assert document["file"]["delimiter"] == ","
        assert not document["quality"]["issues"]
        types[table] = {column["name"]: column["type"] for column in document["columns"]}
    assert types["orders"]["placed_at"] == "datetime"
    assert types["orders"]["total"] == "float"
    assert types["items"]["quantity"] == "int"
