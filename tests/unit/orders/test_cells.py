"""No cell is one that a spreadsheet runs, and every text can be had back from its cell."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.cells import are_harmless, harmless, restored
from tests.unit.orders.outputs import lines, order, run

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    "'=1",
    "x;=1",
    "a\n=1",
    "\ttext",
]
tricky = st.text(st.sampled_from("'=+-@\t\r\n ;,|ab\u200b＝"), max_size=12) | st.text(max_size=30)


def begins_a_formula(cell: str) -> bool:
    return cell[:1] in ("\t", "\r", "\n") or cell.lstrip()[:1] in tuple("=+-@＝＋－＠")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_is_made_harmless_and_had_back(text: str) -> None:
    assert not begins_a_formula(harmless(text))
    assert restored(harmless(text)) == text


@pytest.mark.parametrize("text", ["plain", "it's", "'quoted'", "a=b", "1-2", "ada@example.com", "a, b", "", " x"])
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert harmless(text) == text
    assert are_harmless([text])


@given(tricky)
def test_every_text_is_had_back(text: str) -> None:
    assert restored(harmless(text)) == text
    assert not begins_a_formula(harmless(text))


@given(st.lists(tricky.filter(lambda text: "\0" not in text) | st.none(), max_size=4))
def test_a_row_is_harmless_only_if_every_cell_is(texts: list[str | None]) -> None:
    if any(harmless(text) != text for text in texts if text):
        assert not are_harmless(texts)


@given(tricky.filter(lambda text: "\0" not in text))
def test_no_part_of_a_line_is_a_formula_where_cells_end_at_semicolons_or_tabs(text: str) -> None:
    for separator in ";\t|":
        assert not any(part.lstrip()[:1] in tuple("=+-@") and part for part in harmless(text).split(separator))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_spreadsheet_sees_no_formula_in_any_column(text: str) -> None:
    person = {"customer_id": "C" + text, "name": text, "email": text, "phone": text, "address": {"city": text}}
    content = lines(
        order(
            note=text,
            total="30.90",
            customer=person,
            items=[{"sku": f"s{text}", "name": text, "quantity": 1, "unit_price": 26}],
        )
    )
    out = run(content)
    for name in ("orders", "customers", "items"):
        [_, row] = csv.reader(io.StringIO(out.files[f"{name}.csv"].decode(), newline=""), strict=True)
        assert not any(map(begins_a_formula, row))
    assert out.table("customers")[0]["name"] == text
    assert out.table("orders")[0]["note"] == text
    assert out.table("orders")[0]["customer_id"] == out.table("customers")[0]["customer_id"]
