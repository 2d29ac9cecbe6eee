"""What a saved plan is going to do, small enough to be read before saying yes."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from barback.aws.state import HOLDS_DATA

Action = Literal["make", "adopt", "change", "replace", "remove"]
ORDER: tuple[Action, ...] = ("make", "adopt", "change", "replace", "remove")
NO_CHANGE = (["no-op"], ["read"])
LONGEST = 60


@dataclass(frozen=True)
class Change:
    action: Action
    address: str
    kind: str
    # The attributes before and after the change, as far as they are known before it.
    before: dict[str, Any]
    after: dict[str, Any]
    unknown: dict[str, Any]

    @property
    def loses_data(self) -> bool:
        if self.action in ("replace", "remove"):
            return self.kind in HOLDS_DATA
        return self.expires_earlier

    @property
    def expires_earlier(self) -> bool:
        """Whether S3 is going to delete what it would have kept."""
        if self.kind != "aws_s3_bucket_lifecycle_configuration" or self.action != "change":
            return False
        return _kept_days(self.after) < _kept_days(self.before)

    @property
    def is_protected(self) -> bool:
        return self.loses_data and bool(self.before.get("deletion_protection_enabled"))

    def attributes(self) -> Iterator[str]:
        """Each attribute that changes, with what it was and what it becomes; not what merely follows from that."""
        for name in sorted(self.before.keys() | self.after.keys()):
            before, after = self.before.get(name), self.after.get(name)
            if not self.unknown.get(name) and before != after and (before or after):
                yield f"{name}: {_short(before)} → {_short(after)}"


@dataclass(frozen=True)
class Plan:
    changes: tuple[Change, ...]

    def counts(self) -> str:
        found = Counter(change.action for change in self.changes)
        return ", ".join(f"{found[action]} to {action}" for action in ORDER if found[action]) or "nothing to do"

    def rows(self) -> list[tuple[str, str, int]]:
        """The changes by kind, for a table."""
        found = Counter((change.action, change.kind.removeprefix("aws_").replace("_", " ")) for change in self.changes)
        return [(action, kind, count) for (action, kind), count in sorted(found.items())]

    @property
    def altered(self) -> list[Change]:
        """What is there and will not be as it was."""
        return [change for change in self.changes if change.action in ("change", "replace", "remove")]

    @property
    def losses(self) -> list[Change]:
        return [change for change in self.changes if change.loses_data]


def read_plan(shown: dict[str, Any]) -> Plan:
    """From the output of `terraform show -json`."""
    return Plan(tuple(_changes(shown)))


def _changes(shown: dict[str, Any]) -> Iterator[Change]:
    for entry in shown.get("resource_changes", []):
        change = entry["change"]
        adopted = bool(change.get("importing"))
        if entry["mode"] != "managed" or (change["actions"] in NO_CHANGE and not adopted):
            continue
        action = _action(change["actions"])
        yield Change(
            "adopt" if adopted and action == "change" else action,
            entry["address"],
            entry["type"],
            change.get("before") or {},
            change.get("after") or {},
            _top_level(change.get("after_unknown")),
        )


def _action(actions: list[str]) -> Action:
    if set(actions) == {"create", "delete"}:
        return "replace"
    named: dict[str, Action] = {
        "create": "make",
        "update": "change",
        "no-op": "change",
        "delete": "remove",
        "forget": "remove",
    }
    return named[actions[0]]


def _top_level(unknown: Any) -> dict[str, Any]:
    return {name: True for name, value in unknown.items() if value is True} if isinstance(unknown, dict) else {}


def _kept_days(lifecycle: dict[str, Any]) -> float:
    """How long current objects are kept."""
    expirations = [e for rule in lifecycle.get("rule") or [] for e in rule.get("expiration") or []]
    return min((float(e["days"]) for e in expirations if e.get("days")), default=float("inf"))


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
