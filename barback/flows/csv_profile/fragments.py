"""The pieces of a profile as HTML: the page in one file (report.py) and the dashboard are made of the same.

Whatever comes out of the file is text here, never markup: it passes through `text` or `cell`. How the pieces look is in
assets/profile.css, for everything inside an element of the class `barback`.
"""

from collections.abc import Iterator, Mapping, Sequence
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
from barback.markup import cell, text

Json = Mapping[str, Any]

STYLE = Path(__file__).parent / "assets" / "profile.css"
CALM = ("unique", "high-cardinality", "probably-unique")


def head(document: Json) -> Iterator[str]:
    file, error = document["file"], document["error"]
    wrong = bool(error) or document["quality"]["has_issues"]
    verdict = "error" if error else "look" if wrong else "good"
    word = {"error": "Error", "look": "Has issues", "good": "No issues found"}[verdict]
    yield f"<header>\n<h1>{cell(file['key'] or 'the file')}</h1>\n<p class='badge {verdict}'>{word}</p>\n"
    yield "<ul class=facts>" + "".join(f"<li>{text(fact)}</li>" for fact in facts_of(file)) + "</ul>\n"
    if error:
        rest = f" What follows is about the {count(error['rows_profiled'], 'row')} before." if broke_off(error) else ""
        yield f"<p class=failure role=alert><b>{text(error['code'])}</b>: {text(error['message'])}{rest}</p>\n"
    yield "</header>\n"


def wrong(document: Json) -> Iterator[str]:
    issues, missing = document["quality"]["issues"], document["quality"]["missing_values"]
    drift, repeated = document.get("drift"), document["quality"].get("duplicate_rows") or {"count": 0}
    if issues or missing or repeated["count"]:
        yield "<section aria-labelledby=quality><h2 id=quality>Issues</h2>\n<ul class=issues>\n"
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
        yield f"<section aria-labelledby=rules><h2 id=rules>Rules</h2>\n<p>{text(rules['rules'])}: {kept}.</p>\n"
        if rules["unproven"]:
            unproven = "".join(f"<li>not proven: {text(one['message'])}</li>" for one in rules["unproven"])
            yield f"<ul class=issues>{unproven}</ul>"
        yield "</section>\n"
    if drift:
        yield "<section aria-labelledby=drift><h2 id=drift>Since the last file</h2>\n<ul class=issues>"
        yield "".join(f"<li>{text(part)}</li>" for part in drift["summary"].split("; ")) + "</ul></section>\n"


def _issue(issue: Json) -> Iterator[str]:
    yield f"<li><code>{text(issue['code'])}</code> {text(issue['message'])}"
    if issue["lines"]:
        more = f" and {issue['count'] - len(issue['lines']):,} more" if issue["count"] > len(issue["lines"]) else ""
        yield f"<br>line{'s' * (issue['count'] > 1)} {', '.join(f'{line:,}' for line in issue['lines'])}{more}"
    if issue["columns"]:
        yield "<br>" + ", ".join(cell(name) for name in issue["columns"])
    if advice := ADVICE.get(issue["kind"] or "") or ADVICE.get(issue["code"]):
        yield f"<br><span class=hint>→ {text(advice)}</span>"
    yield "</li>\n"


def overview(columns: Sequence[Json], rows: int, linked: int) -> Iterator[str]:
    """A row for each column; the first `linked` of them lead to their details."""
    yield "<div class=wide tabindex=0 role=region aria-label=Columns><table class=overview>\n<thead><tr>"
    titles = ("#", "column", "type", "filled", "missing", "invalid", "different", "min", "mean", "max", "shape")
    yield "".join(f"<th scope=col{' class=n' * (t in _NUMBERS)}>{t}</th>" for t in titles) + "</tr></thead>\n<tbody>\n"
    for i, column in enumerate(columns, start=1):
        yield from _row(column, rows, i <= linked)
    yield "</tbody></table></div>\n"


_NUMBERS = ("#", "missing", "invalid", "different", "min", "mean", "max")


def _row(column: Json, rows: int, linked: bool) -> Iterator[str]:
    place, name = column["position"], cell(column["name"])
    numeric, span = column["numeric"], column["range"]
    cells = [number(numeric[n]) for n in ("min", "mean", "max")] if numeric else ["", "", ""]
    if span:
        cells = [text(span["min"]), "", text(span["max"])]
    look = " data-look" if to_look_at(column) else ""
    yield f"<tr{look}><td class=n>{place}</td><th scope=row>"
    yield f"<a href='#c{place}'>{name}</a>" if linked else name
    yield f"</th><td>{text(column['type'])}</td><td>{filled(column, rows)}</td>"
    for what in ("missing", "invalid"):
        amount = column[what]["count"]
        yield f"<td class=n>{number(amount)}</td>" if amount else "<td class='n none'>–</td>"
    yield f"<td class=n>{distinct(column)}</td>" + "".join(f"<td class=n>{cell}</td>" for cell in cells)
    yield f"<td>{histogram(column, 'spark')}</td></tr>\n"


def to_look_at(column: Json) -> bool:
    return bool(set(column["alerts"]) - set(CALM))


def filled(column: Json, rows: int) -> str:
    """Valid, invalid and missing cells as parts of a bar."""
    if not rows:
        return ""
    invalid, missing = (100 * column[what]["count"] / rows for what in ("invalid", "missing"))
    valid = 100 - invalid - missing
    label = f"{valid:.1f} % valid, {invalid:.1f} % invalid, {missing:.1f} % missing"
    known = valid + invalid
    return (
        f"<i class=filled role=img aria-label='{label}' title='{label}' style='background:linear-gradient(90deg,"
        f"var(--valid) {valid:.2f}%,var(--invalid) {valid:.2f}% {known:.2f}%,var(--missing) {known:.2f}%)'></i>"
    )


def _bins(column: Json) -> tuple[Sequence[int], str, str]:
    """The histogram of numbers or dates, and where it begins and ends."""
    if numeric := column["numeric"]:
        return shape(column), number(numeric["min"]), number(numeric["max"])
    span = column["range"] or {}
    return span.get("histogram") or (), text(span.get("min", "")), text(span.get("max", ""))


def ends(column: Json) -> tuple[str, str]:
    """Where a histogram begins and ends."""
    return _bins(column)[1:]


def histogram(column: Json, kind: str) -> str:
    """Bars cut out of one element, which any page may contain: the dashboard's takes no SVG."""
    bins, low, high = _bins(column)
    if not bins:
        return ""
    top, width = max(bins), 100 / len(bins)
    corners = []
    for i, n in enumerate(bins):
        if n:
            left, right = f"{i * width:.4g}%", f"{(i + 0.9) * width:.4g}%"
            height = f"{min(95, 100 - 100 * n / top):.3g}%"
            corners += [f"{left} 100%", f"{left} {height}", f"{right} {height}", f"{right} 100%"]
    label = f"from {low} to {high}: {', '.join(f'{n:,}' for n in bins)}"
    return (
        f"<i class='{kind}' role=img aria-label='Histogram {label}' title='{label}'"
        f"><b style='clip-path:polygon({','.join(corners)})'></b></i>"
    )


def close_up(column: Json, rows: int, is_open: bool) -> Iterator[str]:
    """All about a column. The place that links lead to is within: a browser then opens what is closed by itself."""
    form = f" <span class=format>{cell(column['format'])}</span>" if column["format"] else ""
    yield f"<details class=column{' open' * is_open}"
    yield f"{' data-look' * to_look_at(column)}><summary><h3>{cell(column['name'])}</h3> "
    yield f"<span class=type>{text(column['type'])}</span>{form}"
    for alert in column["alerts"]:
        yield f" <span class='alert{' calm' * (alert in CALM)}'>{text(alert.replace('-', ' '))}</span>"
    yield f"</summary>\n<div class=facts id=c{column['position']}>"
    yield from _figures(column, rows)
    yield "</div>\n"
    if bars := histogram(column, "histogram"):
        low, high = ends(column)
        yield f"<figure>{bars}<figcaption><span>{low}</span><span>{high}</span></figcaption></figure>\n"
    yield from _values(column)
    yield from _noticed(column)
    if column["invalid"]["examples"]:
        yield f"<p>Not {a_(column['type'])}:</p><ul class=examples>"
        for example in column["invalid"]["examples"]:
            yield f"<li>{cell(example['value'])} <span class=hint>in row {number(example['row'])}</span></li>"
        yield "</ul>\n"
    yield "</details>\n"


def _noticed(column: Json) -> Iterator[str]:
    """What may be meant otherwise: fields of a profile's later formats."""
    if spellings := column["missing"].get("spellings"):
        yield f"<p>Missing is written {_listed(spellings)}.</p>\n"
    if suspects := column.get("suspects"):
        yield f"<p>May stand for missing: {_listed(suspects)}.</p>\n"
    if (words := column.get("text")) and (variants := words["variants"])["count"]:
        some = "; ".join(" / ".join(map(cell, group)) for group in variants["examples"])
        yield f"<p>Differ only in case or space around them: {some}.</p>\n"
    if column.get("masked"):
        yield "<p class=hint>The values may be personal data and are masked.</p>\n"


def _listed(values: Sequence[Json]) -> str:
    named = (f"{cell(v['value']) if v['value'].strip() else 'empty'} ({number(v['count'])})" for v in values)
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
        figures += [("first", text(column["range"]["min"])), ("last", text(column["range"]["max"]))]
    if column["length"]:
        figures.append(("length", length_of(column["length"])))
    if words := column.get("text"):
        figures += [("smallest", cell(words["min"])), ("largest", cell(words["max"]))]
    if meaning := column.get("meaning"):
        figures.append(("seems to be", f"{text(meaning['name'])} ({percent(meaning['percentage'])})"))
    if column.get("order"):
        figures.append(("order", text(column["order"])))
    yield "<dl>" + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures) + "</dl>"


def _values(column: Json) -> Iterator[str]:
    values = column["top_values"]
    if not values or (column["numeric"] and values[0]["count"] < max(2, 0.05 * column["count"])):
        return
    yield "<table class=values><caption>Most common values</caption><tbody>\n"
    for value in values:
        share = 100 * value["count"] / column["count"]
        width = 100 * value["count"] / values[0]["count"]
        yield f"<tr><th scope=row>{cell(value['value'])}</th><td class=bar><i style='width:{width:.1f}%'></i></td>"
        yield f"<td class=n>{number(value['count'])}</td><td class=n>{percent(share)}</td></tr>\n"
    yield "</tbody></table>\n"


def keys(document: Json) -> Iterator[str]:
    if found := document.get("keys"):
        named = "; ".join(" + ".join(map(cell, k["columns"])) + " (not proven)" * (not k["proven"]) for k in found)
        yield f"<section aria-labelledby=keys><h2 id=keys>Columns that identify a row</h2>\n<p>{named}</p></section>\n"


def evidence(file: Json) -> Iterator[str]:
    found = file.get("evidence")
    if not found:
        return
    yield "<section aria-labelledby=evidence><h2 id=evidence>How the file was read</h2>\n"
    yield f"<p>SHA-256 of the content: <code>{text(file['sha256'])}</code></p>\n" if file.get("sha256") else ""
    yield f"<p>{text(found['header'])}</p>\n" if found.get("header") else ""
    if coded := found.get("encoding"):
        beyond, other = coded["multibyte_utf8_bytes"], coded["other_bytes"]
        if beyond or other:
            yield f"<p>Bytes beyond ASCII: {number(beyond)} of UTF-8, {number(other)} others</p>\n"
    if found.get("delimiters"):
        yield "<div class=wide><table><thead><tr><th scope=col>delimiter</th><th scope=col class=n>columns</th>"
        yield "<th scope=col class=n>rows of that width</th>"
        yield "<th scope=col class=n>cells with a type</th></tr></thead>\n<tbody>"
        for tried in found["delimiters"]:
            yield f"<tr><th scope=row><code>{text(tried['delimiter'])}</code></th><td class=n>{tried['columns']}</td>"
            yield f"<td class=n>{tried['rows_agreeing']:.0%}</td><td class=n>{tried['cells_with_type']:.0%}</td></tr>"
        yield "</tbody></table></div>"
    yield "</section>\n"
