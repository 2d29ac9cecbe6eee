"""Two versions of a file's profile beside each other: what changed in its schema and its distributions."""

from collections.abc import Iterator, Sequence
from typing import Any

import streamlit as st

from barback.flows.csv_profile import fragments
from barback.flows.csv_profile.fragments import Json
from barback.flows.csv_profile.words import number, percent, size
from dashboard import ui
from dashboard.client import Document
from dashboard.models import Version

MOST_SHOWN = 50  # columns whose distributions are drawn beside each other
WHAT = {
    "missing": "missing cells",
    "invalid": "invalid cells",
    "distinct": "different values",
    "unique": "all values differ",
    "newest": "latest date",
}


def show() -> None:
    st.title("Compare")
    file = ui.named("file", "file", "profiles")
    ui.html(f"<h2>{ui.cell(file)}</h2>{ui.link('profile', 'Profile of this file', file=file)}")
    with ui.errors("compare"):
        _choose(file, ui.api().versions(file))


def _choose(file: str, versions: list[Version]) -> None:
    if len(versions) < 2:
        ui.empty("There is only one version", "Upload another file with this name to see what changes.")
        return
    older, newer = st.columns(2)
    numbers = range(len(versions))
    before = older.selectbox("Before", numbers, index=1, format_func=lambda n: _name(versions[n]), key=f"before-{file}")
    now = newer.selectbox("Now", numbers, index=0, format_func=lambda n: _name(versions[n]), key=f"now-{file}")
    if before == now:
        ui.empty("These are the same version", "Choose two different ones.")
        return
    compared(file, versions[before].id, versions[now].id)


def _name(version: Version) -> str:
    current = ", current" if version.current else ""
    return f"{ui.moment(version.profiled)} UTC ({size(version.size)}{current})"


def compared(file: str, before: str, now: str) -> None:
    api = ui.api()
    changes = api.drift(file, now, before)
    if changes is None:
        detail = "One of the files could not be read to its end, or the profiles have different formats."
        ui.notice("look", "These versions cannot be compared", detail)
        return
    ui.notice("good" if changes["summary"] == "no change" else "look", "What changed", changes["summary"])
    _tables(changes)
    old, new = api.document(file, before), api.document(file, now)
    _distributions(changes, old, new)


def _tables(changes: Document) -> None:
    ui.html("<h2>Schema</h2>")
    rows = [*schema(changes)]
    if rows:
        ui.table("Schema", ("column", "what", "before", "now"), rows)
    else:
        ui.empty("The schema is the same")
    ui.html("<h2>Contents</h2>")
    rows = [["rows", "", *(f"{changes['rows'][when]:,}" for when in ("before", "now"))], *contents(changes)]
    ui.table("Contents", ("column", "what", "before", "now"), rows, ("before", "now"))


def schema(changes: Document) -> Iterator[list[str]]:
    for change in changes["file"]:
        yield ["the file", ui.text(change["what"]), _shown(change["before"]), _shown(change["now"])]
    for name in changes["gone"]:
        yield [ui.cell(name), "removed", "", ""]
    for name in changes["added"]:
        yield [ui.cell(name), "added", "", ""]
    for change in changes["renamed"]:
        yield [ui.cell(change["now"]), "renamed", ui.cell(change["before"]), ui.cell(change["now"])]
    for change in changes["moved"]:
        yield [ui.cell(change["name"]), "moved", f"column {change['before']}", f"column {change['now']}"]
    for change in changes["changed"]:
        if change["what"] in ("type", "format"):
            yield [ui.cell(change["name"]), change["what"], _shown(change["before"]), _shown(change["now"])]


def contents(changes: Document) -> Iterator[list[str]]:
    for change in changes["changed"]:
        what, before, now = change["what"], change["before"], change["now"]
        if what in ("type", "format"):
            continue
        if what in ("missing", "invalid"):
            told = [percent(value) if value else "none" for value in (before, now)]
        else:
            told = [_shown(value) for value in (before, now)]
        name = f"distribution (distance {change['distance']:.2f}), median" if what == "distribution" else WHAT[what]
        yield [ui.cell(change["name"]), ui.text(name), *told]


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, int | float) else f"<code>{ui.cell(value)}</code>"


def _distributions(changes: Document, old: Document, new: Document) -> None:
    old_names = {change["now"]: change["before"] for change in changes["renamed"]}
    was = {column["name"]: column for column in old["columns"]}
    changed = {change["name"] for change in changes["changed"]} | set(old_names)
    named = [(old_names.get(column["name"], column["name"]), column) for column in new["columns"]]
    pairs = [(was[name], column) for name, column in named if name in was]
    pairs.sort(key=lambda pair: pair[1]["name"] not in changed)
    if not pairs:
        return
    ui.html("<h2>Distributions</h2>")
    shown = pairs[:MOST_SHOWN]
    if len(pairs) > len(shown):
        note = f"{len(shown)} of {len(pairs):,} columns, those that changed first"
        ui.html(f"<p class=quiet>{note}</p>")
    rows = [[_column(now, changed), *(_drawn(column, document) for column, document in ((before, old), (now, new)))]
            for before, now in shown]  # fmt: skip
    ui.table("Distributions", ("column", "before", "now"), rows)


def _column(column: Json, changed: set[str]) -> str:
    mark = " <span class='badge status look'>changed</span>" if column["name"] in changed else ""
    return f"{ui.cell(column['name'])}{mark}"


def _drawn(column: Json, document: Json) -> str:
    """The histogram of a column, or its commonest values, and what is filled."""
    parts = [f"<span class=type>{ui.text(column['type'])}</span> {fragments.filled(column, document['file']['rows'])}"]
    if drawn := fragments.histogram(column, "histogram small"):
        low, high = fragments.ends(column)
        parts.append(f"{drawn}<figcaption><span>{low}</span><span>{high}</span></figcaption>")
    else:
        parts.append(_top(column["top_values"][:5], column["count"]))
    return "".join(parts)


def _top(values: Sequence[Json], count: int) -> str:
    shares = ((value["value"], percent(100 * value["count"] / count)) for value in values)
    return "<br>".join(f"{ui.cell(value)} <span class=quiet>{share}</span>" for value, share in shares)
