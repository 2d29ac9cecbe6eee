"""How files are written that people have: what is found of delimiter, quote, escapes, header, and what cells are."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from csv_profile.cells import suspects
from csv_profile.options import DEFAULTS, Options, with_nulls
from csv_profile.profile import profile_stream
from csv_profile.repeats import Repeats

_NAMES = ("Ann", "Bodo", "Chiara", "Dries", "Edda", "Fay")


def found(text: str | bytes) -> dict[str, Any]:
    content = text.encode() if isinstance(text, str) else text
    profile = profile_stream([content])
    assert profile_stream([content[i : i + 7] for i in range(0, len(content), 7)]).to_json() == profile.to_json()
    file, columns = profile.document["file"], profile.document["columns"]
    return {
        **file,
        "names": [column["name"] for column in columns],
        "types": [column["type"] for column in columns],
        "formats": [column["format"] for column in columns],
        "values": [[top["value"] for top in column["top_values"]] for column in columns],
        "issues": {issue["code"]: issue["count"] for issue in profile.document["quality"]["issues"]},
    }


def people(delimiter: str) -> str:
    rows = [(str(i), f"{name}, {name} & {name}", f"{i}.5") for i, name in enumerate(_NAMES)]
    return "\n".join(delimiter.join(row) for row in [("id", "who", "height"), *rows]) + "\n"


def delimiters() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for delimiter in ";\t|^~\x01\x1f":
        yield f"{delimiter!r} and commas in cells", people(delimiter), {"delimiter": delimiter, "columns": 3}
    spaced = "id name height\n" + "".join(f"{i} {name} 1.{i}\n" for i, name in enumerate(_NAMES))
    yield "spaces", spaced, {"delimiter": " ", "columns": 3, "rows": 6}
    quoted = "id name said\n" + "".join(f'x{i} {name} "a b, c"\n' for i, name in enumerate(_NAMES))
    yield "spaces in quotes", quoted, {"delimiter": " ", "columns": 3, "malformed_rows": 0}
    colons = "user:x:id\n" + "".join(f"{name}:x:{i}\n" for i, name in enumerate(_NAMES))
    yield "colons", colons, {"delimiter": ":", "columns": 3, "rows": 6}
    films = '1::Up (2009)::A|B\n2::Heat::C\n3::"Who::Why"::D\n'
    double = {"delimiter": "::", "columns": 3, "rows": 3, "malformed_rows": 0}
    yield (
        "two colons",
        films,
        double | {"values": [["1", "2", "3"], ["Up (2009)", "Heat", "Who::Why"], ["A|B", "C", "D"]]},
    )
    yield "two bars", "a||b||c\n1||x|y||2\n3||||4\n", {"delimiter": "||", "names": ["a", "b", "c"], "malformed_rows": 0}
    yield "empty columns", "a,,b,,c\n1,,2,,3\n", {"delimiter": ",", "columns": 5}
    one = {"delimiter": None, "columns": 1}
    yield "names", "full name\n" + "".join(f"{name} Li\n" for name in _NAMES), one | {"rows": 6}
    yield "three words", "what it is\n" + "".join(f"{name} is here\n" for name in _NAMES), one
    yield "times of day", "12:30:10\n13:40:11\n14:50:12\n", one
    yield "moments", "2024-01-01 10:00:00\n2024-01-02 11:00:00\n", one | {"types": ["datetime"], "header": False}
    yield "days", "5 Jan 2024\n6 Jan 2024\n7 Feb 2024\n", one | {"types": ["date"]}
    yield "addresses", "10.0.0.1:80\n10.0.0.2:81\n10.0.0.3:82\n", one | {"header": False}
    yield "pages", "url\nhttp://a.b:1/c\nhttp://d.e:2/f\n", one
    yield "sep in quotes", '"sep=;"\na;b\n1;2\n', {"delimiter": ";", "rows": 1, "header": True}


def quotes() -> Iterator[tuple[str, str, dict[str, Any]]]:
    clean = {"malformed_rows": 0}
    single = "id,who\n1,'O''Brien, J'\n2,'Lee, \"M\"'\n3,'Poe'\n"
    yield (
        "single",
        single,
        clean | {"quote": "'", "rows": 3, "values": [["1", "2", "3"], ["O'Brien, J", 'Lee, "M"', "Poe"]]},
    )
    tall = "id,who\n1,'a, b'\n2,'c\nd, e'\n3,'f\ng'\n4,'h, i'\n"
    yield "single, over lines", tall, clean | {"quote": "'", "rows": 4}
    apostrophes = "id,said\n1,'tis ok\n2,no'\n3,'twas, fine\n4,the boys'\n"
    yield "apostrophes", apostrophes, {"quote": '"', "rows": 4, "issues": {"extra-cell": 1}}
    escaped = 'id,said,n\n1,"oh \\"hi\\", you",2\n2,"a \\\\ b\\\\",3\n3,"\\N \\n",4\n'
    yield (
        "backslashes",
        escaped,
        clean
        | {
            "rows": 3,
            "columns": 3,
            "values": [["1", "2", "3"], ['oh "hi", you', "a \\ b\\", "\\N \\n"], ["2", "3", "4"]],
        },
    )
    unquoted = "id,text,n\n1,a\\, b,2\n2,c\\, d,3\n3,e\\\\f,4\n"
    yield (
        "escaped delimiters",
        unquoted,
        clean | {"columns": 3, "values": [["1", "2", "3"], ["a, b", "c, d", "e\\f"], ["2", "3", "4"]]},
    )
    header = 'id,"the \\"name\\"",n\n1,"a \\"b\\" c",2\n2,d,3\n'
    yield "escapes in the header", header, clean | {"names": ["id", 'the "name"', "n"]}
    paths = 'id,path,n\n1,"C:\\dir\\",2\n2,"D:\\",3\n3,E:\\x,4\n'
    yield (
        "paths are no escapes",
        paths,
        clean | {"rows": 3, "values": [["1", "2", "3"], ["C:\\dir\\", "D:\\", "E:\\x"], ["2", "3", "4"]]},
    )
    late = "id,text\n" + "7,x\n" * 20_000 + '8,"a \\" b"\n9,"c"\n'
    yield "an escape past the sample is told of", late, {"malformed_rows": 1, "rows": 20_002}


def headers() -> Iterator[tuple[str, str, dict[str, Any]]]:
    yes, no = {"header": True}, {"header": False}
    yield "days over numbers", "Land,Lat,1/22/20,1/23/20,1/24/20\nA,1.5,1,2,3\nB,2.5,4,5,6\n", yes | {"rows": 2}
    yield "months over numbers", "item,2024-01-01,2024-02-01\nx,1,2\ny,4,5\n", yes
    yield "years over numbers", "land,code,1960,1961\nA,x,1.5,\nB,y,,2\n", yes
    yield "counted columns", ",0,1,2\n0,0.5,0.25,1\n1,0.6,0.35,2\n", yes
    yield "numbers", "1,2,3\n4,5,6\n", no | {"names": ["column_1", "column_2", "column_3"]}
    yield "a word and numbers", "x,5.1,3.5\ny,4.9,3.0\n", no
    yield "y over yes and no", "id,y,phone\n1,true,+44 1\n2,false,+44 2\n", yes
    yield "blank labels", ",b,\n1,2,3\n", yes | {"names": ["column_1", "b", "column_3"]}
    yield "mostly blank", "red,dark,,\nblue,x,y z,k\n,x,y,l m\n", no
    yield "codes", "A001,foo\nA002,bar\nA013,baz\n", no
    yield "codes under a label", "code,what\nA002,bar\nA003,baz\n", yes
    yield "colours that come again", "Ann,red,town\nBo,red,sea\nChi,blue,sea\nDi,red,town\n", no
    yield "header that comes again", "name,city\nAnn,Paris\nname,city\nBo,Oslo\n", yes | {"rows": 2}
    yield "titles in the first of the columns", "Report,,\nof May,,\n\nid,name,n\n1,x,2\n", yes | {"preamble_lines": 3}
    yield (
        "facts above a blank line",
        "from:,Oslo\nday:,2024-01-01\n\nid,name,n\n1,x,2\n2,y,3\n",
        yes | {"preamble_lines": 3},
    )
    comments = "# made by hand\nid,name,n\n1,x,2\n# not sure\n2,y,3\n"
    yield (
        "comments",
        comments,
        yes | {"rows": 2, "preamble_lines": 1, "issues": {"comment-row": 1}, "malformed_rows": 0},
    )
    tags = "# tags\ntag,n,m\n#a,1,2\n#b\n#c,3,4\n"
    yield "cells that begin like comments", tags, {"rows": 3, "issues": {"missing-cell": 1}}
    yield "mark at the end", "id,name\n1,x\n2,y\n\x1a", {"rows": 2, "malformed_rows": 0, "blank_rows": 1}


def encodings() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    cyrillic = "имя,город\nАнна,Москва\nИван,Тверь\n"
    read = {"rows": 2, "names": ["имя", "город"]}
    yield "UTF-16 of another script", cyrillic.encode("utf-16-le"), read | {"encoding": "utf-16-le"}
    yield "UTF-16 BE of another script", cyrillic.encode("utf-16-be"), read | {"encoding": "utf-16-be"}
    yield "UTF-32 without a mark", people(";").encode("utf-32-le"), {"encoding": "utf-32-le", "rows": 6}
    yield "UTF-32 BE without a mark", people(";").encode("utf-32-be"), {"encoding": "utf-32-be", "rows": 6}
    yield "two marks", b"\xef\xbb\xbf\xef\xbb\xbfid,n\n1,2\n", {"names": ["id", "n"]}
    yield "padded with NULs", people(";").encode() + b"\0" * 500, {"rows": 6, "columns": 3}
    # One-byte alphabets that are neither: not passed off as Windows-1252.
    for name in ("cp1251", "koi8-r", "gb18030"):
        text = cyrillic.encode(name, "replace")
        yield name, text, {"encoding": "utf-8", "rows": 2, "issues": {"encoding-error": 3}}


_CASES = [*delimiters(), *quotes(), *headers(), *encodings()]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in _CASES], ids=[case[0] for case in _CASES])
def test_what_is_found(text: str | bytes, expected: dict[str, Any]) -> None:
    actual = found(text)
    assert {name: actual[name] for name in expected} == expected


_CELLS = [
    (",", ["1,234", "5,678", "12"], "int", "thousands commas", 0),
    (",", ["1,234.50", "-5,678.25", "1,234,567"], "float", "thousands commas", 0),
    (",", ["1,2", "3,4", "5,6"], "string", None, 0),
    (",", ["0,123", "0,456"], "string", None, 0),
    (";", ["1,234", "5,678"], "float", "decimal comma", 0),
    (";", ["1,234,567", "2,345,678"], "int", "thousands commas", 0),
    ("\t", ["1,234", "12"], "int", "thousands commas", 0),
    ("\t", ["1,25", "0,125"], "float", "decimal comma", 0),
    (";", ["t", "f", "T"], "bool", None, 0),
    (";", ["F", "F", "F", "M"], "string", None, 0),
    (";", ["N", "N", "N", "S"], "string", None, 0),
    (";", ["Y", "N", "Y", "x"], "bool", None, 1),
    (";", ["yes", "no", "yes", "maybe"], "bool", None, 1),
    (";", ["007", "042"], "string", None, 0),
    (";", ["10001", "02127", "90210"], "string", None, 0),
    (";", ["+14155550100", "+14155550101"], "string", None, 0),
    (";", ["+5", "-3", "0"], "int", None, 0),
    (";", ["0.5", "00.5", "+.25"], "float", None, 0),
    (";", ["12:30", "13:45"], "time", None, 0),
    (";", ["1:00:00", "100:15:30.5", "x"], "time", None, 1),
    (";", ["$5.00", "$12.75"], "float", "$", 0),
    (";", ["£512.20", "£1,300", "£.50", "7"], "float", "£", 0),
    (";", ["12%", "13 %"], "float", "%", 0),
    (";", ["12%", "13 %", "14%", "5 €"], "float", "%", 1),
    (",", ["(1,234)", "5,678"], "float", "()", 0),
    (";", ["0x1F", "0xFF"], "string", None, 0),
    (";", ["$5", "$7", f"${'9' * 400}"], "float", "$", 1),
    (";", ["1 234", "12", "1\u202f000\u202f000", "7\u00a0000"], "int", "thousands spaces", 0),
    (";", ["1 234.5", "12", "0 123"], "float", "thousands spaces", 1),
    (";", ["1 234,50", "12", "1 000", "3,5"], "float", "decimal comma", 0),
    (",", ["1'234.50", "1’000", "12"], "float", "thousands apostrophes", 0),
    (",", ["1,23,456", "12,345", "12", "-1,23,45,678"], "int", "thousands commas", 0),
    (",", ["1,23,45", "1,2,345"], "string", None, 0),
    (",", ["1,234", "5,678", "1 234"], "int", "thousands commas", 1),
    (",", ["612 345 678", "698 123 456"], "string", None, 0),
    (",", ["100 000 000", "98 123 456"], "int", "thousands spaces", 0),
    (",", ["12,50 €", "1.200,00 €", "3 €", "€ 1 000,50"], "float", "€", 0),
    (",", ["20150311T000000", "20150312T101530.5Z"], "datetime", "%Y%m%dT%H%M%S", 0),
    (",", ["Apr-16", "May-17"], "date", "%b-%y", 0),
    (",", ["Apr 2016", "June 2017"], "date", "%b %Y", 0),
    (",", ["Apr 16", "Jun 17"], "string", None, 0),
    (",", ["7 February 2024", "5 Jan 2024", "1 May 2024"], "date", "%d %b %Y", 0),
    (",", ["7 February 2024", "5 January 2024", "1 May 2024"], "date", "%d %B %Y", 0),
    (
        ",",
        ["Wed, 7 Feb 2024 10:00 +0000", "Thu, 8 Feb 2024 11:00 GMT"],
        "datetime",
        "%a, %d %b %Y %H:%M %z",
        0,
    ),
    (",", ["Wednesday, February 7, 2024", "Thursday, March 8, 2024"], "date", "%A, %B %d, %Y", 0),
    (",", ["20240131", "20231224", ""], "date", "%Y%m%d", 0),
    (",", ["20240131", "20231324"], "int", None, 0),
    (",", ["20240131", "20240131"], "int", None, 0),
    (",", ["20240131", "17991231"], "int", None, 0),
    (";", ["5 ſep 2024", "aprıl 5, 2024", "5 Sep 2024"], "string", None, 0),
]


@pytest.mark.parametrize(("delimiter", "cells", "kind", "form", "invalid"), _CELLS)
def test_what_cells_are(delimiter: str, cells: list[str], kind: str, form: str | None, invalid: int) -> None:
    text = f"key{delimiter}value\n" + "".join(f'k{i}{delimiter}"{cell}"\n' for i, cell in enumerate(cells))
    column = profile_stream([text.encode()]).document["columns"][1]
    assert (column["type"], column["format"], column["invalid"]["count"]) == (kind, form, invalid)
    assert sum(column["counts"].values()) == len(list(filter(None, cells)))


def column_of(cells: list[str], name: str = "value") -> dict[str, Any]:
    text = f"key;{name}\n" + "".join(f"k{i};{cell}\n" for i, cell in enumerate(cells))
    document: Any = profile_stream([text.encode()]).document
    column: dict[str, Any] = document["columns"][1]
    return column


@pytest.mark.parametrize(
    ("cells", "alert", "expected"),
    [
        (["02127", "10001", "90210"], "identifier", True),
        (["2127", "10001", "90210"], "identifier", False),
        (["1"] * 200 + ["007"], "identifier", False),
        (["01/02/2024", "03/04/2024"], "ambiguous-date-order", True),
        (["01/02/2024", "13/04/2024"], "ambiguous-date-order", False),
        (["2024-02-01", "2024-04-03"], "ambiguous-date-order", False),
        (["20240131", "20231224", "99999999"], "digits-as-dates", True),
        (["20240131", "20231224"], "digits-as-dates", False),
        (["20240131", "20231324"], "digits-as-dates", False),
        (["Ann", "ann", "Bo"], "variants", True),
        (["Ann", "unknown", "Bo"], "suspected-missing", True),
        (["12", "-999", "14", "15"], "suspected-missing", True),
        (["-1000", "-999", "-998", "-900"], "suspected-missing", False),
        (["a@example.com", "b@example.com"], "personal-data", True),
        (["4111 1111 1111 1111", "5500 0000 0000 0004"], "personal-data", True),
        (["4111 1111 1111 1112", "5500 0000 0000 0005"], "personal-data", False),
        (["DE89 3704 0044 0532 0130 00", "GB82 WEST 1234 5698 7654 32"], "personal-data", True),
    ],
)
def test_what_a_reader_should_look_at(cells: list[str], alert: str, expected: bool) -> None:
    assert (alert in column_of(cells)["alerts"]) is expected


_COUNTRIES = ["GB", "FR", "DE", "NO", "ZA", "BW"]
_PEOPLE = ["Ann", "Bo Lee", "Chiara D'Amico", "Müller", "Jean-Luc"]


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ([*_COUNTRIES, "NA"], 0),
        ([*_COUNTRIES, "NA", "", "n/a"], 2),
        ([*_COUNTRIES, "na"], 1),
        ([*_COUNTRIES, *["NA"] * 7], 7),
        (["CA", "IL", "GA", "NA"], 1),
        (["CA", "NY", "TX", "WY", "NA"], 1),
        (["EMEA", "APAC", "NA", "NA", "NA"], 0),
        (["EU", "AS", "AF", "NA"], 0),
        (["US", "AX", "7", "NA"], 1),
        ([*_PEOPLE, "None"], 0),
        ([*_PEOPLE, "Null"], 0),
        ([*_PEOPLE, "none"], 1),
        ([*_PEOPLE, "None", "None"], 2),
        ([*_PEOPLE * 40, "None", "None"], 0),
        ([*_PEOPLE, "None", "None", ""], 1),
        (["Low", "High", "None", "Medium", "None", ""], 1),
        (["low", "high", "medium", "None"], 1),
        (["5", "7", "9", "None"], 1),
    ],
)
def test_what_reads_like_a_missing_value_may_be_one(cells: list[str], missing: int) -> None:
    column = column_of(cells)
    revived = "missing-as-value" in column["alerts"]
    assert (column["missing"]["count"], column["count"]) == (missing, len(cells) - missing)
    assert revived is (missing < sum(cell.lower() in ("na", "none", "null", "", "n/a") for cell in cells))
    if revived:
        assert column["distinct"]["count"] == len({*cells} - {"", "n/a"})
        assert column["suspects"][0]["value"] in ("NA", "None", "Null")


def test_stated_nulls_are_always_missing() -> None:
    text = "code\n" + "\n".join([*_COUNTRIES, "NA"]) + "\n"
    options = with_nulls(Options(), "NA")
    assert profile_stream([text.encode()], options=options).document["columns"][0]["missing"]["count"] == 1


def test_rows_of_values_that_looked_missing_have_no_missing_cell() -> None:
    lines = ["id,land,name", *(f"{i},{land},Ann {'BCDEF'[i % 5]}" for i, land in enumerate(_COUNTRIES * 50))]
    lines += ["300,NA,Bo", "301,NA,", "302,NA,None", "303,GB,", "304,DE,None"]
    quality = profile_stream(["\n".join(lines).encode()]).document["quality"]
    assert {name: share["count"] for name, share in quality["missing_values"].items()} == {"name": 2}
    assert quality["rows_with_missing"]["count"] == 2


def test_days_in_digits_have_ranges_and_counts_of_dates() -> None:
    column = column_of(["20240131", "20231224", "20231224", ""])
    assert column["counts"]["date"] == 3
    assert (column["range"]["min"], column["range"]["max"]) == ("2023-12-24", "2024-01-31")
    assert column["range"]["quantiles"]["p50"] == "2023-12-24"
    many = [f"{date.fromordinal(700_000 + i):%Y%m%d}" for i in range(120_000)]
    column = column_of(many)
    assert (column["type"], "digits-as-dates" in column["alerts"]) == ("int", True), "not all are held"


def test_units_are_read_as_numbers() -> None:
    numeric = column_of(["(1,234.50)", "(0.50)", "100"])["numeric"]
    assert (numeric["sum"], numeric["min"], numeric["decimals"]) == (-1135.0, -1234.5, 2)


def test_personal_data_are_masked_unless_it_is_turned_off() -> None:
    content = b"id,mail\n1,ann.lee@example.com\n2,bo@example.org\n"
    profile = profile_stream([content])
    assert b"@example" not in profile.to_json()
    assert profile.document["columns"][1]["top_values"][0] == {"value": "xxx.xxx@xxxxxxx.xxx", "count": 1}
    assert b"ann.lee@example.com" in profile_stream([content], options=Options(mask=False)).to_json()


def test_digits_that_name_a_person_are_text() -> None:
    column = column_of(["4111111111111111", "5500000000000004"])
    assert (column["type"], column["numeric"], column["meaning"]["name"]) == ("string", None, "card number")
    assert column["top_values"][0]["value"] == "9" * 16


def test_a_value_that_comes_late_and_often_is_among_the_commonest() -> None:
    cells = [f"user {i:06}" for i in range(200_000)] + ["HOT"] * 18_000
    column = column_of(cells)
    assert column["distinct"]["estimated"]
    top = column["top_values"][0]
    assert top["value"] == "HOT"
    assert 18_000 - column["top_values_error"] <= top["count"] <= 18_000
    assert column["top_values_error"] < 200


def test_a_table_of_ordinary_size_is_exact() -> None:
    lines = [",".join(f"c{i}" for i in range(21))]
    lines += [",".join(f"v{row}-{i}" for i in range(21)) for row in range(9_551)]
    columns = profile_stream(["\n".join(lines).encode()]).document["columns"]
    assert [(c["distinct"]["count"], c["distinct"]["estimated"]) for c in columns] == [(9_551, False)] * 21


def test_estimates_are_as_good_as_they_say_and_claim_nothing_more() -> None:
    column = column_of([f"user {i * 7919 % 199_000:06}" for i in range(200_000)])
    distinct = column["distinct"]
    assert abs(distinct["count"] / 199_000 - 1) * 100 < 3 * distinct["error"] < 4
    assert "unique" not in column["alerts"]
    assert distinct["count"] <= column["count"]


def test_what_is_said_of_a_table() -> None:
    text = "a,b,c\n" + "".join(f"{i // 10},{i % 10},x\n" for i in range(100)) + "3,4,x\n5,,x\n" + ",,\n" * 5
    document = profile_stream([text.encode()]).document
    quality = document["quality"]
    assert document["file"]["rows"] == 102
    assert document["file"]["blank_rows"] == 5
    assert document["file"]["sha256"] == sha256(text.encode()).hexdigest()
    assert quality["rows_with_missing"]["count"] == 1
    assert quality["duplicate_rows"] is not None
    assert quality["duplicate_rows"]["examples"] == [{"row": 101, "first_row": 35}]
    assert document["keys"] == []


def test_pairs_of_columns_may_be_a_key() -> None:
    text = "a,b,c\n" + "".join(f"{i // 10},{i % 10},x\n" for i in range(100))
    assert profile_stream([text.encode()]).document["keys"] == [{"columns": ["a", "b"], "proven": True}]


def test_how_a_column_is_ordered_and_when() -> None:
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    column = column_of(days)
    assert column["order"] == "strictly ascending"
    assert column["range"]["quantiles"]["p50"] == "2024-06-28"
    assert sum(column["range"]["histogram"]) == len(days)
    assert column_of(days[::-1])["order"] == "strictly descending"
    assert column_of(["1", "10", "9"])["order"] is None
    assert column_of(["1", "1", "9", "10"])["order"] == "ascending"
    assert column_of([str(i) for i in range(200_000)])["order"] == "strictly ascending"


def test_duplicate_rows_are_counted_and_past_what_is_remembered_estimated() -> None:
    repeats = Repeats(1_000)
    lines = [f"row {i}" for i in range(20_000)]
    for start in range(0, 20_000, 700):
        repeats.add(lines[start : start + 700], start + 1)
    repeats.add(lines[:10_000], 20_001)
    assert not repeats.exact
    assert abs(repeats.count() - 10_000) < 1_500
    again = Repeats(1_000)
    again.add(lines + lines[:10_000], 1)
    assert again.count() == repeats.count(), "whatever the blocks"


def test_thousands_commas_are_counted_exactly() -> None:
    text = "k,n\n" + "".join(f'a,"{i:,}"\n' for i in range(0, 3_000_000, 100))
    numeric = profile_stream([text.encode()]).document["columns"][1]["numeric"]
    assert (numeric["min"], numeric["max"], numeric["sum"]) == (0, 2_999_900, sum(range(0, 3_000_000, 100)))


@pytest.mark.parametrize("block", [7, 1 << 20])
def test_null_spellings_of_other_alphabets(block: int) -> None:
    options = replace(with_nulls(DEFAULTS, "Größe fehlt, İ, пусто"), block_bytes=block)
    spellings = ["Größe fehlt", " GRÖßE FEHLT", "größe fehlt", "GRÖSSE FEHLT", "İ", "ПУСТО", "Größe", "12"]
    text = "n,x\n" + "".join(f"{i},{spelling}\n" for i, spelling in enumerate(spellings * 2000))
    column = profile_stream([text.encode()], options=options).document["columns"][1]
    assert column["missing"]["count"] == 6 * 2000
    assert {top["value"] for top in column["top_values"]} == {"Größe", "12"}


def test_lists_of_nulls_are_not_all_remembered() -> None:
    """They come from objects' metadata, and a function may live for days."""
    for number in range(100):
        suspects(frozenset((f"null {number}",)))
    assert suspects.cache_info().currsize < 50


def test_the_csv_modules_own_limit_is_left_alone() -> None:
    limit = 131_072
    before = csv.field_size_limit(limit)  # libraries that other tests import may have changed it
    long = "x" * (limit + 1)
    document = profile_stream([f'a,b\n1,"{long}"\n'.encode()]).document
    assert document["columns"][1]["length"] == {"min": len(long), "max": len(long), "mean": len(long)}
    assert csv.field_size_limit(before) == limit
