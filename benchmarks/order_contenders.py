"""Each way to make tables of nested orders, as a program of its own: `python -m benchmarks.order_contenders TOOL FILE`.

Every one writes orders.csv, customers.csv and items.csv to a scratch folder and prints how many orders and items it
saw. Only ours validates orders, checks totals and ids, keeps amounts exact and makes cells harmless; the others do what
a tutorial shows, and take every number for a float.
"""

import json
import sys
import tempfile
from pathlib import Path

from barback.paths import LAMBDA_SRC

Shape = tuple[int, int]


def barback(path: Path, out: Path) -> Shape:
    sys.path.append(str(LAMBDA_SRC))
    from orders.batch import tabulate

    with path.open("rb") as file:
        chunks = iter(lambda: file.read(256 << 10), b"")
        counts = tabulate(chunks, lambda name: (out / name).open("wb", buffering=0))["counts"]
    return counts["orders"], counts["items"]


def pandas(path: Path, out: Path) -> Shape:
    """All of it read into a list, `json_normalize` once for each table, duplicates dropped."""
    import pandas as pd  # type: ignore[import-untyped,unused-ignore]

    with path.open(encoding="utf-8") as file:
        data = [json.loads(line) for line in file]
    orders = pd.json_normalize(data).drop(columns=["items"])
    orders["placed_at"] = pd.to_datetime(orders["placed_at"], utc=True)
    customers = orders.filter(like="customer.").drop_duplicates("customer.customer_id")
    items = pd.json_normalize(data, record_path="items", meta=["order_id", "currency"])
    for name, frame in (("orders", orders), ("customers", customers), ("items", items)):
        frame.to_csv(out / f"{name}.csv", index=False)
    return len(orders), len(items)


def duckdb(path: Path, out: Path) -> Shape:
    import duckdb as db

    connection = db.connect()
    connection.execute(f"SET temp_directory = '{out}'")
    # The names of files of our own making: nothing in them to escape.
    source = f"read_json('{path}', format = 'newline_delimited')"
    connection.execute(
        f"COPY (SELECT order_id, customer.customer_id, placed_at, status, currency, shipping, discount, total, note "
        f"FROM {source}) TO '{out}/orders.csv'"
    )
    connection.execute(
        f"COPY (SELECT DISTINCT ON (customer_id) * FROM (SELECT unnest(customer, recursive := true) FROM {source})) "
        f"TO '{out}/customers.csv'"
    )
    connection.execute(
        f"COPY (SELECT order_id, currency, unnest(items, recursive := true) FROM {source}) TO '{out}/items.csv'"
    )
    counts = []
    for name in ("orders", "items"):
        [(count,)] = connection.execute(f"SELECT count(*) FROM read_csv('{out}/{name}.csv')").fetchall()
        counts.append(count)
    return counts[0], counts[1]


TOOLS = {"barback": barback, "pandas": pandas, "duckdb": duckdb}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="barback-bench-") as scratch:
        print(json.dumps(TOOLS[sys.argv[1]](Path(sys.argv[2]), Path(scratch))))
