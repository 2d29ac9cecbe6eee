"""A mistake in the stack is named with its path and line, and nothing is built."""

import json
from pathlib import Path

import pytest

from barback.errors import Problem
from barback.package import add_rules
from barback.paths import STACK
from barback.stack.load import compile_stack, load
from csv_profile.rulebook import in_package

TEXT = STACK.read_text(encoding="utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert TEXT.count(old) >= 1, f"the stack no longer holds {old!r}"
    path = tmp_path / "stack.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def changed_line(path: Path) -> int:
    pairs = zip(TEXT.splitlines(), path.read_text(encoding="utf-8").splitlines(), strict=False)
    return next(number for number, (old, new) in enumerate(pairs, start=1) if old != new)


def test_the_stack_of_the_project_is_right() -> None:
    stack = load(STACK)
    assert "csv_profile" in stack.functions
    assert stack.functions["csv_profile"].retries == 2, "a default reaches the entry"


def test_compiling_is_the_same_twice_and_holds_every_default() -> None:
    compiled = compile_stack(load(STACK))
    assert compiled == compile_stack(load(STACK))
    assert json.loads(compiled)["functions"]["csv_profile"]["event_age"] == 21600


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("suffix: .tsv", "sufix: .tsv", "functions.csv_profile.triggers[1].sufix", "not a field"),
        (
            "{bucket: raw, prefix: uploads/, suffix: .tsv}",
            "{on: raw}",
            "functions.csv_profile.triggers[1]",
            "has one of",
        ),
        (
            "{table: file_metadata, ",
            "{table: metadat, ",
            "functions.csv_profile.permissions[4].table",
            "no table 'metadat'",
        ),
        (
            "failed_events: failed_events",
            "failed_events: gone",
            "defaults.function.failed_events",
            "no queue 'gone'",
        ),
        ("prefix: uploads/, suffix: .tsv", "prefix: up, suffix: v", "functions.csv_profile.triggers[1]", "overlaps"),
        ("timeout: 900", "timeout: 9000", "functions.csv_profile.timeout", "900"),
        ("handler: csv_profile.handler.handle", "handler: csv-profile", "functions.csv_profile.handler", "form"),
        ("memory: 512 ", "memry: 512 ", "defaults.function.memry", "not a field"),
        ("\nbuckets:", "\nbukets: {}\nbuckets:", "bukets", "not a field"),
        ('"dynamodb:PutItem"', '"s3:PutObject"', "functions.csv_profile.permissions[4]", "dynamodb:"),
        (
            "log_retention_days: 14",
            "log_retention_days: 13",
            "defaults.function.log_retention_days",
            "13 is not one of",
        ),
        ("key: file_name", "key: file_name\n    key: other", "tables.file_metadata.key", "twice"),
        ("  table: {sort", "  tabel: {sort", "defaults.tabel", "not a field"),
    ],
)
def test_a_mistake_is_named_with_its_path_and_line(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(Problem) as caught:
        load(path)
    message = str(caught.value)
    told = next(line for line in message.splitlines() if f"{where} (line" in line)
    assert what in told
    assert f"(line {changed_line(path)})" in told


def test_a_queue_that_hides_messages_too_briefly_is_refused(tmp_path: Path) -> None:
    slow = "  slow:\n    description: x\n    handler: a.b\n    timeout: 60\n    triggers: [{queue: short, batch: 5}]\n"
    text = TEXT.replace("\nqueues:", "\nqueues:\n  short: {visibility_timeout: 100}", 1)
    text = text.replace("functions:\n", f"functions:\n{slow}", 1)
    path = tmp_path / "stack.yaml"
    path.write_text(text)
    with pytest.raises(Problem, match=r"functions.slow.triggers\[0\].*360 s"):
        load(path)


def test_two_functions_may_not_share_a_queue(tmp_path: Path) -> None:
    entry = "    description: x\n    handler: a.b\n    timeout: 1\n    triggers: [{queue: shared, batch: 5}]\n"
    text = TEXT.replace("\nqueues:", "\nqueues:\n  shared: {}", 1)
    text = text.replace("functions:\n", f"functions:\n  one:\n{entry}  two:\n{entry}", 1)
    path = tmp_path / "stack.yaml"
    path.write_text(text)
    with pytest.raises(Problem, match="already feeds one"):
        load(path)


@pytest.mark.parametrize(
    ("triggers", "what"),
    [
        ("[{http: public, rate: 1, burst: 1}, {http: public, rate: 1, burst: 1}]", "has an address already"),
        ("[{http: private, rate: 1, burst: 1}]", "'private' is not one of"),
        ("[{http: public, rate: 0, burst: 1}]", "greater than or equal to 1"),
        ("[{http: public, rate: 1, burst: 1, origins: [example.com]}]", "is not of the form"),
        ("[{http: public, rate: 1, burst: 1, methods: [READ]}]", "is not one of"),
    ],
)
def test_an_http_trigger_that_makes_no_sense_is_refused(tmp_path: Path, triggers: str, what: str) -> None:
    entry = f"    description: x\n    handler: a.b\n    triggers: {triggers}\n"
    path = tmp_path / "stack.yaml"
    path.write_text(TEXT.replace("functions:\n", f"functions:\n  reader:\n{entry}", 1))
    with pytest.raises(Problem, match=what):
        load(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "  csv_profile:",
            f"  {'f' * 41}:",
            r"functions.f+ \(line \d+\): is called \S+ on AWS, which is 71 characters; 64",
        ),
        (
            "\nbuckets:",
            f"\nbuckets:\n  {'b' * 21}: {{}}",
            r"buckets.b+ \(line \d+\): is called \S+ on AWS, which is 64 .*; 63",
        ),
    ],
)
def test_a_name_that_is_too_long_on_aws_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "stack.yaml"
    path.write_text(TEXT.replace("name: barback\n", f"name: {'n' * 21}\n", 1).replace(old, new, 1))
    with pytest.raises(Problem, match=words):
        load(path)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "stack.yaml"
    path.write_text(TEXT.replace("timeout: 900", "timeout: 0").replace("memory: 1769", "memory: 1"))
    with pytest.raises(Problem) as caught:
        load(path)
    assert "csv_profile.timeout" in str(caught.value)
    assert "csv_profile.memory" in str(caught.value)


def test_the_name_of_the_bucket_for_the_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"buckets.packages \(line \d+\): is the bucket for the Lambda package"):
        load(changed(tmp_path, "\nbuckets:", "\nbuckets:\n  packages: {}"))


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "\t"])
def test_what_is_not_a_stack_at_all_is_a_problem_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stack.yaml"
    path.write_text(text)
    with pytest.raises(Problem):
        load(path)


RULES = "  raw:\n    expect:\n      uploads/sales/:\n        columns:\n          id: {type: int, unique: true}\n"


def test_rules_beside_a_prefix_are_part_of_the_package(tmp_path: Path) -> None:
    stack = load(changed(tmp_path, "  raw:\n", RULES))
    add_rules(stack, tmp_path)
    assert json.loads((tmp_path / "expect.json").read_text()) == {
        "raw": {"uploads/sales/": {"columns": {"id": {"type": "int", "unique": True}}}}
    }
    assert in_package(tmp_path / "expect.json")["raw"]["uploads/sales/"]["columns"]["id"]["type"] == "int"


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("type: int", "typ: int", 5, "raw.expect.uploads/sales/.columns.id.typ (line {}): is not one of type"),
        ("type: int", "type: integer", 5, "columns.id.type (line {}): is not one of int, float"),
        (
            "uploads/sales/",
            "sales/",
            3,
            "raw.expect.sales/ (line {}): is no prefix of files that are profiled: up",
        ),
    ],
)
def test_a_mistake_in_rules_is_named_by_its_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    path = changed(tmp_path, "  raw:\n", RULES.replace(old, new))
    at = TEXT[: TEXT.index("  raw:\n")].count("\n") + line
    with pytest.raises(Problem) as caught:
        load(path)
    assert what.format(at) in str(caught.value)
