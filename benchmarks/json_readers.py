"""What a reader of JSON costs before anything is made of it: `python -m benchmarks.json_readers READER FILE`.

Orders, one a line, read into Python's own values. `ours` is the reader of the flow: json's C scanner, with exact
decimals, fields that are there twice found, and a way on past what is broken. ijson finds no field that is there twice
and cannot go on; orjson and jiter make floats of amounts.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from barback.paths import LAMBDA_SRC

Shape = tuple[int, int]


def ours(path: Path) -> Iterator[Any]:
    sys.path.append(str(LAMBDA_SRC))
    from orders.limits import DEFAULTS
    from orders.reader import Reader
    from orders.source import Source

    with path.open("rb") as file:
        yield from Reader(Source(iter(lambda: file.read(256 << 10), b""), DEFAULTS).texts(), DEFAULTS)


def ijson(path: Path) -> Iterator[Any]:
    import ijson as library  # type: ignore[import-not-found,unused-ignore]

    with path.open("rb") as file:
        yield from library.items(file, "", multiple_values=True)


def by_line(load: Callable[[bytes], Any]) -> Callable[[Path], Iterator[Any]]:
    def read(path: Path) -> Iterator[Any]:
        with path.open("rb") as file:
            yield from map(load, file)

    return read


def orjson(path: Path) -> Iterator[Any]:
    import orjson as library  # type: ignore[import-not-found,unused-ignore]

    return by_line(library.loads)(path)


def jiter(path: Path) -> Iterator[Any]:
    from pydantic_core import from_json

    return by_line(from_json)(path)


READERS = {
    "ours": ours,
    "json, a line at a time": by_line(json.loads),
    "ijson": ijson,
    "orjson": orjson,
    "jiter": jiter,
}


if __name__ == "__main__":
    print(json.dumps((sum(1 for _ in READERS[sys.argv[1]](Path(sys.argv[2]))), 0)))
