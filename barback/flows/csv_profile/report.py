"""A profile as one HTML page that needs nothing else: no network, no server; it can be read, searched and printed.

Whatever comes out of the file is text on this page, never markup: it is escaped, marks that would turn the direction of
writing are shown as signs, and the page's own policy lets the browser run no script but the page's. The dashboard is
made of the same pieces (fragments.py).
"""

import base64
import hashlib
from collections.abc import Iterator

from barback.flows.csv_profile import fragments
from barback.flows.csv_profile.fragments import STYLE, Json
from barback.flows.csv_profile.words import count
from barback.markup import text

MOST_OPEN = 30  # columns whose details are open from the start
MOST_CLOSE_UPS = 2000


def report(document: Json) -> str:
    files = (STYLE, STYLE.with_name("report.css"), STYLE.with_name("report.js"))
    pieces, style, script = (file.read_text(encoding="utf-8") for file in files)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    title = text(document["file"]["key"] or "the file")
    return "".join(
        (
            "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n",
            f'<meta http-equiv=Content-Security-Policy content="{policy}">\n',
            "<meta name=viewport content='width=device-width, initial-scale=1'>\n",
            f"<title>Profile of {title}</title>\n<style>\n{pieces}{style}</style>\n<body class=barback>\n",
            *_body(document),
            f"<script>{script}</script>\n</body>\n</html>\n",
        )
    )


def _body(document: Json) -> Iterator[str]:
    columns, rows = document["columns"], document["file"]["rows"]
    yield from fragments.head(document)
    yield "<main>\n"
    yield from fragments.wrong(document)
    if columns:
        yield "<section aria-labelledby=columns><h2 id=columns>Columns</h2>\n<p class=noprint>"
        yield "<label>Find a column <input id=find type=search autocomplete=off placeholder='name or type'></label> "
        yield "<label><input id=look type=checkbox> only columns to check</label> "
        yield f"<output id=shown>{count(len(columns), 'column')}</output></p>\n"
        yield from fragments.overview(columns, rows, MOST_CLOSE_UPS)
        yield "</section>\n<section aria-labelledby=closer><h2 id=closer>Columns in detail</h2>\n"
        yield "<p class=noprint><button type=button id=open>Open all</button> "
        yield "<button type=button id=close>Close all</button></p>\n"
        for column in columns[:MOST_CLOSE_UPS]:
            yield from fragments.close_up(column, rows, len(columns) <= MOST_OPEN)
        if len(columns) > MOST_CLOSE_UPS:
            yield f"<p>… and {count(len(columns) - MOST_CLOSE_UPS, 'more column')}, in the profile's JSON.</p>\n"
        yield "</section>\n"
    yield from fragments.keys(document)
    yield from fragments.evidence(document["file"])
    yield "</main>\n"
