"""Overview: how much there is, how it came in, and what is wrong, live."""

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from dashboard import ui

DAYS = 30


def show() -> None:
    """What is quick to read comes first: many files take longer to count than the rest."""
    st.title("Overview")
    files, records = st.container(), st.container()
    with records:
        ui.live(in_records)
    with files:
        ui.live(in_files)


def in_files() -> None:
    files = ui.api().summary().profiles
    note = "" if files.complete else "at least"
    errors = files.by_status.get("error", 0)
    cards = [ui.Card("Files", files.files, note), ui.Card("Rows", files.rows, note)]
    cards.append(ui.Card("Files with errors", errors, note, wrong=errors > 0))
    if ui.is_local():
        failed = failed_events()
        cards.append(ui.Card("Failed events", failed, wrong=failed > 0))
    ui.cards(cards)
    if files.files:
        ui.html("<h2>Files by day of profiling</h2>")
        ui.chart(f"Last {DAYS} days", last_days(files.by_date, datetime.now(UTC).date()))
    else:
        ui.empty("There are no files yet", "Upload one, or run make demo.")


def in_records() -> None:
    records = ui.api().analytics()
    ui.cards([ui.Card("Records", records.total), ui.Card("Drinks", ui.api().drinks())])
    if records.total:
        ui.html("<h2>Records by day of capture</h2>")
        ui.chart(f"Last {DAYS} days", last_days(records.by_date, datetime.now(UTC).date()))
        ui.html("<h2>Records by source</h2>")
        ui.bars("Records by source", records.by_source)
    else:
        ui.empty("There are no records yet", "make ingest fetches some.")
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    ui.html(f"<p class=quiet>As of {now}; updated every {ui.LIVE_SECONDS:.0f} seconds</p>")


def failed_events() -> int:
    """Those of functions and, of queues, what their dead-letter queues hold."""
    return sum(queue.waiting + queue.in_work for queue in ui.api().pipeline().queues.values() if queue.dead_letters)


def last_days(counts: dict[str, int], today: date) -> dict[str, int]:
    """Every day of the time shown, those without anything too."""
    days = [(today - timedelta(days=n)).isoformat() for n in reversed(range(DAYS))]
    return {day: counts.get(day, 0) for day in days}
