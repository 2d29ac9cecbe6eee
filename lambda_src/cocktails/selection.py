"""What a run of the fetch is to ask for: read from the payload of its schedule, or of whoever invokes it.

{}                                  the whole catalogue, letter by letter; so is an event without any of these fields
{"letters": "abc"}                  some letters
{"ids": ["20001", "20008"]}         some drinks
{"random": 3}                       so many drinks, by chance
{"filter": "Non_Alcoholic"}         the drinks that the catalogue lists under this label, one by one
{…, "again": true}                  lands answers even if the same content is there: see `landing`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from common.errors import BadInput

ALL_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"  # names may start with a digit, too
MOST = 500  # requests that one run may make
CAP = 100  # drinks that the service puts into one answer at most, on free keys


@dataclass(frozen=True)
class Ask:
    """One request, and the label its answer is kept under; the label None waits for the drink's id."""

    label: str | None
    page: str
    params: Mapping[str, str] = field(default_factory=dict)
    letter: str = ""  # the letter that all names in the answer start with
    identity: str = ""  # the drink that the answer must be about


@dataclass(frozen=True)
class Selection:
    name: str
    asks: list[Ask]
    listing: Ask | None = None  # asked first; its answer names the drinks to look up
    resumes: bool = False  # whether a run goes on where the day's last one ended
    is_catalogue: bool = False


def selection(payload: Mapping[str, Any]) -> Selection:
    given = [name for name in ("letters", "ids", "random", "filter") if payload.get(name) is not None]
    if len(given) > 1:
        raise BadInput(f"the payload has {' and '.join(given)}; give one of them a run")
    match given:
        case ["letters"]:
            return Selection("letters", [by_letter(letter) for letter in _letters(payload["letters"])])
        case ["ids"]:
            return Selection("ids", [by_id(identity) for identity in _ids(payload["ids"])])
        case ["random"]:
            return Selection("random", [Ask(None, "random.php")] * _count(payload["random"]))
        case ["filter"]:
            label = str(payload["filter"])
            return Selection("filter", [], Ask(None, "filter.php", {"a": label}), resumes=True)
        case _:
            asks = [by_letter(letter) for letter in ALL_LETTERS]
            return Selection("catalogue", asks, resumes=True, is_catalogue=True)


def by_letter(letter: str) -> Ask:
    return Ask(f"letter={letter}", "search.php", {"f": letter}, letter=letter)


def by_id(identity: str) -> Ask:
    return Ask(f"id={identity}", "lookup.php", {"i": identity}, identity=identity)


def by_part(part: str) -> Ask:
    """The drinks whose names have this in them."""
    return Ask(f"search={quote(part)}", "search.php", {"s": part})


def prefixes(start: str) -> list[str]:
    """What names that begin so may go on with. A space at the end would not be searched for."""
    return [start + more for more in (*ALL_LETTERS, *".'&-", *(f" {letter}" for letter in ALL_LETTERS))]


def listed_ids(payload: Any) -> list[str]:
    """The ids in a listing. A listing that found nothing is a sentence, or null."""
    drinks = payload.get("drinks") if isinstance(payload, dict) else None
    if drinks is None or isinstance(drinks, str):
        return []
    try:
        return _ids([drink["idDrink"] for drink in drinks])
    except (TypeError, KeyError):
        raise BadInput("the listing is not of the catalogue's form: its drinks have no idDrink") from None


def _letters(value: Any) -> list[str]:
    letters = [str(letter).casefold() for letter in value] if isinstance(value, str | list) else []
    unknown = [letter for letter in letters if letter not in ALL_LETTERS or len(letter) != 1]
    if not letters or unknown:
        raise BadInput(f'letters is {value!r}; give letters and digits, such as "abc"')
    return list(dict.fromkeys(letters))


def _ids(value: Any) -> list[str]:
    ids = [str(identity) for identity in value] if isinstance(value, list) else []
    wrong = [identity for identity in ids if not (identity.isascii() and identity.isdigit() and len(identity) <= 12)]
    if not ids or wrong or len(ids) > MOST:
        raise BadInput(f"ids holds {wrong or len(ids)}; give a list of 1 to {MOST} drink numbers")
    return list(dict.fromkeys(ids))


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 1 <= value <= MOST:
        raise BadInput(f"random is {value!r}; give a number from 1 to {MOST}")
    return value
