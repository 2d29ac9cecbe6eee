"""`barback cocktails`: show a recipe, or the stored drinks that match your question; fetch them first."""

import argparse
import sys
from typing import Any

from barback.console import say, say_json
from barback.engines import current_config
from barback.errors import Problem
from barback.flows.cocktails import ask, bar, view
from barback.flows.cocktails.fetch import fetch
from barback.targets import Target, target_of

MOST = 20
OWN = "\0own"  # --bar without names
EXAMPLES = """
examples:
  barback cocktails margarita                   the recipe
  barback cocktails --with rum --without cream  any rum, no cream
  barback cocktails --bar gin,lime --missing 1  what one more bottle would make
  barback cocktails --mocktails --sort effort
"""


def add(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("name", nargs="*", metavar="NAME", help="show the recipe of this drink")
    asked = parser.add_argument_group("show the drinks that")
    names: Any = {"action": "append", "metavar": "INGREDIENT"}
    asked.add_argument("--with", **names, help="contain it, by its name, brand or kind; repeatable")
    asked.add_argument("--without", **names, help="do not contain it; repeatable")
    asked.add_argument(
        "--bar", nargs="?", const=OWN, metavar="A,B", help="can be made from your bar (barback bar), or from these"
    )
    asked.add_argument("--missing", metavar="N", help="can be made with this number of additional ingredients")
    asked.add_argument("--at-most", metavar="N", help="have at most this number of ingredients")
    asked.add_argument("--mocktails", action="store_true", default=None, help="certainly contain no alcohol")
    asked.add_argument("--weaker-than", metavar="PERCENT", help="are weaker than this percentage by volume")
    asked.add_argument("--glass", help="are served in this glass: highball, martini, mug")
    asked.add_argument("--category", help="belong to this category: cocktail, shot, punch")
    asked.add_argument("--search", metavar="WORDS", help="have these words in their name, tags or ingredients")
    shown = parser.add_argument_group("show them")
    shown.add_argument("--sort", help="by name, strength, ingredients, effort or missing")
    shown.add_argument("--reverse", action="store_true", default=None, help="in reverse order")
    shown.add_argument("--limit", type=_positive, metavar="N", help=f"drinks per page (default: {MOST})")
    shown.add_argument("--page", type=_positive, default=1, metavar="N", help="the second page, the third …")
    shown.add_argument("--all", action="store_true", help="all on one page")
    shown.add_argument(
        "--json", action="store_true", help="complete, as JSON; all of them, unless --limit or --page is given"
    )
    fetched = parser.add_argument_group("fetch first")
    what = fetched.add_mutually_exclusive_group()
    what.add_argument("--fetch", action="store_true", help="the whole catalogue")
    what.add_argument("--letters", metavar="ABC", help="the drinks whose names start with these letters")
    what.add_argument("--id", dest="ids", action="append", metavar="NUMBER", help="one drink; repeatable")
    what.add_argument("--random", type=int, metavar="N", help="this number of random drinks")
    what.add_argument(
        "--non-alcoholic", action="store_true", help="the drinks that the catalogue lists as non-alcoholic"
    )
    fetched.add_argument(
        "--again", action="store_true", help="also answers that have not changed, to apply changed code"
    )


def run(arguments: argparse.Namespace) -> int:
    target = target_of(current_config())
    payload = _payload(arguments)
    fields = _fields(arguments)
    name = " ".join(arguments.name).strip()
    if arguments.name and not name:
        raise Problem("the name is empty", "barback cocktails margarita")
    if name and any(value is not None for value in fields.values()):
        raise Problem("a recipe cannot be combined with other options", "leave out the name, or the other options")
    fetched = fetch(target, payload) if payload is not None else None
    if fetched:
        say(fetched.told, sys.stderr)
    if name:
        _show_recipe(target, name, as_json=arguments.json)
    elif fetched and fetched.ids:
        _show_drinks(ask.whole(target, fetched.ids), as_json=arguments.json)
    else:
        _show_found(target, fields, arguments)
    return 1 if fetched and fetched.is_bad else 0


def _show_recipe(target: Target, name: str, *, as_json: bool) -> None:
    found, asked = ask.recipe(target, name)
    if len(found) == 1 and "instructions" in found[0]:
        _show_drinks(found, as_json=as_json)
    elif as_json:
        say_json(view.as_json(found))
    else:
        say(view.render(found) + f"\n{len(found)} drinks are called something like {name!r}: say which")
    say(view.cost(asked.units), sys.stderr)


def _show_drinks(drinks: list[ask.Drink], *, as_json: bool) -> None:
    if as_json:
        say_json(view.as_json(drinks[0] if len(drinks) == 1 else drinks))
    elif len(drinks) == 1:
        say(view.recipe(drinks[0]))
    else:
        say(view.render([ask.card(drink) for drink in drinks]))


def _show_found(target: Target, fields: dict[str, Any], arguments: argparse.Namespace) -> None:
    is_whole = arguments.all or (arguments.json and arguments.limit is None and arguments.page == 1)
    limit = ask.EVERYTHING if is_whole else arguments.limit or MOST
    answer, asked = ask.ask(target, fields, limit=limit, page=arguments.page)
    page = answer.page
    for unknown, meant in answer.near.items():
        hint = f": did you mean {' or '.join(meant)}?" if meant else ""
        say(f"no drink has {unknown!r}{hint}", sys.stderr)
    for brand, kind in answer.instead.items():
        say(f"no recipe names {brand}; any {kind} will do", sys.stderr)
    if arguments.json:
        wholes = {drink["id"]: drink for drink in ask.whole(target, [card["id"] for card in page.drinks])}
        found = [{**wholes[card["id"]], **_missing(card)} for card in page.drinks if card["id"] in wholes]
        say_json(view.as_json(found))
        return
    if page.drinks:
        say(view.render(page.drinks))
    say(view.footer(len(page.drinks), page.total, arguments.page, limit) if page.total else "No drink is like that.")
    if page.one_more:
        say(view.one_more(page.one_more))
    say(view.cost(asked.units))


def _missing(card: ask.Drink) -> dict[str, Any]:
    return {"missing": card["missing"]} if "missing" in card else {}


def _fields(arguments: argparse.Namespace) -> dict[str, Any]:
    """What is asked, as `cocktails.question` reads it."""
    names = ("with", "without", "missing", "at_most", "mocktails", "weaker_than", "glass", "category", "search", "sort",
             "reverse")  # fmt: skip
    fields = {name: getattr(arguments, name) for name in names}
    has_own = arguments.bar == OWN or (arguments.bar is None and arguments.missing is not None)
    if has_own:
        fields["bar"] = bar.read()
        if not fields["bar"]:
            raise Problem("your bar is empty", "barback bar add gin lime; or name one: --bar gin,lime")
    else:
        fields["bar"] = arguments.bar
    return fields


def _payload(arguments: argparse.Namespace) -> dict[str, Any] | None:
    """What to ask the fetch for; nothing, if nothing is to be fetched."""
    again = {"again": True} if arguments.again else {}
    if arguments.non_alcoholic:
        return {"filter": "Non_Alcoholic", **again}
    for name in ("letters", "ids", "random"):
        value = getattr(arguments, name)
        if value is not None:
            return {name: value, **again}
    return again if arguments.fetch or arguments.again else None


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value
