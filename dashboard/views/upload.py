"""Upload: drop a file, and see its profile as soon as there is one."""

import streamlit as st

from dashboard import ui

KINDS = ["csv", "tsv", "gz"]


def show() -> None:
    st.title("Upload")
    if not ui.is_local():
        ui.empty("This dashboard is read-only", "Upload with: aws s3 cp FILE.csv s3://…/uploads/")
        return
    file = st.file_uploader("A .csv, .tsv or .csv.gz file", type=KINDS)
    if file is None:
        return
    with ui.errors("upload"):
        uploaded = ui.api().upload(f"uploads/{file.name}", file.getvalue())
        ui.notice("good", "Uploaded", uploaded.key)
