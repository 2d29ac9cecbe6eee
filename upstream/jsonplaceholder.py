"""JSONPlaceholder's stand-in: 100 posts, 500 comments and 10 users, with its id paths and query filters."""

import random
from typing import Any

from upstream.answers import Answer, Params, json_answer, number
from upstream.words import NOUNS, VERBS, dice, invented_name, sentence

Record = dict[str, Any]
PARENTS = {("posts", "comments"): "postId", ("users", "posts"): "userId"}


class JSONPlaceholder:
    def __init__(self, seed: int) -> None:
        rng = dice("jsonplaceholder", seed)
        self._tables: dict[str, list[Record]] = {
            "users": [_user(rng, n) for n in range(1, 11)],
            "posts": [_post(rng, n) for n in range(1, 101)],
            "comments": [_comment(rng, n) for n in range(1, 501)],
        }

    def answer(self, path: str, params: Params) -> Answer:
        match [step for step in path.split("/") if step]:
            case [table] if table in self._tables:
                return json_answer(_selected(self._tables[table], params))
            case [table, identity] if table in self._tables:
                found = [record for record in self._tables[table] if str(record["id"]) == identity]
                return json_answer(found[0]) if found else json_answer({}, 404)
            case [parent, identity, child] if (parent, child) in PARENTS:
                link = PARENTS[parent, child]
                return json_answer(_selected(self._tables[child], {**params, link: identity}))
            case _:
                return json_answer({}, 404)


def _selected(records: list[Record], params: Params) -> list[Record]:
    """Fields equal to what the query names, then the page that _page, _start and _limit cut out."""
    wanted = {name: value for name, value in params.items() if not name.startswith("_")}
    found = [record for record in records if all(str(record.get(name)) == value for name, value in wanted.items())]
    limit = number(params, "_limit", 10 if "_page" in params else len(found))
    start = number(params, "_start", 0)
    if "_page" in params:
        start = (max(1, number(params, "_page", 1)) - 1) * limit
    return found[start : start + limit]


def _user(rng: random.Random, n: int) -> Record:
    first, last = invented_name(rng), invented_name(rng)
    handle = f"{first}.{last}".lower()
    return {
        "id": n,
        "name": f"{first} {last}",
        "username": f"{first}{n}",
        "email": f"{handle}@example.com",
        "address": {
            "street": f"{invented_name(rng)} Street",
            "suite": f"Apt. {rng.randint(1, 999)}",
            "city": invented_name(rng),
            "zipcode": f"{rng.randint(10000, 99999)}-{rng.randint(1000, 9999)}",
            "geo": {"lat": f"{rng.uniform(-90, 90):.4f}", "lng": f"{rng.uniform(-180, 180):.4f}"},
        },
        "phone": f"1-555-01{rng.randint(0, 99):02d} x{rng.randint(100, 9999)}",
        "website": f"{last.lower()}.example.org",
        "company": {
            "name": f"{invented_name(rng)} and {invented_name(rng)}",
            "catchPhrase": sentence(rng, 4),
            "bs": f"{rng.choice(VERBS)} {rng.choice(NOUNS)}",
        },
    }


def _post(rng: random.Random, n: int) -> Record:
    body = "\n".join(sentence(rng, rng.randint(5, 9)) for _ in range(4))
    return {"userId": (n - 1) // 10 + 1, "id": n, "title": sentence(rng, rng.randint(3, 8)), "body": body}


def _comment(rng: random.Random, n: int) -> Record:
    return {
        "postId": (n - 1) // 5 + 1,
        "id": n,
        "name": sentence(rng, rng.randint(3, 6)),
        "email": f"{invented_name(rng)}@{invented_name(rng)}.example".lower(),
        "body": "\n".join(sentence(rng, rng.randint(5, 9)) for _ in range(3)),
    }
