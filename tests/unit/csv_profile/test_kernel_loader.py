"""Which library the profiler takes, and what it says when it takes none."""

import os
import shutil
from pathlib import Path

import pytest

from barback import kernel as building
from barback.kernel import Kernel, Platform
from barback.paths import LAMBDA_SRC
from csv_profile import kernel
from tests.unit.kernel.compilers import needs_compiler

SOURCES = LAMBDA_SRC / "csv_profile" / "kernel"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(kernel.SWITCH, raising=False)
    [made] = building.build_all(Platform.here(), local=True, fetch=False)
    assert made.path, made.how
    return made.path


@needs_compiler
def test_the_library_that_is_named_is_taken(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kernel.LIBRARY, str(built))
    found = kernel.load()
    assert found
    assert found.path == built
    assert kernel.why() == f"kernel: {built.name}"


@needs_compiler
@pytest.mark.parametrize("off", ["off", "OFF ", "0", "false"])
def test_it_can_be_switched_off(off: str, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kernel.LIBRARY, str(built))
    monkeypatch.setenv(kernel.SWITCH, off)
    assert kernel.load() is None
    assert kernel.why() == f"reference: CSV_KERNEL={off.strip()}"


@needs_compiler
def test_a_library_of_other_sources_is_refused(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an edit that was not compiled: what is beside the loader counts, not the library."""
    folder = tmp_path / "flow" / "kernel"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "more.h").write_text("\n")
    [other] = building.build_all(Platform.here(), tree=tmp_path, local=True, fetch=False)
    assert other.path
    monkeypatch.setenv(kernel.LIBRARY, str(other.path))
    assert kernel.load() is None
    assert "built from other sources" in kernel.why()


def test_without_a_library_the_reference_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kernel.SWITCH, raising=False)
    monkeypatch.delenv(kernel.LIBRARY, raising=False)
    assert kernel.load() is None
    assert kernel.why() == f"reference: there is no {kernel.file_name()}"


def test_what_is_no_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kernel.SWITCH, raising=False)
    broken = tmp_path / "kernel.so"
    broken.write_bytes(b"\x7fELF and no more")
    monkeypatch.setenv(kernel.LIBRARY, str(broken))
    assert kernel.load() is None
    assert kernel.why().startswith("reference: kernel.so cannot be loaded: ")


def test_a_library_of_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import _ctypes

    monkeypatch.delenv(kernel.SWITCH, raising=False)
    library = getattr(_ctypes, "__file__", None)
    if library is None:
        pytest.skip("this Python has no library of its own to take for a kernel")
    monkeypatch.setenv(kernel.LIBRARY, library)
    assert kernel.load() is None
    assert kernel.why().endswith("is not a kernel")


def test_builder_and_loader_agree(tmp_path: Path) -> None:
    sources = {path.name: path.read_bytes() for path in SOURCES.iterdir() if building.is_source(path.name)}
    assert sources
    assert building.digest_of(sources) == kernel.digest()
    assert Platform.here().file_name == kernel.file_name()
    for name, content in {"b.c": b"b", "a.h": b"a", ".#b.c": b"editor", "a.py": b"python"}.items():
        (tmp_path / name).write_bytes(content)
    assert kernel.digest(tmp_path) == building.digest_of({"a.h": b"a", "b.c": b"b"})


@needs_compiler
def test_commands_name_it_to_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    from barback.flows.csv_profile import kernel as use

    monkeypatch.setenv(kernel.LIBRARY, "/nowhere")
    assert use.use_kernel().path == Path(os.environ[kernel.LIBRARY])
    monkeypatch.setattr(use, "build_all", lambda *_, **__: [Kernel("csv_profile", None, "no compiler")])
    assert use.use_kernel().path is None
    assert kernel.LIBRARY not in os.environ
