"""The first thing that runs on a fresh machine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from barback import setup
from barback.errors import Problem
from barback.paths import ROOT


def test_an_old_python_can_at_least_read_it() -> None:
    for name in ("setup.py", "errors.py", "__init__.py"):
        ast.parse((ROOT / "barback" / name).read_text(), feature_version=(3, 6))


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(setup, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", "")
    assert setup.main() == 1
    assert "99.0 or later" in capsys.readouterr().err


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "requirements"
    folder.mkdir()
    monkeypatch.setattr(setup, "REQUIREMENTS", folder)
    file = folder / "base.txt"
    file.write_text("")
    return file


def test_an_environment_is_made_once_and_again_when_its_requirements_change(tmp_path: Path, requirements: Path) -> None:
    said: list[str] = []
    venv = tmp_path / "venv"
    setup.make_venv(venv, "base", said.append)
    assert subprocess.run([setup.python_of(venv), "-c", ""], check=False).returncode == 0
    assert len(said) == 1
    setup.make_venv(venv, "base", said.append)
    assert len(said) == 1, "nothing was to be done"
    requirements.write_text("# changed\n")
    assert not setup.is_made(venv, "base")
    setup.make_venv(venv, "base", said.append)
    assert len(said) == 2


def test_what_the_tests_need_holds_what_the_commands_need(tmp_path: Path, requirements: Path) -> None:
    """So that nothing is installed twice."""
    for group, held in setup.COVERS.items():
        included = (ROOT / "requirements" / f"{group}.in").read_text().splitlines()
        assert {f"-r {other}.in" for other in held} <= set(included)
        for name in (group, *held):
            (requirements.parent / f"{name}.txt").write_text("")
        setup.make_venv(tmp_path / "venv", group, lambda message: None)
        assert all(setup.is_made(tmp_path / "venv", name) for name in (group, *held))
    requirements.write_text("# changed\n")
    assert not setup.is_made(tmp_path / "venv", "base")


def test_an_environment_that_was_moved_is_made_again(tmp_path: Path, requirements: Path) -> None:
    setup.make_venv(tmp_path / "venv", "base", lambda message: None)
    (tmp_path / "venv").rename(tmp_path / "moved")
    assert not setup.is_made(tmp_path / "moved", "base")


def test_its_commands_run_in_a_folder_of_any_name(
    tmp_path: Path, requirements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "COMMANDS", {"pretty": "json.tool"})
    venv = tmp_path / "it's a long name" / "venv"
    setup.make_venv(venv, "base", lambda message: None, command=True)
    command = [venv / "bin" / "pretty", "--compact"]
    assert subprocess.run(command, input='{"a": 1}', capture_output=True, text=True, check=True).stdout == '{"a":1}\n'


def test_a_package_that_cannot_be_had_is_named(tmp_path: Path, requirements: Path) -> None:
    requirements.write_text(f"{tmp_path}/nothing.whl --hash=sha256:{'0' * 64}\n")
    with pytest.raises(Problem, match=r"(?s)installing what `barback` needs failed.*nothing\.whl"):
        setup.make_venv(tmp_path / "venv", "base", lambda message: None)
    assert not setup.is_made(tmp_path / "venv", "base"), "the next run tries again"


def test_every_requirement_is_pinned_with_hashes_and_names_no_index() -> None:
    files = [*(ROOT / "requirements").glob("*.txt"), ROOT / "lambda_src" / "requirements.txt"]
    assert len(files) >= 5
    for file in files:
        text = file.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text, file


def test_the_command_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "barback", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "Event-driven data ingestion" in done.stdout
