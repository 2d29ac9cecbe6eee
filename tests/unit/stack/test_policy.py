"""Roles may do what their function's entry says, and nothing else."""

import json

from barback.paths import STACK
from barback.stack.load import compile_stack, load
from barback.stack.names import Names
from barback.stack.policy import policy

STACK_JSON = json.loads(compile_stack(load(STACK)))
NAMES = Names.aws("barback", "dev", "123456789012", "eu-west-1")
KNOWN = "arn:aws:"


def test_no_role_may_do_everything_or_to_everything() -> None:
    for function in STACK_JSON["functions"]:
        for statement in policy(STACK_JSON, function, NAMES)["Statement"]:
            assert statement["Resource"].startswith(KNOWN), statement
            assert not any("*" in action for action in statement["Action"]), statement


def test_the_profiler_reads_uploads_and_writes_profiles_only() -> None:
    statements = policy(STACK_JSON, "csv_profile", NAMES)["Statement"]
    resources: dict[str, set[str]] = {}
    for statement in statements:
        for action in statement["Action"]:
            resources.setdefault(action, set()).add(statement["Resource"])
    raw, processed = ("arn:aws:s3:::barback-dev-raw-123456789012", "arn:aws:s3:::barback-dev-processed-123456789012")
    assert resources["s3:GetObject"] == {f"{raw}/uploads/*", f"{processed}/profiles/*"}
    assert resources["s3:PutObject"] == {f"{processed}/profiles/*"}
    assert resources["s3:ListBucket"] == {raw, processed}
    assert resources["dynamodb:PutItem"] == {"arn:aws:dynamodb:eu-west-1:123456789012:table/barback-dev-file_metadata"}
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/barback-dev-csv_profile:*"
    assert resources["logs:PutLogEvents"] == {group}
    assert "logs:CreateLogGroup" not in resources, "the group is made with its retention, not by the function"


def test_a_queue_trigger_and_an_index_bring_exactly_what_they_need() -> None:
    function = {
        "failed_events": None,
        "triggers": [{"queue": "jobs", "batch": 5, "window": 0}],
        "permissions": [{"table": "things", "index": "ByKind", "actions": ["dynamodb:Query"]}],
    }
    logs, queue, table = policy({"functions": {"f": function}}, "f", NAMES)["Statement"]
    assert logs["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert queue["Action"] == ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    assert table["Resource"].endswith("table/barback-dev-things/index/ByKind")
