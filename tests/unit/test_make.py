"""What a person types to `make` reaches commands as it is: nothing in it is run, and no file name is an option."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from barback.paths import ROOT
from barback.words import filled
from tests.waiting import until

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

HOSTILE = [
    "`touch ran`.csv",
    '"; touch ran; ".csv',
    "'; touch ran; '.csv",
    "$(touch ran).csv",
    "$$(touch ran).csv",
    "$(shell touch ran).csv",
    "$(info gotcha)${HOME}.csv",
    "a\ntouch ran\n.csv",
    "> ran",
    "--help",
    "-v",
    "{ARGS}",
    "a b  c.csv",
    "*",
    "\\",
]


def stand_in(folder: Path, script: str) -> None:
    """Has `make` in this folder run the script in place of barback."""
    package = folder / "barback"
    if not package.exists():
        package.mkdir()
        shutil.copy(ROOT / "barback" / "words.py", package)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(script)


def command_of(target: str) -> list[str]:
    return ["make", "-s", "-f", str(ROOT / "Makefile"), target, f"VENV={sys.executable}", "BASE=@true", "DEV=@true"]


def make(folder: Path, target: str, **variables: str) -> list[str]:
    """The arguments that the command of a target is given."""
    stand_in(folder, "import json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    command = [*command_of(target), *(f"{name}={value}" for name, value in variables.items())]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert sorted(path.name for path in folder.iterdir()) == ["barback"], "something ran"
    assert said.returncode == 0, said.stderr
    found: list[str] = json.loads(said.stdout)
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    assert make(tmp_path, "profile", FILE=name) == ["profile", "--upload", "--", name]


@pytest.mark.parametrize("name", ["x; touch ran", "$(shell touch ran)", "--follow"])
def test_so_may_a_function(tmp_path: Path, name: str) -> None:
    assert make(tmp_path, "logs", F=name, FOLLOW="1") == ["logs", "--follow", "--", name]


def test_without_a_function_there_is_none(tmp_path: Path) -> None:
    assert make(tmp_path, "logs") == ["logs"]
    assert make(tmp_path, "logs", FOLLOW="$(shell touch ran)") == ["logs", "--follow"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('--with "orange juice" --with lime', ["--with", "orange juice", "--with", "lime"]),
        ("--with 'a`touch ran`b' $(touch ran)", ["--with", "a`touch ran`b", "$(touch", "ran)"]),
        ("; touch ran", [";", "touch", "ran"]),
        ("$(shell touch ran) *", ["$(shell", "touch", "ran)", "*"]),
    ],
)
def test_args_are_words_and_nothing_else(tmp_path: Path, typed: str, words: list[str]) -> None:
    assert make(tmp_path, "redrive", ARGS=typed) == ["redrive", *words]


def test_words_for_terraform_stay_words(tmp_path: Path) -> None:
    assert make(tmp_path, "terraform", ARGS="state rm 'x[\"a b\"]'") == ["terraform", "--", "state", "rm", 'x["a b"]']


def test_cocktails_are_fetched_where_nothing_is_asked(tmp_path: Path) -> None:
    assert make(tmp_path, "cocktails") == ["cocktails", "--fetch"]
    assert make(tmp_path, "cocktails", ARGS="--mocktails") == ["cocktails", "--mocktails"]


def test_options_stand_before_the_file(tmp_path: Path) -> None:
    told = make(tmp_path, "profile", FILE="a.csv", ARGS="--columns 'unit price',b")
    assert told == ["profile", "--upload", "--columns", "unit price,b", "--", "a.csv"]


def test_a_quote_that_does_not_end_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "barback.words", "barback", "{ARGS}"],
        cwd=ROOT, env={"ARGS": 'a "b'}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("barback: ARGS cannot be read: no closing quotation\n  → ")


def test_only_one_place_is_filled() -> None:
    assert filled(["x", "{ARGS}", "--", "{ARGS}"], "a b") == ["x", "a", "b", "--", "{ARGS}"]
    assert filled(["x", "{ARGS}"], "") == ["x"]


@pytest.mark.parametrize("name", ["--help", "-v", "$(touch ran).csv", "\x1b]0;x\x07\x9b2J‮gpj.csv"])
def test_the_command_itself_takes_such_a_name_for_a_file(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "barback", "profile", "--upload", "--", name],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("barback: there is no file ")
    assert done.stderr.replace("\n", "").isprintable()


def test_no_recipe_pastes_what_was_typed_into_a_shell() -> None:
    recipes = [line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("\t")]
    assert recipes
    for variable in ("FILE", "F", "ARGS", "FOLLOW", "FLOW"):
        assert not [line for line in recipes if f"$({variable})" in line or f"${{{variable}}}" in line]


CANCELLED = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path("heard").touch(), sys.exit(130)))
pathlib.Path("begun").touch()
time.sleep(600)
"""


@pytest.mark.parametrize("target", ["deploy", "destroy", "rollback", "terraform"])
def test_a_cancelled_make_cancels_what_changes_an_account_and_waits_for_it(tmp_path: Path, target: str) -> None:
    stand_in(tmp_path, CANCELLED)
    with subprocess.Popen(command_of(target), cwd=tmp_path, stderr=subprocess.DEVNULL) as making:
        until((tmp_path / "begun").exists)
        making.send_signal(signal.SIGTERM)
    assert (tmp_path / "heard").exists()
