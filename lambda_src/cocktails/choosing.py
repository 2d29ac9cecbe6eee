"""Chooses, sorts and pages cards by a question. Pure: the same cards and question give the same answer."""

import base64
import binascii
import json
import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from cocktails import measures, vocabulary
from cocktails.ingredients import Ingredient, covers, understood
from cocktails.question import BadQuestion, Question
from cocktails.texts import bare, key

Card = dict[str, Any]

EFFORT = {"easy": 0, "medium": 1, "hard": 2}
# Nobody has to buy these.
ALWAYS_THERE = ("ice", "water")


@dataclass(frozen=True)
class Page:
    """`drinks` are cards; where a bar was asked about, each says in `missing` what it still needs."""

    drinks: list[Card]
    total: int
    next: str | None = None  # the cursor of the page that follows
    one_more: list[tuple[str, int]] = field(default_factory=list)  # what to buy next: how many drinks need only that


def choose(cards: Iterable[Card], question: Question) -> list[Card]:
    """All that is asked for, in order."""
    cards = list(cards)
    glasses = _glasses(cards, question.glass)
    category = _category(cards, question.category)
    wanted = [understood(name).name for name in question.made_with]
    unwanted = {understood(name).name for name in question.without}
    shelf = [understood(name) for name in (*question.bar, *ALWAYS_THERE)] if question.bar is not None else None
    sought = bare(question.search or "").split()
    found = []
    for card in cards:
        names = names_of(card)
        if (
            any(name not in names for name in wanted)
            or not unwanted.isdisjoint(names)
            or (glasses is not None and card["glass"] not in glasses)
            or (category is not None and card["category"] != category)
            or (question.mocktails and not card["is_mocktail"])
            or (question.weaker_than is not None and not _is_weaker(card, question.weaker_than))
            or (question.at_most is not None and _count(card) > question.at_most)
            or (sought and not _says(card, sought))
        ):
            continue
        if shelf is not None:
            lacking = _lacking(card, shelf)
            if len(lacking) > question.missing:
                continue
            card = {**card, "missing": lacking}
        found.append(card)
    return sorted(found, key=lambda card: sort_key(card, question), reverse=question.reverse)


def page(found: Sequence[Card], question: Question, limit: int, cursor: str | None = None, skip: int = 0) -> Page:
    """So many of what was chosen: those behind the cursor, which stays right when drinks come and go meanwhile."""
    start = skip
    if cursor is not None:
        after = _position(cursor, question)
        is_behind = operator.lt if question.reverse else operator.gt
        start = next((at for at, card in enumerate(found) if is_behind(sort_key(card, question), after)), len(found))
    shown = list(found[start : start + limit])
    follows = _cursor(shown[-1], question) if shown and start + limit < len(found) else None
    alone = Counter(card["missing"][0] for card in found if len(card.get("missing", ())) == 1)
    return Page(shown, len(found), follows, sorted(alone.items(), key=lambda item: (-item[1], item[0]))[:5])


def sort_key(card: Card, question: Question) -> list[Any]:
    sort = question.sort or ("missing" if question.bar is not None else "name")
    first: Any
    match sort:
        case "strength":
            first = card["strength"]["percent"] if card["strength"] else 0 if card["is_mocktail"] else 1000
        case "ingredients":
            first = _count(card)
        case "effort":
            first = EFFORT.get(card["difficulty"], 9)
        case "missing":
            first = len(card.get("missing", ()))
        case _:
            sought = bare(question.search or "").split() if question.sort is None else []
            first = -sum(_starts(bare(card["name"]).split(), word) for word in sought)
    return [first, bare(card["name"]), card["id"]]


def named(cards: Iterable[Card], text: str) -> list[Card]:
    """The drinks that the text names: exactly, or else all whose names have its words."""
    cards = sorted(cards, key=lambda card: (bare(card["name"]), card["id"]))
    wanted = bare(text)
    exact = [card for card in cards if wanted in (bare(card["name"]), bare(card["alternate_name"] or ""), card["id"])]
    if exact or not wanted:
        return exact
    said = wanted.split()
    return [card for card in cards if all(_starts(bare(card["name"]).split(), word) for word in said)]


def near_names(cards: Iterable[Card], text: str) -> list[str]:
    """Names of drinks that somebody may have meant."""
    names = {bare(card["name"]): str(card["name"]) for card in cards}
    return [names[found] for found in get_close_matches(bare(text), names, 3, 0.6)]


def names_of(card: Card) -> set[str]:
    """What its ingredients are found under: lime juice also as lime."""
    return {name for line in card["ingredients"] for name in understood(line["name"]).found_under}


def _count(card: Card) -> int:
    """Different ingredients; some recipes name one twice."""
    return len({understood(line["name"]).name for line in card["ingredients"]})


def _lacking(card: Card, shelf: Sequence[Ingredient]) -> list[str]:
    """What it needs beside what there is. A drink can do without its garnish."""
    needed = dict.fromkeys(understood(line["name"]) for line in card["ingredients"] if line["kind"] != measures.GARNISH)
    return [need.name for need in needed if not any(covers(have, need) for have in shelf)]


def _is_weaker(card: Card, percent: float) -> bool:
    """What holds something unknown is only weaker if it is so at its strongest."""
    if card["is_mocktail"]:
        return True
    strength: Mapping[str, float] | None = card["strength"]
    if strength is None:
        return False
    return bool((strength["high"] if card["unknown"] else strength["percent"]) < percent)


def _says(card: Card, sought: Sequence[str]) -> bool:
    """Whether each word begins one of the drink's, or is another name of something in it."""
    names = names_of(card)
    texts = [card["name"], card["alternate_name"], card["category"], card["glass"], *card["tags"], *names]
    texts += [line["name"] for line in card["ingredients"]]
    texts.append("mocktail non alcoholic" if card["is_mocktail"] else None)
    said = [word for text in texts if text for word in bare(text).split()]
    return all(_starts(said, word) or understood(word).name in names for word in sought)


def _starts(said: Iterable[str], word: str) -> bool:
    return any(other.startswith(word) for other in said)


def _glasses(cards: Sequence[Card], asked: str | None) -> set[str] | None:
    """The glass itself, or all whose names have the words: a mug may be of copper."""
    if asked is None:
        return None
    known = {card["glass"] for card in cards if card["glass"]}
    folded = vocabulary.glass(asked)
    if folded is not None and folded in known:
        return {folded}
    said = key(asked).split()
    found = {glass for glass in known if set(said) <= set(bare(glass).split())}
    if not found and cards and folded not in vocabulary.GLASSES:
        raise BadQuestion("glass", f"no drink is served in a {asked!r}", _near(folded or asked, known))
    return found


def _category(cards: Sequence[Card], asked: str | None) -> str | None:
    if asked is None:
        return None
    known = {card["category"] for card in cards}
    for spelling in (asked, key(asked)):
        folded = vocabulary.category(spelling)
        if folded in known or folded in vocabulary.CATEGORIES:
            return folded
    if not cards:
        return vocabulary.category(asked)
    raise BadQuestion("category", f"there is no category {asked!r}; there are {', '.join(sorted(known))}",
                      _near(asked, known))  # fmt: skip


def _near(text: str, known: Iterable[str]) -> list[str]:
    folded = {bare(name): name for name in known}
    return [folded[found] for found in get_close_matches(bare(text), folded, 3, 0.5)]


def _cursor(card: Card, question: Question) -> str:
    text = json.dumps([question.digest(), *sort_key(card, question)], ensure_ascii=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str, question: Question) -> list[Any]:
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        read = None
    match read:
        case [str(digest), (int() | float()) as first, str(name), str(identity)] if digest == question.digest():
            return [first, name, identity]
    raise BadQuestion("cursor", "the cursor is not one of this question's; ask for the first page again")
