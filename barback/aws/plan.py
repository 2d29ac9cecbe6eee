"""What a saved plan is going to do, small enough to be read before saying yes."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["make", "change", "replace", "remove"]
# Their contents go with them.
HOLDS_DATA = ("aws_s3_bucket", "aws_dynamodb_table", "aws_sqs_queue")
NO_CHANGE = (["no-op"], ["read"])


@dataclass(frozen=True)
class Change:
    action: Action
    address: str
    kind: str
    # The attributes after the change, as far as they are known before it.
    after: dict[str, Any]

    @property
    def loses_data(self) -> bool:
        return self.action in ("replace", "remove") and self.kind in HOLDS_DATA


@dataclass(frozen=True)
class Plan:
    changes: tuple[Change, ...]

    def counts(self) -> str:
        found = Counter(change.action for change in self.changes)
        order: tuple[Action, ...] = ("make", "change", "replace", "remove")
        return ", ".join(f"{found[action]} to {action}" for action in order if found[action]) or "nothing to do"

    def rows(self) -> list[tuple[str, str, int]]:
        """The changes by kind, for a table."""
        found = Counter((change.action, change.kind.removeprefix("aws_").replace("_", " ")) for change in self.changes)
        return [(action, kind, count) for (action, kind), count in sorted(found.items())]

    @property
    def losses(self) -> list[Change]:
        return [change for change in self.changes if change.loses_data]


def read_plan(shown: dict[str, Any]) -> Plan:
    """From the output of `terraform show -json`."""
    return Plan(
        tuple(
            Change(_action(entry["change"]["actions"]), entry["address"], entry["type"], entry["change"]["after"] or {})
            for entry in shown.get("resource_changes", [])
            if entry["mode"] == "managed" and entry["change"]["actions"] not in NO_CHANGE
        )
    )


def _action(actions: list[str]) -> Action:
    if set(actions) == {"create", "delete"}:
        return "replace"
    named: dict[str, Action] = {"create": "make", "update": "change", "delete": "remove", "forget": "remove"}
    return named[actions[0]]
