"""What a save becomes: a checked folder that never changes, or a mistake with its place."""

from pathlib import Path

import pytest

from barback import live
from barback.config import Config
from barback.errors import Problem
from barback.live import Live, changes, files_of
from barback.package import Build
from barback.paths import LAMBDA_SRC
from barback.targets import Target, target_of


@pytest.fixture
def target() -> Target:
    return target_of(Config())


@pytest.fixture
def saved(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Live:
    """The project's flows without their code: only the handlers, and no libraries."""
    libraries, sources = tmp_path / "wheels-none", tmp_path / "src"
    libraries.mkdir()
    (libraries / "library.py").write_text("")
    monkeypatch.setattr(live, "wheels", lambda build: libraries)
    for function in target.stack.functions.values():
        module, _, name = function.handler.rpartition(".")
        path = sources / (module.replace(".", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"def {name}(event, context):\n    return None\n")
    made = Live(target, Build.for_here(), sources, tmp_path / "live")
    made.prepare()
    return made


HANDLER = "csv_profile/handler.py"


def test_a_snapshot_stays_as_it_is_when_the_next_one_is_made(saved: Live) -> None:
    first = saved.snapshot({HANDLER})
    before = (first / HANDLER).read_text()
    (saved.sources / HANDLER).write_text(before + "# more\n")
    second = saved.snapshot({HANDLER})
    assert (first / HANDLER).read_text() == before
    assert (second / HANDLER).read_text() == before + "# more\n"
    assert (second / "library.py").is_file()


def test_the_same_sources_are_the_same_snapshot(saved: Live) -> None:
    assert saved.snapshot({HANDLER}) == saved.snapshot({HANDLER})


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def handle(event, context:\n", "lambda_src/csv_profile/handler.py, line 1: "),
        ("import nowhere_to_be_found\ndef handle(event, context): ...\n", "nowhere_to_be_found"),
        ("handle = None\n", "is not callable"),
    ],
)
def test_a_mistake_is_shown_and_leaves_nothing(saved: Live, source: str, what: str) -> None:
    (saved.sources / HANDLER).write_text(source)
    with pytest.raises(Problem) as caught:
        saved.snapshot({HANDLER})
    assert what in str(caught.value)
    assert list(saved.folder.glob("code-*")) == []


def test_a_change_reaches_the_functions_of_its_flow_and_a_shared_one_all(saved: Live, target: Target) -> None:
    assert saved.served_by({HANDLER}) == ["csv_profile"]
    assert saved.served_by({"cocktails/units.py"}) == ["cocktails_fetch", "cocktails_transform"]
    assert saved.served_by({"common/logs.py"}) == list(target.stack.functions)
    assert saved.served_by({"new_flow/handler.py"}) == list(target.stack.functions)


def test_what_editors_and_python_leave_is_no_change(tmp_path: Path) -> None:
    before = files_of(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    for name in (".handler.py.swp", "handler.py~", "#handler.py#", "__pycache__/x.pyc"):
        (tmp_path / name).write_text("")
    assert changes(before, files_of(tmp_path)) == set()
    (tmp_path / "handler.py").write_text("")
    assert changes(before, files_of(tmp_path)) == {"handler.py"}
    assert files_of(LAMBDA_SRC)["csv_profile/handler.py"]
