"""What is exported is read by the tool it is for: the file loads with it and has as many rows and values."""

import contextlib
import csv
import gzip
import json
import re
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pytest
import sqlglot
from jsonschema import Draft202012Validator

from barback.cli import main
from barback.errors import Problem
from barback.flows.csv_profile.exports import EXPORTS, export
from barback.flows.csv_profile.exports.reading import codec, identifiers, table_name
from csv_profile.expectations import check
from csv_profile.options import DEFAULTS, with_nulls
from csv_profile.profile import About, profile_stream
from csv_profile.rulebook import parsed
from samples.make_samples import UPLOADS

Json = dict[str, Any]

NOT_TABLES = {"empty.csv", "picture.csv", "truncated.csv.gz"}
TABLES = sorted(path.name for path in UPLOADS.iterdir() if path.name not in NOT_TABLES)
# Quotes that are no quotes make these tools join rows, and bytes of another encoding lose one: the scripts say so.
READABLE = [name for name in TABLES if name not in ("quotes.csv", "stray-bytes.csv")]


@cache
def document(name: str) -> Json:
    return profile_stream([(UPLOADS / name).read_bytes()], about=About(key=name)).document


def typed_cells(name: str) -> list[int]:
    """How many cells of each column are of its type."""
    return [column["count"] - column["invalid"]["count"] for column in document(name)["columns"]]


def in_duckdb(content: bytes, name: str, folder: Path) -> duckdb.DuckDBPyConnection:
    """Runs the script for a file, after what it says is to be done first."""
    path = folder / name
    path.write_bytes(content)
    script = export(profile_stream([content], about=About(key=name)).document, "sql", str(path))
    for command in re.findall(r"^-- first: (.*)$", script, re.MULTILINE):
        subprocess.run(command, shell=True, check=True)
    connection = duckdb.connect()
    connection.execute(script)
    return connection


def filled(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, list[int]]:
    """The rows of a relation, and the values in each of its columns."""
    found = connection.execute(f"SELECT count(*), count(COLUMNS(*)) FROM {relation}").fetchone()
    assert found is not None
    return found[0], list(found[1:])


@pytest.mark.parametrize("name", READABLE)
def test_duckdb_loads_every_row_and_every_value(name: str, tmp_path: Path) -> None:
    with contextlib.closing(in_duckdb((UPLOADS / name).read_bytes(), name, tmp_path)) as connection:
        rows, values = filled(connection, table_name(name))
    assert rows == document(name)["file"]["rows"]
    if document(name)["file"]["malformed_rows"] == 0:
        assert values == typed_cells(name)


def test_a_spelling_of_missing_that_is_a_value_in_this_file_is_kept(tmp_path: Path) -> None:
    content = b"id,town\n1,none\n2,Mill\n3,.\n4,none\n"
    made = profile_stream([content], options=with_nulls(DEFAULTS, "."), about=About(key="towns.csv")).document
    (tmp_path / "towns.csv").write_bytes(content)
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute(export(made, "sql", str(tmp_path / "towns.csv")))
        assert connection.execute("SELECT town FROM towns").fetchall() == [("none",), ("Mill",), (None,), ("none",)]


def test_duckdb_reads_values_for_what_they_are(tmp_path: Path) -> None:
    content = (
        b'Betrag;ab;wann;ok;PLZ;Ab\n"1.234,56";01.02.2026;2026-01-31 14:05;ja;x;1\n'
        b"-,5;;;yes;;2\n7;28.2.2026;2026-02-01 09:30:15.5;no;x'y;3\n"
    )
    with contextlib.closing(in_duckdb(content, "mixed.csv", tmp_path)) as connection:
        columns = [row[0] for row in connection.execute("DESCRIBE mixed").fetchall()]
        rows = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM mixed").fetchall()
    assert columns == ["Betrag", "ab", "wann", "ok", "PLZ", "Ab_2"]
    assert rows[0] == ("1234.56", "2026-02-01", "2026-01-31 14:05:00", None, "x", "1")
    assert rows[2] == ("7.0", "2026-02-28", "2026-02-01 09:30:15.5", "false", "x'y", "3")


_WRITTEN = {
    "spaces": (["1 234", "12", "1 000 000"], ["1234", "12", "1000000"]),
    "apostrophes": (["1'234.50", "12", "1'000"], ["1234.5", "12.0", "1000.0"]),
    "commas": (["1 234,50", "12", "3,5"], ["1234.5", "12.0", "3.5"]),
    "named": (["7 February 2024", "5 Jan 2024", "1 May 2024"], ["2024-02-07", "2024-01-05", "2024-05-01"]),
    "months": (["Apr-16", "May-17", "Jun-17"], ["2016-04-01", "2017-05-01", "2017-06-01"]),
    "digits": (["20240101", "20231231", "20240229"], ["2024-01-01", "2023-12-31", "2024-02-29"]),
    "basic": (["20240101T000000", "20231231T101500"] * 2, ["2024-01-01 00:00:00", "2023-12-31 10:15:00"] * 2),
    "mails": (["Wed, 7 Feb 2024 10:00 +0200", "Thu, 8 Feb 2024 11:00 GMT"] * 2,
              ["2024-02-07 08:00:00+00", "2024-02-08 11:00:00+00"] * 2),
    "region": (["EMEA", "NA", "APAC"], ["EMEA", "NA", "APAC"]),
}  # fmt: skip


def test_numbers_and_dates_that_are_written_in_many_ways(tmp_path: Path) -> None:
    rows = [";".join(cells[i] for cells, _ in _WRITTEN.values()) for i in range(3)]
    content = "\n".join([";".join(_WRITTEN), *rows, ""]).encode()
    with contextlib.closing(in_duckdb(content, "ways.csv", tmp_path)) as connection:
        found = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM ways").fetchall()
    assert found == [tuple(values[i] for _, values in _WRITTEN.values()) for i in range(3)]
    made = profile_stream([content], about=About(key="ways.csv")).document
    descriptor = json.loads(export(made, "data-resource", str(tmp_path / "ways.csv")))
    with frictionless.system.use_context(trusted=True):
        assert frictionless.Resource(descriptor).validate().flatten() == []
    assert [field["type"] for field in descriptor["schema"]["fields"]] == [
        "number", "number", "number", "string", "date", "date", "datetime", "string", "string",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"Report,,\nname,qty,price\ntext,pieces,EUR\n" + b"Ann,1,2.5\nBo,2,3.5\nCy,4,5.5\n", 3),
        (b"remark\nplain\nyes, it is\n" + b"more of it\n" * 5, 7),
        (b"a b c\nx 1 2 3.5\ny 2 3 4.5\nz 3 4 5.5\n", 3),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_headers_of_all_kinds_are_left_out(content: bytes, rows: int, tmp_path: Path) -> None:
    made = profile_stream([content], about=About(key="made.csv")).document
    assert made["file"]["rows"] == rows
    with contextlib.closing(in_duckdb(content, "made.csv", tmp_path)) as connection:
        count, values = filled(connection, "made")
    assert (count, values) == (rows, [rows] * len(made["columns"]))
    descriptor = json.loads(export(made, "data-resource", str(tmp_path / "made.csv")))
    with frictionless.system.use_context(trusted=True):
        assert len(frictionless.Resource(descriptor).read_rows()) == rows


@pytest.mark.parametrize("kind", ["sql-duckdb", "sql-postgres", "sql-athena"])
@pytest.mark.parametrize(
    ("name", "what"), [("quotes.csv", "a quote that is never closed"), ("stray-bytes.csv", "bytes that are not utf-8")]
)
def test_scripts_say_which_rows_a_tool_cannot_read(name: str, what: str, kind: str) -> None:
    head = export(document(name), kind, name).split("CREATE")[0]
    assert what in head
    assert re.search(r"\(lines [\d, ]+\)", head)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # its own
@pytest.mark.parametrize("name", READABLE)
def test_frictionless_loads_every_row(name: str) -> None:
    descriptor = json.loads(export(document(name), "data-resource", str(UPLOADS / name)))
    assert frictionless.Schema.from_descriptor(descriptor["schema"]).to_descriptor() == json.loads(
        export(document(name), "table-schema", name)
    )
    with frictionless.system.use_context(trusted=True):
        resource = frictionless.Resource(descriptor)
        rows = resource.read_rows()
        report = frictionless.Resource(descriptor).validate()
    assert len(rows) == document(name)["file"]["rows"]
    # What frictionless finds wrong is what the profile has found.
    codes = {issue["code"] for issue in document(name)["quality"]["issues"]}
    assert {error.type for task in report.tasks for error in task.errors} <= codes
    values = [sum(row[column["name"]] is not None for row in rows) for column in document(name)["columns"]]
    if not codes:
        assert values == typed_cells(name)


@pytest.mark.parametrize("name", READABLE)
def test_rows_are_valid_by_their_json_schema(name: str, tmp_path: Path) -> None:
    schema = json.loads(export(document(name), "json-schema", name))
    Draft202012Validator.check_schema(schema)
    with contextlib.closing(in_duckdb((UPLOADS / name).read_bytes(), name, tmp_path)) as connection:
        found = connection.execute(f"SELECT to_json(t)::VARCHAR FROM {table_name(name)} t").fetchall()
    validator = Draft202012Validator(schema)
    names = [column["name"] for column in document(name)["columns"]]
    rows = [dict(zip(names, json.loads(row).values(), strict=True)) for (row,) in found]
    if document(name)["file"]["malformed_rows"] == 0:
        assert [error.message for row in rows for error in validator.iter_errors(row)] == []
    assert len(rows) == document(name)["file"]["rows"]
    if rows:
        assert not validator.is_valid({**rows[0], "one too many": 1})
        assert not validator.is_valid({})


@pytest.mark.parametrize("name", READABLE)
def test_the_view_for_athena_gives_cells_their_types(name: str) -> None:
    """Athena runs on AWS alone: its dialect is parsed, and the view run by DuckDB in translation."""
    table, view = export(document(name), "sql-athena", name).split(";\n\n")
    [ddl] = sqlglot.parse(table, read="athena")
    assert isinstance(ddl, sqlglot.exp.Create)
    file, n = document(name)["file"], len(document(name)["columns"])
    content = (UPLOADS / name).read_bytes()
    content = gzip.decompress(content) if file["compression"] else content
    text = content.decode(codec(document(name)), "replace").lstrip("\ufeff").replace("\0", "")
    lines = text.splitlines(keepends=True)[file["preamble_lines"] + file["header"] :]
    rows = [(row + [None] * n)[:n] for row in csv.reader(lines, delimiter=file["delimiter"] or ",") if row]
    [select] = sqlglot.transpile(view.partition(" AS\n")[2].rstrip(";\n"), read="trino", write="duckdb")
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute("SET disabled_optimizers = 'in_clause'")  # of 300 IN it would make 300 joins
        cells = ", ".join(f"c{i + 1} VARCHAR" for i in range(n))
        connection.execute(f"CREATE TABLE {table_name(name)}_cells ({cells})")
        if rows:
            signs = ", ".join("?" * n)
            connection.executemany(f"INSERT INTO {table_name(name)}_cells VALUES ({signs})", rows)
        count, values = filled(connection, f"({select})")
    assert count == file["rows"]
    if file["malformed_rows"] == 0:
        assert values == typed_cells(name)


@pytest.mark.parametrize("name", TABLES)
def test_the_script_for_postgres_is_sql_but_for_one_line_of_psql(name: str) -> None:
    script = export(document(name), "sql-postgres", str(UPLOADS / name))
    commands = [line for line in script.splitlines() if line.startswith("\\")]
    assert [command.split()[0] for command in commands] == ["\\set", "\\copy"]
    sqlglot.parse("\n".join(line for line in script.splitlines() if line not in commands), read="postgres")


@pytest.mark.parametrize("name", [name for name in READABLE if name != "ragged.csv"])
def test_great_expectations_finds_the_suite_met(name: str) -> None:
    gx = pytest.importorskip("great_expectations", reason="great_expectations is not installed here")
    pandas = pytest.importorskip("pandas")
    suite = json.loads(export(document(name), "expectations", name))
    frame = pandas.read_csv(UPLOADS / name, **suite["meta"]["pandas.read_csv"])
    assert len(frame) == document(name)["file"]["rows"]
    source = gx.get_context(mode="ephemeral").data_sources.add_pandas("files")
    batch = source.add_dataframe_asset("file").add_batch_definition_whole_dataframe("all")
    result = batch.get_batch({"dataframe": frame}).validate(gx.ExpectationSuite(**suite))
    assert [one.expectation_config for one in result.results if not one.success] == []


def test_expectations_say_what_the_profile_says() -> None:
    suite = json.loads(export(document("employees.csv"), "expectations", "employees.csv"))
    said = {(e["type"].removeprefix("expect_column_values_to_"), e["kwargs"].get("column")): e["kwargs"]
            for e in suite["expectations"]}  # fmt: skip
    assert said["be_between", "age"] == {"column": "age", "min_value": 25, "max_value": 65}
    assert said["not_be_null", "salary"] == {"column": "salary", "mostly": 0.98}
    assert said["match_strftime_format", "join_date"]["strftime_format"] == "%Y-%m-%d"


HOSTILE = b"""a"";b\n,'; DROP TABLE x; --,"two
lines",:'var',\\echo\n1,2,3,4,5\n"""


@pytest.mark.parametrize("kind", EXPORTS)
def test_no_name_of_a_column_or_file_becomes_a_command(kind: str) -> None:
    hostile = profile_stream([HOSTILE]).document
    text = export(hostile, kind, "it's; rm -rf $(x).csv")
    if kind.startswith("sql"):
        lines = text.splitlines()
        assert not [line for line in lines if line.startswith("\\") and line.split()[0] not in ("\\set", "\\copy")]
        dialect = {"sql-postgres": "postgres", "sql-athena": "athena"}.get(kind, "duckdb")
        statements = sqlglot.parse("\n".join(line for line in lines if not line.startswith("\\")), read=dialect)
        assert not [s for s in statements if isinstance(s, sqlglot.exp.Drop) and "x" in s.sql().split()]
    elif kind == "rules":
        assert list(parsed(text.encode()).columns) == [column["name"] for column in hostile["columns"]]
    else:
        json.loads(text)
    with pytest.raises(Problem, match="control character"):
        export(hostile, kind, "a\nb.csv")


@pytest.mark.parametrize("name", TABLES)
def test_a_file_keeps_the_rules_drafted_from_it(name: str) -> None:
    rules = parsed(export(document(name), "rules", name).encode())
    assert list(check(document(name), rules, datetime.now(UTC))) == []


def test_a_file_without_columns_has_nothing_to_export() -> None:
    with pytest.raises(Problem, match="nothing to describe"):
        export(document("picture.csv"), "sql", "picture.csv")


def test_names_differ_where_case_does_not_count_and_where_they_are_cut() -> None:
    assert identifiers(["Id", "id", "ID"]) == ["Id", "id_2", "ID_3"]
    cut = identifiers(["x" * 70, "x" * 80], 63)
    assert len(set(cut)) == 2
    assert all(len(name.encode()) <= 63 for name in cut)
    assert table_name("uploads/2026 März, neu.csv.gz") == "t_2026_m_rz_neu"


def test_the_command_prints_or_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = str(UPLOADS / "sales.csv"), tmp_path / "schema.json"
    assert main(["profile", file, "--as", "table-schema"]) == 0
    printed = capsys.readouterr().out
    assert main(["profile", file, "--as", "table-schema", "--out", str(out)]) == 0
    assert out.read_text() == printed
    assert "schema.json" in capsys.readouterr().out
    assert main(["profile", file, "--as", "sql", "--out", str(tmp_path / "no" / "where")]) == 1
    assert "cannot be written" in capsys.readouterr().err
