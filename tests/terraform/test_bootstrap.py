"""What has to be there before a pipeline can deploy, and whether what it may do is what a deployment does."""

import json
import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from string import Template
from typing import Any

import pytest

from barback.aws.workspace import INFRA, provider_mirror, provider_version
from tests.terraform.accounts import REGION, clients
from tests.terraform.builds import FreshEngine, credentials
from tests.terraform.calls import not_given

STATES = "states-of-barback"
ACCOUNT = "000000000000"
REPOSITORY = "somebody/barback"


@pytest.fixture(scope="module")
def applied(
    infra: Path, fresh_engine: FreshEngine, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The outputs, and each role as it then is in the account."""
    del infra  # only whether Terraform can be used at all
    folder = tmp_path_factory.mktemp("bootstrap") / "infra"
    shutil.copytree(INFRA / "bootstrap", folder)
    mirror = provider_mirror(provider_version(INFRA))
    with fresh_engine() as endpoint:

        def terraform(*arguments: str) -> str:
            command = ["terraform", f"-chdir={folder}", *arguments]
            done = subprocess.run(command, env=credentials(endpoint), capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        given = {"region": REGION, "state_bucket": STATES, "repository": REPOSITORY, "emulator": "true"}
        variables = [f"-var={name}={value}" for name, value in given.items()]
        terraform("init", "-no-color", *([f"-plugin-dir={mirror}"] if mirror else []))
        terraform("apply", "-no-color", "-auto-approve", *variables)
        outputs = {name: output["value"] for name, output in json.loads(terraform("output", "-json")).items()}
        iam = clients(endpoint)("iam")
        roles = {name: iam.get_role(RoleName=arn.split("/")[-1])["Role"] for name, arn in outputs["roles"].items()}
        versioning = clients(endpoint)("s3").get_bucket_versioning(Bucket=STATES)
    assert versioning["Status"] == "Enabled"
    return outputs, roles


def test_only_this_repository_gets_the_roles_and_only_an_approved_one_deploys(applied: Any) -> None:
    subjects = {
        name: role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]
        for name, role in applied[1].items()
    }
    who = "token.actions.githubusercontent.com"
    assert subjects["plan"] == {
        f"{who}:aud": "sts.amazonaws.com",
        f"{who}:sub": [f"repo:{REPOSITORY}:pull_request"],
    }
    assert subjects["deploy"][f"{who}:sub"] == [
        f"repo:{REPOSITORY}:environment:{env}" for env in ("dev", "staging", "prod")
    ]


def test_what_deploys_manages_the_names_of_the_stack_and_nothing_else(applied: Any) -> None:
    policy = json.loads(applied[0]["policy"])
    for statement in policy["Statement"]:
        if statement["Effect"] == "Deny" or "Condition" in statement:
            continue
        for resource in strings(statement["Resource"]):
            if resource == "*":
                looks = re.compile(r"\w+:(List|Describe|Get|View)|logs:\w+(LogDelivery|ResourcePolicy)$")
                assert [action for action in strings(statement["Action"]) if not looks.match(action)] == []
            elif "event-source-mapping" not in resource and ":apigateway:" not in resource:  # they have no names
                assert re.search(r"[:/]barback-\*$", resource) or STATES in resource, resource
    escalating = [
        a for s in policy["Statement"] for a in strings(s["Action"]) if fnmatchcase("iam:AttachRolePolicy", a)
    ]
    assert escalating == ["iam:*"], "in the statement that denies it on the pipeline's own roles"


def test_the_workflow_takes_roles_and_no_keys() -> None:
    workflow = (INFRA.parent / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
    assert "id-token: write" in workflow
    assert "AWS_PLAN_ROLE" in workflow
    assert "AWS_DEPLOY_ROLE" in workflow
    assert not re.search(r"secrets\.|ACCESS_KEY", workflow)
    assert not re.search(r"uses: [^@\n]+@(?![0-9a-f]{40}\b)", workflow), "actions are pinned by commit"


def strings(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_a_right_that_a_policy_lacks_is_named() -> None:
    """What the rehearsal compares its calls with; also where the right is given, but not on what it is used on."""
    template = (INFRA / "bootstrap" / "deployer.json.tftpl").read_text(encoding="utf-8")
    whole = Template(template).substitute(partition="aws", account=ACCOUNT, stack="barback", state_bucket=STATES)
    used = {"s3:ListAllMyBuckets", "s3:CreateBucket", "iam:PutRolePolicy"}
    assert list(not_given(whole, used, "barback-dev", ACCOUNT)) == []
    less = whole.replace('"s3:ListAllMyBuckets",', "")
    assert list(not_given(less, used, "barback-dev", ACCOUNT)) == ["s3:ListAllMyBuckets on *"]
    assert len(list(not_given(whole, used, "somebody-elses", ACCOUNT))) == 2
