"""`barback rollback`: has triggers start again what ran before the last deployment, and checks that it works.

A deployment publishes a version of every function that it changes and moves the alias `live` to it; this moves it back.
Nothing is built. The next deployment moves it forward again, so the cause has to be fixed by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from barback.aws.deploy import check_flows
from barback.aws.explain import in_words
from barback.aws.session import Session, begin
from barback.config import Config
from barback.console import Step, say, table
from barback.errors import Problem
from barback.stack.names import LIVE
from barback.targets import Target

# What one deployment publishes, it publishes within this time.
ONE_DEPLOYMENT = timedelta(minutes=30)


@dataclass(frozen=True)
class Version:
    number: str
    made: datetime


@dataclass(frozen=True)
class Live:
    function: str
    current: Version
    previous: Version | None


def rollback(config: Config, function: str | None = None) -> None:
    session = begin(config, "rollback")
    with Step("looking at the versions") as step, in_words("looking at the versions"):
        live = list(_live(session.target, step))
        chosen = [entry for entry in live if entry.function == function] if function else _last_deployment(live)
    moves = [(entry, entry.previous) for entry in chosen if entry.previous]
    if not moves:
        raise Problem("there is no version to go back to", _why_not(session, function))
    rows = [(e.function, e.current.number, _when(e.current), p.number, _when(p)) for e, p in moves]
    say()
    say(table(("function", "live", "of", "goes back to", "of"), rows))
    say()
    session.require_yes(f"Have triggers start these in account {session.target.identity['Account']}?")
    with Step("going back") as step, in_words("going back"):
        for entry, previous in moves:
            session.target.client("lambda").update_alias(
                FunctionName=session.target.names.function(entry.function), Name=LIVE, FunctionVersion=previous.number
            )
        step.note(f"{len(moves)} function{'s' * (len(moves) != 1)}")
    check_flows(session)
    say(f"\nThe next deployment moves forward again; until then `{session.command('plan')}` shows the difference.")


def _live(target: Target, step: Step) -> Iterator[Live]:
    for function in target.stack.functions:
        step.detail(function)
        name = target.names.function(function)
        try:
            number = target.client("lambda").get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            continue
        versions = sorted(_versions(target, name), key=lambda version: int(version.number))
        [current] = [version for version in versions if version.number == number]
        earlier = [version for version in versions if int(version.number) < int(number)]
        yield Live(function, current, earlier[-1] if earlier else None)


def _versions(target: Target, name: str) -> Iterator[Version]:
    for page in target.client("lambda").get_paginator("list_versions_by_function").paginate(FunctionName=name):
        for entry in page["Versions"]:
            if entry["Version"].isdigit():
                yield Version(entry["Version"], datetime.fromisoformat(entry["LastModified"]))


def _last_deployment(live: list[Live]) -> list[Live]:
    """What was published together last; a function that the deployment did not change stays as it is."""
    newest = max((entry.current.made for entry in live), default=None)
    return [entry for entry in live if newest and entry.current.made > newest - ONE_DEPLOYMENT]


def _when(version: Version) -> str:
    return version.made.strftime("%Y-%m-%d %H:%M")


def _why_not(session: Session, function: str | None) -> str:
    if function and function not in session.target.stack.functions:
        return f"there is no function {function}; the stack has {', '.join(session.target.stack.functions)}"
    return f"this was the first deployment: fix what is wrong and run {session.command('deploy')}"
