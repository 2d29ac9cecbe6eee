"""Two versions of a file's profile: what changed in its schema and its distributions."""

import streamlit as st

from dashboard import ui


def show() -> None:
    st.title("Compare")
    ui.empty("No file is named", "Choose one in the list of profiles.")
