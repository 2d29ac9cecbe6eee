"""`barback deploy` and `barback plan`: show who, where and what; deploy then asks, applies exactly that, and puts
samples through."""

import sys

from barback.aws.adopt import find_existing, forget_imports, write_imports
from barback.aws.explain import in_words
from barback.aws.plan import Plan
from barback.aws.session import Session, begin
from barback.aws.terraform import Interrupted, Terraform
from barback.config import Config
from barback.console import Step, is_terminal, say, table
from barback.errors import Problem
from barback.flows import flows_of
from barback.flows.flow import Shell

# What is adopted may make known what the next thing is found by: a queue's address, say.
ADOPTING_ROUNDS = 3


def deploy(config: Config, *, adopt: bool = False) -> None:
    session = begin(config, "deploy")
    if unwatched := _unwatched(session):
        raise unwatched
    terraform, plan = _plan(session, adopt=adopt)
    if plan.changes:
        _show(plan)
        _refuse_protected(session, plan)
        session.require_yes(f"Apply this to account {session.target.identity['Account']}?")
        if plan.losses:
            session.require_consent_to_loss()
        _apply(session, terraform, plan)
    else:
        say("everything is there already, as the stack says")
    try:
        check_flows(session)
    except Problem as problem:
        back = f"to go back to what ran before: {session.command('rollback')}"
        raise Problem(problem.what, f"{problem.hint}\n  → {back}") from None
    say(_next_steps(session))


def check_flows(session: Session) -> None:
    """Every flow says whether it works as it is deployed."""
    for flow in flows_of(session.target.stack):
        with Step(f"checking {flow.name}") as step, in_words(f"the check of {flow.name}"):
            step.note(flow.smoke(session.target, step.detail))


def show_plan(config: Config, *, adopt: bool = False) -> bool:
    """Shows every attribute that a deployment would change, as Terraform does; whether there is any."""
    session = begin(config, "plan")
    if unwatched := _unwatched(session):
        say(f"! {unwatched.what}\n  → {unwatched.hint}")
    terraform, plan = _plan(session, adopt=adopt, tolerant=True)
    if plan.changes:
        say(terraform.show(colour=is_terminal(sys.stdout)))
        _tell_losses(plan)
    say(plan.counts())
    return bool(plan.changes)


def _plan(session: Session, *, adopt: bool, tolerant: bool = False) -> tuple[Terraform, Plan]:
    with Step("building the package") as step:
        package = session.package(step.detail)
        step.note(package.describe())
    terraform = session.terraform(package)
    with Step("planning") as step, in_words("looking for what is there already"):
        terraform.init(step.detail)
        session.require_same_region(terraform)
        _keep_interrupted(terraform, tolerant=tolerant)
        plan = terraform.plan(step.detail)
        # What an interrupted run from here was making is its own; all else somebody has to say yes to.
        ours = terraform.workspace.interrupted()
        existing = find_existing(session.target, plan.changes)
        adopted = [found for found in existing if adopt or found.address in ours]
        for _ in range(ADOPTING_ROUNDS if adopted else 0):
            write_imports(terraform.workspace.infra, adopted)
            plan = terraform.plan(step.detail)
            more = [f for f in find_existing(session.target, plan.changes) if adopt or f.address in ours]
            if not more:
                break
            adopted += more
        forget_imports(terraform.workspace.infra)
        step.note(plan.counts())
    strange = [found for found in existing if found not in adopted]
    if strange:
        message = "these are there already, but not in Terraform's state:\n  " + "\n  ".join(
            sorted(found.name for found in strange)
        )
        hint = (
            f"to take them into the state (after it was lost, say): {session.command('deploy ARGS=--adopt')}\n"
            "  → if they were left over, remove them"
        )
        if not tolerant:
            raise Problem(message, hint)
        say(f"! {message}\n  → {hint}")
    return terraform, plan


def _keep_interrupted(terraform: Terraform, *, tolerant: bool) -> None:
    try:
        terraform.keep_interrupted()
    except Problem as problem:
        if not tolerant:
            raise
        say(
            "! what an interrupted deployment left cannot be marked as complete with these credentials; the plan shows "
            f"it as replaced, but the next deployment completes it ({problem.what.splitlines()[0]})"
        )


def _apply(session: Session, terraform: Terraform, plan: Plan) -> None:
    try:
        with Step("deploying") as step:
            terraform.apply(plan, step.detail)
            terraform.workspace.remember_interrupted(())
            step.note(plan.counts())
    except Interrupted as interrupted:
        terraform.workspace.remember_interrupted(interrupted.pending)
        say(
            f"{interrupted.done} of {len(plan.changes)} changes were made and are in the state; "
            f"the same command continues from there: {session.command()}"
        )
        raise


def _show(plan: Plan) -> None:
    say()
    say(table(("", "what", "how many"), plan.rows()))
    if plan.altered:
        say()
    for change in plan.altered:
        say(f"  {change.action}  {change.address}")
        if change.action != "remove":
            for attribute in change.attributes():
                say(f"           {attribute}")
    _tell_losses(plan)
    say()


def _tell_losses(plan: Plan) -> None:
    if plan.losses:
        say("\n  ! These hold data that would be LOST:")
        for change in plan.losses:
            how = "expires objects earlier" if change.expires_earlier else change.action
            say(f"    {how}  {change.address}")


def _refuse_protected(session: Session, plan: Plan) -> None:
    """AWS would refuse these half way through."""
    if protected := [change.address for change in plan.changes if change.is_protected]:
        env = session.target.config.env
        raise Problem(
            "these are protected against deletion, and the plan would delete them:\n  " + "\n  ".join(protected),
            "go back to what made it necessary (the key of a table, say); or set deletion_protection = false in "
            f"infra/environments/{env}.tfvars, deploy just that, and try again",
        )


def _unwatched(session: Session) -> Problem | None:
    """Prod without anybody who is told of alarms, unless that was said in so many words."""
    if session.target.config.env != "prod" or session.workspace.value("alarm_email"):
        return None
    return Problem(
        "nobody would be notified of the alarms of prod",
        'set alarm_email in infra/environments/prod.tfvars: to an address, or to "none" if that is what you want',
    )


def _next_steps(session: Session) -> str:
    shell = Shell(f"aws --region {session.target.config.region}", session.target)
    hints = [hint for flow in flows_of(session.target.stack) for hint in flow.hints(shell)]
    return (
        "\ndeployed. Try it:\n" + "".join(f"  {hint}\n" for hint in hints) + "  TARGET=aws make integration-test\n"
        "  TARGET=aws make destroy"
    )
