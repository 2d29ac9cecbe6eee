"""One profile: its columns, what is wrong with the file, and how it was read."""

import streamlit as st

from dashboard import ui


def show() -> None:
    file = st.query_params.get("file", "")
    st.title("Profile")
    if not file:
        ui.empty("No file is named", "Choose one in the list of profiles.")
        return
    with ui.errors("profile"):
        document = ui.api().document(file)
        ui.html(f"<h2>{ui.cell(file)}</h2>")
        with st.expander("Raw JSON"):
            st.json(dict(document), expanded=False)
