"""What holds of every file of orders, generated ones and any other bytes."""

import io
import json
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barback.generate.orders import MESS, Orders
from barback.generate.recipe import Recipe
from barback.generate.write import write
from orders.fields import moment
from tests.unit.orders.outputs import Outputs, order, run, run_chunks

FORMS = ("ndjson", "array", "pretty")


def generated(**recipe: Any) -> tuple[bytes, dict[str, Any]]:
    """A file, and the truth about it."""
    out, truth = io.BytesIO(), io.StringIO()
    write(Orders(), Recipe(**recipe), out, truth)
    return out.getvalue(), json.loads(truth.getvalue())


recipes = st.fixed_dictionaries(
    {
        "count": st.integers(0, 60),
        "seed": st.integers(0, 10**6),
        "mess": st.sampled_from((0.0, 0.1, 0.5, 1.0)),
        "form": st.sampled_from(FORMS),
    }
)


@given(recipes)
@settings(max_examples=60)
def test_what_comes_out_is_what_the_truth_says(recipe: dict[str, Any]) -> None:
    content, truth = generated(**recipe)
    out = run(content)
    counts = out.manifest["counts"]
    assert counts["orders_in"] == counts["orders"] + counts["rejected"] == truth["records"]
    assert (counts["orders"], counts["rejected"]) == (truth["accepted"], truth["rejected"])
    assert (counts["customers"], counts["items"]) == (truth["customers"], truth["items"])
    assert {c: Decimal(t["total"]) for c, t in out.manifest["totals"].items()} == {
        c: Decimal(total) for c, total in truth["totals"].items()
    }
    wanted = [
        (b["index"], b["outcome"].removeprefix("rejected, ")) for b in truth["broken"] if "rejected" in b["outcome"]
    ]
    assert out.rejected == wanted
    issues = {(b["index"], b["outcome"].removeprefix("issue, ")) for b in truth["broken"] if "issue" in b["outcome"]}
    assert {(issue["index"], issue["code"]) for issue in out.lines("issues")} == issues


@given(recipes.filter(lambda recipe: recipe["count"]), st.data())
@settings(max_examples=25)
def test_the_same_bytes_come_out_however_the_input_is_cut(recipe: dict[str, Any], data: st.DataObject) -> None:
    content, _ = generated(**recipe)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=30)))
    chunks = [content[start:end] for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True)]
    assert run_chunks(chunks).files == run(content).files


@given(recipes)
@settings(max_examples=25)
def test_joining_the_tables_gives_the_accepted_orders_back(recipe: dict[str, Any]) -> None:
    content, _ = generated(**{**recipe, "form": "ndjson"})
    out = run(content)
    rejected = {index for index, _ in out.rejected}
    sent = [
        json.loads(line, parse_float=Decimal)
        for i, line in enumerate(content.decode().split("\n")[:-1])
        if i not in rejected
    ]
    customers = {row["customer_id"]: row for row in out.table("customers")}
    items: dict[str, list[dict[str, str]]] = {}
    for row in out.table("items"):
        items.setdefault(row["order_id"], []).append(row)
    conflicts = {issue["order_id"] for issue in out.lines("issues") if issue["code"] == "customer-conflict"}
    rows = out.table("orders")
    assert len(rows) == len(sent)
    for row, given_order in zip(rows, sent, strict=True):
        customer = customers[row["customer_id"]]
        assert joined(row, customer, items[row["order_id"]]) == flat(given_order) or row["order_id"] in conflicts


def joined(row: dict[str, str], customer: dict[str, str], items: list[dict[str, str]]) -> list[Any]:
    address = [customer[name] for name in ("street", "postcode", "city", "country")]
    amounts = [Decimal(row[name]) for name in ("shipping", "discount", "total")]
    lines = [(item["sku"], item["name"], int(item["quantity"]), Decimal(item["unit_price"])) for item in items]
    return [
        row["order_id"], moment(row["placed_at"]), row["status"], row["currency"], row["note"], *amounts,
        customer["customer_id"], customer["name"], customer["email"], customer["phone"], *address, lines,
    ]  # fmt: skip


def flat(sent: dict[str, Any]) -> list[Any]:
    customer = sent["customer"]
    amounts = [Decimal(sent[name]) for name in ("shipping", "discount", "total")]
    lines = [(i["sku"], i["name"], i["quantity"], Decimal(i["unit_price"])) for i in sent["items"]]
    return [
        sent["order_id"], moment(sent["placed_at"]), sent["status"], sent["currency"], sent.get("note", ""), *amounts,
        customer["customer_id"].strip(), customer["name"], customer["email"], customer["phone"] or "",
        *(customer["address"][name] for name in ("street", "postcode", "city", "country")), lines,
    ]  # fmt: skip


@given(
    st.binary(max_size=300)
    | st.text(st.sampled_from('{}[]",:\\ \n123nulltruefalse\ud800'.replace("\ud800", "é"))).map(str.encode)
)
@settings(max_examples=300)
def test_any_bytes_at_all_end_in_a_manifest(content: bytes) -> None:
    out = run(content)
    assert out.manifest["counts"]["orders_in"] == out.manifest["counts"]["rejected"] == len(out.lines("rejected"))
    assert run(content, 1).files == out.files


@given(st.data())
@settings(max_examples=150)
def test_damage_anywhere_ends_in_a_manifest_and_spares_what_came_before(data: st.DataObject) -> None:
    content = json.dumps(
        [order(order_id=name) for name in "ABCDE"], indent=data.draw(st.sampled_from((None, 2)))
    ).encode()
    place = data.draw(st.integers(1, len(content) - 1))
    scrap = data.draw(st.binary(max_size=3))
    content = content[:place] + scrap + content[place + data.draw(st.integers(0, 3)) :]
    out = run(content)
    assert run(content, data.draw(st.sampled_from((1, 5, 64)))).files == out.files
    whole = [name for name in "ABCDE" if content.find(f'"order_id": "{name}"'.encode(), 0, place) > 0][:-1]
    assert set(whole) <= set(out.ids)
    if not set(scrap) & set(b'[{"\\'):  # what opens something may take all that follows into it
        assert len(out.ids) >= 3


@pytest.mark.parametrize("kind", MESS)
def test_every_kind_of_mess_comes_out_as_it_says(kind: str) -> None:
    content, truth = generated(count=40, seed=5, mess=0.5, kinds=(kind,))
    assert truth["broken_by_kind"][kind] > 5
    out: Outputs = run(content)
    assert out.manifest["counts"]["rejected"] == truth["rejected"]
    if MESS[kind].outcome == "rejected":
        assert out.manifest["rejected"] == {MESS[kind].code: truth["rejected"]}
    if MESS[kind].outcome == "issue":
        assert [issue["code"] for issue in out.manifest["issues"]] == [MESS[kind].code]


def test_duckdb_reads_and_joins_the_tables(tmp_path: Any) -> None:
    content, truth = generated(count=2_000, seed=3, mess=0.2)
    for name, data in run(content).files.items():
        (tmp_path / name).write_bytes(data)
    read = {
        name: f"read_csv('{tmp_path}/{name}.csv', all_varchar=true) AS {name}"
        for name in ("orders", "customers", "items")
    }
    [found] = rows_of(
        f"SELECT count(*), count(DISTINCT order_id), count(DISTINCT customer_id) FROM {read['orders']} "
        f"JOIN {read['customers']} USING (customer_id) JOIN {read['items']} USING (order_id)"
    )
    assert found == (truth["items"], truth["accepted"], truth["customers"])
    sums = rows_of(f"SELECT currency, sum(total::DECIMAL(30, 6)) FROM {read['orders']} GROUP BY 1")
    assert dict(sums) == {currency: Decimal(total) for currency, total in truth["totals"].items()}


def rows_of(query: str) -> list[tuple[Any, ...]]:
    return duckdb.connect().execute(query).fetchall()
