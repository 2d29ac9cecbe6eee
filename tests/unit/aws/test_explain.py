"""What Terraform and AWS say, and what a person is told."""

import pytest
from botocore.exceptions import ClientError

from barback.aws.explain import explain, in_words, problem_from
from barback.errors import Problem

# As the tools word it.
SAYINGS = [
    (
        "creating Lambda Function (barback-dev-x): operation error Lambda: CreateFunction, https response error "
        "StatusCode: 403, ExpiredTokenException: The security token included in the request is expired",
        "expired",
        "aws sso login",
    ),
    (
        "creating S3 Bucket (barback-dev-raw-1): operation error S3: CreateBucket, api error BucketAlreadyExists",
        "the bucket name barback-dev-raw-1 is taken",
        "infra/stack.yaml",
    ),
    (
        "Failed to refresh state: 2 problems: - Unsupported state file format: The state file could not be parsed as "
        "JSON: syntax error at byte offset 136130.",
        "Terraform's state is damaged",
        "earlier version",
    ),
    (
        "AWS account ID not allowed: 111111111111",
        "belong to account 111111111111",
        "AWS_PROFILE",
    ),
    (
        "api error AccessDenied: User: arn:aws:iam::1:user/a is not authorized to perform: iam:CreateRole on: x",
        "may not do iam:CreateRole",
        "docs/aws.md",
    ),
    (
        "creating CloudWatch Logs Log Group: ResourceAlreadyExistsException: The specified log group already exists",
        "there already",
        "--adopt",
    ),
    (
        "Error acquiring the state lock Error message: resource temporarily unavailable Lock Info: ID: 5f1e-77 Path: x",
        "lock 5f1e-77",
        "make terraform ARGS='force-unlock -force 5f1e-77'",
    ),
    (
        "Error acquiring the state lock Error message: operation error S3: PutObject, https response error StatusCode: "
        "412, RequestID: 97b8cf81-5221, HostID: x, api error PreconditionFailed Lock Info: ID: 1111-2222 Path: x",
        "lock 1111-2222",
        "make terraform ARGS='force-unlock -force 1111-2222'",
    ),
    (
        "Saved plan is stale The given plan file can no longer be applied because the state was changed",
        "somebody else deployed",
        "again",
    ),
    (
        "deleting S3 Bucket (b): api error BucketNotEmpty: The bucket you tried to delete is not empty",
        "not empty",
        "again",
    ),
    (
        "Failed to query available provider packages Could not retrieve the list of available versions",
        "cannot get the AWS provider",
        "BARBACK_TF_PLUGIN_DIR",
    ),
    ("dial tcp: lookup sts.us-east-1.amazonaws.com: no such host", "cannot be reached", "network"),
]


@pytest.mark.parametrize(("said", "what", "hint"), SAYINGS)
def test_a_known_failure_is_told_in_words(said: str, what: str, hint: str) -> None:
    known = explain(said)
    assert known
    assert what in known.what
    assert hint in known.hint


def test_an_unknown_failure_keeps_its_own_words_and_says_how_to_go_on() -> None:
    problem = problem_from(
        [{"summary": "Invalid thing", "address": "aws_x.y", "detail": "╷ it is\n│ \x1b[31modd\x1b[0m ╵"}], left="go on"
    )
    assert problem.what == "Invalid thing aws_x.y it is odd"
    assert problem.hint == "go on"


def test_several_failures_are_counted_and_the_first_is_shown() -> None:
    problem = problem_from([{"summary": "one"}, {"summary": "two"}, {"summary": "three"}])
    assert problem.what == "one (and 2 more)"


def test_the_known_one_among_several_is_found() -> None:
    problem = problem_from([{"summary": "odd"}, {"summary": "ExpiredToken"}], left="3 of 9 changes were made")
    assert "expired" in problem.what
    assert "3 of 9 changes were made" in problem.hint


def test_what_aws_refuses_meanwhile_is_told_with_what_was_being_done() -> None:
    refusal = ClientError(
        {"Error": {"Code": "ExpiredToken", "Message": "The provided token has expired"}}, "ListBuckets"
    )
    with pytest.raises(Problem, match="expired or are not valid\n  listing: ") as raised, in_words("listing"):
        raise refusal
    assert "aws sso login" in raised.value.hint
