# Lets tests ask the engine what it keeps: GET /_kept.
import json

from localstack.services.edge import ROUTER
from localstack.utils.threads import TMP_THREADS
from moto.dynamodb.models.dynamo_type import Item
from moto.logs.models import LogEvent
from werkzeug import Response


def kept(request, **_):
    counts = {
        "threads": len(TMP_THREADS),
        "log events": len(LogEvent.instances_tracked),
        "items": len(Item.instances_tracked),
    }
    return Response(json.dumps(counts), mimetype="application/json")


ROUTER.add("/_kept", kept)
