"""Great Expectations: a suite that the file meets, and in its `meta` how pandas is to read the file."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from barback.flows.csv_profile.exports.reading import (
    cases,
    codec,
    delimiter,
    is_full,
    is_unique,
    lines_before,
    moments,
    nulls,
    number,
    one_group,
    table_name,
    values,
)

Json = Mapping[str, Any]
_MOST_VALUES = 10


def suite(document: Json, path: str) -> str:
    columns = document["columns"]
    expectations = [
        _expect("expect_table_row_count_to_be_between", min_value=1 if document["file"]["rows"] else 0),
        _expect("expect_table_columns_to_match_ordered_list", column_list=[column["name"] for column in columns]),
        *(expectation for column in columns for expectation in _of_column(column, document)),
    ]
    found = {
        "name": table_name(path),
        "expectations": expectations,
        "meta": {"pandas.read_csv": _pandas(document), "rows": document["file"]["rows"]},
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _expect(kind: str, **arguments: Any) -> dict[str, Any]:
    return {"type": kind, "kwargs": arguments, "meta": {}}


def _of_column(column: Json, document: Json) -> Iterator[dict[str, Any]]:
    name, rows = column["name"], document["file"]["rows"]
    if not rows:
        return
    if is_full(column, document):
        yield _expect("expect_column_values_to_not_be_null", column=name)
    elif column["count"] and not column["invalid"]["count"]:
        mostly = int(1000 * column["count"] / rows) / 1000  # at least as full as now
        yield _expect("expect_column_values_to_not_be_null", column=name, mostly=mostly)
    if column["invalid"]["count"] or not column["count"]:
        return  # pandas reads such a column as text
    if is_unique(column):
        yield _expect("expect_column_values_to_be_unique", column=name)
    if number(column):
        low, high = column["numeric"]["min"], column["numeric"]["max"]
        if max(abs(low), abs(high)) < 2**53:
            yield _expect("expect_column_values_to_be_between", column=name, min_value=low, max_value=high)
    elif column["type"] in ("date", "datetime"):
        forms = moments(column)
        kinds = [count for count in (column["counts"].get("date"), column["counts"].get("datetime")) if count]
        if forms and column["type"] == "date" and len(kinds) == 1:
            yield _expect("expect_column_values_to_match_strftime_format", column=name, strftime_format=forms[0])
    elif column["type"] == "string":
        if (every := values(column)) and len(every) <= min(_MOST_VALUES, column["count"] // 2):
            yield _expect("expect_column_values_to_be_in_set", column=name, value_set=every)
        elif column["length"]:
            low, high = column["length"]["min"], column["length"]["max"]
            yield _expect("expect_column_value_lengths_to_be_between", column=name, min_value=low, max_value=high)


def _pandas(document: Json) -> dict[str, Any]:
    """Arguments of pandas.read_csv. Only numbers are given a type by pandas; other cells stay text."""
    file, columns = document["file"], document["columns"]
    commas = {signs for column in columns if (signs := number(column)) and signs.decimal == ","}
    grouped = {one_group(column, signs) for column in columns if (signs := number(column)) and signs.group}
    text = {c["name"]: "str" for c in columns if not number(c) or c["invalid"]["count"]}
    return {
        "sep": delimiter(file),
        "quotechar": file["quote"] or '"',
        "encoding": codec(document),
        "encoding_errors": "replace",
        "compression": file["compression"],
        "header": None,
        "names": [column["name"] for column in columns],
        "skiprows": lines_before(file),
        "index_col": False,
        "dtype": text,
        "decimal": "," if commas else ".",
        "thousands": min(grouped) if grouped else None,
        "na_values": sorted({*cases(nulls(document)), "NaN", "N/a"}),
        "keep_default_na": False,
        "skipinitialspace": True,
    }
