"""Building a kernel: by which compiler, what is kept, and what is told when it cannot be built."""

import subprocess
import threading
from pathlib import Path

import pytest

from barback import kernel
from barback.kernel import CompileError, Platform, build_all, own_compiler
from barback.paths import LAMBDA_SRC
from tests.unit.kernel.compilers import needs_own_compiler

HERE = Platform.here()
GOOD = b"""#include "names.h"
#include <stdint.h>
__attribute__((visibility("default"))) const char *barback_kernel_sources(void) { return BARBACK_KERNEL_SOURCES; }
"""


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A flow with a kernel of its own, and an empty folder for what is built."""
    monkeypatch.setattr(kernel, "BUILD", tmp_path / "build")
    folder = tmp_path / "src" / "mine" / "kernel"
    folder.mkdir(parents=True)
    (folder / "kernel.c").write_bytes(GOOD)
    (folder / "names.h").write_bytes(b"enum { NAMES };\n")
    return folder


def build(flow: Path, **options: bool) -> kernel.Kernel:
    [made] = build_all(HERE, tree=flow.parent.parent, local=True, fetch=False, **options)
    return made


@needs_own_compiler
def test_it_is_built_once_for_each_state_of_its_sources(flow: Path) -> None:
    first = build(flow)
    assert first.path
    assert first.flow == "mine"
    assert "built by" in first.how
    written = first.path.stat().st_mtime_ns
    assert build(flow).path == first.path
    assert first.path.stat().st_mtime_ns == written
    (flow / "names.h").write_bytes(b"enum { OTHER };\n")
    other = build(flow)
    assert other.path
    assert other.path != first.path
    assert first.path.exists()
    assert [path.name for path in kernel.BUILD.glob("*.part")] == []


@needs_own_compiler
def test_another_compiler_or_other_flags_build_it_again(flow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(flow)
    own = own_compiler()
    assert own
    monkeypatch.setattr(kernel, "own_compiler", lambda: (own[0], "another version"))
    second = build(flow)
    monkeypatch.setattr(kernel, "FLAGS", (*kernel.FLAGS, "-DMORE"))
    assert len({first.path, second.path, build(flow).path}) == 3


@needs_own_compiler
def test_two_that_build_at_once_both_have_it(flow: Path) -> None:
    made: list[kernel.Kernel] = []
    threads = [threading.Thread(target=lambda: made.append(build(flow))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert all(one.path and one.path.exists() for one in made), made
    assert [path.name for path in kernel.BUILD.glob("*.part")] == []


@needs_own_compiler
def test_of_what_was_built_only_the_newest_are_kept(flow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "KEPT", 2)
    for number in range(4):
        (flow / "names.h").write_text(f"enum {{ NAME_{number} }};\n")
        last = build(flow)
    assert len(list(kernel.BUILD.glob("kernel-*"))) == 2
    assert last.path
    assert last.path.exists()


def test_without_a_compiler_it_says_so_and_nothing_fails(flow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CC", raising=False)
    made = build(flow)
    assert (made.path, made.how) == (None, "there is no C compiler on this machine")
    assert made.describe() == "without the kernel of mine (there is no C compiler on this machine)"


def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A `cc` that answers for its version and otherwise does what `script` says."""
    folder = tmp_path / "bin"
    folder.mkdir()
    cc = folder / "cc"
    cc.write_text(f'#!/bin/sh\n[ "$1" != --version ] || {{ echo "cc 1.0"; exit 0; }}\n{script}\n')
    cc.chmod(0o755)
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ('echo "kernel.c:2:10: fatal error: stdint.h: No such file or directory" >&2; exit 1', "stdint.h"),
        ("echo \"kernel.c:2:10: fatal error: 'stdint.h' file not found\" >&2; exit 1", "stdint.h"),
        ('echo "cc: internal compiler error: Killed" >&2; exit 4', "Killed"),
        ("exit 3", "exit code 3"),
        ("exit 0", "exit code 0"),
        ('while [ "$1" != -o ]; do shift; done; echo no library > "$2"', "not a library for"),
    ],
    ids=["no headers (gcc)", "no headers (clang)", "killed", "silent", "makes nothing", "makes nonsense"],
)
def test_a_compiler_that_does_not_work_is_no_failure(
    flow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, what: str
) -> None:
    pretend(tmp_path, monkeypatch, script)
    made = build(flow, strict=True)
    assert made.path is None
    assert what in made.how
    assert list(kernel.BUILD.glob("kernel-*")) == []


@needs_own_compiler
@pytest.mark.parametrize(
    ("source", "what"),
    [
        (b"int f(void) { return nothing; }\n", "lambda_src/mine/kernel/kernel.c, line 1: "),
        (b'\n#include "not_there.h"\n', "lambda_src/mine/kernel/kernel.c, line 2: "),
    ],
    ids=["undeclared", "a header of its own that is not there"],
)
def test_a_mistake_in_the_sources_is_named_by_its_line(flow: Path, source: bytes, what: str) -> None:
    (flow / "kernel.c").write_bytes(source)
    with pytest.raises(CompileError, match=what):
        build(flow, strict=True)
    made = build(flow)
    assert made.path is None
    assert what in made.how


INCOMPLETE = b"""
void not_defined(void);
void *use(void);
__attribute__((visibility("default"))) void *use(void) { return not_defined; }
"""


@needs_own_compiler
def test_a_library_that_does_not_load_is_not_kept(flow: Path) -> None:
    (flow / "kernel.c").write_bytes(GOOD + INCOMPLETE)
    made = build(flow)
    assert made.path is None
    assert "not_defined" in made.how
    assert list(kernel.BUILD.glob("kernel-*")) == []


def test_the_compiler_is_got_in_the_background_only_where_it_is_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(kernel, "BUILD", tmp_path)
    monkeypatch.setattr(kernel.subprocess, "Popen", lambda command, **_: started.append(command))
    assert kernel.fetch_in_background()
    assert [command[-2:] for command in started] == [["barback", "kernel"]]
    monkeypatch.setattr(kernel, "portable_compiler", lambda **_: tmp_path)
    assert not kernel.fetch_in_background()
    assert len(started) == 1


@pytest.mark.parametrize(
    ("system", "machine", "file", "target"),
    [
        ("linux", "x86_64", "kernel-linux-x86_64.so", "x86_64-linux-gnu.2.26"),
        ("linux", "arm64", "kernel-linux-aarch64.so", "aarch64-linux-gnu.2.26"),
        ("Linux", "aarch64", "kernel-linux-aarch64.so", "aarch64-linux-gnu.2.26"),
        ("Darwin", "arm64", "kernel-macos-arm64.dylib", "aarch64-macos.11.0"),
        ("darwin", "x86_64", "kernel-macos-x86_64.dylib", "x86_64-macos.11.0"),
    ],
)
def test_every_platform_has_a_file_of_its_own(system: str, machine: str, file: str, target: str) -> None:
    named = Platform.of(system, machine)
    assert (named.file_name, named.target) == (file, target)


@needs_own_compiler
def test_the_sources_give_no_warning(tmp_path: Path) -> None:
    own = own_compiler()
    assert own
    for folder in kernel.folders(LAMBDA_SRC):
        strict = ["-Wall", "-Wextra", "-Werror", '-DBARBACK_KERNEL_SOURCES="-"', "-c"]
        for source in folder.glob("*.c"):
            command = [*own[0], *kernel.FLAGS, *strict, str(source), "-o", str(tmp_path / "out.o")]
            done = subprocess.run([one for one in command if one != "-shared"], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
