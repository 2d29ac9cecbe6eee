"""What has to be there before a pipeline can deploy, and whether what it may do is what a deployment does."""

import json
import re
from fnmatch import fnmatchcase
from string import Template

from barback.aws.workspace import INFRA
from tests.terraform.builds import Bootstrap
from tests.terraform.calls import not_given
from tests.terraform.conftest import REPOSITORY, STATES

ACCOUNT = "000000000000"


def test_only_this_repository_gets_the_roles_and_only_an_approved_one_deploys(bootstrap: Bootstrap) -> None:
    subjects = {
        name: role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]
        for name, role in bootstrap.roles.items()
    }
    who = "token.actions.githubusercontent.com"
    assert subjects["plan"] == {
        f"{who}:aud": "sts.amazonaws.com",
        f"{who}:sub": [f"repo:{REPOSITORY}:pull_request"],
    }
    assert subjects["deploy"][f"{who}:sub"] == [
        f"repo:{REPOSITORY}:environment:{env}" for env in ("dev", "staging", "prod")
    ]


def test_what_deploys_manages_the_names_of_the_stack_and_nothing_else(bootstrap: Bootstrap) -> None:
    policy = json.loads(bootstrap.outputs["policy"])
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


def test_states_are_kept_in_versions(bootstrap: Bootstrap) -> None:
    assert bootstrap.versioning == "Enabled"


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
