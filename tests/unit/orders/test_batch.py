"""Orders become rows of three tables that join; what is odd is reported, what is wrong is rejected with its place."""

from typing import Any

import pytest

from orders.batch import _groups
from orders.manifest import ManifestModel
from orders.reader import Found
from tests.unit.orders.outputs import ORDER, lines, order, run


def test_an_order_becomes_rows_of_three_tables() -> None:
    out = run(lines(order(note="ring, twice")))
    assert out.files["orders.csv"] == (
        b"order_id,customer_id,placed_at,status,currency,item_count,items_total,shipping,discount,tax,total,"
        b"total_difference,note\r\n"
        b'O-1,C-1,2026-01-31T11:34:56Z,paid,EUR,2,21.10,4.90,0.00,0.00,26.00,0.00,"ring, twice"\r\n'
    )
    assert out.files["customers.csv"] == (
        b"customer_id,name,email,phone,street,postcode,city,region,country\r\n"
        b"C-1,Ada,ada@example.com,,Mill Lane 1,0123,Espoo,,FI\r\n"
    )
    assert out.files["items.csv"] == (
        b"order_id,line,sku,name,quantity,unit_price,line_total,currency\r\n"
        b"O-1,1,S-1,kettle,2,10.50,21.00,EUR\r\n"
        b"O-1,2,S-2,,1,0.10,0.10,EUR\r\n"
    )
    assert out.manifest["counts"] == {
        "orders_in": 1, "orders": 1, "rejected": 0, "customers": 1, "items": 2, "issues": 0,
    }  # fmt: skip
    assert out.manifest["totals"] == {"EUR": {"orders": 1, "total": "26.00"}}
    ManifestModel.model_validate(out.manifest)


def item(**changes: Any) -> list[dict[str, Any]]:
    first: dict[str, Any] = dict(ORDER["items"][0])  # type: ignore[index]
    return [{name: value for name, value in (first | changes).items() if value is not ...}]


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no id": ({"order_id": ...}, "invalid", ".order_id"),
    "an id of spaces": ({"order_id": " \t"}, "invalid", ".order_id"),
    "an id that is no text": ({"order_id": True}, "invalid", ".order_id"),
    "no customer": ({"customer": ...}, "invalid", ".customer"),
    "a customer that is a text": ({"customer": "Ada"}, "invalid", ".customer"),
    "a customer without an id": ({"customer": {"name": "Ada"}}, "invalid", ".customer.customer_id"),
    "no items": ({"items": []}, "invalid", ".items"),
    "items that are no list": ({"items": {"sku": "x"}}, "invalid", ".items"),
    "no quantity": ({"items": item(quantity=...)}, "invalid", ".items[0].quantity"),
    "quantity 0": ({"items": item(quantity=0)}, "invalid", ".items[0].quantity"),
    "a negative quantity": ({"items": item(quantity=-1)}, "invalid", ".items[0].quantity"),
    "half a quantity": ({"items": item(quantity=1.5)}, "invalid", ".items[0].quantity"),
    "quantity true": ({"items": item(quantity=True)}, "invalid", ".items[0].quantity"),
    "quantity as a text": ({"items": item(quantity="2")}, "invalid", ".items[0].quantity"),
    "a quantity past 64 bits": ({"items": item(quantity=1 << 70)}, "invalid", ".items[0].quantity"),
    "a negative price": ({"items": item(unit_price=-0.5)}, "invalid", ".items[0].unit_price"),
    "a price with a comma": ({"items": item(unit_price="1,50")}, "invalid", ".items[0].unit_price"),
    "a price with an underscore": ({"items": item(unit_price="1_0")}, "invalid", ".items[0].unit_price"),
    "a price of 13 digits": ({"items": item(unit_price=10**12)}, "invalid", ".items[0].unit_price"),
    "a price of 7 places": ({"items": item(unit_price=0.1234567)}, "invalid", ".items[0].unit_price"),
    "a tiny price": ({"items": item(unit_price=1e-300)}, "invalid", ".items[0].unit_price"),
    "another currency": ({"items": item(currency="USD")}, "mixed-currency", ".items[0].currency"),
    "a currency in words": ({"currency": "euro"}, "invalid", ".currency"),
    "a time without an offset": ({"placed_at": "2026-01-31T12:00:00"}, "invalid", ".placed_at"),
    "a day alone": ({"placed_at": "2026-01-31"}, "invalid", ".placed_at"),
    "seconds since 1970": ({"placed_at": 1767225600}, "invalid", ".placed_at"),
    "30 February": ({"placed_at": "2026-02-30T12:00:00Z"}, "invalid", ".placed_at"),
    "a time before all times": ({"placed_at": "0001-01-01T00:00:00+14:00"}, "invalid", ".placed_at"),
    "no total": ({"total": ...}, "invalid", ".total"),
    "version 2": ({"schema_version": 2}, "unknown-version", ".schema_version"),
    "version true": ({"schema_version": True}, "unknown-version", ".schema_version"),
    "a version in words": ({"schema_version": "1"}, "unknown-version", ".schema_version"),
    "a NUL": ({"note": "a\0b"}, "invalid", ".note"),
}


@pytest.mark.parametrize(("changes", "code", "path"), WRONG.values(), ids=WRONG)
def test_a_wrong_order_is_rejected_with_path_and_reason(changes: dict[str, Any], code: str, path: str) -> None:
    out = run(lines(order(order_id="first"), order(**changes), order(order_id="last")))
    assert out.ids == ["first", "last"]
    [entry] = out.lines("rejected")
    assert (entry["index"], entry["line"], entry["code"], entry["path"]) == (1, 2, code, f"$[1]{path}")
    assert entry["reason"]
    assert out.manifest["rejected"] == {code: 1}
    assert {row["order_id"] for row in out.table("items")} == {"first", "last"}


def test_all_that_is_wrong_with_an_order_is_told() -> None:
    [entry] = run(lines(order(total="x", items=item(quantity=0)))).lines("rejected")
    assert [error["path"] for error in entry["errors"]] == ["$[0].items[0].quantity", "$[0].total"]


RIGHT: dict[str, tuple[dict[str, Any], str, str]] = {
    "an id that is a number": ({"order_id": 1001}, "order_id", "1001"),
    "an order of no version": ({"schema_version": ...}, "order_id", "O-1"),
    "microseconds": ({"placed_at": "2026-01-31 12:00:00.000001-05:30"}, "placed_at", "2026-01-31T17:30:00.000001Z"),
    "no seconds": ({"placed_at": "2026-01-31T12:00Z"}, "placed_at", "2026-01-31T12:00:00Z"),
    "a quantity of 2.0": ({"items": item(quantity=2.0)}, "items_total", "21.00"),
    "a price with an exponent": ({"items": item(unit_price=1e2)}, "items_total", "200.00"),
    "a price of 6 places": ({"items": item(unit_price="0.123456")}, "items_total", "0.246912"),
    "zeros after the places": ({"items": item(unit_price="1.5000000000")}, "items_total", "3.00"),
    "minus zero": ({"shipping": -0.0}, "shipping", "0.00"),
    "yen": ({"currency": "JPY", "total": "26.0"}, "total", "26"),
    "dinars": ({"currency": "KWD"}, "total", "26.000"),
    "an empty note": ({"note": ""}, "note", ""),
    "a null": ({"status": None}, "status", ""),
}


@pytest.mark.parametrize(("changes", "column", "cell"), RIGHT.values(), ids=RIGHT)
def test_what_is_unusual_but_right_is_kept(changes: dict[str, Any], column: str, cell: str) -> None:
    out = run(lines(order(**changes)))
    assert [row[column] for row in out.table("orders")] == [cell]


def test_sums_are_exact_where_floats_are_not() -> None:
    largest = item(quantity=1_000_000, unit_price="999999999999.999999") * 1_000
    out = run(lines(order(items=item(quantity=3, unit_price=0.1)), order(order_id="big", items=largest, shipping=0)))
    assert [row["items_total"] for row in out.table("orders")] == ["0.30", "999999999999999999000.00"]


def test_a_total_that_is_not_that_of_its_parts_is_an_issue_and_the_order_is_kept() -> None:
    out = run(lines(order(total="25.00"), order(order_id="O-2", discount="1", tax="2", total="27.00")))
    [issue] = out.lines("issues")
    assert (issue["code"], issue["path"], issue["order_id"]) == ("total-mismatch", "$[0].total", "O-1")
    assert "off by -1.00 EUR" in issue["message"]
    assert [row["total_difference"] for row in out.table("orders")] == ["-1.00", "0.00"]
    assert out.manifest["issues"][0]["count"] == 1


def test_the_same_order_again_is_rejected_and_so_is_another_of_its_id() -> None:
    out = run(lines(order(), order(), order(total="1"), order(order_id="  O-1 "), order(order_id="O-2")))
    assert out.rejected == [(1, "duplicate-order"), (2, "conflicting-order"), (3, "duplicate-order")]
    assert out.ids == ["O-1", "O-2"]
    assert len(out.table("items")) == 4


def test_orders_far_apart_are_still_recognised() -> None:
    many = [order(order_id=f"O-{number % 1200}") for number in range(1300)]
    out = run(lines(*many))
    assert len(out.ids) == 1200
    assert out.rejected == [(number, "duplicate-order") for number in range(1200, 1300)]


def customer(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = ORDER["customer"] | changes  # type: ignore[operator]
    return found


@pytest.mark.parametrize("apart", [0, 700])
def test_a_customer_is_kept_once_and_conflicts_are_reported(apart: int) -> None:
    others = [order(order_id=f"x{n}", customer=customer(customer_id=f"X-{n}")) for n in range(apart)]
    changed = customer(email="new@example.com", address={"city": "Bergen"})
    out = run(
        lines(order(), *others, order(order_id="O-2", customer=changed), order(order_id="O-3", customer=customer()))
    )
    assert [row["email"] for row in out.table("customers") if row["customer_id"] == "C-1"] == ["ada@example.com"]
    told = [(issue["path"], issue["field"], issue["other"]) for issue in out.lines("issues")]
    place = f"$[{apart + 1}].customer"
    assert told == [(f"{place}.email", "email", "new@example.com"), (f"{place}.address.city", "city", "Bergen")]


def test_ids_that_collide_after_trimming_are_one_and_reported() -> None:
    out = run(lines(order(), order(order_id="O-2", customer=customer(customer_id="\tC-1 "))))
    assert [row["customer_id"] for row in out.table("customers")] == ["C-1"]
    assert {row["customer_id"] for row in out.table("orders")} == {"C-1"}
    assert [(issue["code"], issue["path"]) for issue in out.lines("issues")] == [
        ("padded-id", "$[1].customer.customer_id")
    ]


def test_unknown_fields_are_reported_and_the_order_is_kept() -> None:
    out = run(lines(order(loyalty={"points": 7}, items=item(colour="red"), customer=customer(vip=True), total="25.90")))
    assert [issue["path"] for issue in out.lines("issues")] == [
        "$[0].loyalty", "$[0].customer.vip", "$[0].items[0].colour",
    ]  # fmt: skip
    assert out.ids == ["O-1"]


def test_of_very_many_unknown_fields_the_first_are_reported() -> None:
    out = run(lines(order(**{f"field_{n}": n for n in range(1_000)})))
    assert out.manifest["counts"]["issues"] == 20


def test_long_orders_are_held_few_at_a_time() -> None:
    long = list(_groups(Found(index, 1, "x" * 200_000) for index in range(10)))
    assert max(sum(len(found.text) for found in group) for group in long) <= 600_000
    assert [found.index for group in long for found in group] == list(range(10))
    assert [len(group) for group in _groups(Found(index, 1, "short") for index in range(1_100))] == [500, 500, 100]


def test_the_manifest_holds_examples_and_the_file_of_issues_holds_all() -> None:
    out = run(lines(*(order(order_id=f"O-{n}", total="0") for n in range(9))))
    [issue] = out.manifest["issues"]
    assert (issue["count"], len(issue["examples"]), len(out.lines("issues"))) == (9, 5, 9)


def test_an_order_of_the_wrong_kind_never_says_what_is_in_it_outside_of_its_text() -> None:
    [entry] = run(lines(order(total="secret-value"))).lines("rejected")
    assert "secret-value" in entry.pop("text")
    assert "secret-value" not in str(entry)
