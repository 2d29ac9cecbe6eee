"""Plans as `terraform show -json` tells them."""

from typing import Any

import pytest

from barback.aws.plan import read_plan


def change(address: str, *actions: str, mode: str = "managed", **more: Any) -> dict[str, Any]:
    kind = address.split(".")[0]
    return {
        "address": address,
        "type": kind,
        "mode": mode,
        "change": {"actions": list(actions), "after": {"name": "x"}, **more},
    }


def test_counts_what_is_going_to_happen() -> None:
    plan = read_plan(
        {
            "resource_changes": [
                change("aws_s3_bucket.a", "create"),
                change("aws_s3_bucket.b", "create"),
                change("aws_lambda_function.f", "update"),
                change("aws_sqs_queue.q", "delete", "create"),
                change("aws_iam_role.r", "no-op"),
                change("data.aws_region.here", "read", mode="data"),
            ]
        }
    )
    assert plan.counts() == "2 to make, 1 to change, 1 to replace"
    assert plan.rows() == [("change", "lambda function", 1), ("make", "s3 bucket", 2), ("replace", "sqs queue", 1)]


def test_names_what_would_lose_data() -> None:
    plan = read_plan(
        {
            "resource_changes": [
                change("aws_dynamodb_table.t", "create", "delete"),
                change("aws_s3_bucket.b", "delete"),
                change("aws_s3_bucket.new", "create"),
                change("aws_iam_role.r", "delete"),
            ]
        }
    )
    assert [entry.address for entry in plan.losses] == ["aws_dynamodb_table.t", "aws_s3_bucket.b"]


def test_an_empty_plan() -> None:
    assert read_plan({}).counts() == "nothing to do"


def lifecycle(days: int | None) -> dict[str, Any]:
    return {"rule": [{"expiration": [] if days is None else [{"days": days}]}]}


@pytest.mark.parametrize(
    ("before", "after", "lost"), [(None, 30, True), (90, 30, True), (30, 90, False), (30, None, False)]
)
def test_objects_that_expire_earlier_are_lost_too(before: int | None, after: int | None, lost: bool) -> None:
    entry = change(
        "aws_s3_bucket_lifecycle_configuration.b", "update", before=lifecycle(before), after=lifecycle(after)
    )
    assert bool(read_plan({"resource_changes": [entry]}).losses) is lost


def test_a_protected_table_is_known_before_aws_refuses() -> None:
    [found] = read_plan(
        {
            "resource_changes": [
                change("aws_dynamodb_table.t", "delete", "create", before={"deletion_protection_enabled": True})
            ]
        }
    ).changes
    assert found.is_protected


def test_tells_every_attribute_that_changes() -> None:
    entry = change(
        "aws_lambda_function.f",
        "update",
        before={"memory_size": 128, "timeout": 5, "arn": "a", "description": "x" * 90, "kms": ""},
        after={"memory_size": 256, "timeout": 5, "description": "y"},
        after_unknown={"arn": True, "environment": [{}]},
    )
    [found] = read_plan({"resource_changes": [entry]}).changes
    told = list(found.attributes())
    assert told == [f"description: {'x' * 59}… → y", "memory_size: 128 → 256"]


def test_what_is_adopted_is_told_as_that_also_when_nothing_else_changes() -> None:
    plan = read_plan({"resource_changes": [change("aws_s3_bucket.b", "no-op", importing={"id": "b"})]})
    assert plan.counts() == "1 to adopt"
    assert plan.losses == []
