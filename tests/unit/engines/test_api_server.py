"""The process that serves the API beside the embedded engine: known again, and never left behind unnoticed."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from barback.config import Config
from barback.console import Step
from barback.engines.embedded.engine import EmbeddedEngine
from barback.engines.embedded.localstack import LocalStack
from barback.engines.embedded.processes import born
from barback.errors import Problem
from barback.harness.server import Server, wait_until_answered
from tests.ports import free_port


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """As a server that runs has left it."""
    path = tmp_path / "api.pid"
    path.write_text(json.dumps({"pid": os.getpid(), "started": born(os.getpid()), "port": 4590}))
    return path


def test_an_api_that_outlives_its_engine_is_told_so_that_down_ends_it(note: Path) -> None:
    status = EmbeddedEngine(Config(), note.parent).status()
    assert status.state == "failed"
    assert "the API at http://127.0.0.1:4590 has not" in status.detail


def test_an_engine_that_does_not_start_leaves_no_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[object] = []

    def fail(engine: LocalStack, *, meanwhile: Callable[[], None], **how: object) -> None:
        meanwhile()
        served.append(Server(engine.home).status())
        raise Problem("the ready hook failed")

    monkeypatch.setattr(LocalStack, "start_or_join", fail)
    package = SimpleNamespace(path=tmp_path / "lambda.zip", remarks=[])
    monkeypatch.setattr("barback.engines.embedded.engine.build_package", lambda *args, **how: package)
    config = Config(gateway_port=free_port(), upstream_port=free_port(), api_port=free_port())
    with pytest.raises(Problem, match="the ready hook failed"), Step("LocalStack") as step:
        EmbeddedEngine(config, tmp_path).up(step)
    assert served != [None], "it was started beside the engine"
    assert Server(tmp_path).status() is None


def test_a_process_that_got_the_number_later_is_not_taken_for_it(note: Path) -> None:
    note.write_text(note.read_text().replace(str(born(os.getpid())), "another time"))
    assert Server(note.parent).status() is None
    assert EmbeddedEngine(Config(), note.parent).status().state == "stopped"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_note_that_is_torn_is_none(note: Path, text: str) -> None:
    note.write_text(text)
    assert Server(note.parent).status() is None


def test_a_server_that_ends_is_not_waited_for() -> None:
    with pytest.raises(Problem, match=r"the API ended before it answered at http://127\.0\.0\.1:1\nwhat its log says"):
        wait_until_answered("the API", "http://127.0.0.1:1", lambda: False, lambda: "what its log says")
