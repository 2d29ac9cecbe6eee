"""What Terraform would make on AWS of a function with an http trigger, and of an address for alarms. LocalStack has no
HTTP APIs and sends no mail, so this is read from the plan, with moto saying whose account it is."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from barback.package import Build
from tests.terraform.accounts import REGION


@pytest.fixture(scope="module")
def planned(infra: Path, package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The planned values of each resource, by its address."""
    out = tmp_path_factory.mktemp("plan") / "plan"
    build = Build.for_here()
    variables = {
        "env": "prod",
        "region": REGION,
        "package": str(package),
        "python": build.python,
        "architecture": build.architecture,
        "alarm_email": "ops@example.com",
    }
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "TF_DATA_DIR": str(infra.parent / ".terraform"),
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    try:
        given = [part for name, value in variables.items() for part in ("-var", f"{name}={value}")]
        for arguments in (["plan", "-lock=false", "-input=false", f"-out={out}", *given], ["show", "-json", str(out)]):
            command = ["terraform", f"-chdir={infra}", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)
            assert done.returncode == 0, done.stderr[-3000:]
    finally:
        server.stop()
    resources = json.loads(done.stdout)["planned_values"]["root_module"]["resources"]
    return {resource["address"]: resource.get("values", {}) for resource in resources}


def test_requests_are_throttled_and_logged_as_json(planned: dict[str, Any]) -> None:
    stage = planned['aws_apigatewayv2_stage.this["api"]']
    [settings], [log] = stage["default_route_settings"], stage["access_log_settings"]
    assert (stage["name"], stage["auto_deploy"]) == ("$default", True)
    assert (settings["throttling_rate_limit"], settings["throttling_burst_limit"]) == (50, 100)
    assert json.loads(log["format"])["request_id"] == "$context.requestId"
    assert planned['aws_cloudwatch_log_group.http["api"]']["name"] == "/aws/apigateway/barback-prod-api"


def test_pages_of_other_sites_may_read(planned: dict[str, Any]) -> None:
    api = planned['aws_apigatewayv2_api.this["api"]']
    [cors] = api["cors_configuration"]
    assert (api["name"], api["protocol_type"]) == ("barback-prod-api", "HTTP")
    assert (cors["allow_origins"], cors["allow_methods"]) == (["*"], ["GET"])


def test_every_request_reaches_the_function_in_payload_2(planned: dict[str, Any]) -> None:
    integration = planned['aws_apigatewayv2_integration.this["api"]']
    assert (integration["integration_type"], integration["payload_format_version"]) == ("AWS_PROXY", "2.0")
    assert planned['aws_apigatewayv2_route.this["api"]']["route_key"] == "$default"
    permission = planned['aws_lambda_permission.http["api"]']
    assert (permission["principal"], permission["qualifier"]) == ("apigateway.amazonaws.com", "live")


def test_alarms_are_mailed_to_the_address(planned: dict[str, Any]) -> None:
    [mail] = [values for address, values in planned.items() if address.startswith("aws_sns_topic_subscription.")]
    assert (mail["protocol"], mail["endpoint"]) == ("email", "ops@example.com")


def test_no_function_has_an_address_of_its_own(planned: dict[str, Any]) -> None:
    assert not [address for address in planned if address.startswith("aws_lambda_function_url")]
