"""The entry point: `streamlit run dashboard/app.py`. `make dashboard` starts it with the right address and settings."""

from pathlib import Path

import streamlit as st

from dashboard import ui
from dashboard.views import sections


def main() -> None:
    st.set_page_config(page_title="Barback", page_icon=Path(__file__).with_name("icon.svg"), layout="wide")
    chosen = st.navigation(sections())
    ui.begin()
    chosen.run()


main()
