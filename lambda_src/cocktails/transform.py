"""From the bytes of a raw answer to drinks and rejections. Pure; every entry of the answer ends in one of the two."""

import json
import reprlib
from dataclasses import dataclass, field
from typing import Any

from cocktails.models import Rejected, admit
from cocktails.normalise import Drink, content_hash, normalised
from common.errors import BadInput

LARGEST_ANSWER = 20_000_000  # bytes
LARGEST_DRINK = 350_000  # bytes; DynamoDB takes items up to 400 KB


@dataclass(frozen=True)
class Hashed:
    drink: Drink
    sha256: str


@dataclass
class Batch:
    entries: int = 0  # in the answer
    drinks: list[Hashed] = field(default_factory=list)
    repeats: int = 0  # entries that say again, word for word, what an earlier one said
    rejections: list[dict[str, Any]] = field(default_factory=list)


def transform(body: bytes) -> Batch:
    """BadInput, if the answer as a whole is not of the catalogue's form."""
    batch = Batch()
    seen: dict[str, str] = {}
    for position, entry in enumerate(_entries(body)):
        batch.entries += 1
        try:
            hashed = _hashed(entry)
        except Rejected as error:
            batch.rejections.append(_rejection(position, entry, str(error)))
            continue
        identity = hashed.drink["id"]
        earlier = seen.get(identity)
        if earlier is None:
            seen[identity] = hashed.sha256
            batch.drinks.append(hashed)
        elif earlier == hashed.sha256:
            batch.repeats += 1
        else:  # storing both in turn would change the table with every replay
            reason = f"drink {identity} is in this answer before, with other content"
            batch.rejections.append(_rejection(position, entry, reason))
    return batch


def as_lines(records: list[Any]) -> bytes:
    """NDJSON: the same bytes for the same records. In ASCII, for a rejected entry may hold halves of characters."""
    return b"".join(json.dumps(record, sort_keys=True).encode() + b"\n" for record in records)


def _hashed(entry: Any) -> Hashed:
    drink = normalised(admit(entry))
    size = len(json.dumps(drink, ensure_ascii=False).encode())
    if size > LARGEST_DRINK:
        raise Rejected(f"it is {size:,} bytes when normalised; at most {LARGEST_DRINK:,} fit an item")
    return Hashed(drink, content_hash(drink))


def _entries(body: bytes) -> list[Any]:
    if len(body) > LARGEST_ANSWER:
        raise BadInput(f"the answer is {len(body):,} bytes; at most {LARGEST_ANSWER:,} are read")
    try:
        payload = json.loads(body, parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"the answer is not JSON ({error}); fetch it again") from None
    if not isinstance(payload, dict) or "drinks" not in payload:
        found = f"the fields {sorted(payload)[:5]}" if isinstance(payload, dict) else f"a {type(payload).__name__}"
        raise BadInput(f'the answer has {found}, not {{"drinks": […]}}; the API has changed, and so must models.py')
    drinks = payload["drinks"]
    if drinks is None or isinstance(drinks, str):  # nothing found; some answers say so in a sentence
        return []
    if not isinstance(drinks, list):
        raise BadInput(f"drinks is a {type(drinks).__name__}, not a list; the API has changed, and so must models.py")
    return drinks


def _rejection(position: int, entry: Any, reason: str) -> dict[str, Any]:
    known = entry if isinstance(entry, dict) else {}
    return {
        "position": position,
        "id": known.get("idDrink"),
        "name": known.get("strDrink"),
        "reason": reason,
        "entry": _shown(entry),
    }


def _shown(entry: Any) -> Any:
    """The entry as it came; in outline, if it is nested too deep to be written."""
    try:
        json.dumps(entry)
    except RecursionError:
        return reprlib.repr(entry)
    return entry


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")
