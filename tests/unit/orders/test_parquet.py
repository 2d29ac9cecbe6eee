"""Parquet says what the CSV says, with types, and is read by those who read Parquet."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barback.generate.orders import Orders
from barback.generate.recipe import Recipe
from orders import parquet
from orders.batch import tabulate
from orders.fields import moment
from orders.parquet import ParquetFile
from orders.tables import TABLES
from tests.unit.orders.outputs import Outputs

texts = st.text(max_size=20).filter(lambda text: "\0" not in text)


def written(content: bytes) -> Outputs:
    sinks: dict[str, io.BytesIO] = {}
    manifest = tabulate([content], lambda name: sinks.setdefault(name, io.BytesIO()), parquet=True)
    return Outputs(manifest, {name: sink.getvalue() for name, sink in sinks.items()})


def microseconds(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def read(path: Path, what: str = "*") -> list[tuple[Any, ...]]:
    return duckdb.connect().execute(f"SELECT {what} FROM read_parquet('{path}')").fetchall()


@pytest.fixture(params=[1 << 10, 4 << 20], ids=["many groups", "one group"])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outputs]:
    monkeypatch.setattr(parquet, "_GROUP", request.param)
    yield written(b"".join(piece.data for piece in Orders().pieces(Recipe(count=700, mess=0.3), {})))


@pytest.mark.parametrize("table", TABLES)
def test_parquet_says_what_the_csv_says(batch: Outputs, table: str, tmp_path: Path) -> None:
    path = tmp_path / f"{table}.parquet"
    path.write_bytes(batch.files[path.name])
    columns = ", ".join(f"epoch_us({name})" if kind == "time" else name for name, kind in TABLES[table].items())
    rows = read(path, columns)
    assert len(rows) == batch.manifest["counts"][table]
    for row, cells in zip(rows, batch.table(table), strict=True):
        for value, (name, kind), cell in zip(row, TABLES[table].items(), cells.values(), strict=True):
            match kind:
                case "text":
                    assert (value or "") == cell, name
                case "integer":
                    assert value == int(cell), name
                case "decimal":
                    assert value == Decimal(cell), name
                case "time":
                    assert value == microseconds(moment(cell)), name


def test_columns_have_their_types(batch: Outputs, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    path.write_bytes(batch.files[path.name])
    types = dict(duckdb.connect().execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{path}')").fetchall())
    assert types["total"] == "DECIMAL(38,6)"
    assert types["placed_at"] == "TIMESTAMP"
    assert (types["item_count"], types["note"]) == ("BIGINT", "VARCHAR")


def test_batches_are_partitions(batch: Outputs, tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder = tmp_path / "orders" / f"batch={name}"
        folder.mkdir(parents=True)
        (folder / "orders.parquet").write_bytes(batch.files["orders.parquet"])
    count = batch.manifest["counts"]["orders"]
    query = f"SELECT batch, count(*) FROM read_parquet('{tmp_path}/orders/*/*.parquet') GROUP BY 1 ORDER BY 1"
    assert duckdb.connect().execute(query).fetchall() == [("a", count), ("b", count)]


def test_an_empty_batch_is_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "items.parquet"
    path.write_bytes(written(b"[]").files[path.name])
    assert read(path) == []


rows = st.lists(
    st.tuples(
        texts | st.none(),
        st.integers(-(2**63), 2**63 - 1),
        st.decimals(-(10**30), 10**30, places=6),
        st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    ),
    max_size=40,
)


@given(rows)
@settings(max_examples=40)
def test_every_value_is_had_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]) -> None:
    sink = io.BytesIO()
    file = ParquetFile("x.parquet", sink, {"t": "text", "i": "integer", "d": "decimal", "m": "time"})
    file.add(rows)
    file.finish()
    path = tmp_path_factory.mktemp("parquet") / "x.parquet"
    path.write_bytes(sink.getvalue())
    assert file.size == path.stat().st_size
    found = read(path, "t, i, d, epoch_us(m)")
    assert found == [(*row[:3], microseconds(row[3])) for row in rows]
