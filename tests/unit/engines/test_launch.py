"""Starting a program that outlives its command: noted before it runs, with room for many files, and guarded."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from barback.engines.embedded import processes
from barback.engines.embedded.processes import LAUNCH
from tests.waiting import SECONDS, until


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A log and a lock; whatever a test leaves is ended."""
    yield tmp_path / "log", tmp_path / "lock"
    assert processes.wait_until_released(tmp_path / "lock", SECONDS)


def launch(places: tuple[Path, Path], *command: str, limit: int | None = None) -> subprocess.Popen[str]:
    def lower() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    return subprocess.Popen(
        [sys.executable, "-I", str(LAUNCH), *map(str, places), *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=lower,
    )  # fmt: skip


def python(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def test_a_program_that_nobody_noted_never_runs(places: tuple[Path, Path], tmp_path: Path) -> None:
    with launch(places, *python(f"open({str(tmp_path / 'ran')!r}, 'w')")) as launcher:
        assert launcher.stdout
        pid = int(launcher.stdout.readline())
        launcher.kill()
        assert launcher.stdin
        launcher.stdin.close()  # as the system does for one that was killed
    until(lambda: processes.born(pid) is None, "the program's end")
    assert not (tmp_path / "ran").exists()


def test_it_keeps_its_number_and_its_birth_and_may_open_many_files(places: tuple[Path, Path]) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    code = "import os, resource; print(os.getpid(), *resource.getrlimit(resource.RLIMIT_NOFILE), flush=True); input()"
    with launch(places, *python(code.replace("input()", "import time; time.sleep(600)")), limit=256) as launcher:
        assert launcher.stdout
        pid = int(launcher.stdout.readline())
        born = processes.born(pid)
        launcher.communicate("\n")
    told = until(lambda: places[0].read_text().split(), "its first words")
    assert processes.born(pid) == born
    os.kill(pid, signal.SIGKILL)
    assert int(told[0]) == pid
    assert int(told[1]) >= 1024 if hard == resource.RLIM_INFINITY else int(told[1]) == min(hard, 65536)


def test_a_program_that_cannot_be_run_is_named(places: tuple[Path, Path]) -> None:
    with launch(places, "/nowhere/at/all") as launcher:
        said, _ = launcher.communicate("\n")
    assert said.split("\n", 1)[1] == "/nowhere/at/all: No such file or directory"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt orphans")
def test_what_left_group_session_and_parents_ends_with_the_program(places: tuple[Path, Path]) -> None:
    daemon = (
        "import os, time\n"
        "for _ in range(2):\n"
        "    if os.fork(): os._exit(0)\n"
        "    os.setsid()\n"
        "print(os.getpid(), flush=True)\n"
        "time.sleep(600)"
    )
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {daemon!r}], env={{}})"
    with launch(places, *python(f"{starts}; import time; time.sleep(600)")) as launcher:
        assert launcher.stdout
        pid = int(launcher.stdout.readline())
        launcher.communicate("\n")
    stray = int(until(lambda: places[0].read_text().strip(), "the daemon's number"))
    assert processes.born(stray)
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until_released(places[1], SECONDS)
    assert processes.born(stray) is None


def test_a_process_is_found_by_how_its_command_line_begins() -> None:
    code = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [*python(code), "port=7", "a b"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        found = dict(processes.running(python(code)))
        process.communicate("")
    assert found[process.pid][0] == "port=7"
    assert process.pid not in dict(processes.running(python(code)))


@pytest.mark.parametrize(
    ("hard", "told"),
    [(1024, "may open 1024 files"), (processes.ENOUGH_FILES, ""), (resource.RLIM_INFINITY, "")],
)
def test_a_low_hard_limit_is_told(hard: int, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, hard))
    said = processes.few_files()
    assert told in said if told else said == ""
