"""What people see: steps in a terminal and in a plain log, and tables."""

import io

import pytest

from barback.console import Step, table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_plain_step_is_a_line_at_its_start_and_one_at_its_end() -> None:
    out = io.StringIO()
    with Step("starting", out) as step:
        step.detail("a")
        step.note("8 made")
    first, last = out.getvalue().splitlines()
    assert first == "… starting"
    assert last.startswith("✓ starting: 8 made (")


def test_a_step_that_fails_says_so() -> None:
    out = io.StringIO()
    with pytest.raises(ValueError, match="no"), Step("starting", out):
        raise ValueError("no")
    assert out.getvalue().splitlines()[-1].startswith("✗ starting (")


def test_in_a_terminal_nothing_but_the_last_line_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    with Step("starting", out) as step:
        step.detail("half way")
    *_, last = out.getvalue().split("\r\033[K")
    assert last.startswith("✓ starting")
    assert "\n" not in out.getvalue()[:-1]


def test_a_table_lines_up_words_left_and_numbers_right() -> None:
    text = table(("file", "rows"), [("a.csv", 5), ("longer.csv", 1000)])
    assert text.splitlines() == ["file        rows", "──────────  ────", "a.csv          5", "longer.csv  1000"]


def test_a_table_fits_its_terminal_and_is_whole_elsewhere() -> None:
    rows = [("a.csv", 1, "a long account of what was found in it"), ("b.csv", 20, "–")]
    narrow = table(("file", "rows", "what was found"), rows, width=30).splitlines()
    assert max(map(len, narrow)) == 30
    assert narrow[2].endswith("…")
    assert rows[0][2] in table(("file", "rows", "what was found"), rows)
