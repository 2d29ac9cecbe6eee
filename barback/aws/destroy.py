"""`barback destroy`: shows what goes, asks, stops what writes, empties and removes the rest, and proves by listing that
nothing is left. It may be ended at any point and run again."""

import re

from barback.aws.empty import empty_bucket
from barback.aws.explain import in_words
from barback.aws.leftovers import leftovers
from barback.aws.session import Session, begin
from barback.aws.state import State
from barback.aws.terraform import Interrupted, Terraform
from barback.config import Config
from barback.console import Step, say, table
from barback.errors import Problem
from barback.polling import wait_for

# What writes to buckets and tables: goes first, and with it all that starts it.
WRITERS = "aws_lambda_function.this"
# An invocation that still runs when its function is removed may write once more.
ROUNDS = 3
# AWS lists some things for a little while after they are gone.
PATIENCE = 90.0


def destroy(config: Config) -> None:
    session = begin(config, "destroy")
    terraform = session.terraform()
    with Step("looking at what is deployed") as step, in_words("listing what is deployed"):
        terraform.init(step.detail)
        session.require_same_region(terraform)
        state = terraform.began_with
        there = leftovers(session.target)
        step.note(f"{len(state.resources)} resources in the state, {len(there)} names in the account")
    if state.resources:
        _refuse_protected(session, state)
        _show(session, there)
        session.require_yes(f"Remove all of this from account {session.target.identity['Account']}?")
        if any(state.of_kind(kind) for kind in ("aws_s3_bucket", "aws_dynamodb_table")):
            session.require_consent_to_loss()
        try:
            _remove(session, terraform)
        except Interrupted:
            say(f"some of it has been removed; the same command continues from there: {session.command()}")
            raise
    _prove(session, patience=PATIENCE if state.resources else 0)


def _refuse_protected(session: Session, state: State) -> None:
    if state.protected:
        env = session.target.config.env
        raise Problem(
            "these tables are protected against deletion: " + ", ".join(state.protected),
            f"set deletion_protection = false in infra/environments/{env}.tfvars, {session.command('deploy')}, "
            f"and then {session.command()}",
        )


def _show(session: Session, there: list[str]) -> None:
    say("\nThis will be removed, with everything in it:")
    for name in there:
        say(f"  {name}")
    if rows := _contents(session):
        say("\nThis includes data that cannot be restored:")
        say(table(("table", "items (as of some hours ago)"), rows))
    say()


def _contents(session: Session) -> list[tuple[str, int]]:
    dynamodb, names = session.target.client("dynamodb"), session.target.names
    rows = []
    for short in session.target.stack.tables:
        try:
            rows.append(
                (names.table(short), dynamodb.describe_table(TableName=names.table(short))["Table"]["ItemCount"])
            )
        except dynamodb.exceptions.ResourceNotFoundException:
            continue
    return rows


def _remove(session: Session, terraform: Terraform) -> None:
    with Step("stopping what writes") as step:
        if terraform.state().of_kind("aws_lambda_function"):
            plan = terraform.plan(step.detail, "-destroy", f"-target={WRITERS}")
            terraform.apply(plan, step.detail)
            step.note(f"{len(plan.changes)} resources")
    for last in (False,) * (ROUNDS - 1) + (True,):
        _empty(session, terraform)
        with Step("removing") as step:
            plan = terraform.plan(step.detail, "-destroy")
            try:
                terraform.apply(plan, step.detail)
            except Problem as problem:
                if last or not re.search(r"not empty|NotFound", problem.what):
                    raise
                step.note("a bucket was written to, or something was removed by others, in the meantime; trying again")
            else:
                step.note(f"{len(plan.changes)} resources")
                return


def _empty(session: Session, terraform: Terraform) -> None:
    """Whatever the state still has; what a removal that was broken off has left is in it."""
    for bucket in terraform.state().buckets:
        with Step(f"emptying {bucket}") as step, in_words(f"emptying {bucket}"):
            gone = empty_bucket(session.target, bucket, step.detail)
            step.note(f"{gone:,} versions and markers")


def _prove(session: Session, patience: float) -> None:
    prefix, account = session.target.names.prefix, session.target.identity["Account"]
    seen: list[str] = []

    def nothing() -> bool | None:
        seen[:] = leftovers(session.target)
        return None if seen else True

    with Step(f"looking for anything called {prefix}") as step, in_words("listing what is left"):
        try:
            wait_for(nothing, "an empty list", seconds=patience)
        except Problem:
            listed = "\n  ".join(seen)
            raise Problem(
                f"in account {account} these are still there:\n  {listed}",
                "they are not in Terraform's state (another machine's, or a lost one): remove them by hand, or take "
                f"them into it with {session.command('deploy ARGS=--adopt')} and run this again",
            ) from None
        step.note("nothing")
    say(f"nothing of {prefix} is in account {account}, {session.target.config.region}")
