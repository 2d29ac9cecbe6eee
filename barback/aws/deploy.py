"""`barback deploy`: shows who, where and what, asks, applies exactly that, and puts a sample through."""

from botocore.exceptions import ClientError

from barback.aws.explain import in_words
from barback.aws.plan import Plan
from barback.aws.session import Session, begin
from barback.aws.terraform import Terraform
from barback.config import Config
from barback.console import Step, say, table
from barback.errors import Problem
from barback.flows import flows_of
from barback.flows.flow import Shell
from barback.package import build_package


def deploy(config: Config) -> None:
    session = begin(config, "deploy")
    terraform, plan = _plan(session)
    if plan.changes:
        _show(plan)
        _refuse_taken_buckets(session, plan)
        session.require_yes(f"Apply this to account {session.target.identity['Account']}?")
        with Step("deploying") as step:
            terraform.apply(plan, step.detail)
            step.note(plan.counts())
    else:
        say("everything is there already, as the stack says")
    for flow in flows_of(session.target.stack):
        with Step(f"checking {flow.name}") as step, in_words(f"the check of {flow.name}"):
            step.note(flow.smoke(session.target, step.detail) or "it has no check of its own")
    say(_next_steps(session))


def _plan(session: Session) -> tuple[Terraform, Plan]:
    with Step("building the package") as step:
        package = build_package(session.target.stack, session.build())
        step.note(package.describe())
    terraform = session.terraform(package.path.resolve())
    with Step("planning") as step:
        terraform.init()
        session.require_same_region(terraform)
        plan = terraform.plan(step.detail)
        step.note(plan.counts())
    return terraform, plan


def _show(plan: Plan) -> None:
    say()
    say(table(("", "what", "how many"), plan.rows()))
    if plan.losses:
        say("\n  ! These hold data that would be LOST:")
        for change in plan.losses:
            say(f"    {change.action}  {change.address}")
    say()


def _refuse_taken_buckets(session: Session, plan: Plan) -> None:
    """Told before anything is made, not half way. In us-east-1 S3 even answers "made" for a bucket one has already."""
    s3 = session.target.client("s3")
    for change in plan.changes:
        if change.kind != "aws_s3_bucket" or change.action != "make":
            continue
        name = change.after["bucket"]
        try:
            s3.head_bucket(Bucket=name)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "404":
                continue
            whose, hint = "by someone else", "choose another `name` in infra/stack.yaml: bucket names are shared by all"
            if code not in ("403", "301"):
                raise Problem(f"S3 does not say whether bucket {name} is free: {error}", "run it again") from None
        else:
            whose = "in your own account, but not in Terraform's state"
            hint = (
                "remove it if it was left over, or keep it: "
                f"terraform -chdir=infra import '{change.address}' {name} (docs/aws.md shows the options)"
            )
        raise Problem(f"the bucket name {name} is taken {whose}", hint)


def _next_steps(session: Session) -> str:
    shell = Shell(f"aws --region {session.target.config.region}", session.target)
    hints = [hint for flow in flows_of(session.target.stack) for hint in flow.hints(shell)]
    return (
        "\ndeployed. Try it:\n" + "".join(f"  {hint}\n" for hint in hints) + "  TARGET=aws make integration-test\n"
        "  TARGET=aws make destroy"
    )
