"""Looks for files of which the profiler's kernel and the reference give different profiles, or the kernel misbehaves.

    make fuzz                          a minute
    make fuzz ARGS="--minutes 60"

The kernel is compiled with AddressSanitizer and UndefinedBehaviorSanitizer, which end the process at the first read or
write outside a buffer and at the first undefined operation. Every input is made of a number (`--first`), so what was
found can be looked at again: `--first NUMBER --inputs 1`. The inputs that differ are kept in build/fuzz/.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from barback.errors import Problem
from barback.kernel import FLAGS, digest_of
from barback.paths import BUILD, LAMBDA_SRC, ROOT

SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g", "-O1")
_SOURCES = LAMBDA_SRC / "csv_profile" / "kernel"
_KEPT = BUILD / "fuzz"
_CHILD = "BARBACK_FUZZ_CHILD"
_SHOWN_EVERY = 15  # seconds


def main() -> int:
    arguments = _arguments()
    if _CHILD in os.environ:
        return _run(arguments)
    try:
        environ = {**os.environ, **environment(), _CHILD: "1"}
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return subprocess.run([sys.executable, "-m", "tests.fuzz.kernel", *sys.argv[1:]], cwd=ROOT, env=environ).returncode


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1, help="how long to look (default: %(default)s)")
    parser.add_argument("--first", type=int, default=None, help="number of the first input (default: from the time)")
    parser.add_argument("--inputs", type=int, default=None, help="stop after so many (default: as many as fit)")
    return parser.parse_args()


def environment(compiler: str = "cc") -> dict[str, str]:
    """For a process that is to use a kernel with sanitizers, which is compiled now."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    library = _KEPT / "kernel-sanitized.so"
    sources = {path.name: path.read_bytes() for path in _SOURCES.iterdir() if path.suffix in (".c", ".h")}
    flags = [flag for flag in FLAGS if not flag.startswith(("-O", "-g"))]
    files = [str(_SOURCES / name) for name in sorted(sources) if name.endswith(".c")]
    define = f'-DBARBACK_KERNEL_SOURCES="{digest_of(sources)}"'
    try:
        command = [compiler, *flags, *SANITIZERS, define, *files, "-o", str(library)]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        found = [_runtime(compiler, name) for name in ("libasan.so", "libubsan.so")]
    except FileNotFoundError as error:
        raise Problem("There is no C compiler on this machine.", "Install gcc or clang.") from error
    except subprocess.CalledProcessError as error:
        raise Problem(f"The kernel was not compiled with sanitizers:\n{error.stderr}", "Use gcc or clang.") from error
    return {
        "PYTHONPATH": str(LAMBDA_SRC),
        "CSV_KERNEL": "",
        "CSV_KERNEL_LIBRARY": str(library),
        "LD_PRELOAD": " ".join(found),
        "ASAN_OPTIONS": "detect_leaks=0",  # Python itself keeps memory to its end
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }


def _runtime(compiler: str, name: str) -> str:
    """A sanitizer's own library: it has to be loaded before anything else is."""
    command = [compiler, f"-print-file-name={name}"]
    path = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    if not Path(path).is_absolute():
        raise Problem(f"The compiler has no {name}.", "Install the compiler's sanitizers.")
    return path


def _run(arguments: argparse.Namespace) -> int:
    from tests.unit.csv_profile.native.compare import both, differences
    from tests.unit.csv_profile.native.inputs import made

    first = int(time.time()) * 1_000 if arguments.first is None else arguments.first
    started = shown = time.monotonic()
    number, different = first, 0
    while time.monotonic() - started < 60 * arguments.minutes:
        if arguments.inputs is not None and number - first >= arguments.inputs:
            break
        (_KEPT / "running").write_text(f"{number}\n")  # for when a sanitizer ends this process
        one = made(number)
        expected, found = both(one.content, one.options, one.bounds)
        if expected != found:
            different += 1
            (_KEPT / f"{number}.csv").write_bytes(one.content)
            print(f"input {number} differs: {one.options} {one.bounds}", flush=True)
            for ours, others in differences(expected, found)[:3]:
                print(f"  reference …{ours}…\n  kernel    …{others}…", flush=True)
        number += 1
        if time.monotonic() - shown > _SHOWN_EVERY:
            shown = time.monotonic()
            print(f"{number - first:,} inputs, {different:,} differ", flush=True)
    print(f"{number - first:,} inputs from {first}, {different:,} differ", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
