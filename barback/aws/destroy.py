"""`barback destroy`: shows what goes, asks, empties and removes it, and proves by listing that nothing is left."""

import re

from barback.aws.empty import empty_bucket
from barback.aws.explain import in_words
from barback.aws.leftovers import leftovers
from barback.aws.session import Session, begin
from barback.aws.terraform import Terraform
from barback.config import Config
from barback.console import Step, say, table
from barback.errors import Problem
from barback.polling import wait_for

# Until the functions are gone they may write into a bucket that was just emptied.
ROUNDS = 3
# AWS lists some things for a little while after they are gone.
PATIENCE = 90.0


def destroy(config: Config) -> None:
    session = begin(config, "destroy")
    # Nothing is built: Terraform only wants to read some file.
    package = session.workspace.infra / "stack.yaml"
    terraform = session.terraform(package.resolve())
    with Step("looking at what is deployed") as step, in_words("listing what is deployed"):
        terraform.init()
        session.require_same_region(terraform)
        known = terraform.resources()
        there = leftovers(session.target)
        step.note(f"{len(known)} resources in the state, {len(there)} names in the account")
    if known:
        _show(session, there)
        session.require_yes(f"Remove all of this from account {session.target.identity['Account']}?")
        _remove(session, terraform)
    _prove(session, patience=PATIENCE if known else 0)


def _show(session: Session, there: list[str]) -> None:
    say("\nThis goes, with everything in it:")
    for name in there:
        say(f"  {name}")
    if rows := _contents(session):
        say("\nAmong it, data that cannot be brought back:")
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
    for last in (False,) * (ROUNDS - 1) + (True,):
        _empty(session, terraform)
        with Step("removing") as step:
            plan = terraform.plan(step.detail, destroy=True)
            try:
                terraform.apply(plan, step.detail)
            except Problem as problem:
                if last or not re.search(r"not empty|NotFound", problem.what):
                    raise
                step.note("a bucket was written to, or something went on its own, meanwhile; once more")
            else:
                step.note(f"{len(plan.changes)} resources")
                return


def _empty(session: Session, terraform: Terraform) -> None:
    for bucket in terraform.outputs().get("buckets", {}).values():
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
                "they are not in Terraform's state (another machine's, or a lost one): remove them by hand, "
                "or bring the state back and run it again",
            ) from None
        step.note("nothing")
    say(f"nothing of {prefix} is in account {account}, {session.target.config.region}")
