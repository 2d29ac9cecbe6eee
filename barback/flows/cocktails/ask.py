"""Asks the stored drinks, through the same module that the HTTP API uses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from barback.errors import Problem
from barback.targets import Target
from cocktails.items import card_of
from cocktails.queries import Answer, CocktailQueries
from cocktails.question import BadQuestion, question_from

Drink = Mapping[str, Any]
T = TypeVar("T")

EVERYTHING = 1 << 30
NOTHING_STORED = "no drinks are stored yet"
FETCH_HINT = "fetch them: barback cocktails --fetch (after an update of Barback: --fetch --again)"


def queries(target: Target) -> CocktailQueries:
    return CocktailQueries(target.client("dynamodb"), target.names.table("cocktails"))


def ask(
    target: Target, fields: Mapping[str, Any], *, limit: int = EVERYTHING, page: int = 1
) -> tuple[Answer, CocktailQueries]:
    """A page of the cards that answer, and the queries, for asking on. A question that cannot be answered, or that
    names something unknown, is a Problem."""
    asked = queries(target)
    with _told(target):
        question = question_from(fields)
        answer = asked.ask(question, limit=limit, skip=(page - 1) * limit)
        if answer.page.total == 0 and next(iter(asked.cards()), None) is None:
            raise Problem(NOTHING_STORED, FETCH_HINT)
    for name in question.made_with:
        if name in answer.near:
            meant = answer.near[name]
            raise Problem(
                f"no drink has {name!r}", f"did you mean {' or '.join(meant)}?" if meant else "check how it is spelt"
            )
    return answer, asked


def recipe(target: Target, name: str) -> tuple[list[Drink], CocktailQueries]:
    """The whole drink that the name names, or the cards of all that it may name."""
    asked = queries(target)
    with _told(target):
        found = asked.named(name)
        if not found.candidates and next(iter(asked.cards()), None) is None:
            raise Problem(NOTHING_STORED, FETCH_HINT)
    if found.drink:
        return [found.drink], asked
    if not found.candidates:
        hint = f"did you mean {' or '.join(found.near)}?" if found.near else f"barback cocktails --search {name!r}"
        raise Problem(f"no drink is called {name!r}", hint)
    return list(found.candidates), asked


def whole(target: Target, ids: Sequence[str]) -> list[Drink]:
    return _read(target, lambda asked: list(asked.whole(ids)))


def card(drink: Drink) -> Drink:
    return card_of(drink)


def _read(target: Target, action: Callable[[CocktailQueries], T]) -> T:
    with _told(target):
        return action(queries(target))


@contextmanager
def _told(target: Target) -> Iterator[None]:
    """What goes wrong, as a person can act on it."""
    try:
        yield
    except BadQuestion as error:
        raise Problem(str(error), f"did you mean {' or '.join(error.near)}?" if error.near else "") from None
    except (ClientError, BotoCoreError) as error:
        where = "AWS" if target.is_aws else f"the engine at {target.endpoint}"
        raise Problem(
            f"{where} did not do that: {error}", "make status" if target.is_aws else "start it: make up"
        ) from None
