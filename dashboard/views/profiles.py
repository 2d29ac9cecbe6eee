"""Profiles: the files that were profiled, newest first, a page at a time, by status and name."""

from typing import get_args

import streamlit as st

from barback.flows.csv_profile.words import size
from dashboard import ui
from dashboard.client import Status
from dashboard.models import ProfileSummary

PAGE = 25
COLUMNS = ("file", "status", "rows", "size", "profiled (UTC)", "what was found")
NUMBERS = ("rows", "size")


def show() -> None:
    st.title("Profiles")
    words, state, _ = st.columns([3, 2, 3])
    search = words.text_input("Search in file names", key="search", max_chars=200).strip() or None
    status: Status | None = state.selectbox("Status", (None, *get_args(Status)), format_func=lambda s: s or "all")
    with ui.errors("profiles"):
        listing(search, status)


def listing(search: str | None, status: Status | None) -> None:
    pager = ui.Pager("profiles", search, status)
    page = ui.api().profiles(PAGE, status, search, pager.cursor)
    if page.profiles:
        ui.table("Profiles", COLUMNS, [_row(profile) for profile in page.profiles], NUMBERS)
    elif page.lastKey:
        ui.empty("Nothing found so far", "There are more files than one search looks through: go on with Next.")
    elif search or status:
        ui.empty("No file fits", "Search for another part of a name, or in all statuses.")
    else:
        ui.empty("There are no profiles yet", "Upload a file, or run make demo.")
    pager.show(page.lastKey, "files", len(page.profiles))


def _row(profile: ProfileSummary) -> list[str]:
    name = profile.file_name
    found = [profile.error_message] if profile.error_message else [", ".join(profile.findings), profile.drift]
    return [
        ui.link("profile", name, file=name),
        ui.badge(profile.status),
        ui.number(profile.row_count),
        "–" if profile.size is None else size(profile.size),
        ui.whole(ui.moment(profile.processed_timestamp)),
        ui.prose("<br>".join(ui.text(part, 160) for part in found if part) or "<span class=none>–</span>"),
    ]
