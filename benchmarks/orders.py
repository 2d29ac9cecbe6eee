"""Measures the orders flow side by side with pandas and DuckDB, each in a process of its own, and prints tables.

    python -m benchmarks.orders                                10 MB
    python -m benchmarks.orders --sizes 10,100,1000            1 GB, too

Measured is the whole process, start to end, as the operating system accounts for it. The readers of JSON that were
chosen from are measured with --readers; ijson and orjson are no requirement of the project: pip install ijson orjson.
"""

import argparse
import platform
import statistics
import sys
from collections.abc import Sequence

from benchmarks.csv_profile import Run, measure
from benchmarks.generate import MB, Made, nested_orders
from benchmarks.json_readers import READERS
from benchmarks.order_contenders import TOOLS


def main() -> int:
    arguments = _arguments()
    print(f"Python {platform.python_version()}, {platform.machine()}; medians of {arguments.repeats}.\n")
    program, names = ("benchmarks.json_readers", list(READERS)) if arguments.readers else (
        "benchmarks.order_contenders", arguments.tools)  # fmt: skip
    for size in arguments.sizes:
        made = nested_orders(size)
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for _ in range(arguments.repeats):  # in turn, so that what else the machine does is shared by all
            for name in names:
                if name in ("barback", "duckdb") or arguments.readers or size <= arguments.pandas_up_to:
                    runs[name].append(measure([name, str(made.path)], arguments.timeout, program))
        print(table(made, {name: done for name, done in runs.items() if done}) + "\n", flush=True)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orders", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[10])
    parser.add_argument("--tools", type=lambda text: text.split(","), default=list(TOOLS), help=",".join(TOOLS))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=1800, help="seconds a tool may take")
    parser.add_argument("--pandas-up-to", type=int, default=100, help="megabytes: it takes some twenty times as much")
    parser.add_argument("--readers", action="store_true", help="measure only the JSON readers")
    return parser.parse_args()


def table(made: Made, runs: dict[str, Sequence[Run]] | dict[str, list[Run]]) -> str:
    lines = [
        f"### {made.title}: {made.rows:,} orders",
        "",
        "| tool | seconds | orders a second | orders a CPU second | MB a CPU second | peak MB | outcome |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for name, done in runs.items():
        wall, cpu, peak = (statistics.median(getattr(run, field) for run in done) for field in ("wall", "cpu", "peak"))
        found = {run.shape[0] if run.shape else run.problem for run in done}
        outcome = "all orders" if found == {made.rows} else f"**{', '.join(map(str, sorted(found, key=str)))}**"
        lines.append(
            f"| {name} | {wall:.1f} | {made.rows / wall:,.0f} | {made.rows / cpu:,.0f} | "
            f"{made.size / MB / cpu:.1f} | {peak:.0f} | {outcome} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
