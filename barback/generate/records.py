"""Answers of the two public APIs, for the flow `records`: JSONPlaceholder's posts, and RandomUser's people."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from barback.generate.recipe import Broken, Chance, Piece, Recipe
from barback.generate.words import CITIES, COUNTRIES, FIRST, LAST, PRODUCTS

Record = dict[str, Any]
BLOCK = 500
VERBS = ("likes", "sells", "wants", "mends", "paints", "returns")
REJECT = "rejected"
MESS = {
    "missing-field": "lacks a field that is needed",
    "blank-name": "has a title, or a name, of nothing but spaces",
    "bad-id": "has an id that no table takes",
    "wrong-type": "has a list where a text belongs",
    "too-long": "has a title, or a name, of a thousand characters",
    "not-an-object": "is a word, not an object",
}


class Records:
    name = "records"
    forms: Mapping[str, str] = {"posts": ".json", "people": ".json"}
    kinds: Mapping[str, str] = {kind: f"{does}: {REJECT}" for kind, does in MESS.items()}

    def pieces(self, recipe: Recipe, truth: dict[str, Any]) -> Iterator[Piece]:
        people = recipe.form == "people"
        chance = Chance(f"records {recipe.form} {recipe.seed}")
        kinds = recipe.kinds or tuple(MESS)
        truth |= {"accepted": 0, "rejected": 0}
        begin = b'{"results":[' if people else b"["
        yield Piece(begin)
        made, written = 0, len(begin)
        while not recipe.enough(made, written):
            texts: list[str] = []
            broken: list[Broken] = []
            first = not made
            while len(texts) < BLOCK and not recipe.enough(made, written):
                record: Any = _person(made, chance) if people else _post(made, chance)
                if recipe.mess and chance.share() < recipe.mess:
                    kind = chance.one_of(kinds)
                    record = _break(kind, record, people)
                    broken.append(Broken(made, kind, REJECT))
                texts.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
                written += len(texts[-1]) + 1
                made += 1
            truth["rejected"] += len(broken)
            truth["accepted"] = made - truth["rejected"]
            yield Piece((("" if first else ",") + ",".join(texts)).encode(), len(texts), broken)
        info = {"seed": str(recipe.seed), "results": made, "page": 1, "version": "1.4"}
        yield Piece(f'],"info":{json.dumps(info)}}}\n'.encode() if people else b"]\n")


def _break(kind: str, record: Record, people: bool) -> Any:
    named: Record = record["name"] if people else record
    name = "first" if people else "title"
    match kind:
        case "missing-field":
            del record["location" if people else "body"]
        case "blank-name":
            named[name] = " \t "
        case "bad-id":
            (record["login"] if people else record)["uuid" if people else "id"] = "../../etc"
        case "wrong-type":
            named[name] = ["a", "b"]
        case "too-long":
            named[name] = "x" * 1_000
        case "not-an-object":
            return "record"
    return record


def _post(index: int, chance: Chance) -> Record:
    def sentence() -> str:
        return f"{chance.one_of(FIRST)} {chance.one_of(VERBS)} the {chance.one_of(PRODUCTS)}"

    body = "\n".join(sentence() for _ in range(1 + chance.below(4)))
    return {"userId": index // 10 + 1, "id": index + 1, "title": sentence(), "body": body}


def _person(index: int, chance: Chance) -> Record:
    bits, first, last = chance.bits(122), chance.one_of(FIRST), chance.one_of(LAST)
    # Version 4, as the real ones are; the index keeps them apart.
    digits = f"{index & 0xFFFFFFFF:08x}{bits & 0xFFFF:04x}4{bits >> 16 & 0xFFF:03x}8{bits >> 28 & 0xFFF:03x}"
    identity = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{bits >> 40 & 0xFFFFFFFFFFFF:012x}"
    country = chance.one_of(COUNTRIES)
    return {
        "gender": chance.one_of(("female", "male")),
        "name": {"title": "Mx", "first": first, "last": last},
        "location": {
            "street": {"number": 1 + chance.below(999), "name": "Mill Lane"},
            "city": chance.one_of(CITIES),
            "country": country,
            "postcode": chance.one_of((12345, "KX1 2YZ")),
        },
        "email": f"{first}.{last}@example.com".lower(),
        "login": {"uuid": identity, "username": f"{first.lower()}{index}", "password": "not-to-be-stored"},
        "id": {"name": "", "value": None},
        "nat": country,
    }
