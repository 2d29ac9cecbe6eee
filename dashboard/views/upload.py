"""Upload: drop a file, and see its profile as soon as there is one."""

import time
from typing import Any

import streamlit as st

from barback.flows.csv_profile.words import size
from dashboard import ui
from dashboard.models import Uploaded
from dashboard.views.profile import present

KINDS = ["csv", "tsv", "gz"]
PREFIX = "uploads/"
POLL_SECONDS = 0.5
LONG = 30.0  # seconds after which a hint says where to look
SENT = "sent"  # the upload that this session shows: (id of the file in the browser, upload, when)


def show() -> None:
    st.title("Upload")
    if not ui.is_local():
        ui.empty("This dashboard is read-only", "Upload with the AWS CLI: aws s3 cp FILE.csv s3://BUCKET/uploads/")
        return
    file = st.file_uploader("A .csv, .tsv or .csv.gz file", type=KINDS, key="file")
    if file is None:
        st.session_state.pop(SENT, None)
        ui.html(f"<p class=quiet>It is stored as {PREFIX}NAME; a file with the same name becomes its next version.</p>")
        return
    with ui.errors("upload"):
        uploaded = _sent(file)
        if ui.api().profile_of(uploaded):
            ui.notice("good", "Profiled", f"{uploaded.key}, {size(file.size)}")
            present(uploaded.key, None)
        else:
            st.fragment(_wait, run_every=POLL_SECONDS)(uploaded)


def _sent(file: Any) -> Uploaded:
    """Uploads the file, once for each time that it is dropped."""
    before = st.session_state.get(SENT)
    if before and before[0] == file.file_id:
        uploaded: Uploaded = before[1]
        return uploaded
    with st.spinner(f"Uploading {size(file.size)} …"):
        uploaded = ui.api().upload(PREFIX + file.name, file.getvalue())
    st.session_state[SENT] = (file.file_id, uploaded, time.monotonic())
    return uploaded


def _wait(uploaded: Uploaded) -> None:
    with ui.errors("wait"):
        if ui.api().profile_of(uploaded):
            st.rerun()
        seconds = time.monotonic() - st.session_state[SENT][2]
        st.progress(min(0.95, seconds / (seconds + 2)), f"Profiling, for {seconds:.0f} s")
        if seconds > LONG:
            ui.notice("look", "This takes long", "Is its function failing? make status, make logs F=csv_profile")
