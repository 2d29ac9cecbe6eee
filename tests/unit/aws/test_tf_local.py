"""What `make tf-local` writes into a pipe: a line for each resource, and the end whole when Terraform fails."""

import os
import sys

import pytest

from barback.aws.tf_local import _in_short

APPLY = """
import sys
print("Terraform used the selected providers to generate the following execution plan.")
print("  + resource \\"aws_s3_bucket\\" \\"this\\" {")
print("Plan: 2 to add, 0 to change, 0 to destroy.")
print("aws_s3_bucket.this: Creating...")
print("aws_s3_bucket.this: Creation complete after 0s [id=barback-dev-raw]")
print("Apply complete! Resources: 2 added, 0 changed, 0 destroyed.")
sys.exit({code})
"""


def run(code: int) -> int:
    return _in_short([sys.executable, "-c", APPLY.replace("{code}", str(code))], dict(os.environ))


def test_only_what_happened_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(0) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Plan: 2 to add, 0 to change, 0 to destroy.",
        "aws_s3_bucket.this: Creation complete after 0s [id=barback-dev-raw]",
        "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.",
    ]


def test_a_failure_shows_the_last_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(1) == 1
    assert "aws_s3_bucket.this: Creating..." in capsys.readouterr().out
