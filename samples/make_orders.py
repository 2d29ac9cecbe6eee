"""Writes samples/orders/: small files of orders, each showing something that the flow makes of them.

    python -m samples.make_orders

The same files come out every time. samples/orders/README.md says what each one shows; tests/unit/orders/test_samples.py
checks it.
"""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

from barback.generate.orders import Orders
from barback.generate.recipe import Recipe
from barback.generate.write import write

FOLDER = Path(__file__).resolve().parent / "orders"


def orders(recipe: Recipe) -> bytes:
    out = io.BytesIO()
    write(Orders(), recipe, out)
    return out.getvalue()


def truncated() -> bytes:
    """A whole array but for its end, within an order."""
    return orders(Recipe(count=30, seed=3, form="array"))[:-300]


FILES: dict[str, Callable[[], bytes]] = {
    "shop.json": lambda: orders(Recipe(count=40, seed=1, form="pretty")),
    "messy.json": lambda: orders(Recipe(count=120, seed=2, mess=0.3)),
    "hostile.json": lambda: orders(Recipe(count=20, seed=4, mess=1, kinds=("formula",))),
    "packed.json.gz": lambda: gzip.compress(orders(Recipe(count=200, seed=5)), mtime=0),
    "utf-16.json": lambda: orders(Recipe(count=20, seed=6, form="array")).decode().encode("utf-16"),
    "truncated.json": truncated,
    "a table.json": lambda: b"order_id,total\nO-1,9.50\n",
    "empty.json": lambda: b"",
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main()
