"""What the README shows is what the commands print, and what the docs tell to type exists."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from barback.cli import COMMANDS, _flow_commands
from barback.paths import ROOT, SAMPLES
from csv_profile.profile import About, profile_stream

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.findall(r"```\n\$ barback ([^\n]+)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_what_a_command_shows_is_what_it_prints(command: str, shown: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "barback", *command.split()],
        cwd=ROOT, env={**os.environ, "COLUMNS": "100"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    printed = iter(done.stdout.splitlines())
    missing = [line for line in shown.splitlines() if line != "…" and line not in printed]
    assert missing == [], done.stdout  # in this order; … stands for lines left out


def test_the_demo_shows_files_as_they_are() -> None:
    rows = re.findall(r"^([\w.-]+\.\S+) +(success|error) +([\d,]+) ", README, re.MULTILINE)
    assert rows
    for name, status, count in rows:
        path = SAMPLES / "csv_profile" / name
        stream = iter([path.read_bytes()])
        profile = json.loads(profile_stream(stream, about=About(key=name, size=path.stat().st_size)).to_json())
        assert (profile["status"], f"{profile['file'].get('rows') or 0:,}") == (status, count), name
    assert f"{sum(1 for path in (SAMPLES / 'csv_profile').iterdir() if path.is_file())} files in s3://" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_target_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    typed = "\n".join(re.findall(r"```(?:bash)?\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^(?:\w+=\S+ )*make ([a-z][a-z-]+)", typed, re.MULTILINE)) - targets == set()
    commands = COMMANDS.keys() | _flow_commands().keys()
    assert set(re.findall(r"^(?:\$ )?barback ([a-z][a-z-]+)", typed, re.MULTILINE)) - commands == set()
