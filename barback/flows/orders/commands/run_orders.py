"""`barback run-orders`: generate orders, upload them, wait, and show the tables and what was rejected."""

import argparse
import tempfile
from pathlib import Path

from barback.console import Step, say
from barback.engines import current_config
from barback.errors import Problem
from barback.flows.orders.batches import heads, rejections, summary, upload
from barback.generate.orders import Orders
from barback.generate.recipe import Recipe
from barback.generate.sizes import count, share
from barback.generate.write import write
from barback.targets import target_of
from orders.store import SUFFIXES


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=count, default=1000, help="number of orders (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, help="seed; another seed gives other data (default: %(default)s)"
    )
    parser.add_argument("--mess", type=share, default=0.05, help="the share of broken orders (default: %(default)s)")
    parser.add_argument("--rows", type=count, default=5, help="rows to show of each table (default: %(default)s)")
    parser.add_argument("--file", type=Path, help="upload this file instead of a generated one")
    parser.epilog = "The same count, seed and mess give the same file: running it again changes nothing."


def run(arguments: argparse.Namespace) -> int:
    target = target_of(current_config())
    if arguments.file:
        item = upload(target, _checked(arguments.file), arguments.file.name)
    else:
        with tempfile.TemporaryDirectory(prefix="barback-") as scratch:
            file = Path(scratch) / "orders.json"
            recipe = Recipe(count=arguments.count, seed=arguments.seed, mess=arguments.mess)
            with Step("generating orders") as step, file.open("wb") as out:
                truth = write(Orders(), recipe, out)
                step.note(
                    f"{truth['records']:,} orders, {truth['size'] / 1e6:.1f} MB, {truth['rejected']:,} to be rejected"
                )
            item = upload(target, file, f"generated-{arguments.count}-{arguments.seed}-{arguments.mess:g}.json")
    say()
    say(summary([item]))
    say(f"\n{heads(target, item, arguments.rows)}")
    say(f"\n{rejections(target, item, arguments.rows)}")
    return 0


def _checked(file: Path) -> Path:
    if not file.is_file():
        raise Problem(f"there is no file {file}", "name a file of orders")
    if not file.name.endswith(SUFFIXES):
        raise Problem(f"{file.name} would not start a function", f"rename it to end in one of {', '.join(SUFFIXES)}")
    return file
