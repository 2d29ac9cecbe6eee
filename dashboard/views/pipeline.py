"""Pipeline: the functions and how their last runs went, queues, what has failed, and the end of each log."""

import time
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import ui
from dashboard.client import ApiError
from dashboard.models import FailedEvent, FailedEvents, Function, LogLine, Queue, Run, Sent

MOST_FAILED = 50
REASONS_SHOWN = 300  # characters
TOLD_SECONDS = 60.0  # for which the page says what became of the events that were sent again
FUNCTION_COLUMNS = ("function", "starts on", "state", "last run", "took", "memory")
QUEUE_COLUMNS = ("queue", "kind", "waiting", "being processed", "oldest message")
OUTCOMES = {False: ("success", "done"), True: ("error", "failed")}


def show() -> None:
    st.title("Pipeline")
    if not ui.is_local():
        ui.empty(
            "The deployed API does not show this",
            "It is open to everybody, and logs are not. TARGET=aws make status shows queues and functions, "
            "make monitor the logs, make redrive the failed events.",
        )
        return
    ui.live(state)
    st.subheader("Failed events")
    ui.live(failed_events)
    st.subheader("Log")
    _log()


def state() -> None:
    pipeline, functions = ui.api().pipeline(), ui.api().functions()
    st.subheader("Flows")
    flows = [[ui.text(flow), _figures(told)] for flow, told in pipeline.flows.items() if told]
    ui.table("Flows", ("flow", "what it holds"), flows)
    st.subheader("Functions")
    ui.table("Functions", FUNCTION_COLUMNS, [_function(each) for each in functions])
    st.subheader("Queues")
    queues = [_queue(*each) for each in pipeline.queues.items()]
    ui.table("Queues", QUEUE_COLUMNS, queues, ("waiting", "being processed"))


def _figures(told: dict[str, Any]) -> str:
    return ", ".join(f"{ui.text(name)}: {ui.number(value)}" for name, value in told.items())


def _function(function: Function) -> list[str]:
    state = ui.badge("success" if function.state == "Active" else "error", function.state)
    starts = "<br>".join(ui.whole(ui.text(each)) for each in function.starts_on) or "direct invocation"
    named = f"{ui.text(function.name)}<br><small class=quiet>{ui.text(function.description)}</small>"
    return [named, starts, state, *_last(function.last_run)]


def _last(run: Run | None) -> list[str]:
    if run is None:
        return ["–", "–", "–"]
    outcome = " " + ui.badge("error", "failed") if run.failed else ""
    return [ago(run.ended) + outcome, ui.whole(f"{run.milliseconds:,.0f} ms"), ui.whole(f"{run.used_mb:,} MB")]


def _queue(name: str, queue: Queue) -> list[str]:
    return [
        ui.text(name),
        "keeps what failed" if queue.dead_letters else "feeds a function",
        ui.number(queue.waiting),
        ui.number(queue.in_work),
        "–" if queue.oldest_seconds is None else ui.whole(span(queue.oldest_seconds)),
    ]


def failed_events() -> None:
    found = ui.api().failed_events(MOST_FAILED)
    when, sent = st.session_state.get("sent", (0.0, []))
    if sent and time.monotonic() - when < TOLD_SECONDS:
        _told(sent)
    if not found.total:
        ui.notice("good", "Nothing has failed")
        return
    ui.table(
        "Failed events",
        ("about", "function", "reason", "attempts", "failed"),
        [_failed(event) for event in found.events],
        ("attempts",),
    )
    if found.total > len(found.events):
        ui.html(f"<p class=quiet>The oldest {len(found.events):,} of about {found.total:,}.</p>")
    _redrive(found)


def _redrive(found: FailedEvents) -> None:
    """Asks before it sends."""
    if not any(event.can_be_sent for event in found.events):
        return
    if not st.session_state.get("asked"):
        st.button("Send again …", key="redrive", on_click=_ask, icon=":material/replay:")
        return
    ui.notice(
        "look",
        f"Send {found.total:,} failed event{'s' * (found.total != 1)} again?",
        "Each goes to its function or queue once more, and leaves this list. What fails again comes back.",
    )
    with st.container(horizontal=True):
        st.button("Send again", key="redrive-yes", type="primary", on_click=_send)
        st.button("Cancel", key="redrive-no", on_click=_ask, args=(False,))


def _ask(asked: bool = True) -> None:
    st.session_state["asked"] = asked


def _send() -> None:
    _ask(False)
    try:
        sent = ui.api().redrive()
    except ApiError as error:
        sent = [Sent(what="the failed events", sent=False, problem=str(error))]
    st.session_state["sent"] = (time.monotonic(), sent)


def _told(outcomes: list[Sent]) -> None:
    sent = sum(outcome.sent for outcome in outcomes)
    ui.notice("good" if sent == len(outcomes) else "look", f"{sent:,} of {len(outcomes):,} were sent again")
    for outcome in outcomes:
        if outcome.problem:
            ui.notice("error", outcome.what, outcome.problem)


def _failed(event: FailedEvent) -> list[str]:
    return [
        ui.cell(event.about),
        ui.whole(ui.text(event.function or "–")),
        ui.prose(ui.text(event.reason, REASONS_SHOWN)),
        ui.number(event.attempts or None),
        ago(event.failed),
    ]


def _log() -> None:
    with ui.errors("log"):
        names = [function.name for function in ui.api().functions()]
        chosen, _ = st.columns([3, 5])
        name = chosen.selectbox("Function", names, key="function")
        if name:
            ui.live(log, name)


def log(name: str) -> None:
    found = ui.api().log(name)
    if not found.lines and not found.runs:
        ui.empty("There is no log yet", "The function was not invoked since the environment was started.")
        return
    runs, lines = st.tabs(["Last runs", "Last lines"], default="Last lines")
    with runs:
        ui.table(
            "Last runs",
            ("ended", "took", "memory", "start", "outcome"),
            [[*_last(run), "cold" if run.cold else "warm", ui.badge(*OUTCOMES[run.failed])] for run in found.runs],
        )
    with lines:
        ui.html(f"<ol class=log tabindex=0 aria-label='Last lines of the log'>{''.join(map(_line, found.lines))}</ol>")


def _line(line: LogLine) -> str:
    level = ui.text(line.level)
    return f"<li><time>{line.at:%H:%M:%S}</time> <b class='{level}'>{level}</b> {ui.text(line.text, 2_000)}</li>"


def ago(moment: datetime) -> str:
    passed = span((datetime.now(UTC) - moment).total_seconds())
    return f"<time class=whole title='{moment:%Y-%m-%d %H:%M:%S} UTC'>{passed} ago</time>"


def span(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"
