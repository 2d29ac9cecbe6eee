"""Gives inputs to the reference and to the kernel, in one process: `make fuzz` starts it (tests/fuzz/kernel.py).

The reference gets the file in one block, the kernel in blocks of any size.
"""

import argparse
import os
import struct
import sys
import time
from dataclasses import replace
from mmap import mmap
from pathlib import Path
from typing import Any

from csv_profile import kernel, profile
from csv_profile.options import Options
from tests.fuzz.inputs import Input, made, with_content, write_corpus
from tests.fuzz.sanitized import KEPT, LIBRARY, RUNNING, SMALL_LIBRARY
from tests.fuzz.smaller import smaller
from tests.unit.csv_profile.native.compare import bounds, differences, profiled, reference

_NUMBER = struct.Struct("=Q")
_SHOWN_EVERY = 15.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--inputs", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--content", type=Path, help="instead of the one that is made of the number")
    parser.add_argument("--write", type=Path, help="only write the content there")
    parser.add_argument("--corpus", type=Path, help="only write the corpus for alone.c there")
    arguments = parser.parse_args()
    if arguments.corpus:
        write_corpus(arguments.corpus)
        return 0
    if arguments.write:
        arguments.write.write_bytes(made(arguments.first).content)
        return 0
    _find_dialects_once()
    if arguments.content:
        return 1 if _differ(with_content(arguments.first, arguments.content.read_bytes())) else 0
    return _run(arguments.first, arguments.inputs, arguments.seconds)


def _run(first: int, inputs: int, seconds: float) -> int:
    started = shown = time.monotonic()
    different = done = size = 0
    RUNNING.write_bytes(_NUMBER.pack(first))
    with RUNNING.open("r+b") as file, mmap(file.fileno(), _NUMBER.size) as running:
        while done < inputs and time.monotonic() - started < seconds:
            running[:] = _NUMBER.pack(first + done)  # for when a sanitizer ends this process
            one = made(first + done)
            size += len(one.content)
            if found := _differ(one):
                different += 1
                _keep(first + done, one, *found)
            done += 1
            if time.monotonic() - shown > _SHOWN_EVERY:
                shown = time.monotonic()
                print(f"compared: {_so_far(done, different, shown - started)}", flush=True)
    passed = time.monotonic() - started
    print(f"compared with the reference, from {first}: {_so_far(done, different, passed)}, {size:,} bytes", flush=True)
    return 1 if different else 0


def _so_far(done: int, different: int, seconds: float) -> str:
    return f"{done:,} inputs, {different:,} differ, {done / seconds:,.0f} a second"


def _differ(one: Input) -> tuple[bytes, bytes] | None:
    """What the two found, if that is not the same."""
    os.environ[kernel.LIBRARY] = str(SMALL_LIBRARY if one.bounds.limits else LIBRARY)
    with bounds(one.bounds):
        with reference():
            expected = _profiled(one.content, one.options)
        assert kernel.load(), kernel.why()
        found = _profiled(one.content, replace(one.options, block_bytes=one.block_bytes))
    return None if expected == found and expected.startswith(b"{") else (expected, found)


def _profiled(content: bytes, options: Options) -> bytes:
    try:
        return profiled(content, options)
    except Exception as error:
        return f"{type(error).__name__}: {error}".encode()


def _keep(number: int, one: Input, expected: bytes, found: bytes) -> None:
    print(f"input {number} differs: {one.options} {one.bounds} in blocks of {one.block_bytes}", flush=True)
    for ours, others in differences(expected, found)[:3]:
        print(f"  reference …{ours}…\n  kernel    …{others}…", flush=True)
    path = KEPT / f"{number}.csv"
    path.write_bytes(one.content)
    path.write_bytes(smaller(one.content, lambda content: _differ(replace(one, content=content)) is not None))
    print(f"  kept, as small as it still differs: {path} ({path.stat().st_size:,} bytes)", flush=True)


def _find_dialects_once() -> None:
    """The second of two runs takes what the first found: that part is the same code in both."""
    detect = profile.detect
    last: list[Any] = [None, None]

    def same(sample: str, complete: bool, options: Options) -> Any:
        asked = (sample, complete, replace(options, block_bytes=1))
        if last[0] != asked:
            last[:] = [asked, detect(*asked)]
        return last[1]

    profile.detect = same


if __name__ == "__main__":
    sys.exit(main())
