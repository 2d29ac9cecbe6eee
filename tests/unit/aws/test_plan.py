"""Plans as `terraform show -json` tells them."""

from typing import Any

from barback.aws.plan import read_plan


def change(address: str, *actions: str, mode: str = "managed") -> dict[str, Any]:
    kind = address.split(".")[0]
    return {
        "address": address,
        "type": kind,
        "mode": mode,
        "change": {"actions": list(actions), "after": {"name": "x"}},
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
