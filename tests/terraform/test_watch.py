"""Who is told of what: every alarm as it stands in the account, the topic's policy, and the dashboard."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from barback.aws.cost import alarms
from barback.stack.load import load
from tests.terraform.builds import Parity, with_every_kind


class Watched(NamedTuple):
    namespace: str
    metric: str
    dimension: str
    statistic: str = "Sum"
    comparison: str = "GreaterThanThreshold"
    threshold: float = 0.0
    period: int = 300
    evaluations: int | None = 1
    missing: str = "notBreaching"


# What an alarm's name ends in, and what it must watch: the metrics as AWS's documentation spells them.
KINDS = {
    "errors": Watched("AWS/Lambda", "Errors", "FunctionName"),
    "throttles": Watched("AWS/Lambda", "Throttles", "FunctionName"),
    "lost": Watched("AWS/Lambda", "DestinationDeliveryFailures", "FunctionName"),
    "rejected": Watched("Barback", "rejected", "function"),
    "not-started": Watched("AWS/Events", "FailedInvocations", "RuleName"),
    "missed": Watched("AWS/Events", "Invocations", "RuleName", "Sum", "LessThanThreshold", 1, 3600, None, "breaching"),
    "not-empty": Watched("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "Maximum"),
    "too-old": Watched("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "Maximum", threshold=900),
}
# Hours without a run after which a schedule has missed one.
MISSED = {"rate(1 day)": 26, "rate(5 minutes)": 3, "cron(0 6 * * ? *)": 26}


def described(parity: Parity, kind: str) -> dict[str, dict[str, Any]]:
    """What there is of a kind: its fields by their paths, by its name."""
    found: dict[str, dict[str, Any]] = {}
    for path, value in parity.terraform.described.items():
        head, _, field = path.partition(" · ")
        if head.startswith(f"{kind} "):
            found.setdefault(head.removeprefix(f"{kind} "), {})[field] = value
    return found


def kind_of(alarm: str) -> str:
    return next(kind for kind in KINDS if alarm.endswith(f"-{kind}"))


def test_every_alarm_watches_what_its_name_says(parity: Parity) -> None:
    topic = parity.names.arn("sns", f"{parity.names.prefix}-alarms")
    wrong = {}
    for alarm, fields in described(parity, "alarm").items():
        kind = KINDS[kind_of(alarm)]
        wanted = {
            "Namespace": kind.namespace,
            "MetricName": kind.metric,
            f"Dimensions · {kind.dimension}": alarm.removesuffix(f"-{kind_of(alarm)}"),
            "Statistic": kind.statistic,
            "ComparisonOperator": kind.comparison,
            "Threshold": kind.threshold,
            "Period": kind.period,
            "EvaluationPeriods": kind.evaluations or fields["EvaluationPeriods"],
            "TreatMissingData": kind.missing,
            "AlarmActions · 0": topic,
            "OKActions · 0": topic,
            "ActionsEnabled": True,
        }
        seen = {field: fields.get(field) for field in {*wanted, *(f for f in fields if f.startswith("Dimensions"))}}
        if seen != wanted:
            wrong[alarm] = {field: seen[field] for field in seen if seen[field] != wanted.get(field)}
    assert wrong == {}


def test_every_function_queue_and_schedule_has_its_alarms(parity: Parity, tmp_path: Path) -> None:
    names, stack = parity.names, parity.stack
    found = set(described(parity, "alarm"))
    wanted = {f"{names.function(f)}-{kind}" for f in stack["functions"] for kind in ("errors", "throttles", "rejected")}
    for function, entry in stack["functions"].items():
        if entry["failed_events"]:
            wanted |= {f"{names.function(function)}-lost", f"{names.queue(entry['failed_events'])}-not-empty"}
        wanted |= {f"{names.queue(t['queue'])}-too-old" for t in entry["triggers"] if "queue" in t}
    wanted |= {f"{names.queue(q['dead_letters'])}-not-empty" for q in stack["queues"].values() if q["dead_letters"]}
    wanted |= {f"{rule}-{kind}" for rule in described(parity, "rule") for kind in ("missed", "not-started")}
    assert found == wanted
    stack_file = tmp_path / "stack.yaml"
    stack_file.write_text(with_every_kind(), encoding="utf-8")
    assert len(found) == alarms(load(stack_file)), "the estimate of costs counts them"


def test_a_run_that_does_not_come_is_missed_in_time(parity: Parity) -> None:
    alarm_of = described(parity, "alarm")
    rules = described(parity, "rule")
    assert {fields["ScheduleExpression"] for fields in rules.values()} == set(MISSED)
    for rule, fields in rules.items():
        assert alarm_of[f"{rule}-missed"]["EvaluationPeriods"] == MISSED[fields["ScheduleExpression"]], rule


def test_only_this_account_may_publish_to_the_topic(parity: Parity) -> None:
    [(name, fields)] = described(parity, "topic").items()
    topic = parity.names.arn("sns", name)
    policy = {field.removeprefix("Policy · "): value for field, value in fields.items() if field.startswith("Policy")}
    allow = next(n for n in ("0", "1") if policy[f"Statement · {n} · Effect"] == "Allow")
    statement = {f.removeprefix(f"Statement · {allow} · "): v for f, v in policy.items() if f"Statement · {allow}" in f}
    assert statement == {
        "Sid": "Publish",
        "Effect": "Allow",
        "Principal · Service · 0": "budgets.amazonaws.com",
        "Principal · Service · 1": "cloudwatch.amazonaws.com",
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition · StringEquals · aws:SourceAccount": parity.names.account,
    }
    assert {v for f, v in policy.items() if f.endswith("Effect")} == {"Allow", "Deny"}
    assert fields["subscribed"] == [], "alarm_email is none"


@pytest.mark.parametrize("kind", ["function", "table", "queue"])
def test_the_dashboard_shows_everything_there_is(parity: Parity, kind: str) -> None:
    [fields] = described(parity, "dashboard").values()
    shown = {value for field, value in fields.items() if "metrics" in field}
    assert set(described(parity, kind)) <= shown
    known = {"Invocations", "Errors", "Throttles", "Duration", "ApproximateNumberOfMessagesVisible",
             "ConsumedWriteCapacityUnits"}  # fmt: skip
    metrics = {value for value in shown if isinstance(value, str) and re.fullmatch(r"[A-Z][a-zA-Z]+", value)}
    assert metrics - {"FunctionName", "QueueName", "TableName", "Maximum"} == known
