"""Code that changes while events come in: every event is served, once by code that is whole, and none waits."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest

from barback.provision.compute import Function
from barback.provision.resource import Context
from tests.integration.flows import Dropped, Flows

UPDATES = 8
AT_ONCE = 3


@pytest.mark.local_only(reason="it changes the deployed code; AWS keeps that promise itself")
def test_events_that_come_while_code_changes_are_served_as_if_it_did_not(context: Context, flows: Flows) -> None:
    done = Event()

    def upload(stream: int) -> list[Dropped]:
        dropped: list[Dropped] = []
        while not done.is_set():
            dropped.append(flows.drop(f"update-{stream}-{len(dropped)}.csv", "a\n1\n"))
            flows.metadata_of(dropped[-1])  # waits for it: no more than AT_ONCE are under way, whatever the machine
        return dropped

    with ThreadPoolExecutor(AT_ONCE) as pool:
        streams = [pool.submit(upload, stream) for stream in range(AT_ONCE)]
        try:
            changed = [Function(replace(context, package=_with_note(context.package, n)), "csv_profile").converge()
                       for n in range(UPDATES)]  # fmt: skip
        finally:
            done.set()
            Function(context, "csv_profile").converge()
    assert changed == ["changed"] * UPDATES
    uploads = [dropped for stream in streams for dropped in stream.result()]
    assert {flows.metadata_of(dropped)["status"] for dropped in uploads} == {"success"}
    keys = {dropped.key for dropped in uploads}
    failed = [event for event in flows.failed_events("csv_profile") if any(key in str(event) for key in keys)]
    assert failed == []


def _with_note(package: bytes, number: int) -> bytes:
    """The same code in a package of other bytes."""
    changed = io.BytesIO(package)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr(f"note-{number}.txt", "")
    return changed.getvalue()
