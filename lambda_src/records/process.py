"""From the bytes of a raw object to records that can be stored, and those that cannot, each with its reason."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from common.errors import BadInput
from records.messages import Refused
from records.sources import SOURCES, Source

LARGEST_RECORD = 100_000  # bytes when normalised; what a transaction takes at most decides


@dataclass(frozen=True)
class Record:
    id: str
    source: str
    type: str
    fingerprint: str
    content: dict[str, Any]  # title, body, details


@dataclass
class Batch:
    """entries = records + rejections + repeats"""

    entries: int = 0
    records: list[Record] = field(default_factory=list)
    rejections: list[dict[str, Any]] = field(default_factory=list)
    repeats: int = 0  # of an id that comes again further on; the last one counts


def process(body: bytes, source_name: str) -> Batch:
    source = SOURCES[source_name]
    try:
        entries = source.records(json.loads(body))
    except BadInput as error:
        raise Refused(str(error)) from None
    except (ValueError, RecursionError):
        raise Refused("the raw object is not JSON") from None
    batch = Batch(entries=len(entries))
    records: dict[str, Record] = {}
    for position, entry in enumerate(entries):
        try:
            record = _record(source, entry)
        except ValidationError as error:
            batch.rejections.append({"position": position, "reason": "; ".join(_reasons(error))})
        except BadInput as error:
            batch.rejections.append({"position": position, "reason": str(error)})
        else:
            batch.repeats += record.id in records
            records[record.id] = record
    batch.records = list(records.values())
    return batch


def _record(source: type[Source], entry: Any) -> Record:
    read = source.model_validate(entry)
    content = read.normalised()
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    if len(canonical) > LARGEST_RECORD:
        raise BadInput(f"it is {len(canonical):,} bytes when normalised; at most {LARGEST_RECORD:,} are stored")
    return Record(
        record_id(source, read.identity), source.name, source.type, hashlib.sha256(canonical).hexdigest(), content
    )


def record_id(source: type[Source], identity: str) -> str:
    """jsonplaceholder-1-0f4dca37: the end tells records of one source with the same id but different types apart."""
    digest = hashlib.sha256(f"{source.name}/{source.type}/{identity}".encode()).hexdigest()
    return f"{source.name}-{identity}-{digest[:8]}"


def _reasons(error: ValidationError) -> Iterator[str]:
    """Field and fault, never the value: it may be somebody's."""
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(map(str, detail["loc"])) or "the record"
        yield f"{where}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
