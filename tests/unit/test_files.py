"""Every file that git tracks is as .editorconfig says: UTF-8, LF, a newline at the end, spaces or tabs."""

import configparser
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from barback.paths import ROOT

# Samples show what real files are like, and so break every rule on purpose.
APART = ("samples/", "tests/unit/csv_profile/")
BINARY = (".gz", ".png", ".parquet", ".ico")


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [name for name in names if not name.startswith(APART) and not name.endswith(BINARY)]


def rules(text: str) -> list[tuple[str, dict[str, str]]]:
    """The sections of an .editorconfig, later ones over earlier ones."""
    config = configparser.ConfigParser()
    config.read_string(text.replace("root = true", "", 1))
    return [(pattern, dict(config[pattern])) for pattern in config.sections()]


def rule_of(name: str, sections: list[tuple[str, dict[str, str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pattern, settings in sections:
        ends = pattern.partition("{")[2].rstrip("}").split(",")
        patterns = [pattern.partition("{")[0] + end for end in ends]
        if any(fnmatch(Path(name).name, one) for one in patterns):
            found |= settings
    return found


def broken(content: bytes, rule: dict[str, str]) -> list[str]:
    """What is not as the rule says, each with its line."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ["it is not UTF-8"]
    found = []
    if "\r" in text:
        found.append("it has carriage returns")
    if text and rule.get("insert_final_newline") == "true" and not text.endswith("\n"):
        found.append("the last line does not end")
    for number, line in enumerate(text.splitlines(), start=1):
        if rule.get("trim_trailing_whitespace") == "true" and line != line.rstrip():
            found.append(f"line {number} ends in white space")
        if rule.get("indent_style") == "space" and line.startswith("\t"):
            found.append(f"line {number} begins with a tab")
    return found


def test_every_file_keeps_to_the_editorconfig() -> None:
    sections = rules((ROOT / ".editorconfig").read_text())
    found = {
        name: problems
        for name in tracked()
        if (problems := broken((ROOT / name).read_bytes(), rule_of(name, sections)))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a\r\n", "it has carriage returns"),
        (b"a", "the last line does not end"),
        (b"a \n", "line 1 ends in white space"),
        (b"a\n\tb\n", "line 2 begins with a tab"),
        (b"\xff\n", "it is not UTF-8"),
    ],
)
def test_a_broken_rule_is_found(content: bytes, problem: str) -> None:
    sections = rules((ROOT / ".editorconfig").read_text())
    assert broken(content, rule_of("any.py", sections)) == [problem]


def test_the_makefile_has_tabs() -> None:
    sections = rules((ROOT / ".editorconfig").read_text())
    assert rule_of("Makefile", sections)["indent_style"] == "tab"
    assert rule_of("stack.yaml", sections)["indent_size"] == "2"
