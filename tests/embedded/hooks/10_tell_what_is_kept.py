# Lets tests ask the engine what it keeps: GET /_kept; and how it looks for garbage, now and while it started.
import gc
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


while_starting = gc.isenabled()


def garbage(request, **_):
    now = {"while starting": while_starting, "now": gc.isenabled(), "set aside": gc.get_freeze_count()}
    return Response(json.dumps(now), mimetype="application/json")


ROUTER.add("/_kept", kept)
ROUTER.add("/_garbage", garbage)
