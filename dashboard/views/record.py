"""One record: what it says, where it came from, and its JSON as it is stored."""

import streamlit as st

from dashboard import ui

TIMES = ("captured_at", "first_seen", "last_seen", "processed_at")
OTHER = ("id", "source", "type", "raw_s3_key", "fingerprint")


def show() -> None:
    st.title("Record")
    identity = ui.named("id", "record", "records")
    with ui.errors("record"):
        record = ui.api().record(identity)
        ui.html(f"<h2>{ui.cell(record.get('title', ''))}</h2><p>{ui.text(record.get('body', ''), 10_000)}</p>")
        facts = {name: ui.cell(value) for name, value in (record.get("details") or {}).items()}
        facts |= {name: ui.cell(record.get(name, "")) for name in OTHER}
        facts |= {f"{name} (UTC)": ui.moment(record.get(name)) for name in TIMES}
        ui.table("The record", ("field", "value"), [[ui.text(name), value] for name, value in facts.items()])
        st.subheader("JSON")
        ui.json_text(record)
