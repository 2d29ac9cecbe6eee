"""What `make logs` makes of log lines, whoever wrote what is in them."""

import json
from pathlib import Path

import pytest

from barback.commands.logs import _readable
from barback.config import Config
from barback.engines.embedded.engine import EmbeddedEngine


def readable(line: object) -> str:
    return _readable({"message": line if isinstance(line, str) else json.dumps(line)})


def test_our_own_lines_lose_their_braces_and_what_repeats() -> None:
    line = {"level": "INFO", "message": "profiled", "request_id": "1", "function": "f", "key": "a.csv", "rows": 3}
    assert readable(line) == "INFO    profiled  key=a.csv  rows=3"


def test_a_key_cannot_make_a_line_of_its_own() -> None:
    assert readable({"level": "INFO", "message": "profiled", "key": "a\nERROR all is lost\x1b[2J\u202e"}) == (
        "INFO    profiled  key=a⏎ERROR all is lost·[2J·"
    )


def test_a_traceback_keeps_its_lines() -> None:
    line = {"level": "ERROR", "message": "failed", "error": "KeyError", "traceback": '  File "x.py"\n    y()\n'}
    assert readable(line) == 'ERROR   failed  error=KeyError\n  File "x.py"\n    y()'
    assert readable("Traceback\r  File\rKeyError") == "Traceback\n  File\nKeyError"


def test_the_engines_own_log_is_shown_plain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "engine.log").write_bytes(b"GET /\x1b[2J\xc2\x9b\xe2\x80\xae\xff\nReady.\n")
    assert EmbeddedEngine(Config(), tmp_path).logs(follow=False) == 0
    assert capsys.readouterr().out == "GET /·[2J··�\nReady.\n"
