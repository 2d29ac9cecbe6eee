"""Where a list goes on, as an opaque text: a position, and a digest that ties it to the list it came from.

The digest covers the table and every filter, so a cursor that was changed, cut, made up or taken from another list is
known as such. It keeps no secret: what a cursor says is only where in that list to go on.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from hashlib import blake2b

from api.problems import Invalid

DIGEST = 8
LONGEST = 4096
WHY = "is not a cursor of this list; take it from the answer that it came with, and leave the filters as they were"


def cursor_of(position: Mapping[str, str] | None, *belongs_to: object) -> str | None:
    if position is None:
        return None
    body = json.dumps(position, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_digest(body, belongs_to) + body).decode().rstrip("=")


def position_of(cursor: str | None, *belongs_to: object) -> dict[str, str] | None:
    if cursor is None:
        return None
    try:
        whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("lastKey", WHY) from None
    body = whole[DIGEST:]
    if whole[:DIGEST] != _digest(body, belongs_to):
        raise Invalid("lastKey", WHY)
    position: dict[str, str] = json.loads(body)
    if cursor_of(position, *belongs_to) != cursor:  # other texts that decode to the same
        raise Invalid("lastKey", WHY)
    return position


def _digest(body: bytes, belongs_to: tuple[object, ...]) -> bytes:
    key = blake2b(repr(belongs_to).encode(), digest_size=32).digest()
    return blake2b(body, key=key, digest_size=DIGEST).digest()
