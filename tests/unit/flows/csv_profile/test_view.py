"""What a person sees of a profile: profiles made by the profiler itself, and the text that comes of them."""

import re
from pathlib import Path

import pytest

from barback.cli import main
from barback.errors import Problem
from barback.flows.csv_profile.view import blocks, progress, render
from barback.flows.csv_profile.words import shape, size
from barback.terminal import bar, clip, plain, width_of, wrapped
from csv_profile.profile import About, profile_stream
from samples.make_samples import UPLOADS

SALES = b"""day,place,pieces,price
2026-01-01,Mill,3,2.50
2026-01-02,Mill,1,2.50
2026-01-03,Harbour,2,n/a
2026-01-04,Mill,one,12.25
2026-01-05,Harbour,3
"""

SALES_VIEW = """\
uploads/sales.csv
5 rows · 4 columns · 141 bytes · UTF-8 · comma · LF · header

column  type    rows  missing  invalid  distinct         min  mean         max  shape
──────  ──────  ────  ───────  ───────  ────────  ──────────  ────  ──────────  ────────────────────
day     date       5        –        –         5  2026-01-01        2026-01-05
place   string     5        –        –         2
pieces  int        5        –        1         4           1  2.25           3  ▄▄█
price   float      3        2        –         2         2.5  5.75       12.25  █                  ▄

day: date (%Y-%m-%d) · unique
  2026-01-01 to 2026-01-05
  5 different values: 2026-01-01, 2026-01-02, 2026-01-03, 2026-01-04, 2026-01-05

place: string
  4 to 7 characters, 5.2 on average
  Mill     ████████████████████████ 3 (60.0 %)
  Harbour  ████████████████         2 (40.0 %)

pieces: int
  1 not an int (20.0 %):
    “one” in row 4
  min 1 · mean 2.25 · max 3 · std 0.957427 · sum 9
  p01 1.03 · p05 1.15 · p25 1.75 · p50 2.5 · p75 3 · p95 3 · p99 3
  1 │▄▄█│ 3

price: float
  2 of 5 rows missing (40.0 %)
  min 2.5 · mean 5.75 · max 12.25 · std 5.62917 · sum 17.25
  p01 2.5 · p05 2.5 · p25 2.5 · p50 2.5 · p75 7.375 · p95 11.275 · p99 12.055
  2.5 │█                  ▄│ 12.25
"""


def view(content: bytes, *, width: int = 110, columns: tuple[str, ...] = (), key: str = "x.csv", most: int = 12) -> str:
    document = profile_stream([content], about=About(key=key, size=len(content))).document
    return render(document, width=width, columns=columns, most=most)


def test_a_file_is_shown_as_a_line_for_each_column_then_each_closer_up() -> None:
    assert view(SALES, key="uploads/sales.csv").startswith(SALES_VIEW)


def test_issues_say_what_where_and_what_to_do() -> None:
    text = view(SALES)
    quality = text[text.index("Quality:") :]
    assert "fewer cells" in quality
    assert "\n  line 6\n" in quality
    assert "→ look at those lines for a delimiter that is missing" in quality
    assert "not of its column's type\n  pieces\n  → fix those cells" in quality
    assert quality.endswith("! 2 cells missing, in 1 column")


def test_a_clean_file_is_told_to_be_clean() -> None:
    assert view(b"a,b\n1,2\n3,4\n").endswith("Quality: no problems found")


def test_a_file_that_is_no_csv_says_so_and_nothing_else() -> None:
    text = view((UPLOADS / "picture.csv").read_bytes())
    assert "✗ this is not a CSV file: it seems to be a PNG image" in text
    assert "column" not in text.splitlines()[-1]


def test_what_was_profiled_before_a_file_broke_off_is_shown() -> None:
    text = " ".join(view((UPLOADS / "truncated.csv.gz").read_bytes()).split())
    assert "what follows is about the 607 rows before" in text
    assert "weight_kg: float" in text


def test_a_header_without_rows_shows_its_columns() -> None:
    text = view(b"id,name\n")
    assert "0 rows · 2 columns" in text
    assert re.search(r"^name +string", text, re.MULTILINE)


def test_a_wide_file_shows_its_first_columns_and_how_to_see_others() -> None:
    text = view((UPLOADS / "wide.csv").read_bytes())
    assert "sensor_011" in text
    assert "sensor_012" not in text
    assert "… and 288 more columns; name those you want to see: --columns a,b" in text
    named = view((UPLOADS / "wide.csv").read_bytes(), columns=("sensor_200", "day"))
    assert re.findall(r"^(\w+): (?:int|date)", named, re.MULTILINE) == ["sensor_200", "day"]


def test_a_column_that_is_not_there_is_answered_with_one_that_is() -> None:
    with pytest.raises(Problem, match="do you mean place"):
        view(SALES, columns=("palce",))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("name", sorted(path.name for path in UPLOADS.iterdir()))
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    text = view((UPLOADS / name).read_bytes(), width=width, key=f"uploads/{name}")
    assert [line for line in text.splitlines() if width_of(line) > width] == []


def test_nothing_in_a_file_reaches_the_terminal_as_a_command() -> None:
    text = view(b"a\x1b[31mb,c\n\x1b[2J,\x07\nplain,x\n", key="evil\x1b]0;name\x07.csv")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)


def test_an_estimate_is_marked_as_one() -> None:
    rows = "".join(f"{number * 7919 % 1_000_003},{number}\n" for number in range(30_000))
    text = view(("a,b\n" + rows).encode())
    assert re.search(r"^a +int +30,000 +– +– +~\d", text, re.MULTILINE)
    assert "about p01" in text


def test_few_whole_numbers_get_a_block_each() -> None:
    rows = [1] * 4 + [2] * 2 + [4]
    column = profile_stream([("n\n" + "".join(f"{n}\n" for n in rows)).encode()]).document["columns"][0]
    assert shape(column) == [4, 2, 0, 1]
    assert blocks(shape(column)) == "█▄ ▂"


def test_a_block_of_some_height_for_whatever_is_not_zero() -> None:
    assert blocks([0, 1, 500, 1000]) == " ▁▄█"
    assert blocks([]) == ""


def test_progress_is_a_bar_a_share_and_how_much() -> None:
    assert progress(500_000, 2_000_000) == " 25% ████             500.0 kB of 2.0 MB"
    assert progress(0, 0) == f"100% {'█' * 16} 0 bytes of 0 bytes"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 kB"), (999_960, "1.0 MB"), (1_234_567_890, "1.2 GB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


def test_text_is_measured_as_a_terminal_shows_it() -> None:
    assert [width_of(text) for text in ("abc", "寿司", "é", "e\u0301", "🍋")] == [3, 4, 1, 1, 2]
    assert clip("寿司寿司", 5) == "寿司…"
    assert clip("寿司寿司", 8) == "寿司寿司"
    assert clip("寿司", 1) == "…"
    assert clip("abc", 2) == "a…"
    assert plain("a\nb\tc\x1b") == "a⏎b→c·"
    assert bar(0.5, 3) == "█▌"
    assert wrapped(["one", "two", "three"], 12) == ["  one · two", "  three"]


def test_the_command_profiles_a_file_without_an_engine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", str(UPLOADS / "employees.csv")]) == 0
    out = capsys.readouterr().out
    assert "100 rows · 4 columns" in out
    assert "2 of 100 rows missing (2.0 %)" in out


def test_personal_data_are_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(UPLOADS / "members.csv")
    assert main(["profile", file]) == 0
    assert "@example.com" not in capsys.readouterr().out
    assert main(["profile", file, "--no-mask"]) == 0
    assert "@example.com" in capsys.readouterr().out


def test_the_json_is_the_profile_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    file = UPLOADS / "employees.csv"
    assert main(["profile", "--json", str(file)]) == 0
    about = About(key=file.name, size=file.stat().st_size)
    assert capsys.readouterr().out.encode() == profile_stream([file.read_bytes()], about=about).to_json()


def test_what_a_person_states_is_not_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("1,5;2\n3,5;4\n")
    assert main(["profile", "--delimiter", "comma", "--header", "false", str(file)]) == 0
    assert "2 rows · 3 columns" not in (out := capsys.readouterr().out)
    assert "comma · LF · no header" in out


def test_a_file_that_is_not_there_or_no_csv_ends_in_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "nowhere.csv"]) == 1
    assert "there is no file nowhere.csv" in capsys.readouterr().err
    assert main(["profile", str(UPLOADS / "empty.csv")]) == 3
    assert main(["profile", "--delimiter", "ab", str(UPLOADS / "sales.csv")]) == 1
    assert "write one character" in capsys.readouterr().err


def test_a_file_is_held_against_an_earlier_one_and_against_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, earlier, file = tmp_path / "rules.yaml", tmp_path / "earlier.csv", tmp_path / "now.csv"
    rules.write_text("columns: {id: {type: int}, town: {severity: issue}}")
    earlier.write_text("id,name\n1,Ann\n2,Bob\n")
    file.write_text("id,age\n1,20\n2,30\n")
    assert main(["profile", str(file), "--against", str(earlier), "--rules", str(rules)]) == 0
    out = capsys.readouterr().out
    assert "! there is no column town" in out
    assert "Since the last file: gone: name; added: age" in out
    assert re.search(r"^Rules \(.*: broken", out, re.MULTILINE | re.DOTALL)
    rules.write_text("columns: {id: {type: bool}}")
    assert main(["profile", str(file), "--rules", str(rules)]) == 3
    out = " ".join(capsys.readouterr().out.split())
    assert "id is int, not bool" in out
    assert "what follows is about" not in out
    rules.write_text("columns: {id: {typ: bool}}")
    assert main(["profile", str(file), "--rules", str(rules)]) == 1
    assert "line 1: columns.id.typ is not one of" in capsys.readouterr().err
