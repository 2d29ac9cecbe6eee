"""RandomUser 1.4's stand-in: results, seed, page, gender, nat, inc and exc; the same seed and page, the same people.

Like the real service it sends login secrets, so that a test can prove that nobody stores them.
"""

import hashlib
import itertools
import random
import uuid
from typing import Any

from upstream.answers import Answer, Params, json_answer, number
from upstream.words import dice, invented_name

MOST = 5000
COUNTRIES = {"NO": "Norway", "GB": "United Kingdom", "CA": "Canada", "FR": "France", "NZ": "New Zealand"}
ID_NAMES = {"NO": "FN", "GB": "NINO", "CA": "SIN", "FR": "INSEE", "NZ": ""}


class RandomUser:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._calls = itertools.count()

    def answer(self, path: str, params: Params) -> Answer:
        if path.strip("/"):
            return json_answer({"error": "Not found"}, 404)
        wanted = number(params, "results", 1)
        count = wanted if 1 <= wanted <= MOST else 1
        page = max(1, number(params, "page", 1))
        seed = params.get("seed") or f"{self._seed:08x}{next(self._calls):08x}"
        rng = dice("randomuser", self._seed, seed, page)
        people = [_trimmed(_person(rng, params), params) for _ in range(count)]
        return json_answer(
            {"results": people, "info": {"seed": seed, "results": count, "page": page, "version": "1.4"}}
        )


def _trimmed(person: dict[str, Any], params: Params) -> dict[str, Any]:
    if "inc" in params:
        return {name: person[name] for name in params["inc"].split(",") if name in person}
    left_out = params.get("exc", "").split(",")
    return {name: value for name, value in person.items() if name not in left_out}


def _person(rng: random.Random, params: Params) -> dict[str, Any]:
    allowed = [nat for nat in params.get("nat", "").upper().split(",") if nat in COUNTRIES] or list(COUNTRIES)
    nat = rng.choice(allowed)
    drawn = rng.choice(["female", "male"])
    gender = params["gender"] if params.get("gender") in ("female", "male") else drawn
    first, last = invented_name(rng), invented_name(rng)
    age, years_in = rng.randint(21, 80), rng.randint(1, 20)
    portrait = f"https://portraits.example.org/{gender}/{rng.randint(0, 99)}"
    return {
        "gender": gender,
        "name": {"title": {"female": "Ms", "male": "Mr"}[gender], "first": first, "last": last},
        "location": _location(rng, nat),
        "email": f"{first}.{last}@example.com".lower(),
        "login": _login(rng, first),
        "dob": {"date": _moment(rng, 2026 - age), "age": age},
        "registered": {"date": _moment(rng, 2026 - years_in), "age": years_in},
        "phone": f"555-{rng.randint(1000, 9999)}",
        "cell": f"555-{rng.randint(1000, 9999)}",
        # New Zealand's people have no such number: a null that a reader must expect.
        "id": {"name": ID_NAMES[nat], "value": str(rng.randint(10**7, 10**8 - 1)) if ID_NAMES[nat] else None},
        "picture": {size: f"{portrait}/{size}.jpg" for size in ("large", "medium", "thumbnail")},
        "nat": nat,
    }


def _location(rng: random.Random, nat: str) -> dict[str, Any]:
    digits = rng.randint(1000, 99999)
    return {
        "street": {"number": rng.randint(1, 9999), "name": f"{invented_name(rng)} Road"},
        "city": invented_name(rng),
        "state": invented_name(rng),
        "country": COUNTRIES[nat],
        # A number in most countries, a text in some: so it is in the real answers.
        "postcode": f"{rng.choice('KLMN')}{digits % 10}{rng.choice('XYZ')} {digits % 1000}"
        if nat in ("GB", "CA")
        else digits,
        "coordinates": {"latitude": f"{rng.uniform(-90, 90):.4f}", "longitude": f"{rng.uniform(-180, 180):.4f}"},
        "timezone": {"offset": f"{rng.choice(['-', '+'])}{rng.randint(0, 11)}:00", "description": invented_name(rng)},
    }


def _login(rng: random.Random, first: str) -> dict[str, str]:
    password, salt = f"{rng.getrandbits(40):010x}", f"{rng.getrandbits(32):08x}"
    salted = (password + salt).encode()
    return {
        "uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "username": f"{first.lower()}{rng.randint(100, 999)}",
        "password": password,
        "salt": salt,
        "md5": hashlib.md5(salted, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(salted, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(salted).hexdigest(),
    }


def _moment(rng: random.Random, year: int) -> str:
    day = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    clock = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    return f"{day}T{clock}.{rng.randint(0, 999):03d}Z"
