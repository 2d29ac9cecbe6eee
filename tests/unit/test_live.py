"""What a save becomes: a checked folder that never changes, or a mistake with its place."""

from pathlib import Path

import pytest

from barback import kernel, live
from barback.config import Config
from barback.errors import Problem
from barback.kernel import Platform
from barback.live import Live, changes, files_of
from barback.package import Build
from barback.paths import LAMBDA_SRC
from barback.targets import Target, target_of
from tests.unit.kernel.compilers import needs_own_compiler


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


def kernel_of(saved: Live, source: str) -> set[str]:
    """A kernel for the flow that `HANDLER` is of, saved; what has changed."""
    folder = saved.sources / "csv_profile" / "kernel"
    folder.mkdir(exist_ok=True)
    (folder / "kernel.c").write_text(source)
    return {"csv_profile/kernel/kernel.c"}


SAYS_SOURCES = """
__attribute__((visibility("default"))) const char *barback_kernel_sources(void);
const char *barback_kernel_sources(void) { return BARBACK_KERNEL_SOURCES; }
"""


@needs_own_compiler
def test_a_saved_kernel_is_compiled_and_put_beside_its_sources(saved: Live) -> None:
    changed = kernel_of(saved, SAYS_SOURCES)
    assert saved.served_by(changed) == ["csv_profile"]
    name = Platform.here().file_name
    first = saved.snapshot(changed) / "csv_profile" / "kernel" / name
    second = saved.snapshot(kernel_of(saved, SAYS_SOURCES + "int more;\n")) / "csv_profile" / "kernel" / name
    assert first.read_bytes() != second.read_bytes(), "each says which sources it was built from"


@needs_own_compiler
def test_a_mistake_in_a_kernel_is_shown_and_leaves_nothing(saved: Live) -> None:
    with pytest.raises(Problem, match=r"lambda_src/csv_profile/kernel/kernel.c, line 1: "):
        saved.snapshot(kernel_of(saved, "int f(void) { return nothing; }\n"))
    assert list(saved.folder.glob("code-*")) == []


def test_without_a_compiler_a_saved_kernel_is_refused_and_other_code_taken(
    saved: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kernel, "BUILD", tmp_path / "build")
    monkeypatch.setattr(kernel, "own_compiler", lambda: None)
    changed = kernel_of(saved, SAYS_SOURCES)
    with pytest.raises(Problem, match="the kernel of csv_profile cannot be compiled: there is no C compiler"):
        saved.snapshot(changed)
    assert (saved.snapshot({HANDLER}) / HANDLER).is_file()


def test_what_editors_and_python_leave_is_no_change(tmp_path: Path) -> None:
    before = files_of(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    for name in (".handler.py.swp", "handler.py~", "#handler.py#", "__pycache__/x.pyc"):
        (tmp_path / name).write_text("")
    assert changes(before, files_of(tmp_path)) == set()
    (tmp_path / "handler.py").write_text("")
    assert changes(before, files_of(tmp_path)) == {"handler.py"}
    assert files_of(LAMBDA_SRC)["csv_profile/handler.py"]


def test_a_kernel_with_a_mistake_does_not_keep_anybody_from_watching(
    saved: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistake(*_: object, **__: object) -> None:
        raise kernel.CompileError("lambda_src/csv_profile/kernel/kernel.c, line 1: no")

    monkeypatch.setattr(live, "kernels", mistake)
    saved.prepare()
    with pytest.raises(Problem, match="line 1: no"):
        saved.snapshot({HANDLER})
