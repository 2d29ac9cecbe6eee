"""The first thing that runs on a fresh machine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from barback import setup
from barback.paths import ROOT


def test_an_old_python_can_at_least_read_it() -> None:
    for name in ("setup.py", "__init__.py"):
        ast.parse((ROOT / "barback" / name).read_text(), feature_version=(3, 6))


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(setup, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", "")
    assert setup.main() == 1
    assert "99.0 or later" in capsys.readouterr().err


def test_an_environment_is_made_once_and_again_when_its_requirements_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements").mkdir()
    requirements = tmp_path / "requirements" / "some.txt"
    requirements.write_text("")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    said: list[str] = []
    python = setup.make_venv(tmp_path / "venv", "some", say=said.append)
    assert subprocess.run([python, "-c", ""], check=False).returncode == 0
    assert len(said) == 2
    setup.make_venv(tmp_path / "venv", "some", say=said.append)
    assert len(said) == 2, "nothing was to be done"
    requirements.write_text("# changed\n")
    setup.make_venv(tmp_path / "venv", "some", say=said.append)
    assert len(said) == 4


def test_a_package_that_cannot_be_had_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "some.txt").write_text(f"{tmp_path}/nothing.whl --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    with pytest.raises(setup.SetupFailed, match=r"some\.txt cannot be installed"):
        setup.make_venv(tmp_path / "venv", "some", say=lambda message: None)
    assert not list((tmp_path / "venv").glob("*.stamp")), "the next run tries again"


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
