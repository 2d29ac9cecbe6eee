"""The ready hook when something is wrong, and how a resource is brought to what it should be.

What it builds when all is well is tested on real engines, in tests/integration/test_stack.py.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from barback.errors import HOOK_FAILURE
from barback.provision import StepFailed, build, main, resource
from barback.provision.resource import Context, Description, Resource
from barback.stack.names import Names


def context(stack: dict[str, Any] | None = None) -> Context:
    names = Names.local("barback", "us-east-1")
    return Context(stack or {}, names, lambda service: None, b"", "python3.11", "x86_64", {})


class Shelf(Resource):
    """A resource that takes a few looks to settle, or never does."""

    def __init__(self, there: Description | None, looks: int = 0, error: Exception | None = None) -> None:
        super().__init__(context(), "top")
        self.there, self.looks, self.error, self.applied = there, looks, error, 0

    def wanted(self) -> Description:
        return {"bottles": 3}

    def observed(self) -> Description | None:
        if self.applied and self.looks:
            self.looks -= 1
            if self.looks == 0:
                self.there = self.wanted()
        return self.there

    def apply(self, observed: Description | None) -> None:
        if self.error:
            raise self.error
        self.applied += 1


def test_what_is_as_it_should_be_is_left_alone() -> None:
    shelf = Shelf({"bottles": 3})
    assert shelf.converge() == "unchanged"
    assert shelf.applied == 0


@pytest.mark.parametrize(("before", "outcome"), [(None, "made"), ({"bottles": 1}, "changed")])
def test_a_change_counts_when_it_was_read_back(before: Description | None, outcome: str) -> None:
    shelf = Shelf(before, looks=3)
    assert shelf.converge() == outcome
    assert (shelf.applied, shelf.looks) == (1, 0)


def test_what_never_settles_is_told_with_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "SETTLE_SECONDS", 0.0)
    with pytest.raises(StepFailed, match="shelf top: bottles is 1, not 3"):
        Shelf({"bottles": 1}).converge()


def test_any_failure_names_its_resource() -> None:
    with pytest.raises(StepFailed, match="shelf top: ValueError: no room"):
        Shelf(None, error=ValueError("no room")).converge()


def test_all_failures_of_a_stage_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shelves: list[Resource] = [Shelf(None, error=ValueError("one")), Shelf(None, error=ValueError("two"))]
    monkeypatch.setattr("barback.provision.stages.stages", lambda context: [shelves, [Shelf(None, looks=1)]])
    with pytest.raises(StepFailed, match=r"(?s)one.*two"):
        build(context())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BARBACK_BUILD", str(tmp_path))
    monkeypatch.setenv("BARBACK_PACKAGE", "lambda.zip")
    monkeypatch.setenv("BARBACK_ENDPOINT", "http://127.0.0.1:9")
    return tmp_path


def test_without_a_package_the_hook_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StepFailed):
        main()
    assert (
        f"{HOOK_FAILURE}there is no Lambda package at {folder}/lambda.zip: run `make package`"
        in capsys.readouterr().out
    )


def test_a_package_for_another_python_is_refused_where_functions_run_on_ours(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAMBDA_RUNTIME_EXECUTOR", "process")
    with zipfile.ZipFile(folder / "lambda.zip", "w") as archive:
        archive.writestr("package.json", json.dumps({"python": "3.8", "architecture": "x86_64"}))
    (folder / "stack.json").write_text('{"name": "barback"}')
    with pytest.raises(StepFailed):
        main()
    assert "lambda.zip is for python3.8" in capsys.readouterr().out
