"""Files to measure with: the same bytes every time, made once and kept under build/bench/.

`orders` is what a shop exports: ids, times, words, whole and decimal numbers, yes and no. Every 50th row has a quoted
note with commas in it, every 40th price is missing, and one quantity in 4,000 is a word. `wide` has 500 columns.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import BinaryIO

from barback.paths import BUILD

FOLDER = BUILD / "bench"
MB = 1_000_000
WIDE = 500
BLOCK = 1_000  # rows that are written at once

FIRST = tuple(
    "Ada Ben Chloé Dana Emil Fatima Goran Hana Ivo Jana Kofi Lena Mara Nils Olga Pavel".split()  # noqa: SIM905
)
LAST = tuple(
    "Abel Brandt Costa Diaz Eriksen Fischer Gomes Haddad Ito Jensen Klein Lopez Meyer Novak Okafor Petrov".split()  # noqa: SIM905
)
COUNTRIES = tuple(
    "AT BE CH CZ DE DK ES FI FR GB GR IE IT NL NO PL PT RO SE SK".split()  # noqa: SIM905
)
PRODUCTS = ("espresso beans", "filter paper", "milk jug", "grinder", "kettle", "white cup", "black cup", "scale")
NOTE = '"called back, wants it on Monday, not before 9"'
HEAD = "order_id,ordered_at,customer,country,product,quantity,unit_price,discount,paid,note\n"


@dataclass(frozen=True)
class Made:
    """A generated file, and what a reader has to find in it."""

    path: Path
    title: str
    size: int
    rows: int
    columns: int


def orders(megabytes: int) -> Made:
    name = f"{megabytes // 1000} GB" if megabytes >= 1000 else f"{megabytes} MB"
    return _kept(
        f"orders-{megabytes}", f"{name}, 10 columns", 10, lambda file: _write(file, HEAD, _orders(), megabytes * MB)
    )


def wide(megabytes: int) -> Made:
    head = ",".join(f"c{number:03}" for number in range(WIDE)) + "\n"
    title = f"{megabytes} MB, {WIDE} columns"
    return _kept(f"wide-{megabytes}", title, WIDE, lambda file: _write(file, head, _wide(), megabytes * MB))


def _orders() -> Iterator[str]:
    roll, moment, order = Random(1), datetime(2020, 1, 1), 1_000_000
    while True:
        order += 1
        bits = roll.getrandbits(48)
        moment += timedelta(seconds=bits & 31)
        customer = f"{FIRST[bits >> 5 & 15]} {LAST[bits >> 9 & 15]}"
        quantity = "several" if order % 4000 == 3999 else (bits >> 13 & 15) + 1
        price = "" if order % 40 == 3 else f"{(bits >> 17 & 0x3FFF) / 100:.2f}"
        country, product = COUNTRIES[(bits >> 31 & 0xFF) % 20], PRODUCTS[bits >> 39 & 7]
        discount, paid = (bits >> 42 & 7) / 20, "true" if bits >> 45 & 7 else "false"
        note = NOTE if order % 50 == 0 else ""
        what = f"{country},{product},{quantity},{price},{discount},{paid},{note}"
        yield f"{order},{moment.isoformat()},{customer},{what}\n"


def _wide() -> Iterator[str]:
    """A fifth each of small and large whole numbers, decimals, words and dates."""
    roll = Random(2)
    while True:
        cells = []
        for _ in range(WIDE // 5):
            bits = roll.getrandbits(40)
            day = f"20{bits & 15:02}-{(bits >> 4 & 7) + 1:02}-{(bits >> 7 & 15) + 1:02}"
            cells += [str(bits & 127), str(bits), f"{(bits >> 8 & 0xFFFF) / 16:.3f}", FIRST[bits >> 11 & 15], day]
        yield ",".join(cells) + "\n"


def _write(file: BinaryIO, head: str, rows: Iterator[str], size: int) -> int:
    """Whole blocks of rows until the size is reached; returns how many rows."""
    written, count, longest = file.write(head.encode()), 0, size
    while written < size:
        lines = [next(rows) for _ in range(min(BLOCK, 1 + (size - written) // longest))]
        longest = max(map(len, lines))
        written += file.write("".join(lines).encode())
        count += len(lines)
    return count


def _kept(name: str, title: str, columns: int, make: Callable[[BinaryIO], int]) -> Made:
    path, label = FOLDER / f"{name}.csv", FOLDER / f"{name}.json"
    if label.exists():
        return Made(**{**json.loads(label.read_text()), "path": path})
    FOLDER.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        rows = make(file)
    made = Made(path, title, path.stat().st_size, rows, columns)
    label.write_text(json.dumps({**asdict(made), "path": path.name}))
    return made
