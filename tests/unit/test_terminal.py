"""Nothing that others wrote tells a terminal what to do."""

import io
import json
import sys
from collections.abc import Callable

import pytest

from barback.console import Step, say, say_json, say_output, table
from barback.terminal import plain, plain_json, plain_lines
from tests.waiting import until

CONTROLS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]
TURNING = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200e", "\u200f", "\u061c"]
HOSTILE = "".join([*CONTROLS, *TURNING, "\u2028", "\u2029", "\udc9b", "\ufeff", "\x1b]52;c;aGk=\x07"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_part_of_a_line_stays_in_its_line() -> None:
    assert plain(HOSTILE).isprintable()
    assert plain("a\nb\tc\rd") == "a⏎b→c·d"
    assert plain("crème brûlée, 東京, 🍸, e\u0301") == "crème brûlée, 東京, 🍸, e\u0301"


def test_lines_keep_their_ends_and_nothing_else() -> None:
    assert plain_lines(HOSTILE).replace("\n", "").replace("\t", "").isprintable()
    assert plain_lines("a\n\tb\rc") == "a\n\tb·c"


def test_json_for_a_terminal_is_the_same_document() -> None:
    document = json.dumps({"name": HOSTILE.replace("\udc9b", "") + "crème 🍸\U000e0001"}, ensure_ascii=False, indent=1)
    shown = plain_json(document)
    assert json.loads(shown) == json.loads(document)
    assert shown.replace("\n", "").isprintable()
    assert "crème 🍸" in shown


def test_json_in_a_pipe_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    document = '{"name": "\u202egpj\x9b"}\n'
    for out, shown in ((io.StringIO(), document), (Terminal(), '{"name": "\\u202egpj\\u009b"}\n')):
        monkeypatch.setattr(sys, "stdout", out)
        say_json(document)
        assert out.getvalue() == shown


@pytest.mark.parametrize(
    "tell",
    [
        lambda: say(HOSTILE),
        lambda: say(table(("key",), [(HOSTILE,)])),
        lambda: say_output([sys.executable, "-c", "print('\\x1b[2J\\x9b31m\\u202e', flush=True)"]),
        lambda: _step(HOSTILE),
    ],
    ids=["say", "table", "another program's lines", "step"],
)
def test_whatever_is_said_passes_through(tell: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> None:
    tell()
    out = capsys.readouterr().out
    assert "·" in out
    assert out.replace("\n", "").replace("\t", "").isprintable()


def _step(text: str) -> None:
    with Step(text) as step:
        step.detail(text)
        step.note(text)


def test_a_live_step_moves_its_own_line_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("barback.console.TICK_SECONDS", 0.001)
    out = Terminal()
    with Step("\x1b]0;title\x07", out) as step:
        step.detail("\x1b[2J\u202e")
        until(lambda: "·[2J·" in out.getvalue(), "the line that moves")
    rest = out.getvalue().replace("\r\033[K", "")
    assert rest.endswith(" s)\n")
    assert rest[:-1].isprintable()


def test_a_cell_of_a_table_cannot_make_a_row() -> None:
    text = table(("key", "rows"), [("a\nforged  999", 1), ("東京", 22)])
    assert text.splitlines() == [
        "key            rows",
        "─────────────  ────",
        "a⏎forged  999     1",
        "東京             22",
    ]


def test_another_programs_exit_code_is_kept() -> None:
    assert say_output([sys.executable, "-c", "import sys; sys.exit(7)"]) == 7
