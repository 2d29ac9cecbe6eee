"""Measures the CSV profiler side by side with other tools, each in a process of its own, and prints tables.

    make benchmark                              1 and 10 MB, and 500 columns
    make benchmark ARGS="--full --repeats 3"    1, 10 and 100 MB, 1 GB, and 500 columns

Measured is the whole process, start to end, as the operating system accounts for it: time that passed, CPU seconds
of all its threads (what Lambda bills, in the end), and the most memory it ever held.
"""

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from barback.flows.csv_profile.kernel import LIBRARY, use_kernel
from barback.paths import LAMBDA_SRC, ROOT
from benchmarks.contenders import TOOLS
from benchmarks.generate import MB, WIDE, Made, differing, orders, quoted, wide

OURS = "barback"
KINDS = {"repeating": orders, "differing": differing, "quoted": quoted}
PACKAGES = {
    "pandas": ("pandas", "numpy", "python-dateutil", "pytz", "six", "tzdata"),
    "polars": ("polars", "polars-runtime-32"),
    "duckdb": ("duckdb",),
}
IMPORTS = {
    OURS: "csv_profile.profile, csv_profile.native",
    "reference": "csv_profile.profile",
    "textbook": "csv, statistics, datetime",
    **{tool: tool for tool in PACKAGES},
}
IMPORT_REPEATS = 7


@dataclass(frozen=True)
class Run:
    wall: float
    cpu: float
    peak: float  # MB
    shape: tuple[int, int] | None
    problem: str = ""


def main() -> int:
    arguments = _arguments()
    tools = list(dict.fromkeys([OURS, *arguments.tools]))
    print(f"{_machine()}, {use_kernel().describe()}", flush=True)
    _print_packages(tools)
    for made in _files(arguments):
        runs: dict[str, list[Run]] = {tool: [] for tool in tools}
        for _ in range(arguments.repeats):  # in turn, so that what else the machine does is shared by all
            for tool in tools:
                if tool == OURS or made.size <= arguments.others_up_to * MB * 1.01:
                    _note(f"{made.title}: {tool}")
                    runs[tool].append(measure([tool, str(made.path)], arguments.timeout))
        _note("")
        print("\n" + table(made, {tool: done for tool, done in runs.items() if done}), flush=True)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sizes", default="1,10", help="megabytes of the files, comma-separated (default: %(default)s)"
    )
    parser.add_argument(
        "--wide", type=int, default=10, help=f"megabytes of the file of {WIDE} columns; 0 leaves it out"
    )
    parser.add_argument("--kinds", type=_kinds, default=list(KINDS), help=f"of files: {','.join(KINDS)} (default: all)")
    parser.add_argument("--full", action="store_true", help="1, 10, 100 MB and 1 GB: half an hour and more")
    parser.add_argument("--tools", type=_tools, default=list(TOOLS), help=f"of {','.join(TOOLS)} (default: all)")
    parser.add_argument("--repeats", type=int, default=3, help="number of runs for the median (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds a tool may take (default: %(default)s)")
    parser.add_argument(
        "--others-up-to", type=int, default=1000, help="megabytes; larger files are measured with Barback only"
    )
    return parser.parse_args()


def _kinds(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(KINDS):
        raise argparse.ArgumentTypeError(f"no such kind of file: {', '.join(sorted(unknown))}")
    return names


def _tools(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(TOOLS):
        raise argparse.ArgumentTypeError(f"no such tool: {', '.join(sorted(unknown))}")
    return names


def _files(arguments: argparse.Namespace) -> Iterator[Made]:
    sizes = "1,10,100,1000" if arguments.full else arguments.sizes
    for size in filter(None, sizes.split(",")):
        for kind in arguments.kinds:
            _note(f"making a file of {size} MB: {kind}")
            yield KINDS[kind](int(size))
    if arguments.wide:
        _note(f"making a file of {WIDE} columns")
        yield wide(arguments.wide)


def measure(arguments: Sequence[str], timeout: float, program: str = "benchmarks.contenders") -> Run:
    """Runs one contender to its end. Stays small itself: a child's peak counts its parent's too."""
    command = [sys.executable, "-m", program, *arguments]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err)
        guard = threading.Timer(timeout, process.kill)
        guard.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MB
        if process.returncode:
            return Run(
                wall, cpu, peak, None, _why(process.returncode, wall >= timeout, err.read().decode(errors="replace"))
            )
        rows, columns = json.loads(out.read())
        return Run(wall, cpu, peak, (rows, columns))


def _why(code: int, late: bool, said: str) -> str:
    if late:
        return "stopped: too slow"
    if code < 0:
        return f"killed by signal {-code}"
    return (said.strip().splitlines() or [f"exit code {code}"])[-1][:80].replace("|", "/")


def table(made: Made, runs: dict[str, list[Run]]) -> str:
    lines = [
        f"### {made.title}: {made.rows:,} rows, {made.size / MB:,.1f} MB",
        "",
        "| tool | seconds | × ours | CPU seconds | × ours | MB per CPU second | peak MB | outcome |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    our_wall, our_cpu, _ = _medians(runs[OURS])
    for tool, done in runs.items():
        wall, cpu, peak = _medians(done)
        numbers = (wall, wall / our_wall, cpu, cpu / our_cpu)
        cells = [*(f"{number:.2f}" for number in numbers), f"{made.size / MB / cpu:.1f}", f"{peak:.0f}"]
        lines.append(f"| {tool} | {' | '.join(cells)} | {_outcome(made, done)} |")
    return "\n".join(lines)


def _medians(done: list[Run]) -> tuple[float, float, float]:
    wall, cpu, peak = (statistics.median(getattr(run, field) for run in done) for field in ("wall", "cpu", "peak"))
    return wall, cpu, peak


def _outcome(made: Made, done: list[Run]) -> str:
    if problems := {run.problem for run in done if run.shape is None}:
        return f"**failed**: {'; '.join(sorted(problems))}"
    if {run.shape for run in done} == {(made.rows, made.columns)}:
        return "all rows"
    shapes = sorted({run.shape for run in done if run.shape})
    return "**wrong**: " + ", ".join(f"{rows:,} rows and {columns} columns" for rows, columns in shapes)


def _print_packages(tools: Sequence[str]) -> None:
    print("\n| tool | version | import, ms | installed, MB |\n| --- | --- | ---: | ---: |")
    bare = _import_seconds("sys")
    for tool in tools:
        seconds = max(0.0, _import_seconds(IMPORTS[tool]) - bare)
        version = importlib.metadata.version(tool) if tool in PACKAGES else ""
        print(f"| {tool} | {version} | {1000 * seconds:.0f} | {_installed(tool) / MB:.1f} |", flush=True)


def _import_seconds(modules: str) -> float:
    """The fastest of some starts of Python with an import: what is slower is noise."""
    environ = {**os.environ, "PYTHONPATH": str(LAMBDA_SRC)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules, as the Lambda package has them
    times = []
    for _ in range(IMPORT_REPEATS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {modules}"], env=environ, check=True)
        times.append(time.perf_counter() - started)
    return min(times)


def _installed(tool: str) -> int:
    """Bytes on disk of what would have to be in the Lambda package."""
    if tool in (OURS, "reference"):
        sources = [path for flow in ("csv_profile", "common") for path in (LAMBDA_SRC / flow).rglob("*.py")]
        library = os.environ.get(LIBRARY)
        return sum(path.stat().st_size for path in [*sources, *([Path(library)] if library and tool == OURS else [])])
    total = 0
    for package in PACKAGES.get(tool, ()):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            files = importlib.metadata.files(package) or []
            paths = (Path(str(file.locate())) for file in files if file.suffix != ".pyc")
            total += sum(path.stat().st_size for path in paths if path.exists())
    return total


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()} {platform.machine()}, {python}"


def _note(text: str) -> None:
    """Where it is, for a person at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
