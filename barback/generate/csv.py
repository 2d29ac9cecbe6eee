"""Tables as spreadsheets and shops export them, for the flow `csv_profile`.

`sales` is what a shop exports: ids, times, words, whole and decimal numbers, yes and no, and notes that have to be
quoted. `wide` has 500 columns: a fifth each of small and large whole numbers, decimals, words and dates.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from barback.generate.recipe import Broken, Chance, Piece, Recipe
from barback.generate.words import COUNTRIES, FIRST, LAST, PRODUCTS

COLUMNS = [
    "order_id",
    "ordered_at",
    "customer",
    "country",
    "product",
    "quantity",
    "unit_price",
    "discount",
    "paid",
    "note",
]
WIDE = 500
BLOCK = 1_000  # rows that are handed on at once
NOTES = ('"called back, wants it on Monday, not before 9"', '"said ""ring twice"""', '"two\nlines"')
QUANTITY, PRICE = COLUMNS.index("quantity"), COLUMNS.index("unit_price")


@dataclass(frozen=True)
class Mess:
    does: str
    # The code of the profile's quality issue, or "missing" for a cell that is counted as such.
    outcome: str


MESS = {
    "missing": Mess("has no price", "missing"),
    "word": Mess("has a word for a quantity", "type-error"),
    "short-row": Mess("ends before its last cell", "missing-cell"),
    "long-row": Mess("has two cells too many", "extra-cell"),
    "blank-row": Mess("comes after a blank line", "blank-row"),
    "stray-byte": Mess("holds a byte that is not UTF-8", "encoding-error"),
}


class Tables:
    name = "csv"
    forms: Mapping[str, str] = {"sales": ".csv", "wide": ".csv"}
    kinds: Mapping[str, str] = {kind: f"{mess.does}: {mess.outcome}" for kind, mess in MESS.items()}

    def pieces(self, recipe: Recipe, truth: dict[str, Any]) -> Iterator[Piece]:
        chance = Chance(f"csv {recipe.form} {recipe.seed}")
        wide = recipe.form == "wide"
        names = [f"c{number:03}" for number in range(WIDE)] if wide else COLUMNS
        rows = _wide(chance) if wide else _sales(chance)
        kinds = recipe.kinds or tuple(MESS)
        truth |= {"rows": 0, "columns": len(names)}
        head = ",".join(names).encode() + b"\n"
        yield Piece(head)
        written = len(head)
        made = 0
        while not recipe.enough(made, written):
            lines: list[bytes] = []
            broken: list[Broken] = []
            while len(lines) < BLOCK and not recipe.enough(made, written):
                cells = next(rows)
                line = ",".join(cells).encode()
                if recipe.mess and chance.share() < recipe.mess and not wide:
                    kind = chance.one_of(kinds)
                    line = _broken(kind, cells)
                    broken.append(Broken(made, kind, MESS[kind].outcome))
                lines.append(line + b"\n")
                written += len(line) + 1
                made += 1
            truth["rows"] = made
            yield Piece(b"".join(lines), len(lines), broken)


def _broken(kind: str, cells: list[str]) -> bytes:
    match kind:
        case "missing":
            cells[PRICE] = ""
        case "word":
            cells[QUANTITY] = "several"
        case "short-row":
            cells = cells[:-1]
        case "long-row":
            cells = [*cells, "more", "and more"]
        case "blank-row":
            cells[0] = "\n" + cells[0]
        case "stray-byte":
            return ",".join([*cells[:-1], ""]).encode() + b"\xe9"
    return ",".join(cells).encode()


def _sales(chance: Chance) -> Iterator[list[str]]:
    moment, number = datetime(2020, 1, 1), 1_000_000
    while True:
        number += 1
        bits = chance.bits(48)
        moment += timedelta(seconds=bits & 31)
        customer = f"{FIRST[bits >> 5 & 15]} {LAST[bits >> 9 & 15]}"
        country, product = COUNTRIES[(bits >> 31 & 0xFF) % 20], PRODUCTS[bits >> 39 & 7]
        yield [
            str(number),
            moment.isoformat(),
            customer,
            country,
            f'"{product}"' if "," in product else product,
            str((bits >> 13 & 15) + 1),
            f"{(bits >> 17 & 0x3FFF) / 100:.2f}",
            str((bits >> 42 & 7) / 20),
            "true" if bits >> 45 & 7 else "false",
            NOTES[number // 50 % len(NOTES)] if number % 50 == 0 else "as usual",
        ]


def _wide(chance: Chance) -> Iterator[list[str]]:
    while True:
        cells = []
        for _ in range(WIDE // 5):
            bits = chance.bits(40)
            day = f"20{bits & 15:02}-{(bits >> 4 & 7) + 1:02}-{(bits >> 7 & 15) + 1:02}"
            cells += [str(bits & 127), str(bits), f"{(bits >> 8 & 0xFFFF) / 16:.3f}", FIRST[bits >> 11 & 15], day]
        yield cells
