"""The process that serves the API beside the embedded engine: known again, and never left behind unnoticed."""

import json
import os
from pathlib import Path

import pytest

from barback.config import Config
from barback.engines.embedded.engine import EmbeddedEngine
from barback.engines.embedded.processes import born
from barback.errors import Problem
from barback.harness.server import Server, wait_until_answered


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
