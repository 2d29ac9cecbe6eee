"""Code that changes while events come in: every event is served, once by code that is whole, and none waits."""

import io
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from barback.live import Live
from barback.package import build_for
from barback.paths import LAMBDA_SRC
from barback.provision.compute import Function
from barback.provision.resource import Context
from tests.integration.flows import Dropped, Flows

UPDATES = SAVES = 5
AT_ONCE = 3


@pytest.mark.local_only(reason="it changes the deployed code; AWS keeps that promise itself")
def test_events_that_come_while_code_changes_are_served_as_if_it_did_not(context: Context, flows: Flows) -> None:
    with _uploads(flows):
        for number in range(UPDATES):
            package = _with_note(context.package, number)
            assert Function(replace(context, package=package), "csv_profile").converge() == "changed"
    Function(context, "csv_profile").converge()


# Answers with its version, and with that of a second file: they differ where half of a save is run.
VERSIONED = """
from csv_profile.other_half import VERSION as other

_handle = handle


def handle(event, context):
    return [{version}, other] if event == "version" else _handle(event, context)
"""


@pytest.mark.local_only(reason="AWS takes no code from a folder")
def test_what_is_saved_is_live_at_the_next_event_and_never_half_of_it(
    context: Context, flows: Flows, engine_name: str, tmp_path: Path
) -> None:
    sources = tmp_path / "lambda_src"
    shutil.copytree(LAMBDA_SRC, sources, ignore=shutil.ignore_patterns("__pycache__"))
    original = (sources / "csv_profile" / "handler.py").read_text()
    live = Live(flows.target, build_for(engine_name, flows.target.stack), sources, tmp_path / "live")
    live.prepare()
    changed = {"csv_profile/handler.py", "csv_profile/other_half.py"}
    try:
        with _uploads(flows):
            for version in range(SAVES):
                (sources / "csv_profile" / "other_half.py").write_text(f"VERSION = {version}\n")
                (sources / "csv_profile" / "handler.py").write_text(original + VERSIONED.format(version=version))
                live.deploy(live.snapshot(changed), live.served_by(changed))
                assert flows.invoke("csv_profile", "version") == [version, version]
    finally:
        Function(context, "csv_profile").converge()


@contextmanager
def _uploads(flows: Flows) -> Iterator[None]:
    """Uploads all the while; in the end each of them has its profile, and none is among the failed events."""
    done, run = Event(), uuid.uuid4().hex[:6]

    def upload(stream: int) -> list[Dropped]:
        dropped: list[Dropped] = []
        while not done.is_set():
            dropped.append(flows.drop(f"{run}-{stream}-{len(dropped)}.csv", "a\n1\n"))
            flows.metadata_of(dropped[-1])  # waits for it: no more than AT_ONCE are under way, whatever the machine
        return dropped

    with ThreadPoolExecutor(AT_ONCE) as pool:
        streams = [pool.submit(upload, stream) for stream in range(AT_ONCE)]
        try:
            yield
        finally:
            done.set()
    uploads = [dropped for stream in streams for dropped in stream.result()]
    assert {flows.metadata_of(dropped)["status"] for dropped in uploads} == {"success"}
    assert [event for event in flows.failed_events("csv_profile") if run in str(event)] == []


def _with_note(package: bytes, number: int) -> bytes:
    """The same code in a package of other bytes."""
    changed = io.BytesIO(package)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr(f"note-{number}.txt", "")
    return changed.getvalue()
