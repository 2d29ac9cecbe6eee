"""The stack as it was built: all of it there, as the description says, and building it again changes nothing."""

import pytest

from barback.engines.health import status_of
from barback.provision.resource import Context
from barback.provision.stages import build, stages
from barback.targets import Target
from tests.integration.flows import Flows


@pytest.mark.local_only(reason="the hook is how LocalStack is built")
def test_every_hook_was_successful(target: Target) -> None:
    assert target.endpoint
    assert status_of(target.endpoint).state == "ready"


@pytest.mark.local_only(reason="on AWS Terraform builds it, and the parity test compares the two")
def test_every_resource_reads_back_as_the_stack_says(context: Context) -> None:
    different = {
        resource.label: (resource.observed(), resource.wanted())
        for stage in stages(context)
        for resource in stage
        if not resource.label.startswith("function ") and resource.observed() != resource.wanted()
    }
    assert different == {}


@pytest.mark.local_only(reason="on AWS the second plan of Terraform says the same")
def test_building_again_changes_nothing(context: Context, engine_name: str) -> None:
    report = build(context)
    allowed = {"unchanged"} if engine_name == "embedded" else {"unchanged", "changed"}
    functions = {label for label in report.outcomes if label.startswith("function ")}
    assert {report.outcomes[label] for label in report.outcomes.keys() - functions} == {"unchanged"}
    # In Docker the package is built in a container; ours may differ from it in the bytecode.
    assert {report.outcomes[label] for label in functions} <= allowed


@pytest.mark.local_only(reason="it takes the notifications away for a moment")
def test_an_upload_before_the_notifications_are_there_is_not_lost(context: Context, flows: Flows) -> None:
    s3, bucket = flows.target.client("s3"), flows.target.names.bucket("raw")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    early = flows.drop("early + bird.csv", "a\n1\n")
    assert build(context).outcomes["notifications of bucket raw"] == "made"
    assert flows.metadata_of(early)["row_count"] == 1


def test_nothing_is_public(target: Target) -> None:
    s3 = target.client("s3")
    for bucket in target.stack.buckets:
        block = s3.get_public_access_block(Bucket=target.names.bucket(bucket))["PublicAccessBlockConfiguration"]
        assert all(block.values()), bucket


def test_functions_are_configured_as_the_stack_says(target: Target) -> None:
    client = target.client("lambda")
    for function, entry in target.stack.functions.items():
        there = client.get_function_configuration(FunctionName=target.names.function(function))
        assert (there["Handler"], there["MemorySize"], there["Timeout"]) == (entry.handler, entry.memory, entry.timeout)
