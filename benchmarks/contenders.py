"""Each way to profile a CSV, as a program of its own: `python -m benchmarks.contenders TOOL FILE`.

Every one finds types, missing cells, extremes, means, quartiles and the number of different values of each column,
and prints how many rows and columns it saw. Where a tool has a setting that makes it sounder (infer types from the
whole file, not from its beginning), it is on. pandas and Polars are left to take dates for text, as they do unasked.
"""

import csv
import io
import json
import os
import statistics
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from barback.paths import LAMBDA_SRC

Shape = tuple[int, int]


def barback(path: Path) -> Shape:
    sys.path.append(str(LAMBDA_SRC))
    from csv_profile.profile import profile_stream

    with path.open("rb") as file:
        profile = profile_stream(iter(lambda: file.read(1 << 20), b""))
    profile.to_json()
    return profile.rows, len(profile.document["columns"])


def reference(path: Path) -> Shape:
    """Ours without its kernel."""
    os.environ["CSV_KERNEL"] = "off"
    return barback(path)


FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def textbook(path: Path) -> Shape:
    """What tutorials show: the object read whole, `csv.DictReader`, a list for every column, `statistics`."""
    text = path.read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    report: dict[str, Any] = {}
    for name in rows[0]:
        present = [row[name] for row in rows if row[name]]
        types = Counter(type_of(cell) for cell in present)
        kind, count = types.most_common(1)[0] if types else ("string", 0)
        values = Counter(present)
        report[name] = {
            "type": kind,
            "missing": len(rows) - len(present),
            "invalid": len(present) - count,
            "distinct": len(values),
            "top": values.most_common(10),
        }
        if kind in ("int", "float"):
            numbers = [float(cell) for cell in present if type_of(cell) == kind]
            report[name] |= {
                "min": min(numbers),
                "max": max(numbers),
                "mean": statistics.mean(numbers),
                "std": statistics.stdev(numbers),
                "quartiles": statistics.quantiles(numbers, n=4),
            }
    json.dumps(report)
    return len(rows), len(report)


def type_of(cell: str) -> str:
    """Tries one type after the other."""
    for kind, convert in (("int", int), ("float", float)):
        try:
            convert(cell)
        except ValueError:
            continue
        return kind
    if cell.lower() in ("true", "false", "yes", "no"):
        return "bool"
    for date_format in FORMATS:
        try:
            datetime.strptime(cell, date_format)
        except ValueError:
            continue
        return "datetime" if "%H" in date_format else "date"
    return "string"


def pandas(path: Path) -> Shape:
    import pandas as pd  # type: ignore[import-untyped]

    frame = pd.read_csv(path, low_memory=False)
    frame.describe(include="all").to_json()
    frame.isna().sum().to_json()
    frame.nunique().to_json()
    rows, columns = frame.shape
    return rows, columns


def polars(path: Path) -> Shape:
    import polars as pl  # type: ignore[import-not-found,unused-ignore]

    frame = pl.read_csv(path, infer_schema_length=None)
    frame.describe().write_json()
    frame.null_count().write_json()
    for column in frame.iter_columns():
        column.n_unique()
    rows, columns = frame.shape
    return rows, columns


def duckdb(path: Path) -> Shape:
    import duckdb as db

    connection = db.connect()
    # The name of a file of our own making: nothing in it to escape.
    connection.execute(f"SUMMARIZE SELECT * FROM read_csv('{path}', sample_size = -1)")
    columns = connection.fetchall()
    # SUMMARIZE says of each column how many rows there are: its second but last field.
    return int(columns[0][-2]), len(columns)


TOOLS = {
    "barback": barback,
    "reference": reference,
    "textbook": textbook,
    "pandas": pandas,
    "polars": polars,
    "duckdb": duckdb,
}


if __name__ == "__main__":
    print(json.dumps(TOOLS[sys.argv[1]](Path(sys.argv[2]))))
