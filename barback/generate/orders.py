"""Orders as a shop's API hands them out: nested JSON, for the flow `orders`.

Every kind of mess says what is to become of an order that has it: it is rejected (with which code), it is kept with an
issue, or it is simply kept.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from barback.generate.recipe import Broken, Chance, Piece, Recipe, mixed
from barback.generate.words import CITIES, COUNTRIES, FIRST, LAST, PRODUCTS, STREETS

Order = dict[str, Any]
# So many orders are handed on at once.
BLOCK = 500
CURRENCIES = ("EUR",) * 6 + ("USD", "USD", "GBP", "JPY", "KWD")
MINOR_DIGITS = {"JPY": 0, "KWD": 3}
STATUSES = ("placed", "paid", "paid", "shipped", "delivered", "delivered", "cancelled", "returned")
NOTES = ("gift wrap, please", 'she said "ring twice"', "line one\nline two", "tab\there")
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1", "\r=1", "x;=1+1", "'=quoted")
HUGE = "123456789012345678901234567890123456789"
FRAMES = {"ndjson": ("", "\n", "\n"), "array": ("[", ",", "]\n"), "pretty": ("[\n", ",\n", "\n]\n")}
KEEP, ISSUE, REJECT = "kept", "issue", "rejected"


@dataclass(frozen=True)
class Mess:
    """A kind of mess: what it does, the outcome, and what does it, to the order or to its text."""

    does: str
    outcome: str
    code: str
    order: Callable[[Order, Chance], None] | None = None
    text: Callable[[str], str] | None = None


def _set(path: str, *values: Any) -> Callable[[Order, Chance], None]:
    def change(order: Order, chance: Chance) -> None:
        *steps, last = path.split(".")
        at: Any = order
        for step in steps:
            at = at[int(step)] if step.isdigit() else at[step]
        at[last] = chance.one_of(values)

    return change


def _drop(path: str) -> Callable[[Order, Chance], None]:
    def change(order: Order, chance: Chance) -> None:
        *steps, last = path.split(".")
        at: Any = order
        for step in steps:
            at = at[int(step)] if step.isdigit() else at[step]
        del at[last]

    return change


def _pad(order: Order, chance: Chance) -> None:
    order["customer"]["customer_id"] = f" {order['customer']['customer_id']}\t"


def _hostile(order: Order, chance: Chance) -> None:
    order["note"] = chance.one_of(FORMULAS)
    order["items"][0]["name"] = chance.one_of(FORMULAS)


def _conflict(order: Order, chance: Chance) -> None:
    order["customer"]["email"] = f"other.{order['order_id'].lower()}@example.org"


MESS: dict[str, Mess] = {
    "missing-customer": Mess("has no customer", REJECT, "invalid", _drop("customer")),
    "missing-quantity": Mess("has an item without a quantity", REJECT, "invalid", _drop("items.0.quantity")),
    "bad-quantity": Mess("has a quantity of zero, below or of words", REJECT, "invalid",
                         _set("items.0.quantity", 0, -1, "several", 1.5, True)),
    "no-items": Mess("has no items", REJECT, "invalid", _set("items", [])),
    "bad-price": Mess("has a price that is no amount", REJECT, "invalid",
                      _set("items.0.unit_price", "twelve", "1,50", "", None, -1)),
    "bad-time": Mess("has a time without an offset, or none at all", REJECT, "invalid",
                     _set("placed_at", "2026-02-30T12:00:00Z", "2026-01-31T12:00:00", "yesterday", 1767225600)),
    "unknown-version": Mess("has a schema version that is not known", REJECT, "unknown-version",
                            _set("schema_version", 99, "latest", 0)),
    "mixed-currency": Mess("has an item in another currency", REJECT, "mixed-currency",
                           _set("items.0.currency", "XXX")),
    "not-a-number": Mess("says NaN", REJECT, "not-a-number",
                         text=lambda text: text.replace('"total":', '"tax":NaN,"total":', 1)),
    "huge-number": Mess("has a number past 64 bits", REJECT, "invalid",
                        text=lambda text: text.replace('"quantity":', f'"quantity":{HUGE},"was":', 1)),
    "duplicate-key": Mess("names a field twice", REJECT, "duplicate-key",
                          text=lambda text: text.replace('"status":', '"status":"paid","status":', 1)),
    "broken-json": Mess("lacks a value", REJECT, "not-json",
                        text=lambda text: text.replace('"total":', '"total":,"was":', 1)),
    "never-closed": Mess("lacks a bracket", REJECT, "not-json", text=lambda text: text.replace("]", "", 1)),
    "not-an-order": Mess("is a word, not an object", REJECT, "not-an-object", text=lambda text: '"order"'),
    "same-again": Mess("is an earlier order once more", REJECT, "duplicate-order"),
    "same-id": Mess("has an earlier order's id and another total", REJECT, "conflicting-order"),
    "wrong-total": Mess("has a total that is not that of its items", ISSUE, "total-mismatch",
                        _set("total", "1000000.00")),
    "other-email": Mess("gives another email for a customer known before", ISSUE, "customer-conflict", _conflict),
    "padded-id": Mess("has spaces around the customer's id", ISSUE, "padded-id", _pad),
    "unknown-field": Mess("has a field that is not known", ISSUE, "unknown-field", _set("loyalty", {"points": 7})),
    "formula": Mess("has texts that a spreadsheet would run", KEEP, "", _hostile),
}  # fmt: skip


class Orders:
    name = "orders"
    forms: Mapping[str, str] = {"ndjson": ".json", "array": ".json", "pretty": ".json"}
    kinds: Mapping[str, str] = {
        kind: f"{mess.does}: {mess.outcome}" + (f", {mess.code}" if mess.code else "") for kind, mess in MESS.items()
    }

    def pieces(self, recipe: Recipe, truth: dict[str, Any]) -> Iterator[Piece]:
        maker = _Maker(recipe, truth)
        form = recipe.form or "ndjson"
        begin, between, end = {
            "ndjson": ("", "\n", "\n"),
            "array": ("[", ",", "]\n"),
            "pretty": ("[\n", ",\n", "\n]\n"),
        }[form]
        written = 0
        if begin:
            yield Piece(begin.encode())
        while not recipe.enough(maker.made, written):
            texts: list[str] = []
            broken: list[Broken] = []
            first = not maker.made
            while len(texts) < BLOCK and not recipe.enough(maker.made, written):
                text, mess = maker.next()
                if form == "pretty" and mess is None:
                    text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
                texts.append(text)
                written += len(text) + 1
                broken += [mess] if mess else []
            yield Piece((("" if first else between) + between.join(texts)).encode(), len(texts), broken)
        yield Piece(end.encode() if maker.made or form != "ndjson" else b"")


class _Maker:
    """Makes one order after the other, and keeps count of what is to come out of them."""

    def __init__(self, recipe: Recipe, truth: dict[str, Any]) -> None:
        self.made = 0
        self._recipe, self._chance = recipe, Chance(f"orders {recipe.seed}")
        self._kinds = recipe.kinds or tuple(MESS)
        self._earlier: Order | None = None
        self._open = False
        self._customers = bytearray()  # a bit for each that was accepted
        self._truth = truth
        truth |= {"accepted": 0, "rejected": 0, "customers": 0, "items": 0, "totals": {}}

    def next(self) -> tuple[str, Broken | None]:
        index, self.made = self.made, self.made + 1
        chance = self._chance
        kind = chance.one_of(self._kinds) if chance.share() < self._recipe.mess else None
        number = chance.below(20 + index // 2)
        order = _order(index, number, chance)
        if kind in ("same-again", "same-id") and self._earlier is None:
            kind = None
        if kind == "other-email" and not self._knows(number):
            kind = None
        if kind == "not-an-order" and (index == 0 or self._open):
            kind = None  # the file would not be one of orders; nothing would tell where the order before ends
        self._open = kind == "never-closed"
        mess = MESS[kind] if kind else None
        if self._earlier and kind in ("same-again", "same-id"):
            order = self._earlier | ({"total": "0.01"} if kind == "same-id" else {})
        elif mess and mess.order:
            mess.order(order, chance)
        text = _text(order)
        if mess and mess.text:
            text = mess.text(text)
        if mess and mess.outcome == REJECT:
            self._truth["rejected"] += 1
        else:
            self._accept(order, number)
        if mess is None or kind is None:
            self._earlier = order
            return text, None
        outcome = f"{mess.outcome}, {mess.code}" if mess.code else mess.outcome
        return text, Broken(index, kind, outcome)

    def _knows(self, number: int) -> bool:
        return number >> 3 < len(self._customers) and bool(self._customers[number >> 3] >> (number & 7) & 1)

    def _accept(self, order: Order, number: int) -> None:
        truth, currency = self._truth, order["currency"]
        truth["accepted"] += 1
        truth["items"] += len(order["items"])
        if not self._knows(number):
            truth["customers"] += 1
            self._customers += bytes(max(0, (number >> 3) + 1 - len(self._customers)))
            self._customers[number >> 3] |= 1 << (number & 7)
        total = Decimal(truth["totals"].get(currency, 0)) + Decimal(str(order["total"]))
        truth["totals"][currency] = str(total)


def _order(index: int, number: int, chance: Chance) -> Order:
    currency = chance.one_of(CURRENCIES)
    digits = MINOR_DIGITS.get(currency, 2)
    as_text = chance.share() < 0.25

    def amount(minor: int) -> str | float:
        text = f"{minor / 10**digits:.{digits}f}"
        return text if as_text else (int(text) if not digits else float(text))

    items, whole = [], 0
    for _ in range(1 + chance.below(5)):
        bits = mixed(chance.below(5_000), 7)
        quantity, price = 1 + chance.below(9), 50 + bits % 20_000
        whole += quantity * price
        items.append(
            {
                "sku": f"SKU-{bits % 100_000:05}",
                "name": PRODUCTS[bits >> 20 & 7],
                "quantity": quantity,
                "unit_price": amount(price),
            }
        )
    shipping, discount = (0, 490)[chance.below(2)], whole // 10 if chance.share() < 0.1 else 0
    seconds = index * 31 + chance.below(31)
    day, rest = divmod(seconds, 86_400)
    order: Order = {
        "schema_version": 1,
        "order_id": f"O-{index + 1:07}",
        "placed_at": _moment(day, rest, chance.one_of(("Z", "+01:00", "-05:00"))),
        "status": chance.one_of(STATUSES),
        "currency": currency,
        "customer": customer(number),
        "items": items,
        "shipping": amount(shipping),
        "discount": amount(discount),
        "total": amount(whole + shipping - discount),
    }
    if chance.share() < 0.05:
        order["note"] = chance.one_of(NOTES)
    return order


def customer(number: int) -> Order:
    bits = mixed(number)
    first, last = FIRST[bits % len(FIRST)], LAST[(bits >> 8) % len(LAST)]
    return {
        "customer_id": f"C-{number:06}",
        "name": f"{last}, {first}" if bits >> 60 == 0 else f"{first} {last}",
        "email": f"{first}.{last}.{number}@example.com".lower().replace("é", "e"),
        "phone": f"+49 30 {bits >> 16 & 0xFFFFF:07}" if bits >> 50 & 1 else None,
        "address": {
            "street": f"{STREETS[(bits >> 24) % len(STREETS)]} {1 + (bits >> 30) % 120}",
            "postcode": f"{bits >> 36 & 0xFFFF:05}",
            "city": CITIES[bits >> 44 & 7],
            "country": COUNTRIES[(bits >> 52) % len(COUNTRIES)],
        },
    }


def _moment(day: int, seconds: int, offset: str) -> str:
    """The time of a day after 2026-01-01."""
    hours, rest = divmod(seconds, 3600)
    return f"{date(2026, 1, 1) + timedelta(days=day)}T{hours:02}:{rest // 60:02}:{rest % 60:02}{offset}"


def _text(order: Order) -> str:
    return json.dumps(order, ensure_ascii=False, separators=(",", ":"))
