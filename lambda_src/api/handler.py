"""The Lambda behind the HTTP API on AWS and the function URL on local engines. Both send payload 2.0."""

from collections.abc import Mapping
from typing import Any

from api.app import make_app
from api.asgi import answer
from common.aws import prepare

# Made while the module loads: in Lambda that phase has a whole CPU.
APP = make_app()
prepare("dynamodb")


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    return answer(APP, event, context)
