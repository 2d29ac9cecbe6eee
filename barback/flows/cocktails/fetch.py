"""What `barback cocktails` does: has the deployed functions fetch drinks, waits for them, and asks the table."""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from barback.console import Step
from barback.diagnosis import explain
from barback.errors import Problem
from barback.invocation import invoke, patience
from barback.polling import wait_for
from barback.targets import Target

FETCH, TRANSFORM = "cocktails_fetch", "cocktails_transform"
COUNTED = ("new", "changed", "unchanged", "rejected")

SINGLE = {"ids", "random"}  # what asks for drinks one by one


@dataclass(frozen=True)
class Fetched:
    told: str  # how it went
    ids: list[str]  # of the drinks, where single ones were asked for
    is_bad: bool  # too much went wrong for it to count as done


def fetch(target: Target, payload: Mapping[str, Any]) -> Fetched:
    """Fetches what the payload asks for, waits until all of it is stored, and says how that went."""
    with Step("fetching", sys.stderr) as step:
        fetched = invoke(target, FETCH, payload)
        if fetched["status"] == "error":
            raise Problem(fetched["message"], "fix the option, and run the command again")
        step.note(f"{fetched['drinks']} drinks in {fetched['asked']} answers, {fetched['landed']} of them new")
    counts: Counter[str] = Counter()
    told: list[str] = list(fetched["warnings"])
    failed: list[str] = []
    with Step("transforming", sys.stderr) as step:
        for answer in fetched["answers"]:
            if answer["status"] == "landed":
                step.detail(answer["key"])
                summary = _summary(target, answer["key"])
                counts.update({name: summary[name] for name in COUNTED})
                if summary["status"] == "error":
                    failed.append(f"{answer['key']} did not come in: {summary['message']}")
                elif summary["rejected"]:
                    rejected = f"rejected/{answer['key'].removesuffix('.json')}.ndjson"
                    told.append(f"{summary['rejected']} rejected of {answer['key']}: see {rejected}")
            else:
                counts["unchanged"] += answer["drinks"]
    told.insert(0, f"{fetched['drinks']} fetched: " + ", ".join(f"{counts[name]} {name}" for name in COUNTED))
    labels = [answer["label"] for answer in fetched["answers"]]
    ids = [label.removeprefix("id=") for label in labels if label.startswith("id=")] if set(payload) & SINGLE else []
    return Fetched("\n".join([*told, *failed]), ids, bool(failed))


def _summary(target: Target, raw_key: str) -> dict[str, Any]:
    """How the transform of exactly this landing ended."""
    s3 = target.client("s3")
    landed = s3.head_object(Bucket=target.names.bucket("raw"), Key=raw_key)["Metadata"]["landed-at"]
    key = raw_key.removesuffix(".json") + ".summary.json"

    def of_this_landing() -> dict[str, Any] | None:
        try:
            found = s3.get_object(Bucket=target.names.bucket("processed"), Key=key)
        except s3.exceptions.NoSuchKey:
            return None
        if found["Metadata"].get("landed-at", "") < landed:
            return None
        summary: dict[str, Any] = json.loads(found["Body"].read())
        return summary

    seconds = patience(target, TRANSFORM)
    return wait_for(of_this_landing, f"the summary {key}", seconds=seconds, explain=lambda: explain(target, TRANSFORM))
