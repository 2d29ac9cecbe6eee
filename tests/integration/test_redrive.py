"""Redrive on a real engine: an event from the dead-letter queue reaches its function, and leaves the queue."""

import os
import signal
import subprocess
import sys

import pytest

from barback.failed_events import redrive
from barback.paths import ROOT
from tests.integration.flows import Flows
from tests.waiting import until


def test_a_failed_event_is_sent_again_and_leaves_the_queue(flows: Flows) -> None:
    dropped = flows.drop("redriven.csv", "a\n1\n")
    flows.metadata_of(dropped)
    _forget(flows, dropped.key)
    flows.leave_failed_event(flows.upload_event(dropped))

    letters = _letters(flows, dropped.key)
    assert [letter.event.error for letter in letters] == ["StoreFailed: the table was away"]
    assert all(outcome.sent for outcome in redrive.send(flows.target, "failed_events", letters))

    assert flows.metadata_of(dropped)["status"] == "success"
    assert _letters(flows, dropped.key) == []


KILLED_BEFORE_DELETING = """
import os, signal, sys
from barback.engines import current_config
from barback.failed_events import queue, redrive
from barback.targets import target_of

redrive.SEND_SECONDS = 1
queue.DeadLetters.delete = lambda self, messages: os.kill(os.getpid(), signal.SIGKILL)
target = target_of(current_config())
found = redrive.look(target, "failed_events", "csv_profile", redrive.LOOK_AT_MOST)
list(redrive.send(target, "failed_events", [x for x in found.letters if x.event.what == sys.argv[1]]))
"""


@pytest.mark.local_only(reason="what it shows is the same on AWS, and leaves an event there for a minute")
def test_a_kill_between_sending_and_deleting_loses_nothing(flows: Flows) -> None:
    dropped = flows.drop("killed.csv", "a\n1\n")
    flows.metadata_of(dropped)
    flows.leave_failed_event(flows.upload_event(dropped))
    _forget(flows, dropped.key)
    ports = {"GATEWAY_PORT": str(flows.target.config.gateway_port)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_DELETING, dropped.key],
        cwd=ROOT, env={**os.environ, **ports}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert flows.metadata_of(dropped)["status"] == "success"  # it was sent
    letters = until(lambda: _letters(flows, dropped.key), "the event is seen again")

    _forget(flows, dropped.key)
    assert [outcome.sent for outcome in redrive.send(flows.target, "failed_events", letters)] == [True]
    assert flows.metadata_of(dropped)["status"] == "success"
    assert _letters(flows, dropped.key) == []


def _forget(flows: Flows, key: str) -> None:
    table = flows.target.names.table("file_metadata")
    flows.target.client("dynamodb").delete_item(TableName=table, Key={"file_name": {"S": key}})


def test_looking_hides_nothing(flows: Flows) -> None:
    key = flows.key("looked-at.csv")
    flows.leave_failed_event({"Records": [{"s3": {"object": {"key": key}}}]})
    first, second = _letters(flows, key), _letters(flows, key)
    assert [letter.message.id for letter in first] == [letter.message.id for letter in second]
    assert len(first) == 1
    queue = redrive.dead_letters(flows.target, "failed_events")
    with queue.taking(30) as batches:
        for batch in batches:
            queue.delete([message for message in batch if message.id == first[0].message.id])


def _letters(flows: Flows, key: str) -> list[redrive.Letter]:
    found = redrive.look(flows.target, "failed_events", "csv_profile", redrive.LOOK_AT_MOST)
    return [letter for letter in found.letters if letter.event.what == key]
