"""Calls a deployed function and waits for its answer; says how long one may take."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from barback.errors import Problem
from barback.targets import Target

# On top of a function's own time-out: for the event to arrive, and the function to start.
_PATIENCE = 60


def patience(target: Target, function: str) -> int:
    """Seconds after which a function has either done what an event asks for, or never will."""
    return target.stack.functions[function].timeout + _PATIENCE


def invoke(target: Target, function: str, payload: Mapping[str, Any]) -> Any:
    """What the function of that name in the stack answers; a Problem if it cannot be reached, or fails."""
    try:
        # A client that gave up before the function does would invoke it again.
        answer = target.client("lambda", read_timeout=patience(target, function)).invoke(
            FunctionName=target.names.called(function), Payload=json.dumps(payload).encode()
        )
        result = json.loads(answer["Payload"].read() or b"null")
    except (ClientError, BotoCoreError) as error:
        where = "AWS" if target.is_aws else f"the engine at {target.endpoint}"
        hint = "make status" if target.is_aws else "start it: make up"
        raise Problem(f"{where} could not run {function}: {error}", hint) from None
    if "FunctionError" in answer:
        raise Problem(
            f"{function} is deployed, but fails: {result.get('errorType')}: {result.get('errorMessage')}",
            f"see its log: make logs F={function}",
        )
    return result
