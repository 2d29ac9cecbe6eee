"""Profiles: the files that were profiled, a page at a time, by status and name."""

from typing import get_args

import streamlit as st

from dashboard import ui
from dashboard.client import ProfileSummary, Status

PAGE = 25


def show() -> None:
    st.title("Profiles")
    words, state, _ = st.columns([3, 2, 3])
    search = words.text_input("Search in file names", key="search", bind="query-params").strip() or None
    status: Status | None = state.selectbox("Status", (None, *get_args(Status)), format_func=lambda s: s or "all")
    with ui.errors("profiles"):
        listing(search, status)


def listing(search: str | None, status: Status | None) -> None:
    pager = ui.Pager("profiles", search, status)
    page = ui.api().profiles(PAGE, status, search, pager.cursor)
    if page.profiles:
        numbers = ("rows", "bytes")
        ui.table(
            "Profiles",
            ("file", "status", "rows", "bytes", "processed (UTC)", "what was found"),
            [_row(p) for p in page.profiles],
            numbers,
        )
    elif search or status:
        ui.empty("No file fits", "Search for another name, or all statuses.")
    else:
        ui.empty("There are no profiles yet", "Upload a file, or run make demo.")
    pager.show(page.lastKey, "files", len(page.profiles))


def _row(profile: ProfileSummary) -> list[str]:
    name = profile.file_name
    return [
        ui.link("profile", name, file=name),
        ui.badge(profile.status),
        ui.number(profile.row_count),
        ui.number(profile.size),
        ui.moment(profile.processed_timestamp),
        ui.text(profile.error_message or profile.drift or "", 200),
    ]
