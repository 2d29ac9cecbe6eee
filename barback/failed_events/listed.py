"""The messages of a local queue without receiving them: receiving would count towards a message's tries, and hide it
from others for a while. LocalStack lists them at an address of its own, those being worked on included."""

import json
from typing import Any
from urllib.parse import quote
from urllib.request import Request

from barback.direct import opened

SECONDS = 5


def listed(endpoint: str, url: str) -> list[dict[str, Any]]:
    """In the form in which SQS hands messages out. May raise OSError, ValueError, KeyError."""
    address = f"{endpoint}/_aws/sqs/messages?ShowInvisible=true&QueueUrl={quote(url, safe='')}"
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - our own engine
    with opened(request, SECONDS) as answer:
        messages = json.load(answer)["ReceiveMessageResponse"]["ReceiveMessageResult"]
    found = (messages or {}).get("Message") or []
    return [
        {**message, "Attributes": {each["Name"]: each["Value"] for each in message["Attribute"]}}
        for message in (found if isinstance(found, list) else [found])
    ]
