"""The Lambda package: the same bytes every time, for the Python and machine it says."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from barback import package
from barback.cli import main
from barback.errors import Problem
from barback.kernel import Kernel
from barback.package import BUDGET, Build, build_package, read_label
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.load import load


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> package.Package:
    return build_package(load(STACK), Build.for_here(), tmp_path_factory.mktemp("package") / "lambda.zip")


def test_building_twice_gives_the_same_bytes(built: package.Package, tmp_path: Path) -> None:
    again = build_package(load(STACK), Build.for_here(), tmp_path / "lambda.zip")
    assert again.path.read_bytes() == built.path.read_bytes()


def test_a_machine_that_cannot_add_bytecode_makes_what_counts_as_the_same(
    built: package.Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two machines would deploy over each other in turn, though nothing had changed."""
    monkeypatch.setattr(package, "find_interpreter", lambda build: None)
    bare = build_package(load(STACK), Build.for_here(), tmp_path / "lambda.zip")
    assert bare.path.read_bytes() != built.path.read_bytes()
    assert bare.digest == built.digest
    other = Build("3.13", "arm64")
    assert build_package(load(STACK), other, tmp_path / "other.zip").digest != built.digest


def test_it_says_what_it_is_for_and_stays_in_the_budget(built: package.Package) -> None:
    assert read_label(built.path) == Build.for_here()
    assert built.size < BUDGET
    assert built.imported
    assert f"Python {Build.for_here().python}" in built.describe()


def test_every_module_has_bytecode_that_is_never_checked_again(built: package.Package) -> None:
    with zipfile.ZipFile(built.path) as archive:
        names = set(archive.namelist())
        sources = [name for name in names if name.endswith(".py") and not name.startswith("pydantic/v1")]
        for source in sources:
            folder, _, stem = source.rpartition("/")
            compiled = f"{folder}/__pycache__/{stem[:-3]}.{sys.implementation.cache_tag}.pyc".lstrip("/")
            assert compiled in names
            assert archive.read(compiled)[4:8] == b"\x01\x00\x00\x00", "hash-based and unchecked"


def test_it_runs_with_nothing_but_itself(built: package.Package) -> None:
    script = "import csv_profile.handler, pydantic; print(csv_profile.handler.__file__)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        env={"PYTHONPATH": str(built.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    # A zip on the path cannot load compiled libraries, so pydantic stops there; our own code must not.
    assert "csv_profile" not in done.stderr or done.returncode == 0, done.stderr


def test_nothing_of_the_developers_side_is_in_it(built: package.Package) -> None:
    with zipfile.ZipFile(built.path) as archive:
        top = {name.split("/")[0] for name in archive.namelist()}
    assert not {"barback", "tests", "boto3", "bin", "requirements.txt"} & top
    assert {"csv_profile", "common", "pydantic"} <= top


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_for_another_machine_its_libraries_are_that_machines(architecture: str, tmp_path: Path) -> None:
    made = build_package(load(STACK), Build("3.13", architecture), tmp_path / "lambda.zip")
    machine = {"arm64": b"\xb7\x00", "x86_64": b"\x3e\x00"}[architecture]
    with zipfile.ZipFile(made.path) as archive:
        libraries = [name for name in archive.namelist() if name.endswith(".so")]
        assert libraries
        assert all(archive.read(name)[18:20] == machine for name in libraries)
    [kernel] = made.kernels
    if kernel.path:  # else there is no network for its compiler
        assert f"csv_profile/kernel/{made.build.platform.file_name}" in libraries


def test_it_brings_the_kernel_for_its_machine_and_what_it_was_built_from(
    built: package.Package, tmp_path: Path
) -> None:
    """The loader takes it from there: for this machine, and of the sources beside it."""
    [kernel] = built.kernels
    if kernel.path is None:
        pytest.skip(kernel.how)
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(tmp_path)
    script = "import csv_profile.kernel as kernel; print(kernel.why()); print(kernel.load().path)"
    environment = {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-S", "-c", script], env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        f"kernel: {kernel.path.name}",
        str(tmp_path / "csv_profile" / "kernel" / kernel.path.name),
    ], done.stderr
    assert "with the kernel of csv_profile (built by " in built.describe()


def test_a_package_without_the_kernel_says_so_and_is_another(
    built: package.Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [kernel] = built.kernels
    if kernel.path is None:
        pytest.skip(kernel.how)
    monkeypatch.setattr(package, "kernels", lambda *_, **__: [Kernel("csv_profile", None, "no network")])
    bare = build_package(load(STACK), Build.for_here(), tmp_path / "lambda.zip")
    assert "without the kernel of csv_profile (no network)" in bare.describe()
    assert bare.digest != built.digest
    with zipfile.ZipFile(bare.path) as archive:
        assert not [name for name in archive.namelist() if "/kernel-" in name]


def test_for_the_embedded_engine_nothing_is_downloaded_to_compile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody waits for it: without a compiler, the reference does the work."""
    monkeypatch.setattr("barback.kernel.own_compiler", lambda: None)
    monkeypatch.setattr("barback.kernel.BUILD", tmp_path)
    assert main(["package", "--for", "embedded", "--out", str(tmp_path / "lambda.zip")]) == 0
    assert "note: without the kernel of csv_profile (there is no C compiler on this machine)" in capsys.readouterr().out


def source_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    copy = tmp_path / "lambda_src"
    shutil.copytree(LAMBDA_SRC, copy)
    (copy / "csv_profile" / "handler.py").write_text(text)
    monkeypatch.setattr(package, "LAMBDA_SRC", copy)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import pandas\ndef handle(event, context): ...\n", "No module named 'pandas'"),
        ("def other(event, context): ...\n", "handle"),
        ("def handle(event, context:\n", "does not compile"),
    ],
    ids=["not in the requirements", "no such handler", "not Python"],
)
def test_what_would_fail_in_lambda_fails_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, what: str
) -> None:
    source_with(tmp_path, monkeypatch, text)
    out = tmp_path / "out" / "lambda.zip"
    with pytest.raises(Problem, match=what):
        build_package(load(STACK), Build.for_here(), out)
    assert not out.exists()
    assert list(out.parent.glob("*")) == []


def test_a_file_that_is_no_package_is_a_problem_in_words(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="make package"):
        read_label(tmp_path / "none.zip")
    (tmp_path / "bad.zip").write_bytes(b"no")
    with pytest.raises(Problem, match="not a Lambda package"):
        read_label(tmp_path / "bad.zip")
