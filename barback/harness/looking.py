"""Reading how the pipeline is: functions with their last runs, their logs, queues, and what has failed. Bounded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from barback.diagnosis import function_state
from barback.failed_events import redrive
from barback.monitor.last import LONGEST, Run, last_events, read
from barback.pipeline import pipeline, starts_on
from barback.stack.model import ScheduleTrigger
from barback.targets import Target
from barback.terminal import clip

router = APIRouter(prefix="/harness", tags=["test harness, only on this machine"])
EVENTS_READ = 500  # of a function's log, to find its last lines and runs
EVENTS_OF_LAST_RUN = 30
LONGEST_REASON = 500  # characters
AT_ONCE = 8


class RunEnded(BaseModel):
    ended: datetime
    request_id: str | None
    milliseconds: float
    memory_mb: int
    used_mb: int
    cold: bool = Field(description="whether a new execution environment was started for it")
    failed: bool


class FunctionSeen(BaseModel):
    name: str
    flow: str
    description: str
    state: str = Field(description="Active, or what is wrong")
    starts_on: list[str]
    scheduled: bool = Field(description="whether it can be started by hand")
    failed_events: str | None = Field(description="the queue that keeps its failed events")
    last_run: RunEnded | None


class LogLine(BaseModel):
    at: datetime
    level: str
    request_id: str | None
    text: str


class FunctionLog(BaseModel):
    function: str
    lines: list[LogLine] = Field(description="oldest first; without the lines of Lambda itself")
    runs: list[RunEnded] = Field(description="newest first")


class FailedEvent(BaseModel):
    queue: str
    id: str
    function: str | None = Field(description="the function that would get it")
    about: str
    reason: str
    attempts: int
    failed: datetime = Field(description="in a dead-letter queue, when the message was sent")
    can_be_sent: bool


class FailedEvents(BaseModel):
    events: list[FailedEvent] = Field(description="oldest first")
    total: int = Field(description="in all queues of failed events and dead-letter queues, about")


@router.get("/status", summary="Functions, queues, dead-letter queues and what each flow says of itself")
def status(request: Request) -> dict[str, Any]:
    return pipeline(request.app.state.target)


@router.get("/functions", summary="Functions, what starts them, and how the last run of each went")
def functions(request: Request) -> list[FunctionSeen]:
    target: Target = request.app.state.target
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda name: _function(target, name), target.stack.functions))


@router.get("/functions/{name}/log", summary="The last lines of a function's log, and its last runs")
def log(
    request: Request,
    name: Annotated[str, Path(examples=["csv_profile"])],
    lines: Annotated[int, Query(ge=1, le=200, description="at most so many lines")] = 50,
    runs: Annotated[int, Query(ge=1, le=100, description="at most so many runs")] = 20,
) -> FunctionLog:
    target: Target = request.app.state.target
    if name not in target.stack.functions:
        raise HTTPException(404, f"there is no function of this name; there are {', '.join(target.stack.functions)}")
    found, ended = read(name, last_events(target, name, EVENTS_READ))
    return FunctionLog(
        function=name,
        lines=[
            LogLine(at=_moment(x.milliseconds), level=x.level, request_id=x.request, text=clip(x.text, LONGEST))
            for x in found[-lines:]
        ],
        runs=[_run(run) for run in reversed(ended[-runs:])],
    )


@router.get("/failed-events", summary="Failed events and messages of dead-letter queues, each with its reason")
def failed_events(
    request: Request, limit: Annotated[int, Query(ge=1, le=200, description="at most so many")] = 50
) -> FailedEvents:
    target: Target = request.app.state.target
    found = sorted([*_failed(target, limit), *_dead(target, limit)], key=lambda event: event.failed)
    queues = [*redrive.failure_queues(target.stack), *redrive.message_queues(target.stack).values()]
    return FailedEvents(
        events=found[:limit], total=sum(redrive.dead_letters(target, queue).count() for queue in queues)
    )


def _function(target: Target, name: str) -> FunctionSeen:
    entry = target.stack.functions[name]
    _, ended = read(name, last_events(target, name, EVENTS_OF_LAST_RUN, streams=2))
    return FunctionSeen(
        name=name,
        flow=entry.handler.split(".")[0],
        description=entry.description,
        state=function_state(target, name),
        starts_on=starts_on(entry.triggers),
        scheduled=any(isinstance(trigger, ScheduleTrigger) for trigger in entry.triggers),
        failed_events=entry.failed_events,
        last_run=_run(ended[-1]) if ended else None,
    )


def _failed(target: Target, limit: int) -> Iterator[FailedEvent]:
    for queue in redrive.failure_queues(target.stack):
        found = redrive.peek(target, queue, limit)
        for letter in found.letters:
            yield FailedEvent(
                queue=queue, id=letter.message.id, function=letter.function,
                about=clip(letter.event.what, LONGEST_REASON),
                reason=clip(letter.event.error, LONGEST_REASON), attempts=letter.event.attempts,
                failed=letter.event.failed or letter.message.sent, can_be_sent=True,
            )  # fmt: skip
        for stuck in found.stuck:
            yield FailedEvent(
                queue=queue, id=stuck.message.id, function=None, about=clip(stuck.message.body, LONGEST_REASON),
                reason=f"it cannot be sent again: {stuck.why}", attempts=0, failed=stuck.message.sent,
                can_be_sent=False,
            )  # fmt: skip


def _dead(target: Target, limit: int) -> Iterator[FailedEvent]:
    """SQS keeps no reason with a message; the log of the function that received it has one."""
    for queue, dead in redrive.message_queues(target.stack).items():
        function, tries = redrive.consumer(target.stack, queue), target.stack.queues[queue].max_receives
        for message in redrive.peek_at_messages(target, dead, limit):
            yield FailedEvent(
                queue=dead, id=message.id, function=function, about=clip(message.body, LONGEST_REASON),
                reason=f"received {tries} times without success; see the log of {function or 'its consumer'}",
                attempts=tries or 0, failed=message.sent, can_be_sent=True,
            )  # fmt: skip


def _run(run: Run) -> RunEnded:
    return RunEnded(
        ended=_moment(run.milliseconds), request_id=run.request, milliseconds=run.took, memory_mb=run.memory,
        used_mb=run.used, cold=run.cold, failed=run.failed,
    )  # fmt: skip


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
