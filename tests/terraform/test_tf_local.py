"""`make tf-local`: the same Terraform through tflocal, beside what the ready hook built."""

from barback.stack.names import LOCAL_ACCOUNT
from tests.terraform.builds import TfLocal


def test_builds_the_stack_under_the_name_of_the_environment(tf_local: TfLocal) -> None:
    assert tf_local.done.returncode == 0, tf_local.done.stdout[-3000:] + tf_local.done.stderr
    own = [bucket for bucket in tf_local.buckets if bucket.startswith("barback-dev-")]
    assert own == [f"barback-dev-{bucket}-{LOCAL_ACCOUNT}" for bucket in ("packages", "processed", "raw")]
