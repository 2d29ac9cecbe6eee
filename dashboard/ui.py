"""What pages share: the API, states (empty, error, stale), cards, tables, charts, pages of a list.

What comes out of files and from other people is written with `text` and `cell` into `html`, and never into Streamlit's
Markdown; a label that must hold such text passes through `markdown`.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st

from barback.flows.csv_profile.fragments import STYLE
from barback.markup import cell, markdown, text
from barback.terminal import plain_json
from dashboard.client import Client, Problem, Unreachable, connect

__all__ = ["Card", "Pager", "api", "badge", "bars", "begin", "cards", "cell", "chart", "empty", "errors", "html"]
__all__ += ["is_local", "json_text", "link", "live", "markdown", "moment", "named", "notice", "number", "prose"]
__all__ += ["table", "text", "whole"]

ADDRESS, HOST, READ_ONLY = "BARBACK_API", "BARBACK_API_HOST", "BARBACK_READ_ONLY"
DEFAULT = "http://127.0.0.1:4590"
LIVE_SECONDS = 5.0
JSON_HEIGHT = 420  # pixels


@st.cache_resource(show_spinner=False)
def api() -> Client:
    """One for all sessions: connections and kept answers are shared."""
    host = os.environ.get(HOST)
    return connect(os.environ.get(ADDRESS) or DEFAULT, {"Host": host} if host else None)


def is_local() -> bool:
    """Whether there are routes that write. On AWS there are none."""
    return os.environ.get(READ_ONLY, "") in ("", "0")


def begin() -> None:
    """At the start of every page."""
    style = "".join(file.read_text(encoding="utf-8") for file in (STYLE, Path(__file__).with_name("style.css")))
    html(f"<style>{style}</style>", bare=True)
    with st.sidebar:
        what = "" if is_local() else "<br>read-only"
        html(f"<p class=quiet>API: {text(api().address)}{what}</p>")


def html(body: str, *, bare: bool = False, width: Literal["stretch", "content"] = "stretch") -> None:
    """Our own markup; whatever is foreign in it has passed through `text` or `cell`."""
    st.html(body if bare else f"<div class=barback>{body}</div>", width=width)


# --- states


@contextmanager
def errors(what: str = "", *, says_that_it_loads: bool = True) -> Iterator[None]:
    """What takes long is said to be loading; what went wrong is shown in its place, with a button to try again."""
    try:
        with st.spinner("Loading …") if says_that_it_loads else nullcontext():
            yield
    except Unreachable as error:
        notice("error", "The API does not answer", f"{error}. Is it running? make status")
        _again(what)
    except Problem as problem:
        is_fault = problem.status >= 500
        found = f" (request {problem.request_id})" if is_fault and problem.request_id else ""
        notice("error", _titled(problem), f"{problem}{found}")
        if is_fault:
            _again(what)


def _titled(problem: Problem) -> str:
    if problem.status == 404:
        return "Not found"
    return "The API is busy" if problem.status == 503 else f"The API reports a problem: {problem.title}"


def _again(what: str) -> None:
    st.button("Try again", key=f"again-{what}")


def notice(kind: Literal["error", "look", "good", "plain"], title: str, detail: str = "") -> None:
    role = "alert" if kind == "error" else "status"
    more = f"<p>{text(detail)}</p>" if detail else ""
    html(f"<div class='notice {kind}' role={role}><b>{text(title)}</b>{more}</div>")


def empty(title: str, hint: str = "") -> None:
    """There is nothing yet, or nothing that fits."""
    notice("plain", title, hint)


def named(parameter: str, noun: str, listing: str) -> str:
    """What the address of a page names, after a link to the list that it is from; without it the page ends here."""
    html(f"<p>{link(listing, f'All {listing}')}</p>")
    found = st.query_params.get(parameter)
    if not found:
        empty(f"No {noun} is named in the address", f"Choose one in the list of {listing}.")
        st.stop()
    return found


def live(show: Callable[..., None], *given: Any) -> None:
    """Shows a part of a page again every few seconds. While the API does not answer it says so, and goes on trying.

    What is there stays as it is until the next answer: see `st-key-live` in style.css.
    """
    is_new = True

    def again() -> None:
        nonlocal is_new
        with errors(show.__name__, says_that_it_loads=is_new):
            is_new = False
            show(*given)

    with st.container(key=f"live-{show.__name__}"):
        st.fragment(again, run_every=LIVE_SECONDS)()


# --- parts of pages


@dataclass(frozen=True)
class Card:
    label: str
    value: int | str | None  # None: nobody knows
    note: str = ""
    wrong: bool = False


def cards(shown: Sequence[Card]) -> None:
    parts = (
        f"<div{' class=error' * card.wrong}><dt>{text(card.label)}</dt><dd>{number(card.value)}"
        f"<small>{text(card.note) or '&nbsp;'}</small></dd></div>"
        for card in shown
    )
    html(f"<dl class=cards>{''.join(parts)}</dl>")


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Rows of HTML; the first cell of a row is its name. `numbers` are columns that stand to the right."""
    kinds = [" class=n" if title in numbers else "" for title in columns]
    head = "".join(f"<th scope=col{kind}>{text(title)}</th>" for title, kind in zip(columns, kinds, strict=True))
    body = "".join(
        "<tr>"
        + f"<th scope=row>{row[0]}</th>"
        + "".join(f"<td{kind}>{value}</td>" for value, kind in zip(row[1:], kinds[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    html(
        f"<div class=wide tabindex=0 role=region aria-label='{text(caption)}'>"
        f"<table class=list><caption class=hidden>{text(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def chart(title: str, counts: Mapping[str, int]) -> None:
    """Counts in order, such as days, as bars beside each other; each bar tells its count."""
    top = max(counts.values(), default=0) or 1
    bars = "".join(
        f"<li title='{text(label)}: {n:,}'><span class=hidden>{text(label)}: {n:,}</span>"
        f"<i style='height:{max(1.0, 100 * n / top) if n else 0:.1f}%'></i></li>"
        for label, n in counts.items()
    )
    first, last = next(iter(counts), ""), next(reversed(list(counts)), "")
    html(
        f"<figure><figcaption>{text(title)}, at most {top:,}</figcaption><ul class=chart>{bars}</ul>"
        f"<div class=ends aria-hidden=true><span>{text(first)}</span><span>{text(last)}</span></div></figure>"
    )


def bars(title: str, counts: Mapping[str, int]) -> None:
    """Counts by name, as bars below each other."""
    top = max(counts.values(), default=0) or 1
    rows = "".join(
        f"<tr><th scope=row>{cell(name)}</th><td class=bar><i style='width:{100 * n / top:.1f}%'></i></td>"
        f"<td class=n>{n:,}</td></tr>"
        for name, n in counts.items()
    )
    html(f"<table class=bars><caption class=hidden>{text(title)}</caption><tbody>{rows}</tbody></table>")


def link(page: str, label: str, **query: str) -> str:
    """A link to another page, as HTML; the address holds all that the page needs."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"<a href='{text(page + asked, 1 << 16)}' target=_self>{cell(label)}</a>"


def badge(status: str, label: str = "") -> str:
    return f"<span class='badge status {text(status)}'>{text(label or status)}</span>"


def json_text(value: Any) -> None:
    """As JSON that can be copied; marks that turn the direction of writing are escapes in it."""
    st.code(plain_json(json.dumps(value, ensure_ascii=False, indent=2)), language="json", height=JSON_HEIGHT)


def number(value: int | str | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else text(value)


def whole(words: str) -> str:
    """On one line."""
    return f"<span class=whole>{words}</span>"


def prose(words: str) -> str:
    """A few sentences in a cell of a table, which gets room for them."""
    return f"<div class=prose>{words}</div>"


def moment(stamp: str | None) -> str:
    """2026-11-21T06:00:02.250Z as 2026-11-21 06:00:02, in UTC as everywhere."""
    try:
        return datetime.fromisoformat(stamp or "").strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return text(stamp or "–")


class Pager:
    """Pages of a list by the API's cursors. It remembers the cursors of the pages before, and forgets them when what
    the list is of (its filters) changes."""

    def __init__(self, name: str, *filters: Any) -> None:
        self._key = f"pages-{name}"
        if st.session_state.get(self._key, (None,))[0] != filters:
            st.session_state[self._key] = (filters, [None])

    @property
    def _cursors(self) -> list[str | None]:
        found: list[str | None] = st.session_state[self._key][1]
        return found

    @property
    def cursor(self) -> str | None:
        return self._cursors[-1]

    @property
    def page(self) -> int:
        return len(self._cursors)

    def _back(self) -> None:
        self._cursors.pop()

    def show(self, last_key: str | None, noun: str, shown: int) -> None:
        """The buttons, below the page that `cursor` asked for."""
        if self.page == 1 and last_key is None:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Previous", key=f"{self._key}-back", disabled=self.page == 1, on_click=self._back)
            there = f"<p class='quiet whole' role=status>Page {self.page:,}, {shown:,} {text(noun)}</p>"
            html(there, width="content")
            st.button(
                "Next", key=f"{self._key}-on", disabled=last_key is None, on_click=self._cursors.append,
                args=(last_key,),
            )  # fmt: skip
