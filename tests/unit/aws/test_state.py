"""What is read from a state, as `terraform state pull` gives it."""

import json
from typing import Any

from barback.aws.state import read_state


def entry(kind: str, *instances: dict[str, Any], mode: str = "managed", key: str | None = None) -> dict[str, Any]:
    told = [{"attributes": attributes, **({"index_key": key} if key else {})} for attributes in instances]
    return {"mode": mode, "type": kind, "name": "this", "instances": told}


STATE = json.dumps(
    {
        "lineage": "a-b-c",
        "outputs": {},
        "resources": [
            entry("aws_caller_identity", {"account_id": "1"}, mode="data"),
            entry(
                "aws_s3_bucket",
                {"bucket": "barback-dev-raw-1", "arn": "arn:aws:s3:::x", "region": "eu-west-1"},
                key="raw",
            ),
            entry("aws_iam_role", {"arn": "arn:aws:iam::1:role/x"}),
            entry("aws_sqs_queue", {"arn": "arn:aws:sqs:eu-west-1:1:q"}),
            entry("aws_dynamodb_table", {"name": "t", "arn": None, "deletion_protection_enabled": True}),
        ],
    }
)


def test_buckets_and_region_are_known_without_any_output() -> None:
    state = read_state(STATE)
    assert state.buckets == ["barback-dev-raw-1"]
    assert state.regions == {"eu-west-1"}
    assert state.protected == ["t"]
    assert state.resources[0].address == 'aws_s3_bucket.this["raw"]'


def test_the_region_is_known_from_a_single_queue_that_lived_on() -> None:
    left = json.dumps({"resources": [entry("aws_sqs_queue", {"arn": "arn:aws:sqs:eu-west-1:1:q"})]})
    assert read_state(left).regions == {"eu-west-1"}


def test_what_was_interrupted_while_it_was_made_is_known() -> None:
    told = entry("aws_dynamodb_table", {"name": "t"})
    told["instances"][0]["status"] = "tainted"
    assert read_state(json.dumps({"resources": [told]})).resources[0].tainted
    assert not any(resource.tainted for resource in read_state(STATE).resources)


def test_no_state_yet() -> None:
    assert read_state("").resources == ()
