"""What a person does to try the flows: upload a file, start a function, send failed events again."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

import api.routes.common  # noqa: F401 - knows what `key` is in an address; app.py has put it on the path
from barback.failed_events import redrive
from barback.stack.model import ScheduleTrigger, UploadTrigger
from barback.targets import Target

router = APIRouter(prefix="/harness", tags=["test harness, only on this machine"])
LARGEST = 100_000_000  # bytes of an upload
LONGEST_KEY = 1024


class Uploaded(BaseModel):
    bucket: str
    key: str
    etag: str
    functions: list[str] = Field(description="what it starts")


class Started(BaseModel):
    function: str
    request_id: str


class Sent(BaseModel):
    queue: str
    what: str
    sent: bool
    problem: str = ""


@router.put("/uploads/{key:key}", status_code=201, summary="Upload a file, as the body of the request, to this key")
async def upload(request: Request, key: Annotated[str, Path(examples=["uploads/sales.csv"])]) -> Uploaded:
    target: Target = request.app.state.target
    starts = [
        (name, trigger.bucket)
        for name, function in target.stack.functions.items()
        for trigger in function.triggers
        if isinstance(trigger, UploadTrigger) and key.startswith(trigger.prefix) and key.endswith(trigger.suffix)
    ]
    if not starts or len(key.encode()) > LONGEST_KEY:
        taken = sorted(
            f"{trigger.prefix}…{trigger.suffix}"
            for function in target.stack.functions.values()
            for trigger in function.triggers
            if isinstance(trigger, UploadTrigger)
        )
        raise HTTPException(400, f"a file with this key starts nothing; keys are {', '.join(taken)}")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise HTTPException(413, f"the file is larger than {LARGEST:,} bytes; use awslocal s3 cp")
    bucket = target.names.bucket(starts[0][1])
    answer = target.client("s3").put_object(Bucket=bucket, Key=key, Body=bytes(body))
    return Uploaded(bucket=bucket, key=key, etag=answer["ETag"].strip('"'), functions=[name for name, _ in starts])


@router.post("/functions/{name}", status_code=202, summary="Start a function that a schedule starts, without waiting")
def start(
    request: Request,
    name: Annotated[str, Path(examples=["records_ingest"])],
    payload: Annotated[dict[str, Any] | None, Body(examples=[{"sources": ["randomuser"]}])] = None,
) -> Started:
    target: Target = request.app.state.target
    scheduled = [
        function
        for function, entry in target.stack.functions.items()
        if any(isinstance(trigger, ScheduleTrigger) for trigger in entry.triggers)
    ]
    if name not in scheduled:
        raise HTTPException(404, f"no schedule starts a function of this name; there are {', '.join(scheduled)}")
    answer = target.client("lambda").invoke(
        FunctionName=target.names.called(name), InvocationType="Event", Payload=json.dumps(payload or {}).encode()
    )
    return Started(function=name, request_id=answer["ResponseMetadata"].get("RequestId", ""))


@router.post("/redrive", summary="Send failed events again, and the messages of dead-letter queues")
def send_again(request: Request) -> list[Sent]:
    target: Target = request.app.state.target
    done = []
    for queue in redrive.failure_queues(target.stack):
        letters = redrive.look(target, queue, None, redrive.LOOK_AT_MOST).letters
        done += [(queue, outcome) for outcome in redrive.send(target, queue, letters)]
    for queue, dead in redrive.message_queues(target.stack).items():
        messages = redrive.dead_letters(target, dead).look(redrive.LOOK_AT_MOST)
        done += [(dead, outcome) for outcome in redrive.move(target, queue, messages)]
    return [Sent(queue=queue, what=o.what, sent=o.sent, problem=o.problem) for queue, o in done]
