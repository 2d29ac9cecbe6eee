"""`barback generate`: reproducible data of any size for a flow, with broken records of chosen kinds."""

import argparse
import sys
from pathlib import Path

from barback.console import Step, say
from barback.errors import Problem
from barback.generate import GENERATORS
from barback.generate.recipe import Recipe
from barback.generate.sizes import count, share, size
from barback.generate.write import write

COUNT = 1000


def add(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="data", metavar="DATA", required=True)
    for name, generator in GENERATORS.items():
        told = f"{name}: {', '.join(generator.forms)}"
        one = kinds.add_parser(name, help=told, formatter_class=argparse.RawDescriptionHelpFormatter)
        much = one.add_mutually_exclusive_group()
        much.add_argument("--count", type=count, help=f"number of records (default: {COUNT})")
        much.add_argument("--size", type=size, help="as many records as fill this size: 500KB, 10MB, 1GB")
        one.add_argument(
            "--seed", type=int, default=1, help="seed; another seed gives other data (default: %(default)s)"
        )
        one.add_argument("--mess", type=share, default=0.0, help="the share of broken records, such as 0.05 or 5%%")
        one.add_argument("--kinds", help="the kinds of broken records, comma-separated (default: all of them)")
        one.add_argument("--form", choices=list(generator.forms), help=f"default: {next(iter(generator.forms))}")
        one.add_argument(
            "--out", type=Path, help="write to this file, and the expected results beside it (default: print the data)"
        )
        one.epilog = "kinds of broken records:\n" + "\n".join(
            f"  {kind:18} {does}" for kind, does in generator.kinds.items()
        )


def run(arguments: argparse.Namespace) -> int:
    generator = GENERATORS[arguments.data]
    kinds = tuple(filter(None, (arguments.kinds or "").split(",")))
    if unknown := [kind for kind in kinds if kind not in generator.kinds]:
        raise Problem(f"{arguments.data} knows no mess {', '.join(unknown)}", f"known: {', '.join(generator.kinds)}")
    if kinds and not arguments.mess:
        raise Problem("--kinds says what is broken, but not how much", "add for example --mess 0.05")
    how_many = None if arguments.size else COUNT if arguments.count is None else arguments.count
    form = arguments.form or next(iter(generator.forms))
    recipe = Recipe(how_many, arguments.size, arguments.seed, arguments.mess, kinds, form)
    if arguments.out is None:
        write(generator, recipe, sys.stdout.buffer)
        return 0
    beside = truth_beside(arguments.out)
    parts = [path.with_name(f"{path.name}.part") for path in (arguments.out, beside)]
    try:
        with Step(f"generating {arguments.data}", sys.stderr) as step:
            with parts[0].open("wb") as out, parts[1].open("w", encoding="utf-8") as told:
                truth = write(generator, recipe, out, told)
            for part, path in zip(parts, (arguments.out, beside), strict=True):
                part.replace(path)
            step.note(f"{truth['records']:,} records, {truth['size'] / 1e6:,.1f} MB")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise Problem(f"{arguments.out} cannot be written: {error.strerror}", "name a file in a folder") from None
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    say(f"{arguments.out}\n{beside}")
    return 0


def truth_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.truth.json")
