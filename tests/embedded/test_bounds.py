"""What the engine keeps in memory does not grow with what went through it."""

import json
import urllib.request

import psutil
import pytest

from barback.inside.bounds import MOST_LOG_EVENTS
from tests.embedded.lab import Lab
from tests.waiting import SECONDS, until

pytestmark = pytest.mark.local_only

ROUNDS = 12


def kept(lab: Lab, what: str = "_kept") -> dict[str, int]:
    with urllib.request.urlopen(f"{lab.running.url}/{what}", timeout=SECONDS) as answer:
        found: dict[str, int] = json.load(answer)
        return found


def test_invocations_leave_no_threads_and_no_log_lines_behind_that_nobody_can_ask_for(lab: Lab) -> None:
    name = lab.create()
    lab.answer(name, {"echo": 1})
    before = kept(lab)
    for _ in range(ROUNDS):
        lab.answer(name, {"echo": 1})
    until(lambda: lab.log(name).count("REPORT") == ROUNDS + 1, "all logs are stored")
    after = kept(lab)
    assert after["threads"] - before["threads"] < ROUNDS / 2
    assert after["log events"] == before["log events"] == 0


def test_an_item_that_was_replaced_is_gone(lab: Lab) -> None:
    tables, name = lab.client("dynamodb"), next(lab.names)
    tables.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(ROUNDS):
        tables.put_item(TableName=name, Item={"k": {"S": "same"}, "n": {"N": str(number)}})
    assert kept(lab)["items"] == 0
    assert tables.get_item(TableName=name, Key={"k": {"S": "same"}})["Item"]["n"] == {"N": str(ROUNDS - 1)}


def test_of_a_talkative_function_the_newest_lines_are_kept_and_memory_comes_back(lab: Lab) -> None:
    name, engine = lab.create(MemorySize=512), psutil.Process(lab.running.pid)
    lab.answer(name, {"echo": "first"})
    before = engine.memory_info().rss
    lab.answer(name, {"print": 4 * MOST_LOG_EVENTS * 100})

    def stored() -> bool:
        lines = lab.log(name).splitlines()
        return len(lines) == MOST_LOG_EVENTS and lines[-1].startswith("REPORT")

    until(stored, "the log is stored and cut")
    assert "first" not in lab.log(name)
    # All of it in one call left 200 MB behind.
    until(lambda: engine.memory_info().rss - before < 100 * 1024 * 1024, "memory comes back")


def test_garbage_is_collected_except_while_the_engine_starts(lab: Lab) -> None:
    found = until(lambda: (now := kept(lab, "_garbage"))["now"] and now, "the engine collects garbage")
    assert not found["while starting"]
    assert found["set aside"] > 100_000, "what LocalStack itself consists of is not looked at again"
