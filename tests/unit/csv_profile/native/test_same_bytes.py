"""The reference and the kernel give the same bytes for the same file."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barback.paths import ROOT
from csv_profile import kernel, repeats
from csv_profile.accounts import Accounts
from csv_profile.native import NativeAccounts
from csv_profile.options import DEFAULTS, Options
from csv_profile.profile import Profiler
from tests.unit.csv_profile.corpus import Case, cases
from tests.unit.csv_profile.native.compare import AS_THEY_ARE, Bounds, both, differences, profiled, reference
from tests.unit.csv_profile.native.inputs import ODD, made, mutated, table
from tests.unit.csv_profile.test_table_start import TABLES, Sheet
from tests.unit.csv_profile.test_table_start import Case as Start
from tests.unit.kernel.compilers import needs_compiler

pytestmark = needs_compiler
_CELL = st.one_of(st.sampled_from(ODD), st.text(max_size=6), st.floats().map(repr), st.integers().map(str))
_MANY = settings(max_examples=100)


def agree(content: bytes, options: Options = DEFAULTS, bounds: Bounds = AS_THEY_ARE) -> None:
    expected, found = both(content, options, bounds)
    assert not differences(expected, found)
    assert expected == found


def accounts_of(content: bytes) -> Any:
    profiler = Profiler()
    profiler.feed(content)
    profiler.finish()
    return profiler._table and profiler._table.accounts


def test_the_kernel_is_what_is_compared() -> None:
    content = b"a,b\n1,2\n"
    assert isinstance(accounts_of(content), NativeAccounts)
    with reference():
        assert isinstance(accounts_of(content), Accounts)


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_malformed_files(case: Case) -> None:
    agree(case.content, case.options)


@pytest.mark.parametrize("cases_of", TABLES, ids=lambda cases_of: cases_of.__name__)
@pytest.mark.parametrize("block_bytes", [1 << 20, 50])
def test_tables_that_begin_in_many_ways(cases_of: Callable[[Sheet], Iterator[Start]], block_bytes: int) -> None:
    for delimiter in ",;":
        for _, lines, _ in cases_of(Sheet(delimiter, 5)):
            agree("\n".join(lines).encode(), Options(block_bytes=block_bytes))


@pytest.mark.parametrize("again", ["a,b,ä", '"a",b,ä', '"a","b","ä"', 'a,"b,",ä', "a ,b,ä", "a,b,ä,", "a,b"])
@pytest.mark.parametrize("header", ["a,b,ä", '"a","b","ä"', "a,b,", '"a\nx","b",c'])
def test_headers_that_come_again(again: str, header: str) -> None:
    lines = [header, "1,x,é", again, "2,y,z", header, header, '"3","y",z', "4,,", again]
    agree("\n".join(lines).encode())
    agree("\n".join(lines * 20).encode(), Options(block_bytes=37, header=True))


@pytest.mark.parametrize("path", sorted((ROOT / "samples").rglob("*.csv")), ids=lambda path: path.name)
def test_samples(path: Path) -> None:
    agree(path.read_bytes())


@pytest.mark.parametrize("seed", range(60))
def test_tables_of_every_kind(seed: int) -> None:
    one = made(seed)
    agree(one.content, one.options, one.bounds)


def test_every_odd_cell_in_a_column_of_its_own_kind() -> None:
    """Alone in a column, among values that are held, and past them."""
    for bounds in (AS_THEY_ARE, Bounds(300)):
        for start in range(0, len(ODD), 20):
            some = ODD[start : start + 20]
            header = ",".join(f"c{i}" for i in range(len(some)))
            cells = ['"' + cell.replace('"', '""') + '"' for cell in some]
            agree(f"{header}\n{(','.join(cells) + chr(10)) * 30}".encode(), bounds=bounds)


def test_past_every_budget() -> None:
    """As large as files must be that no bound is made smaller for."""
    lines = ["id,price,day,when,name,kind,long\n"]
    for i in range(130_000):
        day = f"20{i % 25:02}-{1 + i % 12:02}-{1 + i % 28:02}"
        name = f'"{i * 7919 % 100_003}, Köln"' if i % 10 == 0 else f"name {i * 7919 % 100_003}"
        long = f"{'long' * (i % 70)}{i}" if i % 50 == 0 else "-"
        price = i * 7919 % 1_000_003 / 100
        lines.append(f"{i},{price},{day},{day}T10:{i % 60:02}:{i // 60 % 60:02},{name},{'abc'[i % 3]},{long}\n")
    agree("".join(lines).encode())


def test_wide_tables() -> None:
    rows = [",".join(str(column * row % 1_009) for column in range(600)) for row in range(700)]
    agree("\n".join([",".join(f"c{i}" for i in range(600)), *rows]).encode())


@pytest.mark.parametrize("size", [1, 7, 100, 4_099])
def test_however_the_bytes_come(size: int) -> None:
    content = Path(ROOT / "samples").rglob("*.csv")
    for path in sorted(content)[:3]:
        whole = path.read_bytes()[:50_000]
        options = Options(block_bytes=max(size, 50))
        assert profiled(whole, options, chunk=size) == profiled(whole, DEFAULTS)


@_MANY
@given(st.lists(st.lists(_CELL, min_size=2, max_size=3), min_size=1, max_size=40), st.sampled_from(",;\t"))
def test_any_cells(rows: list[list[str]], delimiter: str) -> None:
    content = "\n".join(delimiter.join(row) for row in [["a", "b"], *rows]).encode("utf-8", "replace")
    agree(content, Options(delimiter=delimiter, header=True), Bounds(400))


@_MANY
@given(st.randoms(use_true_random=False))
def test_any_bytes(random: Any) -> None:
    agree(mutated(table(random)[:5_000], random), bounds=Bounds(300))


def test_zeros_of_two_kinds_are_the_smallest() -> None:
    """Whichever came first, and in whichever block: 0 and 0.0 are equal."""
    numbers = [f"{i}.5" for i in range(40)]
    for zeros in (["0.0", "0"], ["0", "0.0"]):
        for rows in ([*zeros, *numbers], [*numbers, *zeros]):
            content = "\n".join(["a,b", *(f"{cell},x" for cell in rows)]).encode()
            found = {profiled(content, Options(block_bytes=size)) for size in (50, 1 << 20)}
            with reference():
                found |= {profiled(content, Options(block_bytes=size)) for size in (50, 1 << 20)}
            assert len(found) == 1
            agree(content, bounds=Bounds(2_000))


@pytest.mark.parametrize("block_bytes", [1 << 20, 100_000, 1_000])
def test_long_quoted_cells_after_a_quote_that_is_never_closed(block_bytes: int) -> None:
    """Once a quote has proved unterminated after 64 KB, later ones are given up after so much, in every block."""
    plain = [f"{i},x" for i in range(40_000)]
    lines = ["a,b", '1,"open', *plain, '2,"fine"', *plain, f'3,"{"long " * 20_000}"', *plain]
    expected, found = both("\n".join(lines).encode(), Options(block_bytes=block_bytes))
    assert expected == found
    assert json.loads(found)["file"]["malformed_rows"] == 2


def test_a_file_that_breaks_off_after_a_long_quoted_cell() -> None:
    """The rows before that count, in blocks of every size: those too that waited for more text."""
    lines = ["a,b", *(f"{i},x" for i in range(10_000)), f'1,"{"long " * 100}"', *(f"{i},y" for i in range(20)), "7"]
    content = gzip.compress("\n".join(lines).encode())[:-4]
    options = [Options(block_bytes=size) for size in (100, 97, 1_000, 1 << 20)]
    found = {profiled(content, each) for each in options}
    with reference():
        found |= {profiled(content, each) for each in options}
    assert len(found) == 1
    assert json.loads(found.pop())["error"]["rows_profiled"] == 10_021


def test_rows_that_are_in_every_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows can be made so that all have the same CRC-32. They may not be remembered without end."""
    monkeypatch.setattr(repeats, "MOST_SAMPLED", 2)
    rows = [f"{i % 300},x" for i in range(2_000)]
    content = "\n".join(["a,b", *rows]).encode()
    for size in (50, 1 << 20):
        agree(content, Options(block_bytes=size), Bounds(remembered=20))
    repeated = json.loads(profiled(content))["quality"]["duplicate_rows"]
    assert repeated["count"] == 1_700


def test_switched_off_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kernel.SWITCH, "off")
    assert isinstance(accounts_of(b"a,b\n1,2\n"), Accounts)
