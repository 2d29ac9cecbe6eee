"""What a person reads when a command cannot do its work: a sentence, never a traceback."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import namedtuple

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from barback import cli
from barback.commands import check
from barback.errors import Problem
from barback.paths import ROOT

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x"), "the disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "/x"), "the disk is full"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/co/build"),
            "/co/build cannot be used: permission denied",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "/co/.engine"),
            "/co/.engine cannot be used: read-only file sys",
        ),
        (ConnectionClosedError(endpoint_url="http://127.0.0.1:1"), "Connection was closed"),
        (KeyboardInterrupt(), "interrupted"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_an_error_of_the_machine_is_a_sentence(
    error: BaseException, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> int:
        raise error

    monkeypatch.setattr(check, "run", fail)
    assert cli.main(["check"]) in (1, 130)
    assert told in capsys.readouterr().err


def test_a_connection_that_breaks_on_a_full_disk_names_the_disk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> int:
        raise ConnectionClosedError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr(check, "run", fail)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 3 * 1024 * 1024))
    assert cli.main(["check"]) == 1
    assert "the disk is nearly full (3 MB free)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "cause",
    [
        OSError(errno.ENOSPC, "No space left on device", "/x"),
        ClientError({"Error": {"Code": "InternalError", "Message": "[Errno 28] No space left on device"}}, "PutObject"),
    ],
    ids=["ours", "the engine's"],
)
def test_a_full_disk_is_named_also_behind_another_message(
    cause: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> int:
        try:
            _raise(cause)
        except Exception:
            raise Problem("a.csv cannot be profiled", "start it: make up") from None

    monkeypatch.setattr(check, "run", fail)
    assert cli.main(["check"]) == 1
    assert capsys.readouterr().err.startswith("barback: the disk is full\n")


def test_a_mistake_of_ours_stays_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(arguments: object) -> int:
        raise KeyError("ours")

    monkeypatch.setattr(check, "run", fail)
    with pytest.raises(KeyError, match="ours"):
        cli.main(["check"])


@pytest.mark.parametrize("module", ["argparse", "pydantic", "barback.stack.load"])
def test_an_interrupt_while_modules_are_loaded_is_no_traceback(module: str) -> None:
    """`-X importtime` tells when a module has been loaded; the interrupt follows at once."""
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "barback", "check"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        for line in process.stderr:
            if line.rstrip().endswith(f" {module}"):
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
    assert process.returncode in (-signal.SIGINT, 130)
    assert "Traceback" not in rest


def _raise(error: Exception) -> None:
    raise error


def barback(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "barback", *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_says_its_version() -> None:
    assert re.fullmatch(r"barback \d+\.\d+\.\d+\n", barback("--version").stdout)


def test_where_only_ascii_can_be_written_signs_are_replaced() -> None:
    done = barback("profile", "samples/csv_profile/employees.csv", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "?" in done.stdout
