"""A profile as one HTML page that needs nothing else: no network, no server; it can be read, searched and printed.

Whatever comes out of the file is text on this page, never markup: it is escaped, marks that would turn the direction of
writing are shown as signs, and the page's own policy lets the browser run no script but the page's.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from barback.flows.csv_profile.words import (
    ADVICE,
    a_,
    broke_off,
    count,
    distinct,
    facts_of,
    length_of,
    number,
    percent,
    shape,
)
from barback.terminal import clip, plain

Json = Mapping[str, Any]

MOST_OPEN = 30  # columns that are shown closer up from the start
MOST_CLOSE_UPS = 2000
_LONGEST = 200  # characters of a cell or name
_ASSETS = Path(__file__).parent / "assets"
_CALM = ("unique", "high-cardinality", "probably-unique")


def report(document: Json) -> str:
    style, script = ((_ASSETS / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    title = _text(document["file"]["key"] or "the file")
    return "".join(
        (
            "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n",
            f'<meta http-equiv=Content-Security-Policy content="{policy}">\n',
            "<meta name=viewport content='width=device-width, initial-scale=1'>\n",
            f"<title>Profile of {title}</title>\n<style>\n{style}</style>\n<body>\n",
            *_body(document),
            f"<script>{script}</script>\n</body>\n</html>\n",
        )
    )


def _body(document: Json) -> Iterator[str]:
    columns, rows = document["columns"], document["file"]["rows"]
    yield from _head(document)
    yield "<main>\n"
    yield from _wrong(document)
    if columns:
        yield from _overview(columns, rows)
        yield "<section aria-labelledby=closer><h2 id=closer>Columns closer up</h2>\n"
        yield "<p class=noprint><button type=button id=open>Open all</button> "
        yield "<button type=button id=close>Close all</button></p>\n"
        for column in columns[:MOST_CLOSE_UPS]:
            yield from _close_up(column, rows, len(columns) <= MOST_OPEN)
        if len(columns) > MOST_CLOSE_UPS:
            yield f"<p>… and {count(len(columns) - MOST_CLOSE_UPS, 'more column')}, in the profile's JSON.</p>\n"
        yield "</section>\n"
    if keys := document.get("keys"):
        named = "; ".join(" + ".join(map(_cell, k["columns"])) + " (not proven)" * (not k["proven"]) for k in keys)
        yield f"<section aria-labelledby=keys><h2 id=keys>Columns that identify a row</h2>\n<p>{named}</p></section>\n"
    yield from _evidence(document["file"])
    yield "</main>\n"


def _head(document: Json) -> Iterator[str]:
    file, error = document["file"], document["error"]
    wrong = bool(error) or document["quality"]["has_issues"]
    verdict = "error" if error else "look" if wrong else "good"
    word = {"error": "Error", "look": "Has issues", "good": "Nothing to complain about"}[verdict]
    yield f"<header>\n<h1>{_cell(file['key'] or 'the file')}</h1>\n<p class='badge {verdict}'>{word}</p>\n"
    yield "<ul class=facts>" + "".join(f"<li>{_text(fact)}</li>" for fact in facts_of(file)) + "</ul>\n"
    if error:
        rest = f" What follows is about the {count(error['rows_profiled'], 'row')} before." if broke_off(error) else ""
        yield f"<p class=failure role=alert><b>{_text(error['code'])}</b>: {_text(error['message'])}{rest}</p>\n"
    yield "</header>\n"


def _wrong(document: Json) -> Iterator[str]:
    issues, missing = document["quality"]["issues"], document["quality"]["missing_values"]
    drift, repeated = document.get("drift"), document["quality"].get("duplicate_rows") or {"count": 0}
    if issues or missing or repeated["count"]:
        yield "<section aria-labelledby=quality><h2 id=quality>What is wrong</h2>\n<ul class=issues>\n"
        for issue in issues:
            yield from _issue(issue)
        if missing:
            cells = sum(entry["count"] for entry in missing.values())
            yield f"<li>{count(cells, 'cell')} missing, in {count(len(missing), 'column')}</li>\n"
        if repeated["count"]:
            yield f"<li>{count(repeated['count'], 'row')} repeat{'s' * (repeated['count'] == 1)} an earlier row</li>\n"
        yield "</ul></section>\n"
    if rules := document.get("expectations"):
        kept = f"{count(len(rules['broken']), 'rule')} broken, see above" if rules["broken"] else "all kept"
        yield f"<section aria-labelledby=rules><h2 id=rules>Rules</h2>\n<p>{_text(rules['rules'])}: {kept}.</p>\n"
        if rules["unproven"]:
            unproven = "".join(f"<li>not proven: {_text(one['message'])}</li>" for one in rules["unproven"])
            yield f"<ul class=issues>{unproven}</ul>"
        yield "</section>\n"
    if drift:
        yield "<section aria-labelledby=drift><h2 id=drift>Since the last file</h2>\n<ul class=issues>"
        yield "".join(f"<li>{_text(part)}</li>" for part in drift["summary"].split("; ")) + "</ul></section>\n"


def _issue(issue: Json) -> Iterator[str]:
    yield f"<li><code>{_text(issue['code'])}</code> {_text(issue['message'])}"
    if issue["lines"]:
        more = f" and {issue['count'] - len(issue['lines']):,} more" if issue["count"] > len(issue["lines"]) else ""
        yield f"<br>line{'s' * (issue['count'] > 1)} {', '.join(f'{line:,}' for line in issue['lines'])}{more}"
    if issue["columns"]:
        yield "<br>" + ", ".join(_cell(name) for name in issue["columns"])
    if advice := ADVICE.get(issue["kind"] or "") or ADVICE.get(issue["code"]):
        yield f"<br><span class=hint>→ {_text(advice)}</span>"
    yield "</li>\n"


def _overview(columns: Sequence[Json], rows: int) -> Iterator[str]:
    yield "<section aria-labelledby=columns><h2 id=columns>Columns</h2>\n<p class=noprint>"
    yield "<label>Find a column <input id=find type=search autocomplete=off placeholder='name or type'></label> "
    yield "<label><input id=look type=checkbox> only those to look at</label> "
    yield f"<output id=shown>{count(len(columns), 'column')}</output></p>\n"
    yield "<div class=wide><table id=overview>\n<thead><tr>"
    titles = ("#", "column", "type", "filled", "missing", "invalid", "different", "min", "mean", "max", "shape")
    yield "".join(f"<th scope=col{' class=n' * (t in _NUMBERS)}>{t}</th>" for t in titles) + "</tr></thead>\n<tbody>\n"
    for i, column in enumerate(columns, start=1):
        yield from _row(column, rows, i <= MOST_CLOSE_UPS)
    yield "</tbody></table></div></section>\n"


_NUMBERS = ("#", "missing", "invalid", "different", "min", "mean", "max")


def _row(column: Json, rows: int, linked: bool) -> Iterator[str]:
    place, name = column["position"], _cell(column["name"])
    numeric, span = column["numeric"], column["range"]
    cells = [number(numeric[n]) for n in ("min", "mean", "max")] if numeric else ["", "", ""]
    if span:
        cells = [_text(span["min"]), "", _text(span["max"])]
    look = " data-look" if _to_look_at(column) else ""
    yield f"<tr{look}><td class=n>{place}</td><th scope=row>"
    yield f"<a href='#c{place}'>{name}</a>" if linked else name
    yield f"</th><td>{_text(column['type'])}</td><td>{_filled(column, rows)}</td>"
    for what in ("missing", "invalid"):
        amount = column[what]["count"]
        yield f"<td class=n>{number(amount)}</td>" if amount else "<td class='n none'>–</td>"
    yield f"<td class=n>{distinct(column)}</td>" + "".join(f"<td class=n>{cell}</td>" for cell in cells)
    yield f"<td>{_histogram(column, 'spark')}</td></tr>\n"


def _to_look_at(column: Json) -> bool:
    return bool(set(column["alerts"]) - set(_CALM))


def _filled(column: Json, rows: int) -> str:
    """Valid, invalid and missing cells as parts of a bar."""
    if not rows:
        return ""
    invalid, missing = (100 * column[what]["count"] / rows for what in ("invalid", "missing"))
    valid = 100 - invalid - missing
    label = f"{valid:.1f} % valid, {invalid:.1f} % invalid, {missing:.1f} % missing"
    return (
        f"<svg class=filled viewBox='0 0 100 8' preserveAspectRatio=none role=img aria-label='{label}'>"
        f"<title>{label}</title><rect class=missing width=100 height=8 />"
        f"<rect class=invalid width={valid + invalid:.2f} height=8 />"
        f"<rect class=valid width={valid:.2f} height=8 /></svg>"
    )


def _bins(column: Json) -> tuple[Sequence[int], str, str]:
    """The histogram of numbers or dates, and where it begins and ends."""
    if numeric := column["numeric"]:
        return shape(column), number(numeric["min"]), number(numeric["max"])
    span = column["range"] or {}
    return span.get("histogram") or (), _text(span.get("min", "")), _text(span.get("max", ""))


def _histogram(column: Json, kind: str) -> str:
    """One shape for all bars: a page of 500 columns has as many histograms twice."""
    bins, low, high = _bins(column)
    if not bins:
        return ""
    top, width = max(bins), 100 / len(bins)
    bars = "".join(
        f"M{i * width:.4g} 30v-{max(1.5, 30 * n / top):.4g}h{width * 0.9:.4g}V30z" for i, n in enumerate(bins) if n
    )
    label = f"from {low} to {high}: {', '.join(f'{n:,}' for n in bins)}"
    return (
        f"<svg class={kind} viewBox='0 0 100 30' preserveAspectRatio=none role=img aria-label='Histogram {label}'>"
        f"<title>{label}</title><path d='{bars}'/></svg>"
    )


def _close_up(column: Json, rows: int, is_open: bool) -> Iterator[str]:
    form = f" <span class=format>{_cell(column['format'])}</span>" if column["format"] else ""
    yield f"<details class=column id=c{column['position']}{' open' * is_open}"
    yield f"{' data-look' * _to_look_at(column)}><summary><h3>{_cell(column['name'])}</h3> "
    yield f"<span class=type>{_text(column['type'])}</span>{form}"
    for alert in column["alerts"]:
        yield f" <span class='alert{' calm' * (alert in _CALM)}'>{_text(alert.replace('-', ' '))}</span>"
    yield "</summary>\n<div class=facts>"
    yield from _figures(column, rows)
    yield "</div>\n"
    if bars := _histogram(column, "histogram"):
        _, low, high = _bins(column)
        yield f"<figure>{bars}<figcaption><span>{low}</span><span>{high}</span></figcaption></figure>\n"
    yield from _values(column)
    yield from _noticed(column)
    if column["invalid"]["examples"]:
        yield f"<p>Not {a_(column['type'])}:</p><ul class=examples>"
        for example in column["invalid"]["examples"]:
            yield f"<li>{_cell(example['value'])} <span class=hint>in row {number(example['row'])}</span></li>"
        yield "</ul>\n"
    yield "</details>\n"


def _noticed(column: Json) -> Iterator[str]:
    """What may be meant otherwise: fields of a profile's later formats."""
    if spellings := column["missing"].get("spellings"):
        yield f"<p>Missing is written {_listed(spellings)}.</p>\n"
    if suspects := column.get("suspects"):
        yield f"<p>May stand for missing: {_listed(suspects)}.</p>\n"
    if (text := column.get("text")) and (variants := text["variants"])["count"]:
        some = "; ".join(" / ".join(map(_cell, group)) for group in variants["examples"])
        yield f"<p>Differ only in case or space around them: {some}.</p>\n"
    if column.get("masked"):
        yield "<p class=hint>The values may be personal data and are masked.</p>\n"


def _listed(values: Sequence[Json]) -> str:
    named = (f"{_cell(v['value']) if v['value'].strip() else 'empty'} ({number(v['count'])})" for v in values)
    return ", ".join(named)


def _figures(column: Json, rows: int) -> Iterator[str]:
    figures: list[tuple[str, str]] = [("values", number(column["count"]))]
    for what in ("missing", "invalid"):
        if column[what]["count"]:
            share = percent(column[what]["percentage"])
            figures.append((what, f"{number(column[what]['count'])} of {number(rows)} ({share})"))
    figures.append(("different", distinct(column)))
    if numeric := column["numeric"]:
        names = ("min", "mean", "max", "std", "skewness", "sum", "zeros", "negatives", "decimals")
        figures += [(name, number(numeric[name])) for name in names if name in numeric]
        if outliers := numeric.get("outliers"):
            figures.append(("outliers", f"{number(outliers['below'])} below, {number(outliers['above'])} above"))
        about = "≈ " if numeric["quantiles"]["estimated"] else ""
        figures += [(n, about + number(v)) for n, v in numeric["quantiles"].items() if n != "estimated"]
    if column["range"]:
        figures += [("first", _text(column["range"]["min"])), ("last", _text(column["range"]["max"]))]
    if column["length"]:
        figures.append(("length", length_of(column["length"])))
    if text := column.get("text"):
        figures += [("smallest", _cell(text["min"])), ("largest", _cell(text["max"]))]
    if meaning := column.get("meaning"):
        figures.append(("seems to be", f"{_text(meaning['name'])} ({percent(meaning['percentage'])})"))
    if column.get("order"):
        figures.append(("order", _text(column["order"])))
    yield "<dl>" + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures) + "</dl>"


def _values(column: Json) -> Iterator[str]:
    values = column["top_values"]
    if not values or (column["numeric"] and values[0]["count"] < max(2, 0.05 * column["count"])):
        return
    yield "<table class=values><caption>Commonest values</caption><tbody>\n"
    for value in values:
        share = 100 * value["count"] / column["count"]
        width = 100 * value["count"] / values[0]["count"]
        yield f"<tr><th scope=row>{_cell(value['value'])}</th><td class=bar><i style='width:{width:.1f}%'></i></td>"
        yield f"<td class=n>{number(value['count'])}</td><td class=n>{percent(share)}</td></tr>\n"
    yield "</tbody></table>\n"


def _evidence(file: Json) -> Iterator[str]:
    evidence = file.get("evidence")
    if not evidence:
        return
    yield "<section aria-labelledby=evidence><h2 id=evidence>How the file was read</h2>\n"
    yield f"<p>SHA-256 of the content: <code>{_text(file['sha256'])}</code></p>\n" if file.get("sha256") else ""
    yield f"<p>{_text(evidence['header'])}</p>\n" if evidence.get("header") else ""
    if evidence.get("delimiters"):
        yield "<div class=wide><table><thead><tr><th scope=col>delimiter</th><th scope=col class=n>columns</th>"
        yield "<th scope=col class=n>rows of that width</th>"
        yield "<th scope=col class=n>cells with a type</th></tr></thead>\n<tbody>"
        for tried in evidence["delimiters"]:
            yield f"<tr><th scope=row><code>{_text(tried['delimiter'])}</code></th><td class=n>{tried['columns']}</td>"
            yield f"<td class=n>{tried['rows_agreeing']:.0%}</td><td class=n>{tried['cells_with_type']:.0%}</td></tr>"
        yield "</tbody></table></div>"
    yield "</section>\n"


def _text(text: str) -> str:
    return escape(clip(plain(str(text)), _LONGEST * 5))


def _cell(text: str) -> str:
    """Out of the file: kept apart from the text around it, whatever script it is written in."""
    return f"<bdi>{escape(clip(plain(text), _LONGEST)) or '&nbsp;'}</bdi>"
