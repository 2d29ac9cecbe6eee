"""The kernels for Lambda and for macOS, which any machine builds to the same bytes."""

import re
import shutil
from pathlib import Path

import pytest

from barback import kernel
from barback.kernel import ALL, NoCompiler, Platform, build_all, portable_compiler
from barback.paths import BUILD, LAMBDA_SRC


@pytest.fixture(scope="module")
def compiler() -> Path:
    try:
        found = portable_compiler()
    except NoCompiler as problem:
        pytest.skip(f"the compiler for other platforms cannot be had: {problem.what}")
    assert found
    return found


def built_in(folder: Path, compiler: Path, wanted: Platform, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profiler's kernel, of a copy of its sources, with nothing that was built before but the C library."""
    shutil.copytree(LAMBDA_SRC / "csv_profile" / "kernel", folder / "src" / "csv_profile" / "kernel")
    work = folder / "build"
    work.mkdir()
    (BUILD / "zig-cache").mkdir(exist_ok=True)
    (work / "zig-cache").symlink_to(BUILD / "zig-cache")
    monkeypatch.setattr(kernel, "BUILD", work)
    monkeypatch.setattr(kernel, "portable_compiler", lambda *_, **__: compiler)
    [made] = build_all(wanted, tree=folder / "src")
    assert made.path, made.how
    assert made.path.is_relative_to(work)
    return made.path


@pytest.mark.parametrize("wanted", ALL, ids=lambda platform: platform.file_name)
def test_it_is_the_same_wherever_it_is_built(
    wanted: Platform, compiler: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = built_in(tmp_path / "one", compiler, wanted, monkeypatch)
    two = built_in(tmp_path / "another folder", compiler, wanted, monkeypatch)
    content = one.read_bytes()
    assert content == two.read_bytes()
    assert str(tmp_path).encode() not in content
    assert str(LAMBDA_SRC).encode() not in content
    # Lambda's C library has every version of a symbol that is asked for; they are named in the library as text.
    asked = {tuple(map(int, version.split(b"."))) for version in re.findall(rb"GLIBC_(2\.\d+)", content)}
    assert bool(asked) == (wanted.system == "linux")
    assert all(version <= tuple(map(int, kernel.GLIBC.split("."))) for version in asked), asked
