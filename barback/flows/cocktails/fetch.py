"""What `barback cocktails` does: has the deployed functions fetch drinks, waits for them, and asks the table."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from barback.console import Step, table
from barback.diagnosis import explain
from barback.errors import Problem
from barback.polling import wait_for
from barback.targets import Target

FETCH, TRANSFORM = "cocktails_fetch", "cocktails_transform"
# On top of a function's own time-out: for the event to arrive, and the function to start.
PATIENCE = 60
COUNTED = ("new", "changed", "unchanged", "rejected")

Drink = Mapping[str, Any]


def fetch(target: Target, payload: Mapping[str, Any]) -> str:
    """Fetches what the payload asks for, waits until all of it is stored, and says in a line how that went."""
    with Step("fetching", sys.stderr) as step:
        fetched = _invoke(target, payload)
        step.note(f"{fetched['drinks']} drinks in {fetched['asked']} answers, {fetched['landed']} of them new")
    counts: Counter[str] = Counter()
    unread: list[str] = []
    with Step("transforming", sys.stderr) as step:
        for answer in fetched["answers"]:
            if answer["status"] == "landed":
                step.detail(answer["key"])
                summary = _summary(target, answer["key"])
                counts.update({name: summary[name] for name in COUNTED})
                if summary["status"] == "error":
                    unread.append(f"\n{answer['key']} could not be read: {summary['message']}")
            else:
                counts["unchanged"] += answer["drinks"]
    return f"{fetched['drinks']} fetched: " + ", ".join(f"{counts[name]} {name}" for name in COUNTED) + "".join(unread)


def ask(target: Target, made_with: Sequence[str], *, mocktails: bool, category: str | None) -> list[Drink]:
    """The stored drinks that have all of what is asked."""
    from cocktails.queries import CocktailQueries

    queries = CocktailQueries(target.client("dynamodb"), target.names.table("cocktails"))
    try:
        return list(queries.drinks(made_with=made_with, mocktails=mocktails, category=category))
    except (ClientError, BotoCoreError) as error:
        raise _unreachable(target, error) from None


def render(drinks: Sequence[Drink], most: int) -> str:
    """A table as wide as the terminal, of so many drinks at most."""
    if not drinks:
        return "No drink is like that. Is the catalogue fetched? barback cocktails --fetch"
    head = ("drink", "category", "glass", "strength", "effort", "made of")
    rows = [(*_cells(drink), _ingredients(drink)) for drink in drinks[:most]]
    taken = sum(max(len(row[i]) for row in [head, *rows]) for i in range(len(head) - 1)) + 2 * (len(head) - 1)
    left = max(20, shutil.get_terminal_size((140, 24)).columns - taken)
    shown = table(head, [(*row[:-1], _cut(row[-1], left)) for row in rows])
    hidden = len(drinks) - len(rows)
    found = f"{len(drinks)} drink{'' if len(drinks) == 1 else 's'}"
    return f"{shown}\n{found}" + (f", {hidden} of them not shown: --all shows them" if hidden else "")


def as_json(drinks: Sequence[Drink]) -> str:
    return json.dumps(list(drinks), indent=1, ensure_ascii=False, default=_number) + "\n"


def _invoke(target: Target, payload: Mapping[str, Any]) -> dict[str, Any]:
    # A client that gave up before the function does would invoke it again.
    patience = target.stack.functions[FETCH].timeout + PATIENCE
    try:
        answer = target.client("lambda", read_timeout=patience).invoke(
            FunctionName=target.names.function(FETCH), Payload=json.dumps(payload).encode()
        )
        told: dict[str, Any] = json.loads(answer["Payload"].read())
    except (ClientError, BotoCoreError) as error:
        raise _unreachable(target, error) from None
    if "FunctionError" in answer:
        raise Problem(f"the fetch did not end well: {told.get('errorMessage', told)}", f"make logs F={FETCH}")
    if told["status"] == "error":
        raise Problem(f"nothing was fetched: {told['message']}", "mend the option that it names")
    return told


def _summary(target: Target, raw_key: str) -> dict[str, Any]:
    """How the transform of exactly this landing ended."""
    s3 = target.client("s3")
    landed = s3.head_object(Bucket=target.names.bucket("raw"), Key=raw_key)["Metadata"]
    key = raw_key.removesuffix(".json") + ".summary.json"

    def of_this_content() -> dict[str, Any] | None:
        try:
            found = s3.get_object(Bucket=target.names.bucket("processed"), Key=key)
        except s3.exceptions.NoSuchKey:
            return None
        source = found["Metadata"].get("sha256", "")
        if not (source.startswith(landed["sha256"]) and source.endswith(landed.get("again", ""))):
            return None
        summary: dict[str, Any] = json.loads(found["Body"].read())
        return summary

    seconds = target.stack.functions[TRANSFORM].timeout + PATIENCE
    return wait_for(of_this_content, f"the summary {key}", seconds=seconds, explain=lambda: explain(target, TRANSFORM))


def _unreachable(target: Target, error: Exception) -> Problem:
    where = "AWS" if target.is_aws else f"the engine at {target.endpoint}"
    return Problem(f"{where} did not do that: {error}", "make status" if target.is_aws else "start it: make up")


def _cells(drink: Drink) -> tuple[str, str, str, str, str]:
    alcohol = drink["alcohol"]
    if drink["is_mocktail"]:
        strength = "none"
    elif alcohol:
        strength = f"{alcohol['percent']:.0f} % ({alcohol['low']:.0f}–{alcohol['high']:.0f})"
    else:
        strength = "?"
    return drink["name"], drink["category"], drink["glass"] or "", strength, drink["difficulty"]


def _ingredients(drink: Drink) -> str:
    return ", ".join(f"{line['measure']['text']} {line['name']}".strip() for line in drink["ingredients"])


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _number(value: Any) -> float | int:
    """Decimals, which the table gives for numbers, as JSON has them."""
    return int(value) if value == value.to_integral_value() else float(value)
