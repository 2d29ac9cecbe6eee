"""The benchmark measures what it says: files of the promised size and shape, and no failure that counts as a result."""

import csv
from pathlib import Path

import pytest

from benchmarks import generate
from benchmarks.csv_profile import Run, measure, table
from benchmarks.generate import MB, WIDE, Made, differing, orders, quoted, wide

RIGHT = (13_799, 10)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(generate, "FOLDER", tmp_path / "bench")
    return tmp_path / "bench"


@pytest.mark.parametrize("make", [orders, differing, quoted, wide])
def test_a_generated_file_is_what_its_label_says(make: type[Made]) -> None:
    made = make(1)
    with made.path.open(newline="") as file:
        head, *rows = csv.reader(file)
    assert len(head) == made.columns
    assert {len(row) for row in rows} == {made.columns}
    assert (len(rows), made.path.stat().st_size) == (made.rows, made.size)
    assert MB <= made.size < 1.02 * MB


def test_the_same_file_is_made_every_time_and_kept(folder: Path) -> None:
    first = orders(1)
    content = first.path.read_bytes()
    assert orders(1) == first
    for path in folder.iterdir():
        path.unlink()
    assert orders(1).path.read_bytes() == content


def test_the_wide_file_has_all_its_columns() -> None:
    assert wide(1).columns == WIDE


@pytest.mark.parametrize("tool", ["barback", "reference", "textbook"])
def test_a_tool_is_measured_as_a_whole_process(tool: str) -> None:
    made = orders(1)
    run = measure([tool, str(made.path)], timeout=120)
    assert run.shape == (made.rows, made.columns)
    assert run.cpu > 0
    assert run.peak > 5


def test_a_tool_that_dies_says_why(tmp_path: Path) -> None:
    run = measure(["barback", str(tmp_path / "nowhere.csv")], timeout=120)
    assert run.shape is None
    assert "No such file" in run.problem


def test_a_tool_that_takes_too_long_is_stopped() -> None:
    run = measure(["textbook", str(orders(1).path)], timeout=0.01)
    assert (run.shape, run.problem) == (None, "stopped: too slow")


def test_the_table_compares_medians_and_tells_lost_rows() -> None:
    made = Made(Path("x.csv"), "1 MB", MB, *RIGHT)
    runs = {
        "barback": [Run(2.0, 1.0, 40, RIGHT), Run(4.0, 2.0, 50, RIGHT), Run(30.0, 2.5, 60, RIGHT)],
        "loses": [Run(2.0, 0.5, 400, (13_000, 10))],
        "dies": [Run(1.0, 0.5, 10, None, "ComputeError: cannot parse")],
    }
    lines = table(made, runs).splitlines()
    assert lines[0] == "### 1 MB: 13,799 rows, 1.0 MB"
    assert "| barback | 4.00 | 1.00 | 2.00 | 1.00 | 0.5 | 50 | all rows |" in lines
    assert "| loses | 2.00 | 0.50 | 0.50 | 0.25 | 2.0 | 400 | **wrong**: 13,000 rows and 10 columns |" in lines
    assert "| dies | 1.00 | 0.25 | 0.50 | 0.25 | 2.0 | 10 | **failed**: ComputeError: cannot parse |" in lines
