"""The sample orders are what their maker makes, and become what samples/orders/README.md says."""

import gzip

import pytest

from barback.flows import flow_of
from barback.paths import STACK
from barback.stack.load import load
from samples.make_orders import FILES, FOLDER
from tests.unit.orders.outputs import run

LARGEST_IN_ALL = 300_000


def table() -> dict[str, list[str]]:
    """The rows of the table in the README: file → the other cells."""
    lines = [line for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines[2:]]
    return {row[0]: row[1:] for row in rows}


def test_the_table_names_every_sample() -> None:
    assert list(table()) == list(FILES)
    assert {path.name for path in FOLDER.iterdir()} == {*FILES, "README.md"}


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_what_its_maker_makes(name: str) -> None:
    made, there = FILES[name](), (FOLDER / name).read_bytes()
    if name.endswith(".gz"):  # the same content, however this machine's zlib packs it
        made, there = gzip.decompress(made), gzip.decompress(there)
    assert made == there


@pytest.mark.parametrize("name", FILES)
def test_a_sample_becomes_what_its_row_says(name: str) -> None:
    manifest = run((FOLDER / name).read_bytes()).manifest
    counts, error = manifest["counts"], manifest["error"]
    codes = [error["code"]] if error else []
    codes += [*manifest["rejected"], *(issue["code"] for issue in manifest["issues"])]
    numbers = [str(counts[what]) for what in ("orders", "rejected", "customers", "items")]
    assert table()[name][1:] == [manifest["status"], *numbers, ", ".join(dict.fromkeys(codes))]


def test_every_sample_starts_the_flow() -> None:
    assert {sample.path.name for sample in flow_of(load(STACK), "orders").samples()} == set(FILES)


def test_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < LARGEST_IN_ALL
