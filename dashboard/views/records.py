"""Records: a page at a time, of one source or of all, each leading to the record as it is stored."""

import streamlit as st

from barback.terminal import plain
from dashboard import ui
from dashboard.models import Record

PAGE = 25


def show() -> None:
    st.title("Records")
    with ui.errors("records"):
        sources = ui.api().analytics().by_source
        listing(_source(sources))


def _source(sources: dict[str, int]) -> str | None:
    chosen, _ = st.columns([3, 5])
    total = sum(sources.values())
    name: str | None = chosen.selectbox(
        "Source",
        (None, *sources),
        format_func=lambda name: f"{plain(name)}, newest first ({sources[name]:,})" if name else f"all ({total:,})",
        key="source",
    )
    return name


def listing(source: str | None) -> None:
    pager = ui.Pager("records", source)
    page = ui.api().records(PAGE, source, pager.cursor)
    if not page.records:
        ui.empty("There are no records yet", "make ingest fetches some; a schedule does so every five minutes.")
        return
    ui.table("Records", ("title", "source", "type", "captured (UTC)"), [_row(record) for record in page.records])
    pager.show(page.lastKey, "records", len(page.records))


def _row(record: Record) -> list[str]:
    return [
        ui.link("record", record.title or record.id, id=record.id),
        ui.whole(ui.cell(record.source)),
        ui.whole(ui.cell(record.type)),
        ui.whole(ui.moment(record.captured_at)),
    ]
