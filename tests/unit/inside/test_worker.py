"""One execution environment and everything a function can do to it."""

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from barback.inside.worker import Recipe, Result, Worker
from tests.waiting import SECONDS, until

Start = Callable[..., Worker]
Run = Callable[..., Result]


def answer(result: Result) -> Any:
    assert not result.is_error, result.payload
    return json.loads(result.payload)


def error(result: Result) -> tuple[str, str]:
    assert result.is_error, result.payload
    told = json.loads(result.payload)
    return told["errorType"], told["errorMessage"]


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_is_started_once_and_then_kept_warm(start: Start, run: Run) -> None:
    worker = start()
    assert [answer(run(worker, {"calls": 1})) for _ in range(3)] == [1, 2, 3]


def test_tells_the_function_who_called_it_and_how_long_it_has(start: Start, run: Run) -> None:
    told = answer(
        run(
            start(timeout=7.0, environment={"AWS_LAMBDA_FUNCTION_NAME": "trouble", "AWS_LAMBDA_LOG_STREAM_NAME": "s"}),
            {"context": 1},
            trace="Root=1-2-3",
            client_context='{"custom": {"who": "me"}}',
            cognito_identity='{"cognitoIdentityId": "id"}',
        )
    )
    left = told.pop("left")
    assert told == {
        "request": "request-1",
        "arn": "arn:aws:lambda:x:function:trouble",
        "name": "trouble",
        "memory": None,
        "stream": "s",
        "custom": {"who": "me"},
        "cognito": "id",
        "trace": "Root=1-2-3",
    }
    assert 0 < left <= 7000


def test_logs_a_cold_start_and_then_a_warm_one_as_aws_does(start: Start, run: Run) -> None:
    worker = start()
    cold, warm = (run(worker, {"echo": 1}).logs.splitlines() for _ in range(2))
    report = r"REPORT RequestId: request-1\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t"
    report += r"Max Memory Used: (\d+) MB\t"
    assert cold[0].startswith("INIT_START Runtime Version: python:3.")
    assert cold[1:5] == [
        "the module is loaded",
        "START RequestId: request-1 Version: $LATEST",
        "called with ['echo']",
        "END RequestId: request-1",
    ]
    found = re.fullmatch(report + r"Init Duration: \d+\.\d\d ms\t", cold[5])
    assert found and 5 < int(found[1]) < 256
    assert warm[:3] == cold[2:5]
    assert re.fullmatch(report, warm[3])


def test_duration_is_the_handlers_own(start: Start, run: Run) -> None:
    logs = run(start(), {"sleep": 0.3}).logs
    found = re.search(r"\tDuration: ([\d.]+) ms.*Billed Duration: (\d+) ms.*Init Duration: ([\d.]+) ms", logs)
    assert found
    duration, billed, init = map(float, found.groups())
    assert duration >= 300
    assert abs(billed - duration - init) <= 1


def test_a_handler_that_raises_fails_and_stays_warm(start: Start, run: Run) -> None:
    worker = start()
    failed = run(worker, {"raise": "no such drink"})
    assert error(failed) == ("ValueError", "no such drink")
    assert "raise_it" in json.loads(failed.payload)["stackTrace"][-1]
    assert "[ERROR] ValueError: no such drink\nTraceback (most recent call last):\n" in failed.logs
    assert answer(run(worker, {"calls": 1})) == 2


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"exit": 3}, "Runtime exited with error: exit status 3"),
        ({"exit": 0}, "Runtime exited without providing a reason"),
        ({"die": int(signal.SIGKILL)}, "Runtime exited with error: signal: killed"),
        ({"die": int(signal.SIGSEGV)}, "Runtime exited with error: signal: segmentation fault"),
    ],
)
def test_a_process_that_ends_is_reported_with_its_last_words(
    start: Start, run: Run, event: dict[str, int], reason: str
) -> None:
    worker = start()
    ended = run(worker, event)
    assert error(ended) == ("Runtime.ExitError", f"RequestId: request-1 Error: {reason}")
    assert f"called with {list(event)}\nRequestId: request-1 Error: {reason}\nRuntime.ExitError\nEND " in ended.logs
    assert "\tStatus: error\tError Type: Runtime.ExitError\t" in ended.logs
    assert not worker.alive


def test_killed_from_outside_in_the_middle(start: Start, run: Run) -> None:
    worker = start()
    pid = answer(run(worker, {"pid": 1}))
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(run(worker, {"sleep": 600})))
    thread.start()
    until(lambda: worker.api.current, "the invocation is handed out")
    os.kill(pid, signal.SIGKILL)
    thread.join(SECONDS)
    assert error(results[0])[1] == "RequestId: request-1 Error: Runtime exited with error: signal: killed"
    assert not worker.alive


def test_a_timeout_kills_and_is_worded_as_on_aws(start: Start, run: Run) -> None:
    worker = start(timeout=1)
    stopped = run(worker, {"start_child": 600, "sleep": 600})
    assert error(stopped) == ("Sandbox.Timedout", "RequestId: request-1 Error: Task timed out after 1.00 seconds")
    assert re.search(r"^\d{4}-\d\d-\d\dT[\d:.]+Z request-1 Task timed out after 1.00 seconds$", stopped.logs, re.M)
    assert "\tDuration: 1000.00 ms\t" in stopped.logs
    assert "\tStatus: timeout\t" in stopped.logs
    assert not worker.alive


@pytest.mark.parametrize("event", [{"leak": 2000}, {"leak_in_child": 600}])
def test_memory_above_the_limit_kills(start: Start, run: Run, event: dict[str, int]) -> None:
    worker = start(memory=300)
    killed = run(worker, event)
    assert error(killed)[1] == "RequestId: request-1 Error: Runtime exited with error: signal: killed"
    assert "\tMemory Size: 300 MB\tMax Memory Used: 300 MB\t" in killed.logs
    assert not worker.alive


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the high-water mark")
def test_a_short_peak_above_the_limit_kills_too(start: Start, run: Run) -> None:
    assert error(run(start(memory=200), {"leak": 220}))[0] == "Runtime.ExitError"


def test_memory_below_the_limit_is_reported(start: Start, run: Run) -> None:
    worker = start(memory=400)
    logs = run(worker, {"leak": 200}).logs
    used = re.search(r"Max Memory Used: (\d+) MB", logs)
    assert used and 200 <= int(used[1]) < 400
    assert worker.alive


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("import nothing_like_it\n", "Runtime.ImportModuleError", "Unable to import module 'f': No module named"),
        ("def handle(:\n", "Runtime.UserCodeSyntaxError", "Syntax error in module 'f': "),
        ("x = 1\n", "Runtime.HandlerNotFound", "Handler 'handle' missing on module 'f'"),
        ("raise KeyError('k')\n", "KeyError", "'k'"),
        ("import sys\nsys.exit(4)\n", "Runtime.ExitError", "Runtime exited with error: exit status 4"),
    ],
)
def test_a_module_that_cannot_be_loaded(
    start: Start, run: Run, tmp_path: Path, source: str, kind: str, message: str
) -> None:
    (tmp_path / "f.py").write_text(source)
    worker = start(handler="f.handle", task_root=tmp_path)
    failed = run(worker, {})
    assert error(failed)[0] == kind
    assert message in error(failed)[1]
    assert "request-1" in failed.payload.decode()
    assert f"\tStatus: error\tError Type: {kind}\t" in failed.logs
    assert not worker.alive


def test_a_module_that_never_finishes_loading(
    start: Start, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = tmp_path / "begun"
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + (3600 if begun.exists() else 0))
    source = f"import pathlib, time\nprint('loading')\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(600)\n"
    (tmp_path / "f.py").write_text(source)
    stuck = run(start(handler="f.handle", task_root=tmp_path), {})
    assert error(stuck)[0] == "Sandbox.Timedout"
    assert "loading\n" in stuck.logs


def test_six_megabytes_come_back_whole(start: Start, run: Run) -> None:
    assert len(answer(run(start(), {"big": 6 * 1024 * 1024}))) == 6 * 1024 * 1024


def test_more_than_six_megabytes_are_refused(start: Start, run: Run) -> None:
    worker = start()
    refused = run(worker, {"big": 6 * 1024 * 1024 + 200})
    assert error(refused) == (
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    )
    assert not worker.alive


def test_an_event_of_six_megabytes_arrives_whole(start: Start, run: Run) -> None:
    assert answer(run(start(), {"echo": "e" * 6_000_000})) == "e" * 6_000_000


def test_a_megabyte_of_prints_is_in_the_log_before_the_end(start: Start, run: Run) -> None:
    logs = run(start(), {"print": 1_000_000}).logs
    assert logs.count("y" * 99) == 10_000
    assert logs.index("END RequestId") > logs.rindex("y" * 99)


def test_prints_without_end_are_cut(start: Start, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barback.inside.output.MOST", 100_000)
    logs = run(start(), {"print": 1_000_000}).logs
    assert len(logs) < 102_000
    assert "of this invocation was dropped]" in logs


def test_prints_belong_to_their_own_invocation(start: Start, run: Run) -> None:
    worker = start()
    assert "from a thread" in run(worker, {"thread": 1}).logs
    assert "from a thread" not in run(worker, {"echo": 1}).logs


def test_nothing_of_our_environment_reaches_the_function(
    start: Start, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "HTTPS_PROXY", "https_proxy", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "from-the-shell")
    worker = start(environment={"AWS_REGION": "eu-west-1", "STAGE": "test"})
    environment = answer(run(worker, {"environment": 1}))
    assert "from-the-shell" not in environment.values()
    assert not any(name.startswith("BARBACK_") for name in environment)
    assert environment["STAGE"] == "test"
    assert environment["AWS_REGION"] == "eu-west-1"
    assert environment["HOME"] == environment["TMPDIR"] == str(worker.home)


def test_code_layers_and_configured_paths_are_importable_in_this_order(start: Start, run: Run, tmp_path: Path) -> None:
    for name in ("first", "second"):
        package = tmp_path / name / "python"
        package.mkdir(parents=True)
        (package / f"only_{name}.py").touch()
    extra = tmp_path / "extra"
    extra.mkdir()
    worker = start(layers=(tmp_path / "second", tmp_path / "first"), environment={"PYTHONPATH": str(extra)})
    cwd, *path = answer(run(worker, {"path": 1}))
    assert cwd == str(worker.recipe.task_root)
    wanted = [cwd, str(tmp_path / "second/python"), str(tmp_path / "first/python"), str(extra)]
    assert path[:4] == wanted
    assert answer(run(worker, {"import": "only_first"})) == "only_first"


@pytest.mark.parametrize("module", ["barback", "localstack", "moto", "psutil", "bootstrap", "portable_client"])
def test_neither_engine_nor_project_can_be_imported(start: Start, run: Run, module: str) -> None:
    assert error(run(start(), {"import": module}))[0] == "ModuleNotFoundError"


def test_the_private_folder_lives_as_long_as_the_environment(start: Start, run: Run) -> None:
    worker = start()
    folder = Path(answer(run(worker, {"write": "note"})))
    assert (folder / "note").read_text() == "kept"
    worker.close()
    assert not folder.exists()


def test_closing_leaves_no_process_and_no_port(start: Start, run: Run) -> None:
    worker = start()
    pids = answer(run(worker, {"start_child": 600}))
    assert all(map(is_alive, pids))
    worker.close()
    until(lambda: not any(map(is_alive, pids)), "the function and its children end")
    listening = [c.laddr.port for c in psutil.Process().net_connections() if c.status == psutil.CONN_LISTEN]
    assert worker.api.server_address[1] not in listening


def test_closing_ends_what_left_group_session_and_parents(start: Start, run: Run) -> None:
    worker = start()
    [plain, disguised] = answer(run(worker, {"start_daemons": 600}))
    worker.close()
    until(lambda: not is_alive(plain), "the daemon ends")
    os.kill(disguised, signal.SIGKILL)  # without the function's environment only the engine's guard finds it


def test_a_worker_that_was_never_used_can_be_closed(start: Start, recipe: Callable[..., Recipe]) -> None:
    worker = start()
    worker.close()
    assert not worker.home.exists()


def test_without_awss_native_client_ours_takes_its_place(start: Start, run: Run, tmp_path: Path) -> None:
    # As on macOS: the module cannot be found, because this finder comes first and says so.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, package=None: None if name == 'runtime_client' else find(name)\n"
    )
    (tmp_path / "f.py").write_text(
        "import runtime_client\n"
        "def handle(event, context):\n"
        "    if event == 'raise': raise ValueError('é')\n"
        "    return [runtime_client.__name__, context.aws_request_id, event]\n"
    )
    worker = start(handler="f.handle", task_root=tmp_path)
    assert answer(run(worker, "é")) == ["portable_client", "request-1", "é"]
    assert error(run(worker, "raise")) == ("ValueError", "é")
