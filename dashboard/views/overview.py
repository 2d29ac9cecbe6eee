"""Overview: how much there is, how it came in, and what is wrong, live."""

import streamlit as st

from dashboard import ui


def show() -> None:
    st.title("Overview")
    ui.live(numbers)


def numbers() -> None:
    records = ui.api().analytics()
    ui.cards([ui.Card("Records", records.total), ui.Card("Drinks", ui.api().drinks())])
    st.subheader("Records of the last 7 days")
    ui.chart("Records by day", records.last_7_days)
    st.subheader("Records by source")
    if records.by_source:
        ui.bars("Records by source", records.by_source)
    else:
        ui.empty("There are no records yet", "make ingest fetches some.")
