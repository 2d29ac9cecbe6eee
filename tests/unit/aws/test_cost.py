"""The estimate: it follows the stack and the load, and schedules are counted as they fire."""

import argparse

import pytest

from barback.aws.cost import DAYS, Line, Load, estimate, takers_of
from barback.aws.schedules import is_expected_weekly, runs_a_day
from barback.commands import cost as command
from barback.flows import flow_of
from barback.paths import STACK
from barback.stack.load import load
from barback.stack.model import Stack

LOAD = Load(uploads=100, upload_mb=1, messages=1000, to="csv_profile")


@pytest.fixture(scope="module")
def stack() -> Stack:
    return load(STACK)


def total(lines: list[Line]) -> float:
    return sum(line.dollars for line in lines)


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("rate(5 minutes)", 288),
        ("rate(1 hour)", 24),
        ("rate(2 days)", 0.5),
        ("cron(0 6 * * ? *)", 1),
        ("cron(0/15 * * * ? *)", 96),
        ("cron(0 8-17 * * ? *)", 10),
        ("cron(0 6,18 * * ? *)", 2),
        ("cron(0 6 ? * MON-FRI *)", 5 / 7),
        ("cron(0 6 1 * ? *)", 1 / 30.4),
    ],
)
def test_how_often_a_schedule_fires(schedule: str, runs: float) -> None:
    assert runs_a_day(schedule) == pytest.approx(runs)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("rate(5 minutes)", True),
        ("rate(6 days)", True),
        ("rate(8 days)", False),
        ("cron(0 6 * * ? *)", True),
        ("cron(0/15 * ? * * *)", True),
        ("cron(0 6 ? * MON-FRI *)", False),
        ("cron(0 6 1 * ? *)", False),
    ],
)
def test_which_schedules_have_an_alarm_for_a_run_that_does_not_come(schedule: str, expected: bool) -> None:
    assert is_expected_weekly(schedule) is expected


def test_invocations_follow_the_load(stack: Stack) -> None:
    [line] = [line for line in estimate(stack, LOAD) if line.what == "csv_profile: invocations"]
    assert line.quantity == pytest.approx(100 * DAYS)


def test_more_load_costs_more_and_no_load_only_what_stands_there(stack: Stack) -> None:
    idle, some, more = (estimate(stack, Load(n, 1, n)) for n in (0, 100, 10_000))
    assert total(idle) < total(some) < total(more)
    assert {line.service for line in idle if line.dollars > 0.5} == {"CloudWatch"}


def test_what_people_upload_is_stored_once_and_what_a_function_writes_is_not_an_upload(stack: Stack) -> None:
    """The fetch puts its answers into the bucket that people upload to."""
    lines = {line.what: line for line in estimate(stack, Load(uploads=500, upload_mb=20, messages=0))}
    assert lines["raw: uploads"].quantity == pytest.approx(500 * DAYS)
    assert lines["raw: kept"].dollars == pytest.approx(83.95, rel=0.01)
    assert lines["cocktails_transform: invocations"].quantity == pytest.approx(36 * DAYS)


def test_the_functions_that_people_start_share_the_uploads(stack: Stack) -> None:
    takers = takers_of(stack)
    assert "csv_profile" in takers
    assert "cocktails_transform" not in takers
    lines = {line.what: line for line in estimate(stack, Load(100, 1, 0))}
    assert [lines[f"{t}: invocations"].quantity for t in takers] == pytest.approx(
        [100 / len(takers) * DAYS] * len(takers)
    )


def test_an_answer_is_many_items_in_transactions(stack: Stack) -> None:
    work = flow_of(stack, "cocktails_transform").work_of("cocktails_transform")
    assert work.transactions
    lines = {line.what: line for line in estimate(stack, LOAD)}
    copies = 1 + len(stack.tables["cocktails"].indexes)
    answers = lines["cocktails_transform: invocations"].quantity
    assert lines["cocktails_transform: writes to cocktails"].quantity == pytest.approx(
        answers * work.items * work.item_kb * copies * 2
    )
    one = lines["csv_profile: writes to file_metadata"].quantity
    assert one == pytest.approx(lines["csv_profile: invocations"].quantity * 3), (
        "one item of 2 KB a file, and a part of it"
    )


def test_arm_is_cheaper_than_intel(stack: Stack) -> None:
    def lambda_time(architecture: str) -> float:
        runtime = stack.runtime.model_copy(update={"architecture": architecture})
        lines = estimate(stack.model_copy(update={"runtime": runtime}), LOAD)
        return total([line for line in lines if line.unit == "GB-seconds"])

    assert lambda_time("arm64") == pytest.approx(lambda_time("x86_64") * 0.8, rel=1e-3)


def test_expiry_is_cheaper_than_keeping(stack: Stack) -> None:
    kept = {name: bucket.model_copy(update={"expire_days": 30}) for name, bucket in stack.buckets.items()}
    assert total(estimate(stack.model_copy(update={"buckets": kept}), LOAD)) < total(estimate(stack, LOAD))


def test_the_command_tells_its_assumptions(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add(parser)
    assert command.run(parser.parse_args(["--uploads", "10", "--mb", "20"])) == 0
    out = capsys.readouterr().out
    assert "10 uploads of 20 MB" in out
    assert "us-east-1 list prices as noted on" in out
    assert "a month" in out


def test_an_amount_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--uploads", "many"])
    assert "many is not an amount" in capsys.readouterr().err
