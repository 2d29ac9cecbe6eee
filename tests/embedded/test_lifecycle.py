"""Starting and ending the embedded engine, also the hard way."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from barback.engines.embedded.localstack import LocalStack, Running
from barback.errors import Problem
from tests.embedded.lab import Lab, is_alive
from tests.ports import free_port
from tests.waiting import until

pytestmark = pytest.mark.local_only

LabAt = Callable[..., Any]
LONGER = 600  # seconds: than anything here waits for its end


def test_nothing_is_left_after_a_kill_and_it_starts_again(lab_at: LabAt, tmp_path: Path) -> None:
    with lab_at(tmp_path) as lab:
        children = lab.answer(lab.create(), {"start_child": LONGER})
        lab.begin({"hold_the_interpreter": LONGER})
        before = [process.pid for process in lab.processes()]
        assert len(before) >= 4  # the engine, its warden, two functions
        os.kill(lab.running.pid, signal.SIGKILL)
        until(lambda: not any(map(is_alive, [*before, *children])), "the engine's processes end with it")
        assert lab.engine.status() is None
        lab.engine.start(port=lab.running.port)
        assert list(lab.engine.state.glob("environments/*")) == []


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_daemons_of_functions_end_with_the_engine(lab_at: LabAt, tmp_path: Path, how: str) -> None:
    with lab_at(tmp_path) as lab:
        [plain, disguised] = lab.answer(lab.create(), {"start_daemons": LONGER})
        if how == "stopped":
            lab.engine.stop()
        else:
            os.kill(lab.running.pid, signal.SIGKILL)
        until(lambda: not is_alive(plain), "what kept its environment ends")
        if sys.platform == "linux":
            until(lambda: not is_alive(disguised), "the guard ends what it adopted")
        else:
            os.kill(disguised, signal.SIGKILL)


def test_nothing_is_left_when_the_warden_was_killed_first(lab_at: LabAt, tmp_path: Path) -> None:
    with lab_at(tmp_path) as lab:
        pids = lab.answer(lab.create(), {"start_child": LONGER})
        [warden] = [process for process in lab.processes() if "function.warden" in " ".join(process.cmdline())]
        warden.kill()
        assert lab.answer(lab.create(), {"echo": 1}) == 1
        os.kill(lab.running.pid, signal.SIGKILL)
        until(lambda: not any(map(is_alive, pids[:2])), "the function's group ends with the engine")
        # It left its group, so without the warden only the engine's guard may find it, and that only on Linux.
        with suppress(ProcessLookupError):
            os.kill(pids[2], signal.SIGKILL)


def test_nothing_is_left_after_stop(lab_at: LabAt, tmp_path: Path) -> None:
    with lab_at(tmp_path) as lab:
        children = lab.answer(lab.create(), {"start_child": LONGER})
        lab.begin({"sleep": LONGER})
        before = [process.pid for process in lab.processes()]
        assert lab.engine.stop()
        until(lambda: not any(map(is_alive, [*before, *children])), "everything ends")
        assert lab.engine.status() is None
        assert not lab.engine.stop()


def test_engines_of_one_installation_share_only_the_index_of_services(lab_at: LabAt, tmp_path: Path) -> None:
    def made(engine: LocalStack) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (engine.state / "var/lib/localstack/cache").iterdir()}

    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "index.py").write_text("from localstack.aws.spec import get_service_catalog as index\n\nindex()\n")
    with ThreadPoolExecutor() as pool, ExitStack() as running:
        homes = [tmp_path / "one", tmp_path / "two"]
        labs = list(pool.map(lambda home: running.enter_context(lab_at(home, hooks=hooks)), homes))
        first, second = (made(lab.engine) for lab in labs)
    assert first["server.test.pem"] != second["server.test.pem"]
    # Another test's engine may be putting the index there.
    kept = [file.name for file in (tmp_path / "one" / "venv" / "cache").iterdir() if file.suffix != ".part"]
    assert kept and all(name in first and name.startswith("service-catalog-") for name in kept)


def test_a_port_that_is_taken_is_named(installed: LocalStack, tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} is taken"):
            LocalStack(tmp_path).start(port=port)
    assert list(tmp_path.iterdir()) == []


def test_starting_twice_is_refused(lab: Lab) -> None:
    with pytest.raises(Problem, match="already running"):
        lab.engine.start(port=free_port())
    assert lab.engine.status() == lab.running


def test_hooks_run_before_it_is_ready(lab_at: LabAt, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "10_first.py").write_text("import os\nopen(os.environ['BARBACK_STATE'] + '/seen', 'w').write('hook')\n")
    said: list[str] = []
    with lab_at(tmp_path / "home", hooks=hooks, progress=said.append) as lab:
        assert (lab.engine.state / "seen").read_text() == "hook"
        health = lab.engine.health()
        assert health is not None
        assert health.ready
        assert health.hooks == {"10_first.py": "SUCCESSFUL"}
    assert said[0] == "starting the engine"
    assert said[-1] == "the engine is ready"


def test_a_hook_that_fails_is_named_with_its_last_words_and_leaves_nothing(lab_at: LabAt, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "10_broken.py").write_text("raise ValueError('the bucket is too small')\n")
    failed = pytest.raises(Problem, match=r"(?s)hook 10_broken\.py failed.*the bucket is too small")
    with failed, lab_at(tmp_path / "home", hooks=hooks):
        pass
    assert LocalStack(tmp_path / "home").status() is None
    until(lambda: not processes_in(tmp_path), "nothing of it is left")


def processes_in(folder: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["cwd"]) if str(process.info["cwd"]).startswith(str(folder))]


def test_an_engine_that_ends_while_starting_is_reported_with_its_last_words(lab_at: LabAt, tmp_path: Path) -> None:
    ended = pytest.raises(Problem, match=r"(?s)ended while starting.*invalid literal for int.*many")
    with ended, lab_at(tmp_path, environment={"GATEWAY_WORKER_COUNT": "many"}):
        pass


def test_a_number_that_belongs_to_somebody_else_now_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (tmp_path / "engine.pid").write_text(f'{{"pid": {stranger.pid}, "started": "long ago", "port": 1}}')
        engine = LocalStack(tmp_path)
        assert engine.status() is None
        assert not engine.stop()
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_two_who_install_at_once_do_not_disturb_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("engine", "runtime"):
        (requirements / f"{name}.txt").write_text("# nothing\n")
    monkeypatch.setattr("barback.setup.REQUIREMENTS", requirements)
    engine = LocalStack(tmp_path / "home")
    said: list[str] = []
    threads = [threading.Thread(target=engine.install, args=(said.append,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.installed()
    assert said.count("installing LocalStack: once, up to a minute") == 1
    assert said.count("another command is installing LocalStack: waiting for it") <= 1

    (requirements / "engine.txt").write_text("no-such-thing-as-this==1 --hash=sha256:" + "0" * 64 + "\n")
    assert not engine.installed()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(Problem, match=r"(?s)installing LocalStack failed.*no-such-thing-as-this"):
        engine.install()
    assert not engine.installed()


def test_of_two_who_start_at_once_both_get_the_same_engine(lab_at: LabAt, tmp_path: Path) -> None:
    with lab_at(tmp_path) as lab:
        lab.engine.stop()
        outcomes: list[tuple[Running, bool]] = []

        def start() -> None:
            outcomes.append(lab.engine.start_or_join(port=lab.running.port))

        threads = [threading.Thread(target=start) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        now = lab.engine.status()
        assert [running for running, _ in outcomes] == [now, now]
        assert sorted(started for _, started in outcomes) == [False, True]


@pytest.mark.parametrize("note", [None, "", "{", '{"pid": 1, "started": "never", "port": 1}', "[1]"])
def test_an_engine_whose_note_is_lost_is_found_again(lab: Lab, note: str | None) -> None:
    file = lab.engine.home / "engine.pid"
    kept = file.read_text()
    try:
        file.unlink() if note is None else file.write_text(note)
        assert lab.engine.status() == lab.running
        with pytest.raises(Problem, match="already running"):
            lab.engine.start(port=free_port())
    finally:
        file.write_text(kept)
