"""Overview: how much there is, how it came in, and what is wrong, live."""

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from dashboard import ui
from dashboard.client import Analytics, FileCounts

DAYS = 30


def show() -> None:
    st.title("Overview")
    ui.live(numbers)


def numbers() -> None:
    api = ui.api()
    records, files = api.analytics(), api.summary().profiles
    cards = [
        ui.Card("Files", files.files, "" if files.complete else "at least"),
        ui.Card("Rows", files.rows, "" if files.complete else "at least"),
        ui.Card("Records", records.total),
        ui.Card("Drinks", api.drinks()),
        ui.Card("Files with errors", files.by_status.get("error", 0), wrong=bool(files.by_status.get("error"))),
    ]
    if ui.is_local():
        waiting = failed_events()
        cards.append(ui.Card("Failed events", waiting, wrong=bool(waiting)))
    ui.cards(cards)
    if not (records.total or files.files):
        ui.empty("There is nothing yet", "Upload a file, fetch records (make ingest), or run make demo.")
        return
    _over_time(records, files)
    _by_source(records)
    ui.html(f"<p class=quiet>As of {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, every {ui.LIVE_SECONDS:.0f} seconds</p>")


def failed_events() -> int:
    """Those of functions and, of queues, what their dead-letter queues hold."""
    return sum(queue.waiting + queue.in_work for queue in ui.api().pipeline().queues.values() if queue.dead_letters)


def _over_time(records: Analytics, files: FileCounts) -> None:
    today = datetime.now(UTC).date()
    left, right = st.columns(2)
    with left:
        ui.html("<h2>Records by day of capture</h2>")
        ui.chart(f"Last {DAYS} days", last_days(records.by_date, today))
    with right:
        ui.html("<h2>Files by day of profiling</h2>")
        ui.chart(f"Last {DAYS} days", last_days(files.by_date, today))


def last_days(counts: dict[str, int], today: date) -> dict[str, int]:
    """Every day of the time shown, those without anything too."""
    days = [(today - timedelta(days=n)).isoformat() for n in reversed(range(DAYS))]
    return {day: counts.get(day, 0) for day in days}


def _by_source(records: Analytics) -> None:
    ui.html("<h2>Records by source</h2>")
    if records.by_source:
        ui.bars("Records by source", records.by_source)
    else:
        ui.empty("There are no records yet", "make ingest fetches some.")
