"""The ready hook when something is wrong, and how a resource is brought to what it should be.

What it builds when all is well is tested on real engines, in tests/integration/test_stack.py.
"""

import json
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from barback.errors import HOOK_FAILURE
from barback.provision import StepFailed, build, main, resource, stages
from barback.provision.resource import Context, Description, Resource
from barback.provision.stages import SERVICES, wake
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


@pytest.mark.parametrize(
    ("before", "outcome"), [(None, "made"), ({}, "made"), ({"bottles": []}, "made"), ({"bottles": 1}, "changed")]
)
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


class ColdServices:
    """Services that must be loaded one at a time; the very first call fails, as when somebody else's came between."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.loading = 0

    def client(self, service: str) -> Any:
        def call(**arguments: Any) -> dict[str, Any]:
            self.asked.append(service)
            self.loading += 1
            try:
                if self.loading > 1 or len(self.asked) == 1:
                    raise ClientError({"Error": {"Code": "InternalFailure", "Message": "no handler"}}, "any")
                time.sleep(0.01)  # room for another thread to come in
            finally:
                self.loading -= 1
            return {}

        return SimpleNamespace(**dict.fromkeys(SERVICES.values(), call))


def test_services_are_loaded_one_after_the_other_and_again_when_one_failed() -> None:
    services = ColdServices()
    wake(services.client)
    first, *rest = SERVICES
    assert services.asked == [first, first, *rest]


def test_a_service_that_does_not_load_is_named() -> None:
    with pytest.raises(StepFailed, match="the service s3 of LocalStack does not work"):
        wake(lambda service: ColdServices().client(service), seconds=0)


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


def test_services_are_loaded_before_anything_is_built(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(folder, "3.13")
    calls: list[str] = []
    monkeypatch.setattr(stages, "wake", lambda client: calls.append("wake"))
    monkeypatch.setattr(stages, "build", lambda context, **_: calls.append("build"))
    main()
    assert calls == ["wake", "build"]


def test_a_package_for_another_python_is_refused_where_functions_run_on_ours(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAMBDA_RUNTIME_EXECUTOR", "process")
    _package(folder, "3.8")
    with pytest.raises(StepFailed):
        main()
    assert "lambda.zip is for python3.8" in capsys.readouterr().out


def _package(folder: Path, python: str) -> None:
    with zipfile.ZipFile(folder / "lambda.zip", "w") as archive:
        archive.writestr("package.json", json.dumps({"python": python, "architecture": "x86_64"}))
    (folder / "stack.json").write_text('{"name": "barback"}')
