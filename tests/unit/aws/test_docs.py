"""docs/aws.md names only what exists."""

import re

from barback.cli import COMMANDS
from barback.paths import ROOT

TEXT = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z-]+)\b(?=[`\s]*(?:$|#|`|ARGS|or|names))", TEXT, re.MULTILINE))
    assert named
    assert named - targets == set()


def test_every_file_exists() -> None:
    named = set(re.findall(r"`((?:infra|barback|docs|tests)/[\w./-]+\.\w+)`", TEXT))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_commands_behind_it_exist() -> None:
    assert {"deploy", "destroy", "cost", "tf-local"} <= COMMANDS.keys()
