"""Looks for files of which the profiler's kernel and the reference give different profiles, or the kernel misbehaves.

    make fuzz                          a minute
    make fuzz ARGS="--minutes 60"

There are two kinds of run. One compares the kernel with the reference (compare.py). The other runs the kernel alone,
many times as fast (alone.c), as it takes no reference to see that memory is used as it should be. In both the kernel is
compiled with AddressSanitizer and UndefinedBehaviorSanitizer (sanitized.py). Every input is made of a number, so what
was found can be looked at again: `--first NUMBER --inputs 1`. Inputs that fail are kept in build/fuzz/, made smaller.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from barback.errors import Problem
from barback.paths import ROOT
from tests.fuzz.sanitized import ALONE, KEPT, LIBRARY, OPTIONS, RUNNING, SMALL_LIBRARY, build, environment
from tests.fuzz.smaller import smaller

_COMPARE, _ALONE = "compare", "alone"
_SHARE_ALONE = 0.25  # of the time
_CORPUS, _ENDED, _TRIED = (KEPT / name for name in ("corpus", "ended", "tried"))
_ENDLESS = 1 << 62
_TOLD = (0, 1)  # exit codes of compare.py, whose process was not ended by a sanitizer
_QUIET = {name: f"{value}:log_path=/dev/null" for name, value in OPTIONS.items()}


def main() -> int:
    arguments = _arguments()
    first = int(time.time()) * 1_000 if arguments.first is None else arguments.first
    wanted = [arguments.only] if arguments.only else [_ALONE, _COMPARE]
    seconds = 60 * arguments.minutes
    try:
        build(*([ALONE] if _ALONE in wanted else []), *([LIBRARY, SMALL_LIBRARY] if _COMPARE in wanted else []))
        for_python = {**os.environ, **environment()}
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    failed = False
    if _ALONE in wanted:
        _compare(for_python, 0, 0, 0, "--corpus", str(_CORPUS))
        failed = not _run_alone(first, arguments.inputs, seconds * (_SHARE_ALONE if len(wanted) > 1 else 1))
    if _COMPARE in wanted:
        share = 1 - _SHARE_ALONE if len(wanted) > 1 else 1
        failed = not _run_compared(for_python, first, arguments.inputs, seconds * share) or failed
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1, help="how long to look (default: %(default)s)")
    parser.add_argument("--first", type=int, default=None, help="number of the first input (default: from the time)")
    parser.add_argument("--inputs", type=int, default=_ENDLESS, help="of each kind (default: as many as fit)")
    parser.add_argument("--only", choices=(_COMPARE, _ALONE), help="one kind of run (default: both)")
    return parser.parse_args()


def _run_alone(first: int, inputs: int, seconds: float) -> bool:
    started = time.monotonic()
    done = _alone(first, inputs, seconds)
    if done.returncode == 0:
        count, passed = int(done.stdout), time.monotonic() - started
        print(f"the kernel alone, from {first}: {count:,} inputs, {count / passed:,.0f} a second", flush=True)
        return True
    print(done.stdout + done.stderr, flush=True)
    if found := re.search(r"input (\d+) ended", done.stdout):
        number = int(found[1])
        _keep(number, _ENDED.read_bytes(), lambda: _alone(number, 1, 60, _TRIED).returncode != 0)
    return False


def _alone(first: int, inputs: int, seconds: float, *content: Path) -> "subprocess.CompletedProcess[str]":
    command = [ALONE, _CORPUS, _ENDED, str(first), str(inputs), str(max(1, int(seconds))), *content]
    return subprocess.run(command, env={**os.environ, **OPTIONS}, capture_output=True, text=True, errors="replace")


def _run_compared(environ: dict[str, str], first: int, inputs: int, seconds: float) -> bool:
    code = _compare(environ, first, inputs, seconds)
    if code in _TOLD:
        return code == 0
    number = int.from_bytes(RUNNING.read_bytes(), sys.byteorder)
    print(f"input {number} ended the process", flush=True)
    _compare(environ, number, 1, 60, "--write", str(_ENDED))
    _keep(
        number,
        _ENDED.read_bytes(),
        lambda: _compare({**environ, **_QUIET}, number, 1, 60, "--content", str(_TRIED)) not in _TOLD,
    )
    return False


def _compare(environ: dict[str, str], first: int, inputs: int, seconds: float, *more: str) -> int:
    command = [sys.executable, "-m", "tests.fuzz.compare", "--first", str(first), "--inputs", str(inputs)]
    return subprocess.run([*command, "--seconds", str(seconds), *more], cwd=ROOT, env=environ).returncode


def _keep(number: int, content: bytes, fails: Callable[[], bool]) -> None:
    def still(tried: bytes) -> bool:
        _TRIED.write_bytes(tried)
        return fails()

    path = KEPT / f"{number}.csv"
    path.write_bytes(content)
    path.write_bytes(smaller(content, still))
    print(f"  kept, as small as it still fails: {path} ({path.stat().st_size:,} bytes)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
