"""One profile: what is wrong with the file, its columns, how it was read, and the JSON behind it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import streamlit as st

from barback.flows.csv_profile import fragments
from barback.flows.csv_profile.fragments import Json
from dashboard import ui
from dashboard.client import Problem

PAGE = 25  # columns at once
MOST_OPEN = 5  # of them are open from the start


def show() -> None:
    st.title("Profile")
    file = ui.named("file", "file", "profiles")
    with ui.errors("profile"):
        present(file, st.query_params.get("version") or None)


def present(file: str, version: str | None) -> None:
    """The whole of a profile; also shown by the page that uploads a file."""
    try:
        document = ui.api().document(file, version)
    except Problem as problem:
        if problem.status != 413:
            raise
        ui.notice("look", "This profile is too large to be shown", str(problem))
        return
    parts(fragments.head(document))
    links = [ui.link("compare", "Compare with another version", file=file)]
    if version:
        links += [ui.link("profile", "The current version", file=file)]
    ui.html(" · ".join(links))
    parts(fragments.wrong(document))
    if document["columns"]:
        _columns(document, file)
    parts([*fragments.keys(document), *fragments.evidence(document["file"])])
    _raw(document, file)


def _columns(document: Json, file: str) -> None:
    columns, rows = document["columns"], document["file"]["rows"]
    ui.html("<h2 id=columns>Columns</h2>")
    words, look, _ = st.columns([3, 3, 3], vertical_alignment="bottom")
    wanted = words.text_input("Find a column", key=f"find-{file}", placeholder="name or type")
    only = look.checkbox("Only columns to check", key=f"look-{file}")
    found = fitting(columns, wanted, only)
    pages = max(1, -(-len(found) // PAGE))
    ui.html(f"<p class=quiet role=status>{len(found):,} of {len(columns):,} columns</p>")
    page = st.pagination(pages, key=f"columns-{file}-{wanted}-{only}") if pages > 1 else 1
    shown = found[(page - 1) * PAGE : page * PAGE]
    if not shown:
        return
    parts(fragments.overview(shown, rows, len(shown)))
    ui.html("<h2>Columns in detail</h2>")
    parts(part for i, c in enumerate(shown) for part in fragments.close_up(c, rows, i < MOST_OPEN))


def fitting(columns: Sequence[Json], wanted: str, only: bool) -> list[Json]:
    """Columns with all these words in their names or types."""
    words = wanted.lower().split()

    def fits(column: Json) -> bool:
        text = f"{column['name']} {column['type']}".lower()
        return all(word in text for word in words) and (not only or fragments.to_look_at(column))

    return [column for column in columns if fits(column)]


def _raw(document: Json, file: str) -> None:
    """Made when it is asked for: it may be several megabytes."""
    ui.html("<h2>Raw JSON</h2>")
    name = f"{PurePosixPath(file).name}.profile.json"
    st.download_button("Download", lambda: _json(document), name, "application/json", key=f"json-{file}")
    if st.toggle("Show it here", key=f"raw-{file}"):
        st.json(dict(document), expanded=1)


def _json(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def parts(body: Iterable[str]) -> None:
    """Nothing, where there is nothing to say."""
    if made := "".join(body):
        ui.html(made)
