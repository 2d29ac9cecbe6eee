"""`barback demo`: from nothing to results. Starts the environment, drops the samples in, shows what came out."""

import argparse
from functools import partial
from typing import Any

from barback.commands.up import awslocal, start
from barback.config import read_config
from barback.console import Step, say, table
from barback.diagnosis import explain
from barback.flows.cocktails.fetch import ask, fetch, render
from barback.flows.uploads import drop, metadata_of, samples
from barback.polling import wait_for
from barback.targets import target_of

PATIENCE = 120.0
WIDEST_MESSAGE = 58
MOST_DRINKS = 8


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "It may be run again: the same files give the same results."


def run(arguments: argparse.Namespace) -> int:
    config = read_config()
    start(config)
    target = target_of(config)
    with Step("dropping sample files into the bucket") as step:
        dropped = {key: drop(target, path, key) for path, key in samples(target.stack)}
        step.note(f"{len(dropped)} files in s3://{target.names.bucket('raw')}/uploads/")
    items: dict[str, dict[str, Any]] = {}
    with Step("waiting for their profiles") as step:
        for key, etag in dropped.items():
            items[key] = wait_for(
                partial(metadata_of, target, key, etag),
                f"the profile of {key}",
                seconds=PATIENCE,
                explain=lambda: explain(target, "csv_profile"),
            )
            step.detail(f"{len(items)} of {len(dropped)}")
        step.note(f"{len(items)} items in {target.names.table('file_metadata')}")
    say()
    say(table(("file", "status", "rows", "missing", "invalid", "what was found"), map(_row, items.values())))
    say()
    fetched = fetch(target, {})
    say(f"\nWhat can be made with gin and lime? ({fetched})\n")
    say(render(ask(target, ["gin", "lime"], mocktails=False, category=None), most=MOST_DRINKS))
    names = target.names
    places = {
        "bucket": names.bucket("raw"),
        "processed": names.bucket("processed"),
        "table": names.table("file_metadata"),
    }
    say(NEXT.format(awslocal=awslocal(config), **places))
    return 0


NEXT = """
Look closer:
  make profile FILE=samples/uploads/employees.csv
  make cocktails ARGS="--with rum --with mint"
  {awslocal} s3 ls s3://{processed}/profiles/uploads/
  {awslocal} dynamodb get-item --table-name {table} --key '{{"file_name": {{"S": "uploads/employees.csv"}}}}'
Try your own:
  {awslocal} s3 cp FILE.csv s3://{bucket}/uploads/
  make logs F=csv_profile FOLLOW=1
Change it: edit lambda_src/csv_profile/, then `make up`; test it with `make test`; stop it with `make down`."""


def _row(item: dict[str, Any]) -> tuple[object, ...]:
    quality = item.get("quality_issues") or {}
    missing = sum(int(column["count"]) for column in (quality.get("missing_values") or {}).values())
    invalid = sum(int(column["count"]) for column in (quality.get("invalid_values") or {}).values())
    return (
        item["file_name"].removeprefix("uploads/"),
        item["status"],
        item.get("row_count", 0),
        missing,
        invalid,
        _found(item, quality),
    )


def _found(item: dict[str, Any], quality: dict[str, Any]) -> str:
    """The error that ended it, or the kinds of issues in the words of the field."""
    codes = dict.fromkeys(issue["code"] for issue in quality.get("issues") or [])
    words: str = (
        item.get("error_message") or ", ".join(codes) or ("missing cells" if quality.get("has_issues") else "–")
    )
    return words if len(words) <= WIDEST_MESSAGE else words[: WIDEST_MESSAGE - 1] + "…"
