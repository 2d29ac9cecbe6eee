"""Functions with the same package share one copy of it, and none is lost or changed through another."""

from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import pytest

from tests.embedded.lab import Lab, zipped
from tests.waiting import until

pytestmark = pytest.mark.local_only

SOURCE = "import os\ndef handle(event, context): return [os.getcwd(), {answer!r}]\n"


def package(answer: str) -> bytes:
    """One that no other test has."""
    return zipped({"f.py": SOURCE.format(answer=answer), "unique.txt": uuid4().hex})


def stored(lab: Lab) -> set[Path]:
    return {path for path in (lab.engine.state / "objects").glob("awslambda-*/**/*") if path.is_file()}


def create(lab: Lab, code: bytes) -> str:
    return lab.create(Handler="f.handle", Code={"ZipFile": code})


def test_the_same_package_is_stored_and_unpacked_once(lab: Lab) -> None:
    code, before = package("same"), stored(lab)
    names = [create(lab, code) for _ in range(3)]
    assert len({tuple(lab.answer(name, {})) for name in names}) == 1
    assert len(stored(lab) - before) == 1


def test_each_function_has_its_own_way_with_it(lab: Lab) -> None:
    functions, code, before = lab.client("lambda"), package("old"), stored(lab)
    first, second, third = (create(lab, code) for _ in range(3))
    folder, _ = lab.answer(first, {})
    for _ in range(2):  # also with what it has already
        functions.update_function_code(FunctionName=first, ZipFile=code)
        lab.settled(first)
    functions.update_function_code(FunctionName=first, ZipFile=package("new"))
    lab.settled(first)
    until(lambda: lab.answer(first, {})[1] == "new", "the new code runs")
    functions.publish_version(FunctionName=second)
    functions.delete_function(FunctionName=second)
    assert lab.answer(third, {}) == [folder, "old"]
    with urlopen(functions.get_function(FunctionName=third)["Code"]["Location"]) as download:
        assert download.read() == code
    functions.delete_function(FunctionName=third)
    until(lambda: not Path(folder).exists(), "the code is removed with the last that had it")
    functions.delete_function(FunctionName=first)
    until(lambda: not stored(lab) - before, "so are the stored packages")
    assert lab.answer(create(lab, code), {})[1] == "old", "and it can come again"


def test_code_cannot_be_written(lab: Lab) -> None:
    folder, _ = lab.answer(create(lab, package("read")), {})
    assert [oct(path.stat().st_mode & 0o222) for path in Path(folder).iterdir() if path.is_file()] == ["0o0", "0o0"]
