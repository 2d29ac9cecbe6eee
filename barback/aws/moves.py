"""Addresses that resources had in earlier versions of infra/*.tf, where a `moved` block cannot say it: a block names
one resource, or all of a `for_each` with their keys as they are, but no pattern for keys."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from barback.files import write

FILE = "moved.tf.json"
# Each alarm was once in a resource of its kind.
_ALARM = 'aws_cloudwatch_metric_alarm.this["{}"]'
RENAMED = {
    "aws_cloudwatch_metric_alarm.function": _ALARM,
    "aws_cloudwatch_metric_alarm.rejected": _ALARM.format("{}-rejected"),
    "aws_cloudwatch_metric_alarm.missed_run": _ALARM.format("{}-missed"),
    "aws_cloudwatch_metric_alarm.failed_start": _ALARM.format("{}-not-started"),
    "aws_cloudwatch_metric_alarm.dead_letters": _ALARM.format("{}-not-empty"),
    "aws_cloudwatch_metric_alarm.oldest_message": _ALARM.format("{}-too-old"),
}


def write_moves(infra: Path, addresses: Iterable[str]) -> None:
    """Has Terraform take what a state has under earlier addresses for what is called otherwise now."""
    blocks = []
    for address in addresses:
        found = re.fullmatch(r'([\w.]+)\["(.+)"\]', address)
        if found and found[1] in RENAMED:
            blocks.append({"from": address, "to": RENAMED[found[1]].format(found[2])})
    write(infra / FILE, json.dumps({"moved": blocks}, indent=1))
