"""What Terraform's state knows: read from the state itself, because outputs are the first that a removal takes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Their contents go with them.
HOLDS_DATA = ("aws_s3_bucket", "aws_dynamodb_table", "aws_sqs_queue")


@dataclass(frozen=True)
class Resource:
    address: str
    kind: str
    values: dict[str, Any]
    # Its making was interrupted: Terraform would replace it.
    tainted: bool = False


@dataclass(frozen=True)
class State:
    text: str
    lineage: str
    # Grows with every change.
    serial: int
    resources: tuple[Resource, ...]

    def of_kind(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.kind == kind]

    @property
    def buckets(self) -> list[str]:
        return [resource.values["bucket"] for resource in self.of_kind("aws_s3_bucket")]

    @property
    def regions(self) -> set[str]:
        """Where it is: as ARNs tell, and buckets, whose ARNs do not."""
        arns = [str(resource.values.get("arn") or "").split(":") for resource in self.resources]
        told = {arn[3] for arn in arns if len(arn) > 3}
        return (told | {bucket.values.get("region") or "" for bucket in self.of_kind("aws_s3_bucket")}) - {""}

    @property
    def protected(self) -> list[str]:
        """Tables that AWS refuses to delete."""
        return [t.values["name"] for t in self.of_kind("aws_dynamodb_table") if t.values["deletion_protection_enabled"]]


def read_state(text: str) -> State:
    """From what `terraform state pull` says; nothing at all means there is no state yet."""
    told = json.loads(text) if text.strip() else {}
    return State(text, told.get("lineage", ""), told.get("serial", 0), tuple(_resources(told)))


def _resources(told: dict[str, Any]) -> Iterator[Resource]:
    for entry in told.get("resources", []):
        if entry["mode"] != "managed":
            continue
        for instance in entry["instances"]:
            key = instance.get("index_key")
            index = "" if key is None else f"[{json.dumps(key)}]"
            address, tainted = f"{entry['type']}.{entry['name']}{index}", instance.get("status") == "tainted"
            yield Resource(address, entry["type"], instance.get("attributes") or {}, tainted)
