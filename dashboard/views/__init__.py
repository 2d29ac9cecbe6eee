"""The list of pages. A page is a module of its name in this folder, with a function `show`.

Not called `pages`: Streamlit takes a folder of that name for its own kind of pages, and runs its files by themselves
when the address of one is opened.
"""

import importlib
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Entry:
    """`name` is the module and the address; `icon` a name of Material Symbols, which come with Streamlit."""

    name: str
    title: str
    icon: str
    section: str
    # A page that is reached from others, with something to show in its address, is not in the menu.
    listed: bool = True


PAGES = (
    Entry("overview", "Overview", "dashboard", "Pipeline"),
    Entry("upload", "Upload", "upload_file", "Profiles"),
    Entry("profiles", "Profiles", "table_chart", "Profiles"),
    Entry("profile", "Profile", "description", "Profiles", listed=False),
    Entry("compare", "Compare", "compare_arrows", "Profiles", listed=False),
    Entry("records", "Records", "list_alt", "Data"),
    Entry("record", "Record", "description", "Data", listed=False),
    Entry("cocktails", "Cocktails", "local_bar", "Data"),
    Entry("drink", "Drink", "local_bar", "Data", listed=False),
    Entry("pipeline", "Pipeline", "account_tree", "Pipeline"),
)


def sections() -> dict[str, list[Any]]:
    """The menu as `st.navigation` takes it. The address of the first page has no name; its name leads there."""
    found: dict[str, list[Any]] = {}
    for entry in PAGES:
        found.setdefault(entry.section, []).append(_page(entry))
    first = found[PAGES[0].section]
    first.append(
        st.Page(partial(st.switch_page, first[0]), title=PAGES[0].title, url_path=PAGES[0].name, visibility="hidden")
    )
    return found


def show(name: str) -> None:
    """Runs a page, whose module is imported when it is asked for first."""
    importlib.import_module(f"dashboard.views.{name}").show()


def _page(entry: Entry) -> Any:
    return st.Page(
        partial(show, entry.name),
        title=entry.title,
        icon=f":material/{entry.icon}:",
        url_path="" if entry is PAGES[0] else entry.name,
        default=entry is PAGES[0],
        visibility="visible" if entry.listed else "hidden",
    )
