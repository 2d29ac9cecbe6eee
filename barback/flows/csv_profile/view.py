"""A profile as a person reads it: what the file is, a line for each column, each column closer up, what is wrong.

`render` takes the profile's JSON (docs/csv-profile.md) and returns text; it prints nothing and asks nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from textwrap import wrap
from typing import Any

from barback.errors import Problem
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
    size,
)
from barback.terminal import bar, clip, left, plain, right, width_of, wrapped

Json = Mapping[str, Any]

MOST_COLUMNS = 12  # shown without being named
NAME_WIDTH = 24
VALUE_WIDTH = 32
BAR_WIDTH = 24
PROGRESS_WIDTH = 16
TOP_SHOWN = 5
NOTABLE = 0.05  # the share of rows from which on a most frequent value is worth a bar
LINES_SHOWN = 5
BLOCKS = " ▁▂▃▄▅▆▇█"
# What the overview leaves out first where the terminal is narrow; the close-ups have it all.
SPARED_FIRST = ("mean", "distinct", "shape", "rows", "max", "min")
NUMBERS = ("rows", "missing", "invalid", "distinct", "min", "mean", "max")


def render(document: Json, *, width: int = 100, columns: Sequence[str] = (), most: int = MOST_COLUMNS) -> str:
    """The whole account. `columns` names those to show; without it the first `most` are."""
    shown = _chosen(document["columns"], columns, most)
    parts = [_file(document, width)]
    if shown:
        parts.append(_overview(shown, width))
        hidden = len(document["columns"]) - len(shown)
        if hidden and not columns:
            more = f"… and {count(hidden, 'more column')}; name those you want to see: --columns a,b"
            parts[-1] += "\n" + "\n".join(wrap(more, width, subsequent_indent="  "))
        rows = document["file"]["rows"]
        if rows:
            parts += ["\n".join(_close_up(column, rows, width)) for column in shown]
    parts += ["\n".join(_quality(document["quality"], width)), "\n".join(_beside(document, width))]
    text = "\n\n".join(part for part in parts if part)
    return "\n".join(clip(line, width) for line in text.split("\n"))


def _chosen(columns: Sequence[Json], names: Sequence[str], most: int) -> Sequence[Json]:
    if not names:
        return columns[:most]
    by_name = {column["name"]: column for column in columns}
    for name in names:
        if name not in by_name:
            close = get_close_matches(name, by_name, 3, 0.5)
            hint = f"do you mean {' or '.join(close)}?" if close else f"there are {', '.join(list(by_name)[:8])}"
            raise Problem(f"there is no column {name!r}", plain(hint))
    return [by_name[name] for name in names]


def _file(document: Json, width: int) -> str:
    file, error = document["file"], document["error"]
    lines = [plain(file["key"] or "the file")]
    lines += wrapped(facts_of(file), width, indent="")
    if error:
        how_far = f" (what follows is about the {count(error['rows_profiled'], 'row')} before)"
        message = f"✗ {error['message']}{how_far if broke_off(error) else ''}"
        lines += wrap(plain(message), width, subsequent_indent="  ")
    return "\n".join(lines)


def _overview(columns: Sequence[Json], width: int) -> str:
    head = ["column", "type", "rows", "missing", "invalid", "distinct", "min", "mean", "max", "shape"]
    rows = [dict(zip(head, _line(column), strict=True)) for column in columns]
    for name in (*SPARED_FIRST, None):
        widths = {title: max(width_of(text) for text in (title, *(row[title] for row in rows))) for title in head}
        if name is None or sum(widths.values()) + 2 * (len(head) - 1) <= width:
            break
        head.remove(name)

    def joined(cells: Mapping[str, str]) -> str:
        fitted = (right(cells[t], widths[t]) if t in NUMBERS else left(cells[t], widths[t]) for t in head)
        return "  ".join(fitted).rstrip()

    rule = {title: "─" * widths[title] for title in head}
    return "\n".join(joined(row) for row in ({title: title for title in head}, rule, *rows))


def _line(column: Json) -> list[str]:
    numeric, span = column["numeric"], column["range"]
    if numeric:
        middle = [number(numeric["min"]), number(numeric["mean"]), number(numeric["max"])]
    elif span:
        middle = [span["min"], "", span["max"]]
    else:
        middle = ["", "", ""]
    return [
        clip(plain(column["name"]), NAME_WIDTH),
        column["type"],
        number(column["count"]),
        number(column["missing"]["count"]) if column["missing"]["count"] else "–",
        number(column["invalid"]["count"]) if column["invalid"]["count"] else "–",
        distinct(column),
        *middle,
        blocks(shape(column)),
    ]


def _close_up(column: Json, rows: int, width: int) -> Iterator[str]:
    title = clip(plain(column["name"]), max(NAME_WIDTH, width // 3))
    form = f" ({plain(column['format'])})" if column["format"] else ""
    alerts = [alert.replace("-", " ") for alert in column["alerts"] if alert not in ("missing", "mixed-types")]
    facts = [f"{column['type']}{form}", *alerts]
    yield f"{title}: {' · '.join(facts)}"
    if column["missing"]["count"]:
        missing = column["missing"]
        yield f"  {number(missing['count'])} of {number(rows)} rows missing ({percent(missing['percentage'])})"
    if column["invalid"]["count"]:
        yield from _invalid(column, width)
    if column["numeric"]:
        yield from _numeric(column["numeric"], width)
        if counts := shape(column):
            low, high = number(column["numeric"]["min"]), number(column["numeric"]["max"])
            yield f"  {low} │{blocks(counts)}│ {high}"
    if column["range"]:
        yield f"  {column['range']['min']} to {column['range']['max']}"
    if column["length"]:
        yield f"  {length_of(column['length'])}"
    if not column["numeric"]:
        yield from _top(column, width)


def _invalid(column: Json, width: int) -> Iterator[str]:
    invalid = column["invalid"]
    yield f"  {number(invalid['count'])} not {a_(column['type'])} ({percent(invalid['percentage'])}):"
    examples = [f"“{clip(plain(e['value']), 30)}” in row {number(e['row'])}" for e in invalid["examples"]]
    yield from wrapped(examples, width, between=", ", indent="    ")


def _numeric(numeric: Json, width: int) -> Iterator[str]:
    facts = [f"{name} {number(numeric[name])}" for name in ("min", "mean", "max", "std", "sum")]
    facts += [count(numeric[f"{noun}s"], noun) for noun in ("zero", "negative") if numeric[f"{noun}s"]]
    yield from wrapped(facts, width)
    about = "about " if numeric["quantiles"]["estimated"] else ""
    quantiles = [f"{name} {number(value)}" for name, value in numeric["quantiles"].items() if name != "estimated"]
    yield from wrapped([about + quantiles[0], *quantiles[1:]], width)


def _top(column: Json, width: int) -> Iterator[str]:
    """The most frequent values as bars; where none stands out, a few of them in a line."""
    values, cells = column["top_values"][:TOP_SHOWN], column["count"]
    if not values:
        return
    shown = [clip(plain(value["value"]), VALUE_WIDTH) for value in values]
    different = column["distinct"]["count"]
    if values[0]["count"] < max(2, NOTABLE * cells):
        often = [f"{text} ({v['count']:,})" if v["count"] > 1 else text for text, v in zip(shown, values, strict=True)]
        head = f"{distinct(column)} different value{'s' * (different != 1)}: {often[0]}"
        yield from wrapped([head, *often[1:], *["…"] * (different > len(often))], width, ", ")
        return
    widest, bars = max(map(width_of, shown)), min(BAR_WIDTH, max(4, width - VALUE_WIDTH - 24))
    for text, value in zip(shown, values, strict=True):
        share = value["count"] / cells
        length = left(bar(value["count"] / values[0]["count"], bars), bars)
        yield f"  {left(text, widest)}  {length} {number(value['count'])} ({percent(100 * share)})"
    more = different - len(values)
    if more > 0:
        yield f"  … and {'about ' if column['distinct']['estimated'] else ''}{number(more)} more values"


def _quality(quality: Json, width: int) -> Iterator[str]:
    if not quality["issues"] and not quality["missing_values"]:
        yield "Quality: no problems found" if quality["total_rows"] else ""
        return
    yield "Quality:"
    for issue in quality["issues"]:
        yield from wrap(f"! {plain(issue['message'])}", width, subsequent_indent="  ")
        if issue["lines"]:
            yield f"  line{'s' * (issue['count'] > 1)} {_listed([number(n) for n in issue['lines']], issue['count'])}"
        if issue["columns"]:
            yield f"  {_listed([plain(name) for name in issue['columns']], len(issue['columns']))}"
        advice = ADVICE.get(issue["kind"] or "") or ADVICE.get(issue["code"])
        if advice:
            yield from wrap(f"→ {advice}", width, initial_indent="  ", subsequent_indent="    ")
    missing = quality["missing_values"]
    if missing:
        cells = sum(entry["count"] for entry in missing.values())
        yield f"! {count(cells, 'cell')} missing, in {count(len(missing), 'column')}"


def blocks(counts: Sequence[int]) -> str:
    """Counts as a row of blocks; a block of some height for whatever is not zero."""
    top = max(counts, default=0)
    return "".join(BLOCKS[-(-count * (len(BLOCKS) - 1) // top)] if top else " " for count in counts)


def progress(done: int, total: int) -> str:
    """How far something has come: 45% ███████▏         5.4 MB of 12.0 MB."""
    share = done / total if total else 1.0
    return f"{share:4.0%} {left(bar(share, PROGRESS_WIDTH), PROGRESS_WIDTH)} {size(done)} of {size(total)}"


def _beside(document: Json, width: int) -> Iterator[str]:
    """What the file is held against: the one before it, and a person's rules."""
    if drift := document.get("drift"):
        yield from wrap(f"Since the last file: {plain(drift['summary'])}", width, subsequent_indent="  ")
    if rules := document.get("expectations"):
        kept = "broken, see above" if rules["broken"] else "kept"
        yield from wrap(f"Rules ({plain(rules['rules'])}): {kept}", width, subsequent_indent="  ")
        for unproven in rules["unproven"]:
            yield from wrap(
                f"? not proven: {plain(unproven['message'])}", width, initial_indent="  ", subsequent_indent="    "
            )


def _listed(texts: Sequence[str], total: int) -> str:
    shown = texts[:LINES_SHOWN]
    return ", ".join(shown) + (f" and {total - len(shown):,} more" if total > len(shown) else "")
